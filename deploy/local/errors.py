"""What a person who starts the stack is told when it cannot go on: one message, no traceback."""


class StackError(Exception):
    """The stack cannot do what was asked; the text says why and what to do."""
