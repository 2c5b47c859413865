"""A team and its place in the tree."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.gateway_team import TeamChanged, TeamCreated, TeamState
from shared.web.merge import check_or_merge, next_field_versions

FIELDS = ("name", "parent_id", "manager_id", "active")


class TeamError(DomainError):
    """A team could not be made or changed."""


@dataclass(frozen=True, slots=True)
class Team:
    """`parent_id` is null for a root; `manager_id` leads the team."""

    id: UUID
    name: str
    parent_id: UUID | None
    manager_id: UUID | None
    active: bool
    source_system: str | None
    external_id: str | None
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    def created(self) -> TeamCreated:
        """The fact that this team is new."""
        return TeamCreated(**_state(self, FIELDS))

    def edited(
        self, changes: Mapping[str, Any], *, seen_version: int, now: datetime
    ) -> tuple["Team", TeamChanged | None]:
        """The team with the changes, and the fact, None when nothing differs. Refuses `version_conflict`."""
        current = asdict(self)
        wanted = check_or_merge(
            changes,
            current=current,
            version=self.version,
            field_versions=self.field_versions,
            seen_version=seen_version,
        )
        if not wanted:
            return self, None
        version = self.version + 1
        edited = replace(
            self,
            **wanted,
            version=version,
            updated_at=now,
            field_versions=next_field_versions(self.field_versions, wanted, version),
        )
        return edited, TeamChanged(**_state(edited, tuple(wanted)))


def refuse_cycle(team_id: UUID, ancestors_of_parent: frozenset[UUID]) -> None:
    """A team cannot lie below itself. `ancestors_of_parent` includes the parent."""
    if team_id in ancestors_of_parent:
        detail = "The parent lies below this team."
        raise TeamError("team_cycle", detail, [FieldError("/parent_id", "team_cycle", detail)])


def require_active(pointer: str, active: bool | None) -> None:
    """Refuse a team that is not there (None) or closed."""
    if active is None:
        detail = "There is no such team."
        raise TeamError("reference_unknown", detail, [FieldError(pointer, "reference_unknown", detail)])
    if not active:
        detail = "The team is closed."
        raise TeamError("team_closed", detail, [FieldError(pointer, "team_closed", detail)])


def require_manager(manager_id: UUID | None, members: Collection[UUID]) -> None:
    """Refuse a manager who is not among the members."""
    if manager_id is not None and manager_id not in members:
        detail = "There is no such member."
        raise TeamError("reference_unknown", detail, [FieldError("/manager_id", "reference_unknown", detail)])


def _state(team: Team, changed: tuple[str, ...]) -> dict[str, Any]:
    names = set(TeamState.model_fields) - {"team_id", "changed"}
    return {"team_id": team.id, "changed": changed} | {name: getattr(team, name) for name in names}
