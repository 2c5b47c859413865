"""Deals come in by the thousand: new ones are opened, known ones (by their origin) revised.

A handful of statements for all of them; a bad item fails alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository
from services.pipeline.deal.domain.arrival import Arrival
from services.pipeline.deal.use_cases.arriving import (
    IMPORTERS,
    Wanted,
    arrive,
    arrive_again,
    fact,
    happened_at,
    may_say,
    owned,
    refuse_gated,
    refuse_gated_move,
)
from services.pipeline.deal.use_cases.giving_away import refuse_outside_limits
from services.pipeline.deal.use_cases.know_references import (
    references,
    refuse_unknown,
    unknown_after_waiting,
)
from services.pipeline.deal.use_cases.valuation import Valuation, load_valuation
from services.pipeline.deal_field.catalogue import Catalogue
from services.pipeline.deal_field.use_cases.know_fields import own_fields, with_own_values
from services.pipeline.incoming import ROUNDS, Incoming, Key
from services.pipeline.loss_reason.use_cases.know_reasons import with_reasons
from services.pipeline.pipeline.domain import Pipeline
from services.pipeline.pipeline.queries import pipelines_by_id
from shared.contracts.envelope import Envelope
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.web.batch import Checked

Items = Mapping[int, Wanted]


async def bring_deals(
    connection: AsyncConnection, items: Items, results: Checked[Any], caller: Identity, *, now: datetime
) -> None:
    """Settle every item in `results`; `items` by their index."""
    left = await _acceptable(connection, items, results, caller)
    pipelines, own = await pipelines_by_id(connection), await own_fields(connection)
    for _ in range(ROUNDS):
        if not left:
            return
        left = await _Round(connection, left, pipelines, own, caller, now).settle(results)
    for index in left:
        results.reject(index, DomainError("state_conflict", "Others bring the same deal right now."))


async def _acceptable(
    connection: AsyncConnection, items: Items, results: Checked[Any], caller: Identity
) -> dict[int, Wanted]:
    """The items that say only what the caller may say, and refer to what is known."""
    read: dict[int, Wanted] = {}
    for index, item in items.items():
        try:
            may_say(item, caller)
            details = await with_own_values(connection, item.details)
            read[index] = item.with_details(await with_reasons(connection, details))
        except DomainError as error:
            results.reject(index, error)
    own = await own_fields(connection)
    named = references([item.details for item in read.values()], own)
    unknown = await unknown_after_waiting(connection, named)
    accepted = {}
    for index, item in read.items():
        try:
            refuse_unknown(item.details, unknown, own)
            accepted[index] = item
        except DomainError as error:
            results.reject(index, error)
    return accepted


@dataclass(frozen=True, slots=True)
class _Round:
    """One try with the items that are left."""

    connection: AsyncConnection
    items: Items
    pipelines: Mapping[UUID, Pipeline]
    own: Catalogue
    caller: Identity
    now: datetime

    async def settle(self, results: Checked[Any]) -> dict[int, Wanted]:
        """Write what is new; gives back the items whose origin another batch brought in meanwhile."""
        keys = {index: item.origin for index, item in self.items.items()}
        known, others = await repository.by_origin(
            self.connection, {key for key in keys.values() if key}, self.caller
        )
        valuation = await self._valuation(known)
        incoming = Incoming(
            known,
            lambda index: self._open(index, valuation, others),
            lambda index, before: self._revise(index, before, valuation),
        )
        incoming.take_all(keys.items())
        for index, error in incoming.refused.items():
            results.reject(index, error)
        written = await self._write(incoming)
        return self._report(incoming, written, results)

    async def _valuation(self, known: Mapping[Key, Arrival]) -> Valuation:
        amounts = [item.details.get("amount") for item in self.items.values()]
        return await load_valuation(
            self.connection, [*amounts, *(each.deal.amount for each in known.values())]
        )

    def _open(self, index: int, valuation: Valuation, others: set[Key]) -> tuple[Arrival, Envelope]:
        item = self.items[index]
        if item.origin in others:
            raise DomainError("external_id_taken", "Another deal has this external id.")
        item = item.with_details(owned(item.details, self.caller, new=True))
        if not item.imported:
            self.own.refuse_missing(item.details.get("custom", {}))
        pipeline = self._pipeline(item)
        arrival = arrive(new_id(), item, pipeline, valuation, now=self.now)
        assert arrival.event is not None  # noqa: S101 - a new deal always has its event
        if self.caller.role not in IMPORTERS:
            refuse_gated(arrival.deal, pipeline, self.caller, now=self.now)
        return arrival, fact(arrival.event, arrival.id, 1, arrival.deal.created_at)

    def _revise(self, index: int, before: Arrival, valuation: Valuation) -> tuple[Arrival, Envelope | None]:
        item, deal = self.items[index], before.deal
        if item.pipeline_id not in (None, deal.pipeline_id):
            detail = "A deal stays in its pipeline."
            raise DomainError(
                "validation_failed", detail, [FieldError("/pipeline_id", "unchangeable", detail)]
            )
        owned(item.details, self.caller, new=False)
        if "amount" in item.details:
            refuse_outside_limits(deal, item.details["amount"], self.caller)
        pipeline = self.pipelines[deal.pipeline_id]
        after = arrive_again(before, item, pipeline, valuation, now=self.now)
        if after.event is None:
            return before, None
        if self.caller.role not in IMPORTERS:
            refuse_gated_move(deal, after.deal, pipeline)
        stamped = Arrival(repository.stamped(after.deal, self.now), after.history, after.event)
        at = happened_at(after.event, self.now)
        return stamped, fact(after.event, after.id, after.deal.version, at)

    def _pipeline(self, item: Wanted) -> Pipeline:
        for each in self.pipelines.values():
            if each.active and (
                each.id == item.pipeline_id or (item.pipeline_id is None and each.is_default)
            ):
                return each
        detail = "There is no such active pipeline."
        raise DomainError(
            "reference_unknown", detail, [FieldError("/pipeline_id", "reference_unknown", detail)]
        )

    async def _write(self, incoming: Incoming[Arrival]) -> set[UUID]:
        new, changed = incoming.new, incoming.changed
        written = await repository.add(
            self.connection,
            [work.after for work in new],
            [envelope for work in new for envelope in work.envelopes],
        )
        await repository.save(
            self.connection,
            [work.after.deal for work in changed],
            [envelope for work in changed for envelope in work.envelopes],
            {
                work.after.id: work.after.history
                for work in changed
                if work.before is not None and work.before.history != work.after.history
            },
            touching=False,
        )
        return written

    def _report(
        self, incoming: Incoming[Arrival], written: set[UUID], results: Checked[Any]
    ) -> dict[int, Wanted]:
        raced = {}
        for work in incoming.works:
            for index, status in work.items:
                if work.before is None and work.after.id not in written:
                    raced[index] = self.items[index]
                else:
                    results.settle(index, status, work.after.id)
        return raced
