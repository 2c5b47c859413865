"""Working time: hours by weekday on the clock of a zone, without closed days. Durations are elapsed time."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from shared.contracts.errors import DomainError, FieldError

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
# A part of a working day too small to count: shares of days are not exact.
_CLOSE = 1e-12


class WorkingTimeError(DomainError):
    """Hours that cannot be."""


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """Minutes of the day, from 0 (00:00) to 1440 (24:00); the end is not part of it."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= 24 * 60:
            detail = "Hours start before they end, between 00:00 and 24:00."
            raise WorkingTimeError("hours_out_of_order", detail)


Week = Mapping[int, tuple[Hours, ...]]
"""Hours by ISO weekday, 1 (Monday) to 7 (Sunday). A weekday without hours is closed."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFICE_HOURS = (Hours(9 * 60, 17 * 60),)
"""What a working day is until somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """`week` is on the clock of `zone`; on `closed` days, dates of that zone, nobody works.

    Hours that fall into a clock's jump forward begin or end with the jump. Where a clock is set back, hours
    begin or end at the first of two equal times. Refuses hours of one day that overlap.
    """

    week: Week
    zone: ZoneInfo
    closed: frozenset[date] = frozenset()
    _closed_days: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = {day: _in_order(hours) for day, hours in self.week.items() if hours}
        object.__setattr__(self, "week", ordered)
        object.__setattr__(self, "_closed_days", tuple(sorted(self.closed)))

    @property
    def never_open(self) -> bool:
        """There are no hours on any weekday."""
        return not self.week

    def works_on(self, day: date) -> bool:
        """Whether it is a working day: there are hours on that weekday, and it is not closed."""
        return day.isoweekday() in self.week and day not in self.closed

    def is_open(self, at: datetime) -> bool:
        """Whether somebody works at this instant."""
        return any(opening <= at < closing for opening, closing in self._stretches(self._day(at)))

    def add(self, start: datetime, minutes: float) -> datetime:
        """The first instant by which so much working time has passed since `start`.

        Never in closed time, though it may be the very end of some hours; 0 minutes answer `start` or the
        next opening. Refuses less than 0, and hours that are `never_open`. Whole weeks are one step.
        """
        if minutes < 0:
            raise ValueError("Working time is counted forwards.")
        if self.never_open:
            raise WorkingTimeError("never_open", "There are no hours on any day of the week.")
        left, day = minutes * _MINUTE, self._day(start)
        while True:
            whole_week = self._plain_week(day) if start <= self._instant(day, 0) else None
            if whole_week is not None and whole_week < left:
                left, day = left - whole_week, day + _WEEK
                continue
            for opening, closing in self._stretches(day):
                begin = max(opening, start)
                if begin < closing:
                    if left <= closing - begin:
                        return begin + left
                    left -= closing - begin
            day += _DAY

    def minutes_between(self, start: datetime, end: datetime) -> float:
        """How much working time lies between the two; 0 when the end is not after the start."""
        total, day, last = timedelta(), self._day(start), self._day(end)
        while day <= last:
            inside = start <= self._instant(day, 0) and day + _WEEK <= last
            whole_week = self._plain_week(day) if inside else None
            if whole_week is not None:
                total, day = total + whole_week, day + _WEEK
                continue
            for opening, closing in self._stretches(day):
                total += max(min(closing, end) - max(opening, start), timedelta())
            day += _DAY
        return total / _MINUTE

    def add_days(self, start: datetime, days: int) -> datetime:
        """The first instant by which so many working days have passed since `start`.

        Every day with hours is one working day however long it is, and within it time passes with its hours:
        three days from Monday noon is Thursday noon, one from Saturday is the end of Monday. 0 days answer
        `start` or the next opening. Refuses less than 0, and hours that are `never_open`.
        """
        if days < 0:
            raise ValueError("Working days are counted forwards.")
        if self.never_open:
            raise WorkingTimeError("never_open", "There are no hours on any day of the week.")
        day = self._day(start)
        gone, length = self._gone(day, start), self._length(day)
        while not length or gone == length:
            day += _DAY
            gone, length = timedelta(), self._length(day)
        share = gone / length
        if not days:
            return max(start, self._reached(day, share))
        share, left = (share, days) if share else (1.0, days - 1)
        while left:
            day += _DAY
            left -= bool(self._length(day))
        return self._reached(day, share)

    def latest_start(self, end: datetime, days: int) -> datetime:
        """The last instant from which so many working days have passed by `end`.

        What began by then is over: `add_days` leads from it to no later than `end`. Refuses less than 1, and
        hours that are `never_open`.
        """
        if days < 1:
            raise ValueError("Working days are counted from one.")
        if self.never_open:
            raise WorkingTimeError("never_open", "There are no hours on any day of the week.")
        early, late = end - days * _DAY, end
        while not self._have_passed(days, early, end):
            early, late = early - max(_WEEK, end - early), early
        while late - early > timedelta.resolution:
            between = early + (late - early) // 2
            early, late = (between, late) if self._have_passed(days, between, end) else (early, between)
        return early

    def _have_passed(self, days: int, start: datetime, end: datetime) -> bool:
        return self.days_between(start, end) >= days - _CLOSE

    def days_between(self, start: datetime, end: datetime) -> float:
        """How many working days lie between the two; 0 when the end is not after the start."""
        if end <= start:
            return 0.0
        first, last = self._day(start), self._day(end)
        if first == last:
            return self._share(last, end) - self._share(first, start)
        between = 1 - self._share(first, start) if self._length(first) else 0.0
        return between + self._open_days(first + _DAY, last) + self._share(last, end)

    def _open_days(self, first: date, end: date) -> int:
        """Working days from `first` up to `end`, which is not one of them."""
        weeks, rest = divmod((end - first).days, 7)
        count = weeks * len(self.week)
        count += sum((first + each * _DAY).isoweekday() in self.week for each in range(rest))
        closed = self._closed_days[
            bisect_left(self._closed_days, first) : bisect_left(self._closed_days, end)
        ]
        return count - sum(day.isoweekday() in self.week for day in closed)

    def _length(self, day: date) -> timedelta:
        """How long people work on a local day."""
        return sum((closing - opening for opening, closing in self._stretches(day)), timedelta())

    def _gone(self, day: date, at: datetime) -> timedelta:
        """How much of that has passed by an instant."""
        return sum(
            (max(min(closing, at) - opening, timedelta()) for opening, closing in self._stretches(day)),
            timedelta(),
        )

    def _share(self, day: date, at: datetime) -> float:
        length = self._length(day)
        return self._gone(day, at) / length if length else 0.0

    def _reached(self, day: date, share: float) -> datetime:
        """When this share of a working day has passed; its opening for none."""
        left = (self._length(day) * share) if share else timedelta()
        for opening, closing in self._stretches(day):
            if left <= closing - opening:
                return opening + left
            left -= closing - opening
        raise ValueError("Nobody works on this day.")

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _stretches(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """When the hours of a local day begin and end, in UTC."""
        if day in self.closed:
            return
        for hours in self.week.get(day.isoweekday(), ()):
            opening, closing = self._instant(day, hours.start), self._instant(day, hours.end)
            if opening < closing:
                yield opening, closing

    def _plain_week(self, day: date) -> timedelta | None:
        """The hours of seven days from this one; None when a closed day or a change of clocks is there."""
        at = bisect_left(self._closed_days, day)
        if at < len(self._closed_days) and self._closed_days[at] < day + _WEEK:
            return None
        clocks = (datetime.combine(midnight, time(), self.zone) for midnight in (day, day + _WEEK))
        if len({clock.utcoffset() for clock in clocks}) > 1:
            return None
        return sum(hours.end - hours.start for each in self.week.values() for hours in each) * _MINUTE

    def _instant(self, day: date, minute: int) -> datetime:
        """The first instant at which the clock shows this time of this day, or has jumped over it."""
        shown = datetime.combine(day, time()) + minute * _MINUTE
        late = shown.replace(tzinfo=self.zone).astimezone(UTC)
        if self._clock(late) == shown:
            return late
        early = shown.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        while late - early > _SECOND:
            between = early + (late - early) // 2
            early, late = (early, between) if self._clock(between) >= shown else (between, late)
        return late.replace(microsecond=0)

    def _clock(self, at: datetime) -> datetime:
        return at.astimezone(self.zone).replace(tzinfo=None)


def office_week(working_days: tuple[int, ...]) -> Week:
    """The organisation's working days (ISO weekdays), each with the office hours."""
    return dict.fromkeys(working_days, OFFICE_HOURS)


def written_week(week: Week) -> dict[str, list[dict[str, str]]]:
    """The hours as people write them: `{"monday": [{"start": "09:00", "end": "17:00"}]}`."""
    return {
        name: [{"start": _clock_time(hours.start), "end": _clock_time(hours.end)} for hours in week[day]]
        for day, name in enumerate(WEEKDAYS, start=1)
        if week.get(day)
    }


def read_week(written: Mapping[str, Sequence[Mapping[str, str]]]) -> Week:
    """The other way round. Refuses hours that cannot be, naming the weekday."""
    return {WEEKDAYS.index(name) + 1: _hours_of(name, hours) for name, hours in written.items()}


def _hours_of(weekday: str, written: Sequence[Mapping[str, str]]) -> tuple[Hours, ...]:
    try:
        return _in_order(Hours(_minute(each["start"]), _minute(each["end"])) for each in written)
    except WorkingTimeError as error:
        found = FieldError(f"/week/{weekday}", error.code, error.detail)
        raise WorkingTimeError(error.code, error.detail, [found]) from None


def _in_order(hours: Iterable[Hours]) -> tuple[Hours, ...]:
    ordered = tuple(sorted(hours))
    if any(later.start < earlier.end for earlier, later in pairwise(ordered)):
        raise WorkingTimeError("hours_overlap", "Hours of one day may not overlap.")
    return ordered


def _minute(clock_time: str) -> int:
    hours, minutes = clock_time.split(":")
    return int(hours) * 60 + int(minutes)


def _clock_time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
