"""Ready pipelines. The default one is made by the first migration with the ids written here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from services.pipeline.gate.domain import Gate, Kind
from services.pipeline.pipeline.domain import OpenCategory, Pipeline, Stage, Task
from shared.contracts.ids import new_id


@dataclass(frozen=True, slots=True)
class GatePlan:
    """A gate of a template, before it has an id."""

    kind: Kind
    label: str

    def build(self, new_id: Callable[[], UUID]) -> Gate:
        """The gate."""
        return Gate(id=new_id(), kind=self.kind, label=self.label)


@dataclass(frozen=True, slots=True)
class StagePlan:
    """A stage of a template, before it has an id."""

    name: str
    probability: Decimal
    forecast_category: OpenCategory
    target_days: int
    action: str
    expected_result: str
    entry_gates: tuple[GatePlan, ...] = ()

    def build(self, stage_id: UUID, position: int, new_id: Callable[[], UUID], *, gates: bool) -> Stage:
        """The stage with its action; its gates switched off without `gates`."""
        action = Task(new_id(), self.action, required=False, expected_result=self.expected_result)
        return Stage(
            id=stage_id,
            name=self.name,
            position=position,
            probability=self.probability,
            forecast_category=self.forecast_category,
            target_days=self.target_days,
            actions=(action,),
            entry_gates=_gates(self.entry_gates, new_id, active=gates),
        )


@dataclass(frozen=True, slots=True)
class Template:
    """A pipeline to start from. `checklist` is what has to be ready before a deal enters the first stage."""

    key: str
    name: str
    description: str
    stages: tuple[StagePlan, ...]
    checklist: tuple[str, ...] = ()
    win_gates: tuple[GatePlan, ...] = ()

    def build(
        self,
        pipeline_id: UUID,
        new_id: Callable[[], UUID],
        supervisors: Mapping[str, UUID] | None = None,
        *,
        gates: bool = True,
    ) -> Pipeline:
        """A pipeline of this shape; `supervisors` names who answers for which stage.

        The gates are always there; without `gates` they are switched off.
        """
        given = {name.casefold(): member for name, member in (supervisors or {}).items()}
        stages = tuple(
            replace(
                plan.build(new_id(), position, new_id, gates=gates),
                supervisor_id=given.get(plan.name.casefold()),
            )
            for position, plan in enumerate(self.stages, start=1)
        )
        win_gates = _gates(self.win_gates, new_id, active=gates)
        return Pipeline(pipeline_id, self.name, stages, self.checklist, win_gates=win_gates)


def _gates(plans: tuple[GatePlan, ...], new_id: Callable[[], UUID], *, active: bool) -> tuple[Gate, ...]:
    return tuple(replace(plan.build(new_id), active=active) for plan in plans)


def _plan(
    name: str,
    probability: str,
    category: OpenCategory,
    days: int,
    *gates: GatePlan,
    does: tuple[str, str],
) -> StagePlan:
    return StagePlan(name, Decimal(probability), category, days, *does, gates)


_NEED = GatePlan("need_recorded", "The need is known before the product is presented")
_OBJECTIONS = GatePlan("objections_cleared", "Objections are cleared before the sale is closed")
_SIGNED = GatePlan("signing_date", "The contract is signed")


_ALL = (
    Template(
        key="b2b",
        name="B2B sales",
        description="A sale between companies, from the first qualified talk to the signature.",
        stages=(
            _plan(
                "Qualification",
                "0.10",
                "pipeline",
                14,
                does=("Talk about need, budget and decision", "It is known whether there is a sale"),
            ),
            _plan(
                "Needs analysis",
                "0.25",
                "pipeline",
                21,
                does=(
                    "Analyse the needs with the customer",
                    "The needs are written down in the customer's words",
                ),
            ),
            _plan(
                "Proposal",
                "0.50",
                "best_case",
                21,
                does=("Make and present a proposal", "The customer knows solution and price"),
            ),
            _plan(
                "Negotiation",
                "0.75",
                "commit",
                14,
                does=("Negotiate terms", "The terms are agreed"),
            ),
        ),
    ),
    Template(
        key="six-step",
        name="Six-step sale",
        description="Know the product, prospect, contact, identify the need, present, close.",
        stages=(
            _plan(
                "Prospect customers",
                "0.05",
                "pipeline",
                14,
                does=("Look for customers who fit", "There is somebody to contact"),
            ),
            _plan(
                "Contact the client",
                "0.10",
                "pipeline",
                7,
                does=("Call or meet the client", "The client agrees to a conversation"),
            ),
            _plan(
                "Identify the need",
                "0.30",
                "pipeline",
                14,
                does=("Ask and listen", "The need is written down in the client's words"),
            ),
            _plan(
                "Present the product",
                "0.50",
                "best_case",
                14,
                _NEED,
                does=("Show what the product does for the need", "The customer sees the own need met"),
            ),
            _plan(
                "Close the sale",
                "0.80",
                "commit",
                14,
                does=("Ask for the order", "The contract is signed"),
            ),
        ),
        checklist=("Know the product",),
        win_gates=(_OBJECTIONS,),
    ),
    Template(
        key="full-cycle",
        name="Full cycle",
        description="From finding a customer to serving one: the six tasks of a salesperson.",
        stages=(
            _plan(
                "Find and attract",
                "0.05",
                "pipeline",
                14,
                does=("Address people who may need the product", "The customer shows interest"),
            ),
            _plan(
                "Discover needs",
                "0.20",
                "pipeline",
                14,
                does=("Ask and listen", "The true needs are written down"),
            ),
            _plan(
                "Present the product",
                "0.40",
                "best_case",
                14,
                _NEED,
                does=("Show what the product does for the need", "The customer sees the own need met"),
            ),
            _plan(
                "Work with objections",
                "0.60",
                "best_case",
                14,
                does=("Answer every objection", "No objection is left open"),
            ),
            _plan(
                "Complete the deal",
                "0.80",
                "commit",
                14,
                does=("Negotiate, agree terms, sign the contract", "The contract is signed"),
            ),
            _plan(
                "After-sales service",
                "1.00",
                "commit",
                30,
                does=("Ask how it works", "The customer is satisfied"),
            ),
        ),
        win_gates=(_OBJECTIONS, _SIGNED),
    ),
    Template(
        key="three-part",
        name="Three parts",
        description="Attract new customers, make first deals, support regulars; a supervisor for each part.",
        stages=(
            _plan(
                "Attract new customers",
                "0.10",
                "pipeline",
                30,
                does=("Win the attention of new customers", "A new customer is interested"),
            ),
            _plan(
                "First deals",
                "0.50",
                "best_case",
                30,
                does=("Close a first deal", "A first contract is signed"),
            ),
            _plan(
                "Support and work with regulars",
                "0.80",
                "commit",
                90,
                does=("Keep in touch and offer again", "The customer buys again"),
            ),
        ),
    ),
)
TEMPLATES: Mapping[str, Template] = {template.key: template for template in _ALL}

DEFAULT_PIPELINE_ID = UUID("01900000-0000-7000-8000-0000000000b0")
DEFAULT_STAGE_IDS = tuple(UUID(f"01900000-0000-7000-8000-0000000000b{number}") for number in range(1, 5))


def default_pipeline() -> Pipeline:
    """The B2B pipeline every installation starts with; its ids are the same everywhere."""
    plans = zip(DEFAULT_STAGE_IDS, TEMPLATES["b2b"].stages, strict=True)
    stages = tuple(
        replace(plan.build(stage_id, position, new_id, gates=True), actions=())
        for position, (stage_id, plan) in enumerate(plans, start=1)
    )
    return Pipeline(DEFAULT_PIPELINE_ID, TEMPLATES["b2b"].name, stages)
