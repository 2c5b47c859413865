"""Alembic's entry for the gateway's database."""

from services.gateway.schema import metadata
from shared.persistence import alembic_env

alembic_env.run(metadata)
