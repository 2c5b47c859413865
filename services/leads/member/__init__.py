"""The organisation's members as leads knows them: who may own a record."""
