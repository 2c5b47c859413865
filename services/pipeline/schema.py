"""All tables of this service: what Alembic and the bulk statements see."""

from services.pipeline.account.tables import known_account
from services.pipeline.deal.tables import deal, deal_passage
from services.pipeline.pipeline.tables import pipeline, pipeline_version, stage
from services.pipeline.pipeline_change.tables import pipeline_change
from services.pipeline.product.tables import product
from services.pipeline.tables import metadata

__all__ = [
    "deal",
    "deal_passage",
    "known_account",
    "metadata",
    "pipeline",
    "pipeline_change",
    "pipeline_version",
    "product",
    "stage",
]
