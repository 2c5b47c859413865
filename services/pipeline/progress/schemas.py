"""Bodies and answers about how a deal proceeds."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.pipeline.body import Price, Reason, Strict, Text200, Text2000
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.schemas import DealPatch, StageRef, When
from services.pipeline.gate.domain import Verdict
from services.pipeline.gate.schemas import UnmetOut, shown_unmet
from services.pipeline.progress.domain import Along


class _Alongside(Strict):
    """What may come along with every step."""

    fields: Annotated[DealPatch | None, Field(description="Filled in by the same call, as by PATCH.")] = None
    override_reason: Annotated[
        Reason | None,
        Field(
            description="Why gates that are not met are passed; for managers, where the pipeline allows it."
        ),
    ] = None

    def along(self) -> Along:
        """As the use cases take it."""
        return Along(self.fields.changes() if self.fields else {}, self.override_reason)


class Move(_Alongside):
    """The stage to enter, by name or id."""

    stage: StageRef


class Win(_Alongside):
    """When it was won, by default now; the amount it was won for, by default the deal's."""

    closed_at: When | None = None
    amount: Price | None = None
    reason: Annotated[
        Reason | None, Field(description="Why; one of the reasons for wins where there are any.")
    ] = None


class Lose(_Alongside):
    """Why it was lost, to whom, and when, by default now.

    `reason`: the key, label or id of one of the organisation's reasons (/v1/loss-reasons) where it has any,
    else any words. `note`: more about it, where the reason asks for that.
    """

    reason: Reason
    note: Text2000 = None
    competitor: Text200 = None
    closed_at: When | None = None


class Reopen(Strict):
    """Where it goes on, by default the stage in which it ended."""

    stage: StageRef | None = None


class VerdictOut(BaseModel):
    """Whether the deal may pass now. `target` here: the entry gates of the stage it is in, which nobody asked
    when it was loaded, came from a lead, or was brought along by a change of the pipeline."""

    target: Literal["here", "stage", "win", "lose"]
    stage_id: UUID | None
    stage: str | None
    allowed: bool
    unmet: list[UnmetOut]


class GatesOut(BaseModel):
    """What stands between an open deal and each stage, winning and losing; nothing for a closed one.

    `override_allowed`: whether the caller may pass what is not met, with a reason.
    """

    deal_id: UUID
    version: int
    pipeline_version: int
    override_allowed: bool
    items: list[VerdictOut]


def gates_out(deal: Deal, version: int, verdicts: Sequence[Verdict], *, may_override: bool) -> dict[str, Any]:
    """For `json_body.dumps`."""
    return {
        "deal_id": deal.id,
        "version": deal.version,
        "pipeline_version": version,
        "override_allowed": may_override,
        "items": [
            {
                "target": each.target,
                "stage_id": each.stage_id,
                "stage": each.stage,
                "allowed": each.allowed,
                "unmet": [shown_unmet(unmet) for unmet in each.unmet],
            }
            for each in verdicts
        ],
    }
