"""Simple ways to foretell a span: it brings what another span brought.

Needs no numpy, so that a query can sum it.
"""

from collections.abc import Callable, Mapping

from services.forecast.prediction.domain.days import months_before

Span = tuple[int, int]
"""From the first of these days until before the second."""


def last_period(span: Span) -> Span:
    """The same number of days just before."""
    start, end = span
    return start - (end - start), start


def same_months_of_last_quarter(span: Span) -> Span:
    """The same months of the quarter before."""
    return months_before(span[0], 3), months_before(span[1], 3)


def same_period_last_year(span: Span) -> Span:
    """The same months of the year before."""
    return months_before(span[0], 12), months_before(span[1], 12)


SPAN_OF: Mapping[str, Callable[[Span], Span]] = {
    each.__name__: each for each in (last_period, same_months_of_last_quarter, same_period_last_year)
}


def is_known(baseline: str, span: Span, first_closing: int, today: int) -> bool:
    """Whether its span lies between the first closing and today."""
    start, end = SPAN_OF[baseline](span)
    return start >= first_closing and end <= today
