"""Which gates stand between a deal and where it wants to go; passing them all the same, with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import ORDERLY, Deal, Passed
from services.pipeline.gate.domain import (
    NOTHING,
    Applicant,
    Evidence,
    Gate,
    How,
    Unmet,
    Verdict,
    at_least,
    needs_evidence,
)
from services.pipeline.gate.judgement import judge
from services.pipeline.gate.schemas import gates_unmet
from services.pipeline.pipeline.domain import Pipeline, Stage
from services.pipeline.progress.queries import evidence_of
from shared.contracts.identity import Identity

OVERRIDING_ROLE = "manager"


@dataclass(frozen=True, slots=True)
class Asking:
    """A deal as it would pass: with the fields that are filled in on the way."""

    pipeline: Pipeline
    deal: Deal
    caller: Identity
    now: datetime
    reason: str | None = None

    @property
    def may_override(self) -> bool:
        """Whether the caller may pass gates that are not met, with a reason."""
        return self.pipeline.override_allowed and at_least(self.caller.role, OVERRIDING_ROLE)

    def applicant(self, evidence: Evidence = NOTHING) -> Applicant:
        """The deal as gates see it."""
        return Applicant(
            deal=self.deal.shown_to_gates(),
            stage_position=self.deal.stage.position,
            role=self.caller.role,
            now=self.now,
            evidence=evidence,
        )

    def stage_gates(self, stage: Stage) -> tuple[Gate, ...]:
        """What the present stage asks of who goes on, and the other one of who comes."""
        present = self.deal.stage
        ahead = stage.position > present.position and not present.removed
        return (*(present.exit_gates if ahead else ()), *stage.entry_gates)

    def skipped(self, stage: Stage) -> tuple[Unmet, ...]:
        """The stages that would be jumped over, where that is not allowed."""
        over = self.pipeline.skipped(self.deal.stage, stage)
        if not over:
            return ()
        names = [each.name for each in over]
        unmet = Unmet(
            gate_id=self.pipeline.id,
            kind="skipping_allowed",
            label="Stages in order",
            pointer="/stage",
            detail=f"No stage may be jumped over; next is {names[0]!r}.",
            input={"type": "stage", "stages": names},
            how=How("POST", f"/v1/deals/{self.deal.id}/stage"),
        )
        return (unmet,)


async def pass_to_stage(connection: AsyncConnection, asking: Asking, stage: Stage) -> Passed:
    """How it passes. Without gates nothing is read. Refuses with `gates_unmet`."""
    missing = await _missing(connection, asking, asking.stage_gates(stage))
    return passed(asking, (*asking.skipped(stage), *missing))


async def pass_to_end(connection: AsyncConnection, asking: Asking, gates: Sequence[Gate]) -> Passed:
    """How it is won or lost. Refuses with `gates_unmet`."""
    return passed(asking, await _missing(connection, asking, gates))


async def _missing(connection: AsyncConnection, asking: Asking, gates: Sequence[Gate]) -> tuple[Unmet, ...]:
    if not gates:
        return ()
    evidence = await evidence_of(connection, asking.deal) if needs_evidence(gates) else NOTHING
    return judge(gates, asking.applicant(evidence))


def passed(asking: Asking, missing: Sequence[Unmet]) -> Passed:
    """Orderly, or overridden by who may. Refuses with `gates_unmet`."""
    if not missing:
        return ORDERLY
    if asking.reason is None or not asking.may_override:
        raise gates_unmet(missing, may_override=asking.may_override)
    return Passed(tuple(dict.fromkeys(each.label for each in missing)), asking.reason)


async def verdicts(connection: AsyncConnection, asking: Asking) -> tuple[Verdict, ...]:
    """For where the deal is (what nobody asked when it came), for each other stage, for win and loss."""
    evidence = (
        await evidence_of(connection, asking.deal) if needs_evidence(asking.pipeline.gates) else NOTHING
    )
    applicant, here = asking.applicant(evidence), asking.deal.stage
    others = [each for each in asking.pipeline.stages if each.id != here.id]
    return (
        Verdict("here", judge(here.entry_gates, applicant), here.id, here.name),
        *(
            Verdict(
                "stage",
                (*asking.skipped(each), *judge(asking.stage_gates(each), applicant)),
                each.id,
                each.name,
            )
            for each in others
        ),
        Verdict("win", judge(asking.pipeline.win_gates, applicant)),
        Verdict("lose", judge(asking.pipeline.lose_gates, applicant)),
    )
