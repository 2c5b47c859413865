"""What the pipeline worker does by the agenda: kind of entry -> handler."""

from services.pipeline.approval.domain import OVER
from services.pipeline.approval.use_cases.decide_approvals import end_approvals
from services.pipeline.board.domain import SPREAD
from services.pipeline.board.use_cases.place_card import spread_columns
from services.pipeline.deal.domain.clock import CHANGED
from services.pipeline.deal_time.domain import ALARM, SWEEP
from services.pipeline.deal_time.use_cases.reckon_deals import reckon_changed, reckon_many
from services.pipeline.deal_time.use_cases.tell_times import tell_times
from services.pipeline.issue.domain import FOLLOW_ALERT, RECHECK
from services.pipeline.issue.use_cases.follow_alerts import follow_alerts
from services.pipeline.issue.use_cases.recheck_issues import recheck_due
from services.pipeline.leak_run.domain import NIGHTLY
from services.pipeline.leak_run.use_cases.run_nightly import run_nightly
from shared.agenda.due_work import Handlers

DUE: Handlers = {
    OVER: end_approvals,
    ALARM: tell_times,
    SPREAD: spread_columns,
}
LONG: Handlers = {RECHECK: recheck_due, NIGHTLY: run_nightly, FOLLOW_ALERT: follow_alerts}
"""Work that counts many deals, done beside the other, so that no deadline waits for it."""
RECKONING: Handlers = {CHANGED: reckon_changed, SWEEP: reckon_many}
"""Follows from changes, done beside the other: what is due is not told later because files are loaded."""
