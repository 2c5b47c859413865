"""PostgreSQL for every service: the pool, the three ways to a connection, bulk rows, migrations.

Must never break: a connection goes back to its pool only after commit or rollback.
"""
