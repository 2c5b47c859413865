"""Outbox, relay and consumer: a fact committed in one service has its effect in another exactly once.

Must never break: state, inbox row and outbox rows commit together; offsets are committed after that.
"""
