"""One lead after the other to its owner or queue, by rules in their order. No input/output and no chance:
the same leads, sellers and rules give the same decisions, in whatever order they were read."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.leads.routing.candidate import Barrier, Candidate, Preference, Terms
from services.leads.routing.domain import MOST_LISTED, Decision
from services.leads.routing.pools import Members, Pool, pool_of
from services.leads.routing.subject import ActiveRule, Subject
from services.leads.routing_rule.domain import RoutingRule


@dataclass(frozen=True, slots=True)
class _Choice:
    candidate: Candidate
    score: float | None
    why: str


class Router:
    """Gives leads one by one and counts what it gives. `reach`: the teams the caller may assign to."""

    def __init__(
        self,
        candidates: Iterable[Candidate],
        rules: Iterable[ActiveRule] = (),
        *,
        default_queue_id: UUID | None = None,
        reach: frozenset[UUID] | None = None,
    ) -> None:
        self.candidates = {each.member_id: each for each in sorted(candidates, key=lambda c: c.member_id)}
        reps = {each: rep for each, rep in self.candidates.items() if rep.is_rep and rep.active}
        self._members = Members(self.candidates, reps)
        self._rules = sorted(rules, key=lambda active: (active.rule.position, active.rule.id))
        self._default_queue_id = default_queue_id
        self._reach = reach
        self._lasting: dict[Terms, dict[UUID, Barrier]] = {}
        self._turn = max((each.turn for each in self.candidates.values()), default=0)

    def route(self, subject: Subject) -> Decision:
        """The decision; whoever is chosen goes to the end of the line."""
        tried: list[dict[str, Any]] = []
        for active in self._rules:
            decision = self._ask(active, subject, tried)
            if decision is not None:
                return decision
        everybody = Pool(tuple(self._members.reps.values()))
        entry: dict[str, Any] = {"rule_id": None, "name": "next in turn"}
        tried.append(entry)
        choice = self._choose(everybody, Terms(reach=self._reach), subject, entry)
        if choice is not None:
            return self._given(choice, choice.why, subject, tried)
        return self._to_default_queue("nobody is eligible", subject, tried)

    @property
    def has_room(self) -> bool:
        """Whether a rep could still take a lead, if a rule led to it."""
        barred = self._lasting_barriers(Terms())
        return any(
            each not in barred and rep.load_barrier() is None for each, rep in self._members.reps.items()
        )

    def turn_taken(self, member_id: UUID) -> int | None:
        """A lead was given by hand: that counts as a turn too. Answers the member's new place in the line."""
        candidate = self.candidates.get(member_id)
        return None if candidate is None else self._next_turn(candidate)

    def _ask(self, active: ActiveRule, subject: Subject, tried: list[dict[str, Any]]) -> Decision | None:
        rule = active.rule
        entry: dict[str, Any] = {"rule_id": rule.id, "name": rule.name, "version": rule.version}
        tried.append(entry)
        holds = active.condition(subject.facts)
        if isinstance(holds, str):
            entry |= {"result": "failed", "why": holds}
            return None
        if not holds:
            entry["result"] = "not_matching"
            return None
        said = f"rule {rule.name!r}"
        if rule.action["type"] in ("exclude", "queue"):
            return self._settled(active, subject, tried, entry)
        pool = pool_of(active, subject, self._members)
        if isinstance(pool, str):
            entry |= {"result": "nobody_eligible", "why": pool}
        else:
            choice = self._choose(pool, self._terms(rule, pool), subject, entry)
            if choice is not None:
                return self._given(choice, f"{said}: {choice.why}", subject, tried, rule_id=rule.id)
        if rule.fallthrough:
            return None
        return self._to_default_queue(f"{said} found nobody eligible", subject, tried, rule_id=rule.id)

    def _terms(self, rule: RoutingRule, pool: Pool) -> Terms:
        return Terms(
            named=pool.named,
            group=rule.seller_group,
            working_hours=rule.working_hours,
            respect_capacity=rule.respect_capacity,
            reach=self._reach,
        )

    def _choose(self, pool: Pool, terms: Terms, subject: Subject, entry: dict[str, Any]) -> _Choice | None:
        """The best of those nothing keeps from the lead, and into `entry` what became of every candidate."""
        barred: list[tuple[Candidate, Barrier]] = []
        eligible: list[tuple[tuple[Any, ...], Candidate]] = []
        lasting = self._lasting_barriers(terms)
        likes: dict[Preference, bool] = {}
        for candidate in pool.candidates:
            barrier = lasting.get(candidate.member_id)
            if barrier is None and terms.respect_capacity:
                barrier = candidate.load_barrier()
            barrier = barrier or pool.barrier(candidate)
            if barrier is not None:
                barred.append((candidate, barrier))
                continue
            prefers = candidate.prefers
            if prefers is not None and prefers not in likes:
                likes[prefers] = prefers(subject.facts)
            liked = prefers is not None and likes[prefers]
            eligible.append((_rank(candidate, pool, terms, liked=liked), candidate))
        counts = Counter(barrier.code for _, barrier in barred)
        entry["counts"] = dict(counts)
        if not eligible:
            entry["result"] = "nobody_eligible"
            entry["candidates"] = [_barred(*each) for each in barred[:MOST_LISTED]]
            return None
        eligible.sort(key=lambda each: each[0])
        best, chosen = eligible[0]
        entry |= {"result": "chosen", "counts": {"eligible": len(eligible), **counts}}
        waiting = [_waiting(candidate, pool) for _, candidate in eligible[1:MOST_LISTED]]
        left = MOST_LISTED - 1 - len(waiting)
        entry["candidates"] = [
            {"member_id": chosen.member_id, "result": "chosen", **pool.shown(chosen)},
            *waiting,
            *(_barred(*each) for each in barred[:left]),
        ]
        return _Choice(chosen, pool.score(chosen), _why(chosen, pool, len(eligible), preferred=not best[1]))

    def _lasting_barriers(self, terms: Terms) -> dict[UUID, Barrier]:
        """Of those who have one; looked for once, however many leads are routed."""
        if terms not in self._lasting:
            found = ((each.member_id, each.lasting_barrier(terms)) for each in self.candidates.values())
            self._lasting[terms] = {member: barrier for member, barrier in found if barrier is not None}
        return self._lasting[terms]

    def _given(
        self,
        choice: _Choice,
        reason: str,
        subject: Subject,
        tried: Sequence[Mapping[str, Any]],
        *,
        rule_id: UUID | None = None,
    ) -> Decision:
        turn = self._next_turn(choice.candidate)
        return Decision(
            "assigned",
            reason,
            member_id=choice.candidate.member_id,
            territory_id=subject.territory_id,
            beside=_place_of(subject),
            rule_id=rule_id,
            skill_score=choice.score,
            turn=turn,
            tried=tried,
        )

    def _settled(
        self, active: ActiveRule, subject: Subject, tried: list[dict[str, Any]], entry: dict[str, Any]
    ) -> Decision:
        """By a rule that says itself where the lead goes."""
        rule = active.rule
        queued = rule.action["type"] == "queue"
        entry["result"] = "queued" if queued else "excluded"
        said = "names this queue" if queued else rule.action["reason"]
        return Decision(
            entry["result"],
            f"rule {rule.name!r}: {said}",
            queue_id=UUID(str(rule.action["queue_id"])) if queued else None,
            territory_id=subject.territory_id,
            beside=_place_of(subject),
            rule_id=rule.id,
            tried=tried,
        )

    def _to_default_queue(
        self,
        reason: str,
        subject: Subject,
        tried: Sequence[Mapping[str, Any]],
        *,
        rule_id: UUID | None = None,
    ) -> Decision:
        queue_id = self._default_queue_id
        return Decision(
            "nobody" if queue_id is None else "queued",
            reason,
            queue_id=queue_id,
            territory_id=subject.territory_id,
            beside=_place_of(subject),
            rule_id=rule_id,
            tried=tried,
            found_nobody=True,
        )

    def _next_turn(self, candidate: Candidate) -> int:
        self._turn += 1
        candidate.take(self._turn)
        return self._turn


def _rank(candidate: Candidate, pool: Pool, terms: Terms, *, liked: bool) -> tuple[Any, ...]:
    """Best first: skill, own preference, at work now where that is preferred, longest without a lead, id."""
    return (
        -(pool.score(candidate) or 0),
        not liked,
        terms.working_hours == "preferred" and not candidate.at_work,
        candidate.turn,
        candidate.member_id,
    )


def _why(chosen: Candidate, pool: Pool, count: int, *, preferred: bool) -> str:
    if pool.why is not None:
        return pool.why
    reps = f"{count} eligible rep{'s' if count > 1 else ''}"
    if pool.fits is not None:
        fit = pool.fits[chosen.member_id]
        return f"best skill match {fit.score:.2f} of {reps} ({fit.why})"
    if preferred:
        return f"prefers such leads, of {reps}"
    return f"next in turn: least recently assigned of {reps}"


def _waiting(candidate: Candidate, pool: Pool) -> dict[str, Any]:
    return {"member_id": candidate.member_id, "result": "waiting", **pool.shown(candidate)}


def _barred(candidate: Candidate, barrier: Barrier) -> dict[str, Any]:
    return {"member_id": candidate.member_id, "result": barrier.code, "why": barrier.why}


def _place_of(subject: Subject) -> dict[str, Any]:
    return {"territory": subject.placement.why} if subject.placement else {}
