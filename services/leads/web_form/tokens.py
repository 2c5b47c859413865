"""What the pages carry and bring back: signed, so that nobody can make it up."""

from datetime import datetime
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer


class FormTokens:
    """Made of the service's secret; the same in all its processes."""

    def __init__(self, secret: str) -> None:
        self._rendered = URLSafeSerializer(secret, salt="web-form-rendered")
        self._confirmation = URLSafeSerializer(secret, salt="web-form-confirmation")

    def rendered(self, form_id: UUID, page_id: UUID, now: datetime) -> str:
        """Says when this page of the form was shown."""
        return str(self._rendered.dumps([str(form_id), str(page_id), now.timestamp()]))

    def read_rendered(self, form_id: UUID, token: str) -> tuple[UUID, float] | None:
        """The page and when it was shown (seconds since 1970); None when it is not ours or another form's."""
        try:
            of_form, page_id, at = self._rendered.loads(token)
            return (UUID(page_id), float(at)) if of_form == str(form_id) else None
        except (BadSignature, ValueError, TypeError):
            return None

    def confirmation(self, submission_id: UUID) -> str:
        """What the link in the mail ends with."""
        return str(self._confirmation.dumps(str(submission_id)))

    def read_confirmation(self, token: str) -> UUID | None:
        """The submission; None when the token is not ours."""
        try:
            return UUID(self._confirmation.loads(token))
        except (BadSignature, ValueError, TypeError, AttributeError):
            return None
