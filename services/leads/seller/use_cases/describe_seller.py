"""What a member can do, how much and when, as its manager describes it."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.expression.domain import compile_expression
from services.leads.record.domain import Change, Draft, edited
from services.leads.record.use_cases.keep_settings import Settings
from services.leads.seller import queries
from services.leads.seller.desk import week_of
from services.leads.seller.domain import ROOM, Seller, SellerError, unknown_seller
from services.leads.seller.repository import SELLERS, known_skills
from services.leads.seller.schemas import SellerPut
from services.leads.tables import SOURCE
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.observability.causes import event_context
from shared.web.merge import require_version
from shared.working_time.domain import WorkingTime

_KEPT = Settings(SELLERS, "seller")


async def load_member(connection: AsyncConnection, identity: Identity, member_id: UUID) -> RowMapping:
    """The member. Refuses with `seller_not_found` when it is not there or not the caller's to see."""
    member = await queries.find_member(connection, identity, member_id)
    if member is None:
        raise SellerError("seller_not_found", "There is no such seller.")
    return member


async def load_seller(connection: AsyncConnection, member_id: UUID) -> Seller:
    """The profile, or what is taken for one that nobody has described."""
    return await SELLERS.find(connection, member_id, true()) or unknown_seller(member_id)


async def describe_seller(
    connection: AsyncConnection,
    identity: Identity,
    member_id: UUID,
    body: SellerPut,
    *,
    seen_version: int | None,
    now: datetime,
) -> Seller:
    """The profile as it is now. Refuses a wrong expression, hours that overlap, and unknown skills."""
    await load_member(connection, identity, member_id)
    values = body.values()
    await _check(connection, body)
    first = Seller(member_id, now, now, **values)
    if seen_version in (None, 0):
        step: Change[Seller] = Change(first, "created", now, {})
        if await SELLERS.insert_new(connection, [Draft(None, (step,))], event_context(SOURCE)):
            await _look_at_waiting(connection, now)
            return first

    def decide(seller: Seller) -> Change[Seller] | None:
        if seen_version is not None:
            require_version(seller.version, seen_version)
        return edited(seller, values, now=now)

    described = await _KEPT.change(connection, member_id, decide, seen_version=seen_version)
    await _look_at_waiting(connection, now)
    return described


async def _look_at_waiting(connection: AsyncConnection, now: datetime) -> None:
    """Somebody may be able to take what waits because nobody could."""
    await plan_work(connection, [Due(ROOM, new_id(), now)])


async def _check(connection: AsyncConnection, body: SellerPut) -> None:
    if body.preferred is not None:
        compile_expression(body.preferred, pointer="/preferred", wanted="condition")
    never = unknown_seller(UUID(int=0)).created_at
    week = week_of(Seller(UUID(int=0), never, never, **body.values()))
    WorkingTime(week or {}, ZoneInfo("UTC"))
    named = [each.name.lower() for each in body.skills if each.kind == "skill"]
    known = await known_skills(connection, named) if named else set()
    errors = [
        FieldError(f"/skills/{place}/name", "reference_unknown", "The catalogue has no such skill.")
        for place, each in enumerate(body.skills)
        if each.kind == "skill" and each.name.lower() not in known
    ]
    if errors:
        raise SellerError("reference_unknown", "A skill is not in the catalogue; add it there first.", errors)
