"""Looks at the gaps of everybody and every team, each night and soon after a large change."""
