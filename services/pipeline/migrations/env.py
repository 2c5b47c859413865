"""Run by `shared.persistence.migrate` and by the `alembic` command."""

from services.pipeline.schema import metadata
from shared.persistence import alembic_env

alembic_env.run(metadata)
