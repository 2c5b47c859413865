"""What the leads worker does by the agenda: kind of entry -> handler."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account import domain as account
from services.leads.activity import domain as activity
from services.leads.activity.use_cases.watch_due import call_due
from services.leads.claim.domain import LEASE_ENDS
from services.leads.claim.use_cases.claim_leads import end_leases, tell_overdue
from services.leads.duplicate.domain import FILL, MERGE, SCAN
from services.leads.duplicate.use_cases.find_duplicates import look_again
from services.leads.duplicate.use_cases.scan_records import fill_keys, scan_on
from services.leads.follow_up.use_cases.plan_follow_ups import plan_follow_ups
from services.leads.import_job.domain import FORGET, READ, RUN, UNDO
from services.leads.import_job.use_cases.read_file import FileReader
from services.leads.import_job.use_cases.run_import import run_imports
from services.leads.import_job.use_cases.undo_import import forget_files, undo_imports
from services.leads.lead.domain import (
    CONTACTED,
    HANDED_OVER,
    REVIEW,
    SET_DOWN,
    TAKEN_UP,
    TRIAGE,
    TRIAGE_AGAIN,
)
from services.leads.lead.use_cases.review_leads import REVIEW_ALL, plan_next_reviews
from services.leads.matching.domain import SEARCH
from services.leads.merge.use_cases.merge_duplicates import merge_duplicates
from services.leads.nurture.domain import STEP
from services.leads.nurture.use_cases.make_activities import make_activities
from services.leads.pursuit.domain import EXPIRE
from services.leads.pursuit.use_cases.set_mark import expire_marks
from services.leads.queue.domain import OVERDUE
from services.leads.response import domain as response
from services.leads.response.use_cases.hand_over_leads import hand_over_leads
from services.leads.response.use_cases.keep_deadlines import call_time, warn
from services.leads.response.use_cases.note_first_contacts import note_first_contacts
from services.leads.response.use_cases.pause_clocks import resume_clocks, stop_clocks
from services.leads.response.use_cases.start_clocks import restart_clocks
from services.leads.routing.use_cases.route_waiting import look_for_room, route_waiting
from services.leads.scoring.use_cases.train_nightly import NIGHTLY, train_nightly
from services.leads.segment.domain import ALL_ACCOUNTS
from services.leads.segment.use_cases.place_accounts import place_all_accounts, place_changed_accounts
from services.leads.seller.domain import ABSENCE_STARTS, ROOM
from services.leads.suggestion.domain import JUDGE
from services.leads.suggestion.use_cases.judge_suggestions import judge_suggestions
from services.leads.territory.domain import TELL_ALL
from services.leads.territory.use_cases.tell_territories import tell_all_territories
from services.leads.triage.use_cases.review_leads import review_leads
from services.leads.triage.use_cases.triage_leads import triage_again, triage_leads
from services.leads.web_form.domain import CONFIRMATION_OVER
from services.leads.web_form.use_cases.receive_submission import expire_submissions
from shared.agenda.domain import Due
from shared.agenda.due_work import Handler, Handlers


def in_turn(*handlers: Handler) -> Handler:
    """Several that have to do with the same work, in one transaction."""

    async def all_of_them(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
        for handle in handlers:
            await handle(connection, entries, now)

    return all_of_them


DUE: Handlers = {
    TRIAGE: triage_leads,
    TRIAGE_AGAIN: triage_again,
    MERGE: merge_duplicates,
    CONFIRMATION_OVER: expire_submissions,
    SEARCH: look_again,
    REVIEW: in_turn(review_leads, look_for_room),
    ROOM: route_waiting,
    EXPIRE: expire_marks,
    STEP: make_activities,
    REVIEW_ALL: plan_next_reviews,
    HANDED_OVER: restart_clocks,
    SET_DOWN: stop_clocks,
    TAKEN_UP: resume_clocks,
    ABSENCE_STARTS: hand_over_leads,
    CONTACTED: in_turn(note_first_contacts, plan_follow_ups),
    activity.DUE: call_due,
    response.WARNING: warn,
    response.DUE: call_time,
    NIGHTLY: train_nightly,
    JUDGE: judge_suggestions,
    account.REVIEW: place_changed_accounts,
    ALL_ACCOUNTS: place_all_accounts,
    TELL_ALL: tell_all_territories,
    LEASE_ENDS: end_leases,
    OVERDUE: tell_overdue,
}
LONG: Handlers = {
    READ: FileReader().read_step,
    RUN: run_imports,
    UNDO: undo_imports,
    FORGET: forget_files,
    SCAN: scan_on,
    FILL: fill_keys,
}
"""Work in large pieces, done beside the other, so that nobody waits for a file."""
