"""Lists of risks: of a deal, and of all deals the caller reads."""

from typing import Any, get_args

from sqlalchemy import Row, case

from services.pipeline.body import money
from services.pipeline.deal.rows import DEALS
from services.pipeline.deal_risk.domain import HIGH, MEDIUM, RiskStatus, Severity
from services.pipeline.deal_risk.schemas import RiskOfDealOut, RiskOut
from services.pipeline.deal_risk.tables import deal_risk
from shared.web.listing import Field, Listing

_R, _D = deal_risk.c, DEALS.c
_SCORE = _R.likelihood * _R.impact
_SEVERITY = case((_SCORE >= HIGH, "high"), (_SCORE >= MEDIUM, "medium"), else_="low")
_REASONED = {"score": _SCORE, "severity": _SEVERITY}
_OWN = tuple(_REASONED[name].label(name) if name in _REASONED else _R[name] for name in RiskOut.model_fields)
_FIELDS = {
    "id": Field(_R.id, "uuid"),
    "deal_id": Field(_R.deal_id, "uuid"),
    "likelihood": Field(_R.likelihood, "int", sortable=True),
    "impact": Field(_R.impact, "int", sortable=True),
    "score": Field(_SCORE, "int", sortable=True, nullable=False),
    "severity": Field(_SEVERITY, "enum", values=get_args(Severity), nullable=False),
    "status": Field(_R.status, "enum", values=get_args(RiskStatus)),
    "accountable_id": Field(_R.accountable_id, "uuid"),
    "created_at": Field(_R.created_at, "datetime", sortable=True),
    "updated_at": Field(_R.updated_at, "datetime", sortable=True),
}
OF_ONE = Listing(
    name="deal-risks",
    table=deal_risk,
    fields=_FIELDS,
    default_sort="-score",
    text=(_R.risk,),
    columns=_OWN,
    item_fields=tuple(RiskOut.model_fields),
)
OF_ALL = Listing(
    name="risks",
    table=deal_risk.join(DEALS, _D.id == _R.deal_id),
    fields={
        **_FIELDS,
        "deal_status": Field(_D.status, "enum", values=("open", "won", "lost")),
        "owner_id": Field(_D.owner_id, "uuid"),
        "base_amount": Field(_D.base_amount, "decimal", sortable=True, description="Of the deal."),
    },
    default_sort="-score",
    text=(_R.risk,),
    columns=(
        *_OWN,
        *(_D.name.label("deal_name"), _D.status.label("deal_status"), _D.owner_id),
        *(_D.base_amount, _D.base_currency),
    ),
    item_fields=tuple(RiskOfDealOut.model_fields),
)


def risk_of_deal_out(row: Row[Any]) -> dict[str, Any]:
    """A row of OF_ALL as a RiskOfDealOut."""
    shown = {name: getattr(row, name) for name in RiskOfDealOut.model_fields}
    return {**shown, "base_amount": money(row.base_amount, row.base_currency)}
