"""Many leads at once, from a partner or another system: each becomes new, renews what is there, or changes
nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.consent.domain import Consent, after_hearsay
from services.leads.consent.use_cases.record_consent import hearsay_beside
from services.leads.lead import repository
from services.leads.lead.domain import Lead, Scorer, first_touch, new_lead
from services.leads.lead.use_cases.score_leads import scorer
from services.leads.lead.use_cases.screen_leads import Screening
from services.leads.record.domain import Change, Draft, Key, gaps
from services.leads.record.repository import Beside
from services.leads.record.use_cases.load_records import out_of_view, taken_out_of_view
from services.leads.record.use_cases.upsert_batch import Group
from services.leads.tables import SOURCE
from services.leads.touch.domain import Touch, way_of
from services.leads.touch.use_cases.keep_touches import touches_beside
from shared.contracts.errors import DomainError
from shared.contracts.ids import new_id
from shared.observability.causes import event_context


@dataclass(frozen=True, slots=True)
class LeadItem:
    """One lead as it was sent. `origin`: external id and source system or partner; owner where given."""

    index: int
    key: Key | None
    values: Mapping[str, Any]
    origin: Mapping[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None
    consents: Sequence[Consent] = ()
    allow_duplicate: bool = False


LeadGroup = Group[Lead, LeadItem]


@dataclass(slots=True)
class _Leads:
    """What loaded and pushed leads have in common."""

    connection: AsyncConnection
    now: datetime
    screening: Screening

    async def screen(self, groups: Sequence[LeadGroup]) -> Mapping[UUID, DomainError]:
        """Those that the policies of their sources keep out."""
        in_order = sorted(groups, key=lambda group: group.items[0][0].index)
        allowed = [
            group.written_id for group in groups if any(item.allow_duplicate for item, _ in group.items)
        ]
        return await self.screening.refusals([group.draft.after for group in in_order], allowed)

    def start(self, item: LeadItem) -> Change[Lead]:
        """A new lead."""
        origin = {**item.origin, "do_not_contact": after_hearsay((), item.consents)}
        return new_lead(
            new_id(),
            item.values,
            now=self.now,
            created_at=item.created_at,
            origin=origin,
            score=self._score,
            let_in=item.allow_duplicate or self.screening.off,
        )

    @property
    def _score(self) -> Scorer:
        return scorer(self.connection, self.now)


@dataclass(slots=True)
class LoadedLeads(_Leads):
    """Leads a member loads from other systems; a key is (source system, external id). `within`: what the
    member may see, and so renew."""

    within: ColumnElement[bool]
    hidden: set[UUID] = field(default_factory=set)

    async def find(self, keys: Sequence[Key]) -> Mapping[Key, Lead]:
        """The leads of these systems and ids."""
        found = await repository.LEADS.find_loaded(self.connection, keys)
        self.hidden |= await out_of_view(self.connection, repository.LEADS, found.values(), self.within)
        return found

    def renew(self, record: Lead, item: LeadItem) -> Change[Lead] | None:
        """What the other system knows now. A lead that was put away is brought back; one that its lead was
        merged into only gets what it lacks. Refuses one that is not in view."""
        if record.id in self.hidden:
            raise taken_out_of_view()
        if (record.source_system, record.external_id) != item.key:
            return record.edit(_lacking(record, item), now=self.now, score=self._score)
        values = {**_with_consents(record, item), "archived_at": None}
        owner = item.origin.get("owner_id")
        if owner in (None, record.owner_id):
            return record.edit(values, now=self.now, score=self._score)
        assigned = {
            "owner_id": owner,
            "assigned_at": self.now,
            "assignment_reason": "owner given when loaded",
        }
        return record.edit({**values, **assigned}, now=self.now, score=self._score)

    async def insert(self, groups: Sequence[LeadGroup]) -> Mapping[UUID, Lead]:
        """New leads."""
        drafts = [group.draft for group in groups]
        beside = [*_first_touches(groups), *consents_beside(groups)]
        return await repository.insert_new(self.connection, drafts, event_context(SOURCE), beside)

    async def update(self, groups: Sequence[LeadGroup]) -> Mapping[UUID, Lead]:
        """Changed leads."""
        drafts = [group.draft for group in groups]
        return await repository.save(self.connection, drafts, event_context(SOURCE), consents_beside(groups))


@dataclass(slots=True)
class PushedLeads(_Leads):
    """Leads a partner pushes; a key is (partner id, external id). `beside`: what is written with them."""

    partner_id: UUID
    beside: Callable[[Sequence[LeadGroup]], Sequence[Beside]]

    async def find(self, keys: Sequence[Key]) -> Mapping[Key, Lead]:
        """The partner's leads by its own references; for one that was merged the lead it is part of."""
        ids = [external_id for _, external_id in keys]
        pushed = await repository.find_pushed(self.connection, self.partner_id, ids)
        leads = await repository.LEADS.as_merged(self.connection, pushed)
        return {(str(self.partner_id), external_id): lead for external_id, lead in leads.items()}

    def renew(self, record: Lead, item: LeadItem) -> Change[Lead] | None:
        """What the partner knows now; a member's edits stay, and a lead that the partner's was merged into
        only gets what it lacks."""
        if (str(record.partner_id), record.external_id) != item.key:
            return record.renew(_lacking(record, item), now=self.now, score=self._score)
        return record.renew(_with_consents(record, item), now=self.now, score=self._score)

    async def insert(self, groups: Sequence[LeadGroup]) -> Mapping[UUID, Lead]:
        """New leads, each pointing at the open lead of the same e-mail address, if there is one."""
        drafts = _with_twins_inside(groups)
        beside = [*_first_touches(groups), *consents_beside(groups), *self.beside(groups)]
        cautious = self.screening.is_left_to_statement()
        return await repository.insert_pushed(
            self.connection,
            drafts,
            event_context(SOURCE),
            beside,
            cautious=cautious,
            let_in=self.screening.off,
        )

    async def update(self, groups: Sequence[LeadGroup]) -> Mapping[UUID, Lead]:
        """Changed leads."""
        drafts = [group.draft for group in groups]
        touches = touches_beside(later_touches(groups, self.now), only_new_ways=True)
        beside = [*touches, *consents_beside(groups), *self.beside(groups)]
        return await repository.save(self.connection, drafts, event_context(SOURCE), beside)


def _lacking(record: Lead, item: LeadItem) -> Mapping[str, Any]:
    """For the lead that the item's was merged into: what it has no value for, and refusals of contact."""
    said = {name: value for name, value in _with_consents(record, item).items() if name not in item.values}
    return {**gaps(record, item.values), **said}


def _with_consents(record: Lead, item: LeadItem) -> Mapping[str, Any]:
    """The item's values, and the channels that are shut from now on."""
    if not item.consents:
        return item.values
    return {**item.values, "do_not_contact": after_hearsay(record.do_not_contact, item.consents)}


def consents_beside(groups: Sequence[LeadGroup]) -> list[Beside]:
    """What the items say of consent."""
    return hearsay_beside(
        [(group.written_id, each) for group in groups for item, _ in group.items for each in item.consents]
    )


def _first_touches(groups: Sequence[LeadGroup]) -> list[Beside]:
    return touches_beside([first_touch(group.draft.after) for group in groups])


def later_touches(groups: Sequence[LeadGroup], now: datetime) -> list[Touch]:
    """By which ways the items of known leads say that somebody came."""
    return [
        Touch(id=new_id(), lead_id=group.written_id, at=now, kind="push", **way)
        for group in groups
        for item, _ in group.items
        if (way := way_of(item.values))
    ]


def _with_twins_inside(groups: Sequence[LeadGroup]) -> list[Draft[Lead]]:
    """New leads of one batch with the same e-mail address: the later ones point at the first."""
    first: dict[str, UUID] = {}
    for group in sorted(groups, key=lambda group: group.items[0][0].index):
        email = group.draft.after.email
        if email is not None:
            first.setdefault(email.lower(), group.written_id)
    return [_pointing_at(group.draft, first) for group in groups]


def _pointing_at(draft: Draft[Lead], first: Mapping[str, UUID]) -> Draft[Lead]:
    last = draft.steps[-1]
    twin = first.get((last.after.email or "").lower())
    if twin in (None, last.after.id):
        return draft
    marked = replace(last, after=replace(last.after, duplicate_of=twin))
    return Draft(draft.before, (*draft.steps[:-1], marked))
