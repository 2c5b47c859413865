"""What `GET /v1/forecast/items` answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.forecast.amount_view.domain import AmountView
from services.forecast.item.domain import Beside, HandedIn, Item, Items
from services.forecast.node.domain import NODE_FIELDS, Dimension, NodeKind, Side
from services.forecast.outlook.domain import FIGURES, Figure, Rollup
from shared.contracts.events.forecast_submission import SubmissionStatus
from shared.contracts.money import Money
from shared.reporting.figures import money
from shared.reporting.schemas import DefinitionOut, PeriodOut


class AdjustedOut(BaseModel):
    """An adjustment of this figure. `moved_by`: how much what it takes the place of has changed since it was
    made; `stale`: by more than `stale_beyond` of the submission rules."""

    id: UUID
    side: Side
    amount: Money
    base_amount: Money
    replaced: Money
    moved_by: Money
    stale: bool
    note: str | None
    author_id: UUID | None
    at: datetime
    version: int


class FigureOut(BaseModel):
    """One figure in four views, and by how much adjustments have moved it, in base currency."""

    amount_without_adjustments: Money
    amount_without_manager_adjustment: Money
    forecast_amount: Money
    owner_only_amount: Money
    rolled_up: Money
    indirect_adjustment: Money
    direct_adjustment: Money
    adjustments: list[AdjustedOut]


class HandedInOut(BaseModel):
    """The submission of the last deadline. `number`: what was foretold to be closed; `stale`: a figure
    beneath has moved since beyond the limit of the submission rules, null where its currency was another."""

    id: UUID
    status: SubmissionStatus
    number: Money
    due_at: datetime | None
    submitted_at: datetime | None
    late: bool
    stale: bool | None


class ItemOut(BaseModel):
    """A team, member, territory, product family or product; none of these is the organisation. `name` of all
    but members; `active` null for what is not known here. `submission` of teams and members only."""

    kind: NodeKind
    team_id: UUID | None
    owner_id: UUID | None
    territory_id: UUID | None
    product_family: str | None
    product_id: UUID | None
    name: str | None
    active: bool | None
    submission: HandedInOut | None
    closed: FigureOut
    commit: FigureOut
    most_likely: FigureOut
    best_case: FigureOut
    open_pipeline: FigureOut


class OfNobodyOut(BaseModel):
    """Deals of no owner, or by `dimension` of no territory or product: in the organisation's figures, in no
    item."""

    closed: Money
    commit: Money
    most_likely: Money
    best_case: Money
    open_pipeline: Money


class ItemsOut(BaseModel):
    """`node` and the `items` right below it, by name; members after teams. Their forecast amounts, with
    `of_nobody`, add up to the node's `rolled_up`."""

    period: PeriodOut
    as_of: datetime
    known_at: datetime | None
    currency: str
    rollup: Rollup
    dimension: Dimension
    node: ItemOut
    items: list[ItemOut]
    items_left_out: int
    of_nobody: OfNobodyOut
    last_event_at: datetime | None
    definitions: dict[str, DefinitionOut]


def item_fields(item: Item, currency: str) -> dict[str, Any]:
    """For `ItemOut`."""
    return {
        "kind": item.node.kind,
        **{name: getattr(item.node, name) for name in NODE_FIELDS},
        "name": item.name,
        "active": item.active,
        "submission": None if item.handed_in is None else _handed_in(item.handed_in),
        **{figure: _figure(item, figure, currency) for figure in FIGURES},
    }


def of_nobody(items: Items) -> OfNobodyOut:
    """In the currency of the answer."""
    return OfNobodyOut.model_validate(
        {figure: money(amount, items.currency) for figure, amount in items.of_nobody.items()}
    )


def _handed_in(each: HandedIn) -> HandedInOut:
    state = each.submission
    return HandedInOut(
        id=state.id,
        status=state.status,
        number=money(state.number, state.frozen.currency),
        due_at=state.due_at,
        submitted_at=state.submitted_at,
        late=state.late,
        stale=each.stale,
    )


def _figure(item: Item, figure: Figure, currency: str) -> FigureOut:
    view = item.views[figure]
    names = [name for name in FigureOut.model_fields if name != "adjustments"]
    return FigureOut(
        **{name: _shown(view, name, currency) for name in names},
        adjustments=[_adjusted(each, currency) for (of, _), each in item.adjustments.items() if of == figure],
    )


def _shown(view: AmountView, name: str, currency: str) -> Money:
    return money(getattr(view, name), currency)


def _adjusted(beside: Beside, currency: str) -> AdjustedOut:
    made = beside.made
    return AdjustedOut(
        id=made.id,
        side=made.side,
        amount=made.amount,
        base_amount=money(made.base_amount, currency),
        replaced=money(made.replaced, currency),
        moved_by=money(beside.moved_by, currency),
        stale=beside.stale,
        note=made.note,
        author_id=made.author_id,
        at=made.at,
        version=made.version,
    )
