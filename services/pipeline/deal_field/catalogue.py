"""All fields the organisation has given its deals, and what may be written into them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.pipeline.deal_field.domain import DealField
from services.pipeline.deal_field.values import Read, reader
from shared.contracts.errors import DomainError, FieldError
from shared.web.validation import field_errors, pointer

Values = Mapping[str, Any]


class Catalogue:
    """The fields by key, as they were at `version`."""

    def __init__(self, fields: Iterable[DealField] = (), version: int = 0) -> None:
        self.version = version
        self.fields: Mapping[str, DealField] = {each.key: each for each in fields}
        self._readers: dict[str, Read] = {}

    def knows(self, keys: Iterable[str]) -> bool:
        """Whether there are fields of all these keys."""
        return all(key in self.fields for key in keys)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """What every new deal must have."""
        return tuple(key for key, each in self.fields.items() if each.required and each.active)

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The fields that name a member."""
        return tuple(key for key, each in self.fields.items() if each.type == "member")

    def read(self, values: Values) -> dict[str, Any]:
        """The values as they are kept, None where one is emptied.

        Refuses with `validation_failed` unknown and retired fields and values that do not fit, each by its
        pointer.
        """
        kept: dict[str, Any] = {}
        errors: list[FieldError] = []
        for key, value in values.items():
            try:
                kept[key] = self._read(key, value)
            except DomainError as refused:
                errors += refused.errors
        _refuse(errors)
        return kept

    def refuse_missing(self, values: Values) -> None:
        """Refuses with `validation_failed` a new deal without what every deal must have."""
        _refuse(_required(key) for key in self.required if values.get(key) is None)

    def named_members(self, values: Values) -> dict[str, UUID]:
        """The members that these values name, by `custom.key`."""
        return {f"custom.{key}": UUID(values[key]) for key in self.members if values.get(key) is not None}

    def _read(self, key: str, value: Any) -> Any:
        each = self.fields.get(key)
        if each is None:
            raise _refused(key, "unknown_field", "There is no such field; see /v1/deal-fields.")
        if not each.active:
            raise _refused(key, "field_retired", f"{each.label} is not written any more.")
        if value is None or value in ("", []):
            if each.required:
                raise DomainError("validation_failed", "", [_required(key)])
            return None
        if key not in self._readers:
            self._readers[key] = reader(each)
        try:
            return self._readers[key].validate_python(value)
        except ValidationError as error:
            found = field_errors(error.errors(include_url=False, include_input=False))
            raise DomainError(
                "validation_failed",
                found[0].detail,
                [
                    FieldError(_place(key) + finding.pointer, finding.code, finding.detail)
                    for finding in found
                ],
            ) from None


def _place(key: str) -> str:
    return pointer(("custom", key))


def _required(key: str) -> FieldError:
    return FieldError(_place(key), "required", "Every deal must have this.")


def _refused(key: str, code: str, detail: str) -> DomainError:
    return DomainError("validation_failed", detail, [FieldError(_place(key), code, detail)])


def _refuse(errors: Iterable[FieldError]) -> None:
    found: Sequence[FieldError] = list(errors)
    if found:
        raise DomainError("validation_failed", found[0].detail, found[:50])
