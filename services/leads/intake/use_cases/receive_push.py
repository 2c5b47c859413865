"""What a partner pushes becomes leads, renews them, or waits in quarantine: nothing is lost or doubled."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.channel_catalogue.use_cases.name_channels import with_channel
from services.leads.consent.domain import Consent
from services.leads.consent.schemas import entries
from services.leads.consent.use_cases.record_consent import record_hearsay
from services.leads.duplicate_policy.domain import DuplicateFound
from services.leads.intake import repository
from services.leads.intake.domain import Faulty, Pushed, looking_like
from services.leads.intake.schemas import PartnerLead, read_pushed
from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.receive_leads import LeadGroup, LeadItem, PushedLeads
from services.leads.lead.use_cases.screen_leads import Screening
from services.leads.record.one_transaction import one_statement_or_transaction
from services.leads.record.repository import Beside
from services.leads.record.use_cases.upsert_batch import Outcome, upsert_batch
from services.leads.touch.domain import Touch, way_of
from services.leads.touch.use_cases.keep_touches import keep_touches
from shared.contracts.errors import DomainError
from shared.contracts.ids import new_id


@dataclass(slots=True)
class Push:
    """One push on its way: whose, when and by whom, the receipts given out, what became of the items."""

    connection: AsyncConnection
    partner_id: UUID
    now: datetime
    by: str | None
    receipts: dict[int, UUID] = field(default_factory=dict)
    results: dict[int, Pushed] = field(default_factory=dict)

    def receipt_id(self, index: int) -> UUID:
        """The id of the item's receipt, the same however often it is tried."""
        return self.receipts.setdefault(index, new_id())


async def receive_push(
    push: Push, items: Sequence[object], *, likely_new: bool = False, allow_duplicates: bool = False
) -> list[Pushed]:
    """What became of each item, in order. An item that is a DomainError was refused before.

    Of items with the same reference the later is applied on top of the earlier. `likely_new`: one statement
    for a lead that was never pushed before, one more for others. What the policy of its source keeps out
    waits in quarantine, unless `allow_duplicates`.
    """

    async def receive() -> list[Pushed]:
        screening = Screening(push.connection, left_to_statement=likely_new, off=allow_duplicates)
        return await _receive(push, items, screening, look_first=not likely_new)

    return await one_statement_or_transaction(push.connection, receive)


async def _receive(
    push: Push, items: Sequence[object], screening: Screening, *, look_first: bool
) -> list[Pushed]:
    good, faulty = _sorted_out(push, items)
    good_later = {body.external_id: index for index, body in good}
    overtaken = [each for each in faulty if good_later.get(each.external_id, -1) > each.index]
    await _quarantine(push, [each for each in overtaken if each.index not in push.results])
    kept_out = await _upsert(push, good, items, screening, look_first=look_first)
    await _quarantine(push, [each for each in faulty if each not in overtaken] + kept_out)
    return [push.results[index] for index in range(len(items))]


def _sorted_out(push: Push, items: Sequence[object]) -> tuple[list[tuple[int, PartnerLead]], list[Faulty]]:
    good: list[tuple[int, PartnerLead]] = []
    faulty: list[Faulty] = []
    for index, item in enumerate(items):
        try:
            found = read_pushed(index, item)
        except DomainError as refusal:
            push.results[index] = Pushed(index, "rejected", problem=refusal)
            continue
        if isinstance(found, Faulty):
            faulty.append(found)
            continue
        try:
            with_channel(push.connection, found.values())
        except DomainError as unknown:
            payload = item if isinstance(item, dict) else {}
            faulty.append(Faulty(index, found.external_id, payload, unknown.errors))
        else:
            good.append((index, found))
    return good, faulty


async def _upsert(
    push: Push,
    good: Sequence[tuple[int, PartnerLead]],
    items: Sequence[object],
    screening: Screening,
    *,
    look_first: bool,
) -> list[Faulty]:
    """Make or renew the leads; faulty after all are the ones that nothing names, and those kept out."""
    references = {index: body.external_id for index, body in good}
    store = PushedLeads(
        push.connection, push.now, screening, push.partner_id, lambda groups: _beside(push, groups)
    )
    sent = [_item(push, index, body) for index, body in good]
    outcomes = await upsert_batch(store, sent, look_first=look_first)
    await _keep_news_of_unchanged(push, sent, outcomes)
    kept_out: list[Faulty] = []
    for outcome in outcomes:
        index, refusal = outcome.index, outcome.refusal
        payload = items[index]
        if refusal is None:
            push.results[index] = _pushed(push, outcome, references[index])
        elif isinstance(refusal, DuplicateFound) and isinstance(payload, dict):
            likes = looking_like(refusal)
            kept_out.append(Faulty(index, references[index], payload, refusal.errors, likes))
        elif refusal.code == "validation_failed" and isinstance(payload, dict):
            kept_out.append(Faulty(index, references[index], payload, refusal.errors))
        else:
            push.results[index] = Pushed(index, "rejected", references[index], problem=refusal)
    await _finish(push)
    return kept_out


def _item(push: Push, index: int, body: PartnerLead) -> LeadItem:
    return LeadItem(
        index=index,
        key=(str(push.partner_id), body.external_id),
        values=with_channel(push.connection, body.values()),
        origin={"partner_id": push.partner_id, "external_id": body.external_id},
        consents=entries(body.consents, str(push.partner_id), push.now),
    )


def _beside(push: Push, groups: Sequence[LeadGroup]) -> list[Beside]:
    """The receipts of the pushes, and the end of their stay in quarantine."""
    rows = [
        repository.receipt_row(
            push.receipt_id(item.index),
            push.partner_id,
            str(item.origin["external_id"]),
            became,
            received_at=push.now,
            lead_id=group.written_id,
        )
        for group in groups
        for item, became in group.items
    ]
    leads = {row["external_id"]: row["lead_id"] for row in rows}
    return [
        repository.receipts_beside(rows),
        repository.closing_beside(push.partner_id, leads, push.by, push.now),
    ]


def _pushed(push: Push, outcome: Outcome[Lead], external_id: str) -> Pushed:
    lead = outcome.record
    twin = outcome.became == "created" and lead is not None and lead.duplicate_of is not None
    return Pushed(
        index=outcome.index,
        status="duplicate" if twin else outcome.became or "unchanged",
        external_id=external_id,
        lead_id=lead.id if lead else None,
        receipt_id=push.receipt_id(outcome.index),
    )


async def _keep_news_of_unchanged(
    push: Push, sent: Sequence[LeadItem], outcomes: Sequence[Outcome[Lead]]
) -> None:
    """Pushes that change no field may still tell of another way somebody came by, or of consent."""
    became = {each.index: each for each in outcomes}
    touches: list[Touch] = []
    said: list[tuple[UUID, Consent]] = []
    for item in sent:
        outcome = became[item.index]
        if outcome.became == "unchanged" and outcome.record is not None:
            lead = outcome.record
            said += [(lead.id, each) for each in item.consents]
            way = way_of(item.values)
            if any(getattr(lead, name) != value for name, value in way.items()):
                touches.append(Touch(id=new_id(), lead_id=lead.id, at=push.now, kind="push", **way))
    await keep_touches(push.connection, touches, only_new_ways=True)
    await record_hearsay(push.connection, said)


async def _finish(push: Push) -> None:
    """What no written lead carried: receipts of pushes that changed nothing, and marks on duplicates."""
    results = [result for result in push.results.values() if result.lead_id is not None]
    written = {result.external_id for result in results if result.status != "unchanged"}
    unchanged = [result for result in results if result.external_id not in written]
    await repository.add_receipts(push.connection, [_receipt(push, result) for result in unchanged])
    leads = {str(result.external_id): result.lead_id for result in unchanged if result.lead_id is not None}
    await repository.close_entries(push.connection, push.partner_id, leads, by=push.by, now=push.now)
    twins = [push.receipt_id(result.index) for result in results if result.status == "duplicate"]
    await repository.mark_duplicates(push.connection, twins)


async def _quarantine(push: Push, faulty: Sequence[Faulty]) -> None:
    """Keep the pushes as they came, with what is wrong with them, under one open entry for each reference."""
    if not faulty:
        return
    entries = await repository.put_into_quarantine(push.connection, push.partner_id, faulty, push.now)
    kept = [
        Pushed(
            index=each.index,
            status="quarantined",
            external_id=each.external_id,
            receipt_id=push.receipt_id(each.index),
            errors=each.errors,
            duplicates=each.duplicates,
        )
        for each in faulty
    ]
    push.results |= {each.index: each for each in kept}
    await repository.add_receipts(
        push.connection, [_receipt(push, each, entries[str(each.external_id)]) for each in kept]
    )


def _receipt(push: Push, result: Pushed, quarantine_id: UUID | None = None) -> dict[str, object]:
    return repository.receipt_row(
        push.receipt_id(result.index),
        push.partner_id,
        str(result.external_id),
        result.status,
        received_at=push.now,
        lead_id=result.lead_id,
        quarantine_id=quarantine_id,
    )
