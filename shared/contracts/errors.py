"""How a rule refuses. The code is stable and documented; `shared.web.problem` makes an HTTP answer of it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field. `pointer` is a JSON pointer into the body, e.g. `/email`."""

    pointer: str
    code: str
    detail: str


class DomainError(Exception):
    """A rule said no. Nothing was changed.

    `code` is from the catalogue in `shared.web.problem`; `extra` is shown beside it in the answer.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        errors: Sequence[FieldError] = (),
        *,
        extra: dict[str, object] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.extra = extra or {}
