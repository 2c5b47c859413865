"""What the organisation's own decisions say about a suggestion: naive Bayes over its words and its author.

log-odds = log((accepted + 1) / (rejected + 1)) + the sum over the weightiest features it has of
log(((a + 1) / (accepted + 2)) / ((r + 1) / (rejected + 2))), with a and r the accepted and rejected ones that
have the feature (Bernoulli model with Laplace's correction; a feature that is absent says nothing; at most
15 features count, as Graham 2002 does). Probability = 1 / (1 + exp(-log-odds)), kept within 0.01 and 0.99:
words of one text depend on each other, so it orders better than it estimates.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

MINIMUM = 10
"""So many accepted and so many rejected ones it takes to say anything."""
SEEN = 2
"""In so many decided ones a feature must occur to say anything."""
WEIGHTIEST = 15
TEST_SHARE = 0.3
TEST_MINIMUM = 5
_LEAST, _MOST, _STEP = 0.01, 0.99, Decimal("0.0001")
_LINK = re.compile(r"https?://\S+")
_WORD = re.compile(r"[^\W\d_]{3,40}")
_MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Decision:
    """What a suggestion had, and what became of it."""

    features: tuple[str, ...]
    accepted: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """A feature with the decided suggestions that have it; `log_odds` above 0 speaks for acceptance."""

    feature: str
    accepted: int
    rejected: int
    log_odds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """How well the filter of the earlier decisions orders the later ones."""

    decisions: int
    auc: float
    brier: float


@dataclass(frozen=True, slots=True)
class Filter:
    """What was learned. `having`: (accepted, rejected) by feature."""

    accepted: int
    rejected: int
    having: Mapping[str, tuple[int, int]]

    @property
    def knows_enough(self) -> bool:
        """Whether there were decisions enough of both kinds."""
        return min(self.accepted, self.rejected) >= MINIMUM

    @property
    def prior(self) -> float:
        """The log-odds before anything is known of a suggestion."""
        return math.log((self.accepted + 1) / (self.rejected + 1))

    def weigh(self, features: Iterable[str]) -> list[Evidence]:
        """What speaks for and against, the weightiest first; at most 15."""
        known = [self._evidence(each) for each in set(features) if sum(self.having.get(each, (0, 0))) >= SEEN]
        return sorted(known, key=lambda each: (-abs(each.log_odds), each.feature))[:WEIGHTIEST]

    def relevance(self, features: Iterable[str]) -> Decimal | None:
        """How likely it is accepted; None while too little was decided."""
        if not self.knows_enough:
            return None
        total = self.prior + sum(each.log_odds for each in self.weigh(features))
        return Decimal(min(max(1 / (1 + math.exp(-total)), _LEAST), _MOST)).quantize(_STEP)

    def weightiest(self, most: int) -> tuple[list[Evidence], list[Evidence]]:
        """Of all it has learned what speaks most for, and most against."""
        known = [self._evidence(each) for each, counts in self.having.items() if sum(counts) >= SEEN]
        known.sort(key=lambda each: (-each.log_odds, each.feature))
        speaking_for = [each for each in known if each.log_odds > 0]
        against = [each for each in reversed(known) if each.log_odds < 0]
        return speaking_for[:most], against[:most]

    def _evidence(self, feature: str) -> Evidence:
        accepted, rejected = self.having.get(feature, (0, 0))
        odds = ((accepted + 1) / (self.accepted + 2)) / ((rejected + 1) / (self.rejected + 2))
        return Evidence(feature, accepted, rejected, round(math.log(odds), 4))


def features_of(text: str, *, author: str, network: str, mentioned: str) -> tuple[str, ...]:
    """Its distinct words without links, and who said it where about what."""
    words = dict.fromkeys(_WORD.findall(_LINK.sub(" ", text).casefold()))
    said = [f"word:{word}" for word in list(words)[:_MOST_WORDS]]
    where = network.casefold()
    return (
        *said,
        f"author:{author.strip().casefold()[:200]}@{where}",
        f"network:{where}",
        f"about:{mentioned}",
    )


def learn(decisions: Iterable[Decision]) -> Filter:
    """From what was decided so far."""
    totals = {True: 0, False: 0}
    having: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for decision in decisions:
        totals[decision.accepted] += 1
        having[decision.accepted].update(set(decision.features))
    features = having[True].keys() | having[False].keys()
    counts = {each: (having[True][each], having[False][each]) for each in features}
    return Filter(totals[True], totals[False], counts)


def measure(decisions: Sequence[Decision]) -> Measured | None:
    """A filter of the earlier 70 % on the later 30 %, in the order they were decided; None when too few."""
    split = round(len(decisions) * (1 - TEST_SHARE))
    learned, later = learn(decisions[:split]), decisions[split:]
    accepted = sum(each.accepted for each in later)
    if not learned.knows_enough or min(accepted, len(later) - accepted) < TEST_MINIMUM:
        return None
    judged = [(float(learned.relevance(each.features) or 0), each.accepted) for each in later]
    brier = sum((score - was) ** 2 for score, was in judged) / len(judged)
    return Measured(len(later), round(_auc(judged), 4), round(brier, 4))


def _auc(judged: Sequence[tuple[float, bool]]) -> float:
    """How often an accepted one is put before a rejected one (Mann-Whitney; equal ones count a half)."""
    good = [score for score, was in judged if was]
    bad = [score for score, was in judged if not was]
    wins = sum((one > other) + (one == other) / 2 for one in good for other in bad)
    return wins / (len(good) * len(bad))
