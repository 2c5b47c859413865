"""Among whom a rule chooses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.leads.routing.candidate import Barrier, Candidate
from services.leads.routing.skills import Fit, Wanted, fit, needs_of
from services.leads.routing.subject import ActiveRule, Subject


@dataclass(frozen=True, slots=True)
class Pool:
    """`named`: the rule names them. `fits`: how their skills fit, for a rule that goes by skills. `why`:
    what makes the one candidate the right one."""

    candidates: tuple[Candidate, ...]
    named: bool = False
    fits: Mapping[UUID, Fit] | None = None
    why: str | None = None

    def barrier(self, candidate: Candidate) -> Barrier | None:
        """What the skills of a candidate keep it from."""
        return None if self.fits is None else self.fits[candidate.member_id].barrier

    def score(self, candidate: Candidate) -> float | None:
        """How well the skills fit, from 0 to 1; None when the rule does not go by skills."""
        return None if self.fits is None else self.fits[candidate.member_id].score

    def shown(self, candidate: Candidate) -> dict[str, Any]:
        """For the trace."""
        if self.fits is None:
            return {"turn": candidate.turn}
        found = self.fits[candidate.member_id]
        return {"turn": candidate.turn, "skill_score": found.score, "why": found.why}


@dataclass(frozen=True, slots=True)
class Members:
    """All known members by id, and the active reps among them."""

    everybody: Mapping[UUID, Candidate]
    reps: Mapping[UUID, Candidate]
    _fits: dict[Wanted, Mapping[UUID, Fit]] = field(default_factory=dict)

    def fits(self, wanted: Wanted) -> Mapping[UUID, Fit]:
        """How the skills of the reps fit. Compared once for all leads that want the same."""
        if wanted not in self._fits:
            self._fits[wanted] = {each.member_id: fit(each, wanted) for each in self.reps.values()}
        return self._fits[wanted]


def pool_of(active: ActiveRule, subject: Subject, members: Members) -> Pool | str:
    """The candidates of the rule for this lead, in the order of ids; or why there are none."""
    kind = active.rule.action["type"]
    return _POOLS[kind](active, subject, members)


def _of_members(active: ActiveRule, _: Subject, members: Members) -> Pool | str:
    return _named(active.rule.action["member_ids"], members.everybody)


def _of_team(active: ActiveRule, _: Subject, members: Members) -> Pool | str:
    return Pool(tuple(each for each in members.reps.values() if each.team_id in active.team_ids))


def _named(ids: list[Any], candidates: Mapping[UUID, Candidate], why: str | None = None) -> Pool | str:
    members = sorted({UUID(str(each)) for each in ids} & candidates.keys())
    if not members:
        return "none of the named members is known"
    return Pool(tuple(candidates[each] for each in members), named=True, why=why)


def _of_territory(_: ActiveRule, subject: Subject, members: Members) -> Pool | str:
    placement = subject.placement
    if placement is None:
        return "the lead lies in no territory"
    if not placement.member_ids:
        return "nobody is assigned to the territory or those above it"
    return _named(list(placement.member_ids), members.everybody)


def _by_skills(active: ActiveRule, subject: Subject, members: Members) -> Pool | str:
    action = active.rule.action
    needs = needs_of(subject.lead)
    if not needs and subject.territory_id is None:
        return "the lead says nothing skills could be matched with"
    required = frozenset(action.get("required", ()))
    wanted = Wanted(tuple(needs), subject.territory_id, required, int(action.get("min_level", 1)))
    return Pool(tuple(members.reps.values()), fits=members.fits(wanted))


def _of_partner(active: ActiveRule, subject: Subject, members: Members) -> Pool | str:
    partner_id = subject.lead.partner_id
    if partner_id is None:
        return "no partner pushed the lead"
    preferred = [
        each["member_id"]
        for each in active.rule.action["partners"]
        if UUID(str(each["partner_id"])) == partner_id
    ]
    if not preferred:
        return "the partner has no preferred rep"
    return _named(preferred, members.everybody, None if len(preferred) > 1 else "preferred by the partner")


def _owner(_: ActiveRule, subject: Subject, members: Members) -> Pool | str:
    if subject.account_owner_id is None:
        return "no owned account has the lead's company name or e-mail domain"
    why = f"owner of the account, by {subject.account_known_by}"
    return _named([subject.account_owner_id], members.everybody, why)


_POOLS: Mapping[str, Callable[[ActiveRule, Subject, Members], Pool | str]] = {
    "members": _of_members,
    "team": _of_team,
    "territory": _of_territory,
    "skills": _by_skills,
    "partner_rep": _of_partner,
    "account_owner": _owner,
}
