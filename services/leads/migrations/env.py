from services.leads.schema import metadata
from shared.persistence import alembic_env

alembic_env.run(metadata)
