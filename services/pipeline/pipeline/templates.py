"""Ready pipelines. The default one is made by the first migration with the ids written here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from services.pipeline.pipeline.domain import OpenCategory, Pipeline, Stage


@dataclass(frozen=True, slots=True)
class StagePlan:
    """A stage of a template, before it has an id."""

    name: str
    probability: Decimal
    forecast_category: OpenCategory
    target_days: int


@dataclass(frozen=True, slots=True)
class Template:
    """A pipeline to start from. `checklist` is what has to be ready before a deal enters the first stage."""

    key: str
    name: str
    description: str
    stages: tuple[StagePlan, ...]
    checklist: tuple[str, ...] = ()

    def build(
        self, pipeline_id: UUID, new_id: Callable[[], UUID], supervisors: Mapping[str, UUID] | None = None
    ) -> Pipeline:
        """A pipeline of this shape; `supervisors` names who answers for which stage."""
        given = {name.casefold(): member for name, member in (supervisors or {}).items()}
        stages = tuple(
            Stage(
                id=new_id(),
                name=plan.name,
                position=position,
                probability=plan.probability,
                forecast_category=plan.forecast_category,
                target_days=plan.target_days,
                supervisor_id=given.get(plan.name.casefold()),
            )
            for position, plan in enumerate(self.stages, start=1)
        )
        return Pipeline(id=pipeline_id, name=self.name, stages=stages, checklist=self.checklist)


def _plan(name: str, probability: str, category: OpenCategory, days: int) -> StagePlan:
    return StagePlan(name, Decimal(probability), category, days)


_ALL = (
    Template(
        key="b2b",
        name="B2B sales",
        description="A sale between companies, from the first qualified talk to the signature.",
        stages=(
            _plan("Qualification", "0.10", "pipeline", 14),
            _plan("Needs analysis", "0.25", "pipeline", 21),
            _plan("Proposal", "0.50", "best_case", 21),
            _plan("Negotiation", "0.75", "commit", 14),
        ),
    ),
    Template(
        key="six-step",
        name="Six-step sale",
        description="Know the product, prospect, contact, identify the need, present, close.",
        stages=(
            _plan("Prospect customers", "0.05", "pipeline", 14),
            _plan("Contact the client", "0.10", "pipeline", 7),
            _plan("Identify the need", "0.30", "pipeline", 14),
            _plan("Present the product", "0.50", "best_case", 14),
            _plan("Close the sale", "0.80", "commit", 14),
        ),
        checklist=("Know the product",),
    ),
    Template(
        key="full-cycle",
        name="Full cycle",
        description="From finding a customer to serving one: the six tasks of a salesperson.",
        stages=(
            _plan("Find and attract", "0.05", "pipeline", 14),
            _plan("Discover needs", "0.20", "pipeline", 14),
            _plan("Present the product", "0.40", "best_case", 14),
            _plan("Work with objections", "0.60", "best_case", 14),
            _plan("Complete the deal", "0.80", "commit", 14),
            _plan("After-sales service", "1.00", "commit", 30),
        ),
    ),
    Template(
        key="three-part",
        name="Three parts",
        description="Attract new customers, make first deals, support regulars; a supervisor for each part.",
        stages=(
            _plan("Attract new customers", "0.10", "pipeline", 30),
            _plan("First deals", "0.50", "best_case", 30),
            _plan("Support and work with regulars", "0.80", "commit", 90),
        ),
    ),
)
TEMPLATES: Mapping[str, Template] = {template.key: template for template in _ALL}

DEFAULT_PIPELINE_ID = UUID("01900000-0000-7000-8000-0000000000b0")
DEFAULT_STAGE_IDS = tuple(UUID(f"01900000-0000-7000-8000-0000000000b{number}") for number in range(1, 5))


def default_pipeline() -> Pipeline:
    """The B2B pipeline every installation starts with; its ids are the same everywhere."""
    ids = iter(DEFAULT_STAGE_IDS)
    return TEMPLATES["b2b"].build(DEFAULT_PIPELINE_ID, lambda: next(ids))
