"""Reads of deals."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Row,
    Uuid,
    case,
    column,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request

from services.pipeline.account.queries import is_known_account
from services.pipeline.deal.domain.deal import WORDS, Deal, SaleKind
from services.pipeline.deal.domain.worth import MONTHS
from services.pipeline.deal.rows import CLOCK, CLOCKS, SALE_KIND, as_deal
from services.pipeline.deal.tables import deal
from services.pipeline.deal_field.catalogue import Catalogue
from services.pipeline.deal_field.expressions import listed
from services.pipeline.pipeline.domain import Stage
from services.pipeline.pipeline.rows import STAGES
from services.pipeline.product.queries import is_known_product
from services.pipeline.tables import MESSAGING, ORGANISATION
from shared.contracts.errors import FieldError
from shared.contracts.events.pipeline_deal import Priority, SaleApproach, SaleChannel
from shared.web.listing import Field, Listing
from shared.web.problem import Problem

OWN = "custom."
_D, _S, _K = deal.c, STAGES.c, CLOCKS.c
_STATUSES = ("open", "won", "lost")
_CATEGORIES = ("pipeline", "best_case", "most_likely", "commit", "closed", "omitted")
_MRR = _D.recurring_amount / case(MONTHS, value=_D.recurring_period)
_STAGE_COLUMNS = (
    _S.name.label("stage_name"),
    _S.position.label("stage_position"),
    _S.probability.label("stage_probability"),
    _S.forecast_category.label("stage_category"),
)
LISTING = Listing(
    name="deals",
    table=deal.join(STAGES, _S.id == _D.stage_id).outerjoin(CLOCKS, _K.deal_id == _D.id),
    fields={
        "id": Field(_D.id, "uuid"),
        "name": Field(_D.name, "text", sortable=True),
        "status": Field(_D.status, "enum", values=_STATUSES),
        "pipeline_id": Field(_D.pipeline_id, "uuid"),
        "stage_id": Field(_D.stage_id, "uuid"),
        "stage": Field(_S.name, "text", description="The stage's name."),
        "stage_entered_at": Field(_D.stage_entered_at, "datetime", sortable=True),
        "pipeline_version": Field(_D.pipeline_version, "int"),
        "probability": Field(_D.probability, "decimal", sortable=True),
        "forecast_category": Field(_D.forecast_category, "enum", values=_CATEGORIES),
        "amount": Field(_D.amount, "decimal", sortable=True, description="In the deal's own currency."),
        "currency": Field(_D.currency, "text"),
        "base_amount": Field(_D.base_amount, "decimal", sortable=True, description="In base currency."),
        "expected_close": Field(_D.expected_close, "date", sortable=True),
        "closed_at": Field(_D.closed_at, "datetime", sortable=True),
        "owner_id": Field(_D.owner_id, "uuid"),
        "account_id": Field(_D.account_id, "uuid"),
        "contact_id": Field(_D.contact_id, "uuid"),
        "lead_id": Field(_D.lead_id, "uuid"),
        "product_id": Field(_D.product_id, "uuid"),
        "source": Field(_D.source, "text"),
        "loss_reason": Field(_D.loss_reason, "text"),
        "competitor": Field(_D.competitor, "text"),
        "sale_approach": Field(_D.sale_approach, "enum", values=get_args(SaleApproach)),
        "sale_channel": Field(_D.sale_channel, "enum", values=get_args(SaleChannel)),
        "sale_kind": Field(
            SALE_KIND, "enum", values=get_args(SaleKind), description="Also `GET /v1/deals/{id}/sale-kind`."
        ),
        "source_system": Field(_D.source_system, "text"),
        "external_id": Field(_D.external_id, "text"),
        "tags": Field(_D.tags, "texts", description="A tag it has, in small letters."),
        "next_step": Field(_D.next_step, "text"),
        "next_step_at": Field(_D.next_step_at, "datetime", sortable=True),
        "recurring_amount": Field(_D.recurring_amount, "decimal", sortable=True, description="A period's."),
        "recurring_period": Field(_D.recurring_period, "enum", values=tuple(MONTHS)),
        "term_months": Field(_D.term_months, "int", sortable=True),
        "mrr": Field(_MRR, "decimal", sortable=True, description="Recurring amount / months of its period."),
        "loss_reason_id": Field(_D.loss_reason_id, "uuid"),
        "lost_in_stage_id": Field(_D.lost_in_stage_id, "uuid"),
        "win_reason": Field(_D.win_reason, "text"),
        "win_reason_id": Field(_D.win_reason_id, "uuid"),
        "due_at": Field(
            _K.due_at, "datetime", sortable=True, nullable=True, description="When its stage should be done."
        ),
        "stage_overdue": Field(_K.overdue_at.is_not(None), "bool", nullable=False),
        "touched_at": Field(_K.touched_at, "datetime", sortable=True, nullable=True),
        "rots_at": Field(_K.rots_at, "datetime", sortable=True, nullable=True),
        "rotten": Field(_K.rotten_at.is_not(None), "bool", nullable=False),
        "overdue": Field(
            _K.close_overdue_at.is_not(None), "bool", nullable=False, description="Its close date is over."
        ),
        "first_expected_close": Field(_D.first_expected_close, "date", sortable=True),
        "close_pushes": Field(_D.close_pushes, "int", sortable=True),
        "close_days_pushed": Field(_D.close_days_pushed, "int", sortable=True),
        "priority": Field(_D.priority, "enum", values=get_args(Priority)),
        "created_at": Field(_D.created_at, "datetime", sortable=True),
        "updated_at": Field(_D.updated_at, "datetime", sortable=True),
    },
    default_sort="-created_at",
    text=(_D.name,),
    columns=(*deal.columns, *_STAGE_COLUMNS, case((_K.deal_id.is_not(None), CLOCK)).label("clock")),
    item_fields=(
        *("id", "name", "status", "pipeline_id", "stage_id", "stage", "stage_entered_at"),
        *("pipeline_version", "probability"),
        *("probability_manual", "forecast_category", "forecast_category_manual", "amount", "base_amount"),
        *("expected_close", "closed_at", "owner_id", "account_id", "contact_id", "lead_id", "product_id"),
        *("source", "loss_reason", "competitor", "sale_approach", "sale_channel"),
        *("source_system", "external_id"),
        *("tags", "next_step", "next_step_at", "description", "recurring_amount", "recurring_period"),
        *("term_months", "mrr", "arr", "tcv", "custom", "loss_reason_id", "loss_note", "lost_in_stage_id"),
        *("win_reason", "win_reason_id", "team_ids", "priority", "least_amount", "most_amount"),
        *("due_at", "stage_overdue", "touched_at", "last_touch", "snoozed_until", "rots_at", "rotten_at"),
        *("overdue", "first_expected_close", "close_pushes", "close_days_pushed"),
        *("created_at", "updated_at", "version"),
    ),
)


@lru_cache(maxsize=4)
def listing_of(own: Catalogue) -> Listing:
    """The same with the organisation's own fields, as `custom.key`."""
    return replace(LISTING, fields={**LISTING.fields, **_own_fields(own)}) if own.fields else LISTING


def _own_fields(own: Catalogue) -> dict[str, Field]:
    return {f"{OWN}{key}": listed(field) for key, field in own.fields.items()}


def own_keys(request: Request) -> set[str]:
    """The own fields that a request filters or sorts by."""
    query = request.query_params
    sorts = (name.removeprefix("-") for name in query.get("sort", "").split(","))
    return {name.removeprefix(OWN) for name in (*query.keys(), *sorts) if name.startswith(OWN)}


def refuse_unknown_keys(keys: Collection[str], own: Catalogue) -> None:
    """Refuses a filter by a field that there is not, as any unknown parameter."""
    unknown = sorted(key for key in keys if key not in own.fields)
    if unknown:
        detail = f"There is no own field {', '.join(unknown)[:200]}; see /v1/deal-fields."
        errors = [FieldError(f"/query/{OWN}{key[:60]}", "unknown_parameter", detail) for key in unknown[:20]]
        raise Problem("unknown_parameter", detail, errors, extra={"allowed": sorted(_own_fields(own))})


def listed_deal(row: Row[Any]) -> Deal:
    """A row of the list as a deal."""
    fields = row._mapping
    stage = Stage(
        id=fields["stage_id"],
        name=fields["stage_name"],
        position=fields["stage_position"],
        probability=fields["stage_probability"],
        forecast_category=fields["stage_category"],
    )
    return as_deal(fields, stage)


async def unknown_references(
    connection: AsyncConnection, wanted: Mapping[str, Collection[UUID]]
) -> dict[str, set[UUID]]:
    """Those of the ids, by field (`owner_id`, `account_id`, `product_id`, own fields naming a member), that
    are not known here."""
    member = ORGANISATION.member.c.id
    known = {
        "owner_id": lambda id_: exists(select(member).where(member == id_)),
        "account_id": is_known_account,
        "product_id": is_known_product,
    }
    parts = []
    for number, (name, ids) in enumerate(wanted.items()):
        if ids:
            asked = (
                func.unnest(literal(list(ids), ARRAY(Uuid)))
                .table_valued(column("id", Uuid), name=f"asked_{number}")
                .render_derived()
            )
            is_known = known.get(name, known["owner_id"])(asked.c.id)
            parts.append(select(literal(name).label("name"), asked.c.id).where(~is_known))
    unknown: dict[str, set[UUID]] = {}
    if parts:
        for name, id_ in await connection.execute(union_all(*parts)):
            unknown.setdefault(name, set()).add(id_)
    return unknown


async def changes(connection: AsyncConnection, deal_id: UUID, *, most: int = 1000) -> list[dict[str, Any]]:
    """Every version of a deal from its events, oldest first, each with the changed fields, from and to."""
    outbox = MESSAGING.outbox.c
    rows = await connection.execute(
        select(outbox.aggregate_version, outbox.envelope)
        .where(outbox.aggregate_id == deal_id, outbox.topic == "pipeline.deal")
        .order_by(outbox.aggregate_version)
        .limit(most)
    )
    listed, before = [], dict[str, Any]()
    for version, envelope in rows:
        data = envelope["data"]
        listed.append(
            {
                "version": version,
                "at": envelope["time"],
                "what": envelope["type"].rsplit(".", 1)[1],
                "by": envelope["actor"],
                "reason": data.get("override_reason"),
                "overridden_gates": data.get("overridden_gates") or [],
                "fields": _shown_changes(before, data),
            }
        )
        before = data
    return listed


def _shown_changes(before: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The changed fields, the organisation's own each for itself; of words that stay here only the name."""
    changed = {
        name: {} if name in WORDS else {"from": before.get(name), "to": data.get(name)}
        for name in data.get("changed") or ()
        if name != "custom"
    }
    was, now = before.get("custom") or {}, data.get("custom") or {}
    own = {
        f"custom.{key}": {"from": was.get(key), "to": now.get(key)}
        for key in sorted(was.keys() | now.keys())
        if was.get(key) != now.get(key)
    }
    return changed | own
