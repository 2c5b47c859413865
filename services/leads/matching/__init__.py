"""Matching: what records are recognised by, and the rules that say when two of them are one."""
