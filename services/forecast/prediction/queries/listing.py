"""The lists of runs and of open deals with their chances."""

from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, Row

from services.forecast.deal_ledger.queries import named_deals
from services.forecast.prediction.domain.run import State
from services.forecast.prediction.schemas import DealChanceOut, RunOut
from services.forecast.prediction.tables import prediction_deal, prediction_run
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope
from shared.reporting.figures import money
from shared.web.listing import Field, Listing

_R, _P = prediction_run.c, prediction_deal.c
_DEAL = named_deals()
_D = _DEAL.c

RUNS = Listing(
    name="predictions",
    table=prediction_run,
    fields={
        "id": Field(_R.id, "uuid"),
        "status": Field(_R.status, "enum", values=("queued", "done")),
        "state": Field(_R.state, "enum", values=get_args(State)),
        "of_past": Field(_R.of_past, "bool"),
        "requested_at": Field(_R.requested_at, "datetime", sortable=True),
        "as_of": Field(_R.as_of, "datetime"),
    },
    default_sort="-requested_at",
    columns=tuple(_R[name] for name in RunOut.model_fields),
    item_fields=tuple(RunOut.model_fields),
)

DEALS = Listing(
    name="predicted-deals",
    table=prediction_deal.join(_DEAL, _D.deal_id == _P.deal_id),
    fields={
        "deal_id": Field(_P.deal_id, "uuid"),
        "name": Field(_D.name, "text"),
        "owner_id": Field(_D.owner_id, "uuid"),
        "account_id": Field(_D.account_id, "uuid"),
        "product_id": Field(_D.product_id, "uuid"),
        "pipeline_id": Field(_D.pipeline_id, "uuid"),
        "stage": Field(_D.stage, "text"),
        "forecast_category": Field(_D.forecast_category, "text"),
        "expected_close": Field(_D.expected_close, "date"),
        "predicted_close": Field(_P.expected_close, "date", sortable=True),
        "probability": Field(_P.probability, "float", sortable=True),
        "in_quarter": Field(_P.in_quarter, "float", sortable=True),
        "value_of_a_win": Field(_P.worth, "float", sortable=True),
        "expected_value": Field(_P.expected_value, "float", sortable=True),
    },
    text=(_D.name,),
    default_sort="-expected_value",
    id_field="deal_id",
)


def chance_shown(row: Row[Any], currency: str) -> DealChanceOut:
    """A row of `DEALS`, of a run that reckoned in this currency."""
    values = {name: row._mapping[name] for name in DealChanceOut.model_fields}
    for name in ("value_of_a_win", "expected_value"):
        values[name] = money(Decimal(f"{values[name]:.6f}"), currency)
    return DealChanceOut.model_construct(**values)


def deals_of(run_id: UUID, by: Identity) -> list[ColumnElement[bool]]:
    """Those the run had, still open, and the caller may see."""
    return [
        _P.run_id == run_id,
        _D.status == "open",
        _D.forecast_category != "omitted",
        owner_scope(ORGANISATION, by, _D.owner_id),
    ]
