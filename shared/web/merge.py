"""Edits of different fields merge, edits of the same field conflict: the rule, without HTTP.

Must never break: a field somebody else changed since the caller read it is never overwritten unseen.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.errors import DomainError, FieldError


class MergePatch(BaseModel):
    """Base of PATCH bodies (RFC 7396): unknown fields are refused, absent and null are different things.

    A field that may be cleared is `phone: str | None = absent()`; one that may not is `name: str = absent()`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    def changes(self) -> dict[str, Any]:
        """What was sent, null included, by field name; what was absent is not there."""
        return {
            name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set
        }


def absent() -> Any:
    """The default of a MergePatch field: not sent, not null."""
    return Field(default_factory=lambda: None)


def check_or_merge(
    changes: Mapping[str, Any],
    *,
    current: Mapping[str, Any],
    version: int,
    field_versions: Mapping[str, int],
    seen_version: int,
    base: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The changes that are left to make; none when everything already is as asked.

    `field_versions`: the version that last wrote a field; a field not named there was never changed.
    `seen_version`: the caller's If-Match. `base`: the values at `seen_version` where known, else the conflict
    shows null. Raises DomainError `version_conflict` when a field to change was written after `seen_version`
    with another value.
    """
    if seen_version > version:
        raise _conflict(f"There is no version {seen_version} yet; the newest is {version}.", {})
    wanted = {name: value for name, value in changes.items() if current[name] != value}
    lost = [name for name in wanted if field_versions.get(name, 0) > seen_version]
    if lost:
        known = base or {}
        raise _conflict(
            f"Changed since version {seen_version}: {', '.join(lost)}.",
            {
                name: {"base": known.get(name), "theirs": current[name], "yours": changes[name]}
                for name in lost
            },
        )
    return wanted


def next_field_versions(
    field_versions: Mapping[str, int], changed: Iterable[str], version: int
) -> dict[str, int]:
    """The field versions after `version` changed these fields."""
    return {**field_versions, **dict.fromkeys(changed, version)}


def require_version(version: int, seen_version: int) -> None:
    """For a change of state as a whole: nothing at all may have changed. Raises `version_conflict`."""
    if seen_version != version:
        raise _conflict(f"It is at version {version}, not {seen_version}.", {})


def _conflict(detail: str, conflict: Mapping[str, Any]) -> DomainError:
    errors = [
        FieldError(f"/{name.replace('.', '/')}", "changed_meanwhile", "Somebody else changed it.")
        for name in conflict
    ]
    return DomainError("version_conflict", detail, errors, extra={"conflict": dict(conflict)})
