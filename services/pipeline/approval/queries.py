"""The list of approvals: those of deals the caller may see, and those the caller is asked for."""

from typing import get_args

from sqlalchemy import ColumnElement, or_

from services.pipeline.approval.domain import Status
from services.pipeline.approval.schemas import ApprovalOut
from services.pipeline.approval.tables import approval
from services.pipeline.deal.rows import DEALS
from services.pipeline.deal.scope import on_team_of, visible_to
from shared.contracts.identity import Identity
from shared.web.listing import Field, Listing

_A = approval.c
LISTING = Listing(
    name="approvals",
    table=approval.join(DEALS, DEALS.c.id == _A.deal_id),
    fields={
        "id": Field(_A.id, "uuid"),
        "status": Field(_A.status, "enum", values=get_args(Status)),
        "deal_id": Field(_A.deal_id, "uuid"),
        "gate_id": Field(_A.gate_id, "uuid"),
        "approver_id": Field(_A.approver_id, "uuid"),
        "approver_role": Field(_A.approver_role, "text"),
        "requested_by": Field(_A.requested_by, "text"),
        "created_at": Field(_A.created_at, "datetime", sortable=True),
        "expires_at": Field(_A.expires_at, "datetime", sortable=True),
    },
    default_sort="-created_at",
    columns=(*(_A[name] for name in ApprovalOut.model_fields), _A.currency),
    item_fields=tuple(ApprovalOut.model_fields),
)


def concerns(caller: Identity) -> ColumnElement[bool]:
    """Whether the caller may see it."""
    return or_(visible_to(caller), on_team_of(caller), _A.approver_id == caller.member_id)
