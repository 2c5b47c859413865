"""Whether what a caller saw of a deal still holds, for a change of where it stands."""

from services.pipeline.deal.domain.deal import Deal
from shared.contracts.errors import DomainError, FieldError

_STANDING = ("status", "stage")


def refuse_changed(deal: Deal, seen_version: int | None) -> None:
    """Refuses with `version_conflict` when its stage or status changed after the version the caller saw."""
    if seen_version is None:
        return
    if seen_version > deal.version:
        raise DomainError("version_conflict", f"There is no version {seen_version} of it yet.")
    changed = [name for name in _STANDING if deal.field_versions.get(name, 0) > seen_version]
    if changed:
        theirs = {"status": deal.status, "stage": deal.stage.name}
        detail = f"Since version {seen_version} the deal has become {deal.status} in {deal.stage.name!r}."
        raise DomainError(
            "version_conflict",
            detail,
            [FieldError(f"/{name}", "changed_meanwhile", detail) for name in changed],
            extra={
                "conflict": {name: {"base": None, "theirs": theirs[name], "yours": None} for name in changed}
            },
        )
