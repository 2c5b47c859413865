"""Members whom a caller names for something beside a deal: colleagues who are there, and who see the deal."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, and_, any_, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.know_references import unknown_after_waiting
from services.pipeline.tables import ORGANISATION
from shared.contracts.errors import DomainError, FieldError
from shared.organisation.queries import teams_above

_M = ORGANISATION.member.c
_SEE_ALL = ("admin", "director", "analyst")


async def know_members(connection: AsyncConnection, named: Mapping[str, UUID]) -> None:
    """`named`: by the pointer into the body. Refuses with `reference_unknown` who is no active member."""
    if not named:
        return
    await unknown_after_waiting(connection, {"owner_id": set(named.values())})
    known = set(await connection.scalars(_active(named)))
    _refuse(named, known, "reference_unknown", "The member is not there, or not active.")


async def know_seers(connection: AsyncConnection, named: Mapping[str, UUID], deal: Deal) -> None:
    """As `know_members`; refuses with `cannot_see_deal` who does not see the deal as its owner, its team, the
    supervisor of its stage, managers above the owner, and who sees everything do."""
    await know_members(connection, named)
    if not named:
        return
    seers = set(await connection.scalars(_active(named).where(_sees(deal))))
    _refuse(named, seers, "cannot_see_deal", "Take the member into the deal's team first.")


def _active(named: Mapping[str, UUID]) -> Select[UUID]:
    wanted = literal(list(named.values()), ARRAY(Uuid))
    return select(_M.id).where(_M.id == any_(wanted), _M.active)


def _sees(deal: Deal) -> ColumnElement[bool]:
    beside = [each for each in (deal.owner_id, deal.stage.supervisor_id, *deal.team_ids) if each]
    manages = _M.role == "manager"
    if deal.owner_id is not None:
        home = select(_M.team_id).where(_M.id == deal.owner_id).scalar_subquery()
        manages = and_(manages, _M.team_id.in_(teams_above(ORGANISATION, home)))
    return or_(_M.role.in_(_SEE_ALL), _M.id == any_(literal(beside, ARRAY(Uuid))), manages)


def _refuse(named: Mapping[str, UUID], accepted: set[UUID], code: str, detail: str) -> None:
    errors = [
        FieldError(pointer, code, detail) for pointer, member_id in named.items() if member_id not in accepted
    ]
    if errors:
        raise DomainError(code, detail, errors)
