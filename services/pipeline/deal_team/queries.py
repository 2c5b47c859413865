"""The list of a deal's team."""

from typing import get_args

from services.pipeline.deal_team.domain import TeamRole
from services.pipeline.deal_team.schemas import MemberOut
from services.pipeline.deal_team.tables import deal_member
from shared.contracts.events.pipeline_deal import TeamAccess
from shared.web.listing import Field, Listing

_M = deal_member.c
LISTING = Listing(
    name="deal-team",
    table=deal_member,
    fields={
        "id": Field(_M.id, "uuid"),
        "member_id": Field(_M.member_id, "uuid"),
        "role": Field(_M.role, "enum", values=get_args(TeamRole)),
        "access": Field(_M.access, "enum", values=get_args(TeamAccess)),
        "created_at": Field(_M.created_at, "datetime", sortable=True),
    },
    default_sort="created_at",
    columns=tuple(_M[name] for name in MemberOut.model_fields),
    item_fields=tuple(MemberOut.model_fields),
)
