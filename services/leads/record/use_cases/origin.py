"""What is asked of records loaded with their own dates."""

from datetime import datetime

from shared.contracts.errors import DomainError, FieldError


def check_birth(created_at: datetime | None, now: datetime) -> None:
    """Refuses a record that comes up in the future."""
    if created_at is not None and created_at > now:
        detail = "created_at lies in the future."
        raise DomainError("validation_failed", detail, [FieldError("/created_at", "in_the_future", detail)])
