"""The published language of the services: envelope, events, catalogue, money, periods. Pydantic only, no IO.

Must never break: every example ever frozen in `examples/` still decodes.
"""
