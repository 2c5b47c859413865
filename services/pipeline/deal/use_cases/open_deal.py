"""A deal is opened, or loaded with its past."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.arriving import Wanted, arrive, fact, may_say, owned, refuse_gated
from services.pipeline.deal.use_cases.know_references import know_references
from services.pipeline.deal.use_cases.valuation import load_valuation
from services.pipeline.deal_field.use_cases.know_fields import own_fields, with_own_values
from services.pipeline.loss_reason.use_cases.know_reasons import with_reasons
from services.pipeline.pipeline.queries import pipeline_for_new_deal
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def open_deal(connection: AsyncConnection, wanted: Wanted, caller: Identity, *, now: datetime) -> Deal:
    """The new deal.

    Refuses with `forbidden`, `reference_unknown`, `rate_missing`, `stage_unknown`, `validation_failed`,
    `external_id_taken`, `gates_unmet`.
    """
    may_say(wanted, caller)
    said = await with_reasons(connection, await with_own_values(connection, wanted.details))
    details = owned(said, caller, new=True)
    if not wanted.imported:
        (await own_fields(connection)).refuse_missing(details.get("custom", {}))
    await know_references(connection, details)
    pipeline = await pipeline_for_new_deal(connection, wanted.pipeline_id)
    valuation = await load_valuation(connection, [details.get("amount")])
    arrival = arrive(new_id(), wanted.with_details(details), pipeline, valuation, now=now)
    assert arrival.event is not None  # noqa: S101 - a new deal always has its event
    if not wanted.imported:
        refuse_gated(arrival.deal, pipeline, caller, now=now)
    envelope = fact(arrival.event, arrival.id, arrival.deal.version, arrival.deal.created_at)
    if not await repository.add(connection, [arrival], [envelope]):
        await _refuse_taken(connection, arrival.origin, caller)
    return arrival.deal


async def _refuse_taken(
    connection: AsyncConnection, origin: tuple[str, str] | None, caller: Identity
) -> None:
    known, _ = await repository.by_origin(connection, {origin} if origin else (), caller)
    ids = [str(each.id) for each in known.values()]
    raise DomainError(
        "external_id_taken", "Another deal has this external id.", extra={"id": ids[0]} if ids else {}
    )
