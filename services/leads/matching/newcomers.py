"""Records that are about to come in together, compared with each other before they are written."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from services.leads.matching.domain import INDEXED, TEXTS, Found, Likeness, Rule, best_match

MOST_COMPARED = 20
"""With how many earlier ones each is compared: those that share most words and values with it."""


@dataclass(slots=True)
class Newcomers:
    """Those that were added so far. Words are compared as a whole here: of two records whose names and
    companies share no word only the second is looked at again, after both came in."""

    rules: Sequence[Rule]
    _by_sign: dict[str, list[Likeness]] = field(default_factory=lambda: defaultdict(list))

    def add(self, newcomer: Likeness) -> None:
        """It comes in: later ones are compared with it."""
        for sign in signs(self.rules, newcomer):
            self._by_sign[sign].append(newcomer)

    def like(self, newcomer: Likeness) -> list[Found]:
        """Those of the added ones that are the same, the likest first."""
        shared: Counter[Likeness] = Counter()
        for sign in signs(self.rules, newcomer):
            shared.update(self._by_sign.get(sign, ())[:MOST_COMPARED])
        compared = [other for other, _ in shared.most_common(MOST_COMPARED)]
        found = [
            Found(other, match) for other in compared if (match := best_match(self.rules, newcomer, other))
        ]
        return sorted(found, key=lambda each: (-each.match.score, each.other.record_id))


def signs(rules: Sequence[Rule], newcomer: Likeness) -> Iterator[str]:
    """The values and words by which one of the rules may find it the same as another."""
    decisive = {name for rule in rules for name in rule.decisive()}
    for name in INDEXED:
        value = getattr(newcomer, name)
        if name in decisive and value is not None:
            words = dict.fromkeys(value.split()) if name in TEXTS else (value,)
            yield from (f"{name}:{word}" for word in words)
