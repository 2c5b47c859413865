"""What the forecast worker does by the agenda: kind of entry -> handler."""

from services.forecast.accuracy.domain import KEEP
from services.forecast.accuracy.use_cases.keep_figures import keep_figures
from services.forecast.alert.domain import WAKE
from services.forecast.alert.use_cases.wake_alerts import wake_alerts
from services.forecast.gap_rule.domain import CHECK
from services.forecast.gap_watch.domain import NIGHTLY
from services.forecast.gap_watch.use_cases.check_gaps import check_every_night, check_gaps
from services.forecast.prediction.domain.run import NIGHTLY as PREDICTION_NIGHTLY
from services.forecast.prediction.domain.run import RUN as PREDICTION_RUN
from services.forecast.prediction.use_cases.reckon_prediction import reckon_predictions
from services.forecast.prediction.use_cases.request_prediction import request_nightly
from services.forecast.rollup.domain import REMAKE
from services.forecast.rollup.use_cases.remake_cells import remake_part
from services.forecast.snapshot.domain import DAILY
from services.forecast.snapshot.use_cases.take_daily import take_daily
from services.forecast.submission.domain import LOCK, OVERDUE
from services.forecast.submission.use_cases.end_rounds import lock_submissions, tell_overdue
from services.forecast.submission.use_cases.open_rounds import open_rounds
from services.forecast.submission_rule.domain import OPEN_ROUND
from shared.agenda.due_work import Handlers

DUE: Handlers = {
    OVERDUE: tell_overdue,
    LOCK: lock_submissions,
    WAKE: wake_alerts,
    NIGHTLY: check_every_night,
}
LONG: Handlers = {
    DAILY: take_daily,
    KEEP: keep_figures,
    PREDICTION_NIGHTLY: request_nightly,
    PREDICTION_RUN: reckon_predictions,
    REMAKE: remake_part,
    OPEN_ROUND: open_rounds,
    CHECK: check_gaps,
}
"""Work that reckons with many deals, done beside the other, so that nothing that is due waits for it."""
