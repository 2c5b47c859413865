"""What the pipeline worker does by the agenda: kind of entry -> handler."""

from services.pipeline.approval.domain import OVER
from services.pipeline.approval.use_cases.decide_approvals import end_approvals
from shared.agenda.due_work import Handlers

DUE: Handlers = {OVER: end_approvals}
