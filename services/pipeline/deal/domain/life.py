"""When a deal was opened, where it stood and how it ended, as its source system tells: made exact."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.pipeline.deal.domain.deal import DealError
from services.pipeline.deal.domain.passage import History, through
from services.pipeline.pipeline.domain import Pipeline, Stage
from shared.contracts.errors import FieldError
from shared.contracts.events.pipeline_deal import DealStatus

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of our clock a source system's may be."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an importer said; None is what it did not say. `entries`: (stage name or id, entered at)."""

    stage: str | None = None
    created_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: DealStatus | None = None
    entries: tuple[tuple[str, datetime], ...] | None = None

    @property
    def imported(self) -> bool:
        """Whether it says more than somebody opening a deal now can say."""
        return bool(self.created_at or self.closed_at or self.outcome or self.entries)


@dataclass(frozen=True, slots=True)
class Life:
    """A deal's dates, outcome and history, without contradictions. `stage` is where it stands or ended."""

    created_at: datetime
    status: DealStatus
    closed_at: datetime | None
    stage: Stage
    history: History


def lived(told: Told, pipeline: Pipeline, now: datetime) -> Life:
    """The life of a deal new to us. Refuses with `validation_failed` naming every contradiction.

    Without a history the deal spent its life in `stage`, by default the pipeline's first. With one, the time
    from its creation to the first entry counts to the first stage listed.
    """
    entries = stages_entered(told, pipeline)
    find = pipeline.past_stage if told.outcome in ("won", "lost") else pipeline.stage
    stage = pipeline.first_stage if told.stage is None else find(told.stage)
    if entries:
        stage = entries[-1][0]
    if stage.removed and told.outcome in (None, "open"):
        pipeline.stage(stage.name, pointer="/stage_history")
    created_at = told.created_at or (entries[0][1] if entries else now)
    refuse_contradictions(told, pipeline, created_at, now)
    status: DealStatus = told.outcome or "open"
    return Life(
        created_at=created_at,
        status=status,
        closed_at=told.closed_at,
        stage=stage,
        history=through(
            [(entries[0][0], created_at), *entries[1:]] if entries else [(stage, created_at)], told.closed_at
        ),
    )


def stages_entered(told: Told, pipeline: Pipeline) -> tuple[tuple[Stage, datetime], ...]:
    """The history told, its stages looked up, also those that were removed since.

    Refuses with `stage_unknown` naming the entry.
    """
    return tuple(
        (pipeline.past_stage(stage, pointer=f"/stage_history/{index}/stage"), entered_at)
        for index, (stage, entered_at) in enumerate(told.entries or ())
    )


def refuse_contradictions(told: Told, pipeline: Pipeline, created_at: datetime, now: datetime) -> None:
    """Refuses with `validation_failed` dates, outcome and history that do not fit together."""
    errors = [*_outcome_faults(told), *_date_faults(told, created_at, now), *_history_faults(told, pipeline)]
    if errors:
        raise DealError("validation_failed", errors[0].detail, errors)


def _outcome_faults(told: Told) -> Iterator[FieldError]:
    closed = told.outcome in ("won", "lost")
    if closed and told.closed_at is None:
        yield FieldError("/closed_at", "required", f"A deal that was {told.outcome} closed at some time.")
    if told.closed_at is not None and not closed:
        yield FieldError("/outcome", "required", "A deal that closed was won or lost; say which.")


def _date_faults(told: Told, created_at: datetime, now: datetime) -> Iterator[FieldError]:
    latest = now + CLOCK_SKEW
    if created_at > latest:
        yield FieldError("/created_at", "in_the_future", "The deal cannot have been opened in the future.")
    if told.closed_at is not None and told.closed_at > latest:
        yield FieldError("/closed_at", "in_the_future", "The deal cannot have closed in the future.")
    if told.closed_at is not None and told.closed_at < created_at:
        yield FieldError("/closed_at", "before_created", "A deal closes after it was opened.")
    previous = created_at
    for index, (_, entered_at) in enumerate(told.entries or ()):
        pointer = f"/stage_history/{index}/entered_at"
        if entered_at < previous:
            what = "before_created" if index == 0 else "out_of_order"
            yield FieldError(pointer, what, "Stages are listed in the order entered, after the opening.")
        if entered_at > (told.closed_at or latest):
            what = "after_closed" if told.closed_at else "in_the_future"
            yield FieldError(pointer, what, "No stage is entered after the deal closed, or in the future.")
        previous = max(previous, entered_at)


def _history_faults(told: Told, pipeline: Pipeline) -> Iterator[FieldError]:
    if not told.entries or told.stage is None:
        return
    last, stage = pipeline.past_stage(told.entries[-1][0]), pipeline.past_stage(told.stage)
    if last.id != stage.id:
        detail = f"The history ends in {last.name!r}."
        yield FieldError("/stage", "contradicts_history", detail)


def closing(closed_at: datetime | None, created_at: datetime, now: datetime) -> datetime:
    """When a deal that is closed now has closed: when told, else now. Refuses the future."""
    if closed_at is not None and closed_at > now + CLOCK_SKEW:
        detail = "The deal cannot have closed in the future."
        raise DealError("validation_failed", detail, [FieldError("/closed_at", "in_the_future", detail)])
    return max(now, created_at) if closed_at is None else closed_at
