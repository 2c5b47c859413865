"""The statistics of leaks: an exact test, its correction for many, an interval, and the month it began."""

from collections.abc import Sequence
from math import exp, lgamma, log, sqrt

_95_PERCENT = 1.959963984540054
_NEGLIGIBLE = 1e-17


def chance_of_more(bad: int, of: int, reference_bad: int, reference_of: int) -> float:
    """Fisher's exact test, one-sided: how likely `bad` or more of `of` are by chance alone, when the bad ones
    of both groups together are dealt out blindly (the upper tail of the hypergeometric distribution)."""
    all_bad, everything = bad + reference_bad, of + reference_of
    if bad * everything <= of * all_bad:
        return min(1.0, 1.0 - _tail(bad - 1, -1, of=of, all_bad=all_bad, everything=everything))
    return min(1.0, _tail(bad, 1, of=of, all_bad=all_bad, everything=everything))


def _tail(start: int, step: int, *, of: int, all_bad: int, everything: int) -> float:
    """The sum of the hypergeometric probabilities from `start` on, away from the middle."""
    lowest, highest = max(0, of + all_bad - everything), min(of, all_bad)
    if not lowest <= start <= highest:
        return 0.0
    all_good, missed = everything - all_bad, everything - of
    term = exp(_chosen(all_bad, start) + _chosen(all_good, of - start) - _chosen(everything, of))
    total, at = term, start
    while lowest <= at + step <= highest and term > total * _NEGLIGIBLE:
        lower = min(at, at + step)
        ratio = (all_bad - lower) * (of - lower) / ((lower + 1) * (missed - all_bad + lower + 1))
        term *= ratio if step > 0 else 1 / ratio
        total, at = total + term, at + step
    return total


def _chosen(of: int, some: int) -> float:
    """The logarithm of the number of ways to choose `some` of `of`."""
    return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)


def q_values(p_values: Sequence[float], *, among: int | None = None) -> list[float]:
    """Benjamini and Hochberg (1995): the share of false alarms among all comparisons at least as striking.

    `among`: how many comparisons there were, when these are the striking ones only.
    """
    made = among or len(p_values)
    found, lowest = [1.0] * len(p_values), 1.0
    by_size = sorted(range(len(p_values)), key=p_values.__getitem__)
    for rank in range(len(by_size), 0, -1):
        index = by_size[rank - 1]
        lowest = min(lowest, p_values[index] * made / rank)
        found[index] = lowest
    return found


def difference_interval(bad: int, of: int, reference_bad: int, reference_of: int) -> tuple[float, float]:
    """Between what the difference of the two shares lies with 95 % certainty (Newcombe 1998, method 10)."""
    share, reference = bad / of, reference_bad / reference_of
    low, high = _wilson(share, of)
    reference_low, reference_high = _wilson(reference, reference_of)
    difference = share - reference
    return (
        difference - sqrt((share - low) ** 2 + (reference_high - reference) ** 2),
        difference + sqrt((high - share) ** 2 + (reference - reference_low) ** 2),
    )


def _wilson(share: float, of: int) -> tuple[float, float]:
    square = _95_PERCENT**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _95_PERCENT * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return middle - half, middle + half


def turn_for_the_worse(months: Sequence[tuple[int, int]]) -> int | None:
    """The first month of the run of worse months at the end: where one level before and a higher one after
    are likelier than anywhere else (largest likelihood ratio). `months`: (bad, of) each, the oldest first.

    None where no month is worse than those before it.
    """
    all_bad, everything = sum(bad for bad, _ in months), sum(of for _, of in months)
    best, found = 0.0, None
    bad_before = before = 0
    for index, (bad, of) in enumerate(months):
        bad_after, after = all_bad - bad_before, everything - before
        if before and after and bad_after * before > bad_before * after:
            likelihood = _likelihood(bad_before, before) + _likelihood(bad_after, after)
            if likelihood - _likelihood(all_bad, everything) > best:
                best, found = likelihood - _likelihood(all_bad, everything), index
        bad_before, before = bad_before + bad, before + of
    return found


def _likelihood(bad: int, of: int) -> float:
    """The logarithm of how likely these are at their own share."""
    return sum(count * log(count / of) for count in (bad, of - bad) if count)
