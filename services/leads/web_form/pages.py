"""The pages visitors see: no script, no address of another server, every value escaped."""

import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.responses import Response

from services.leads.web_form.domain import UTM, WebForm, consent_name

if TYPE_CHECKING:
    from jinja2 import Environment

_INPUTS = {"text": "text", "email": "email", "tel": "tel", "url": "url", "number": "number"}
_COMPLETES = {
    "name": "name",
    "first_name": "given-name",
    "last_name": "family-name",
    "company": "organization",
    "job_title": "organization-title",
    "email": "email",
    "phone": "tel",
    "country": "country-name",
    "city": "address-level2",
    "postal_code": "postal-code",
    "website": "url",
}
_WORDS = {
    "en": {
        "send": "Send",
        "thanks": "Thank you. We have received your message.",
        "mail": "Thank you. Please follow the link in the e-mail we send you.",
        "confirm": "Please confirm that this was you.",
        "yes": "Yes, confirm",
        "confirmed": "Thank you. It is confirmed.",
        "leave": "Please leave this field empty",
        "required": "required",
    },
    "de": {
        "send": "Absenden",
        "thanks": "Vielen Dank. Wir haben Ihre Nachricht erhalten.",
        "mail": "Vielen Dank. Bitte folgen Sie dem Link in der E-Mail, die wir Ihnen senden.",
        "confirm": "Bitte bestätigen Sie, dass Sie das waren.",
        "yes": "Ja, bestätigen",
        "confirmed": "Vielen Dank. Es ist bestätigt.",
        "leave": "Bitte dieses Feld leer lassen",
        "required": "Pflichtfeld",
    },
}


def form_page(form: WebForm, rendered: str, query: Mapping[str, str], referrer: str | None) -> Response:
    """The form, ready to be filled in. Campaign parameters of its address travel along."""
    hidden = {name: query[name] for name in UTM if name in query}
    if referrer:
        hidden["referrer"] = referrer[:500]
    return _page(
        form,
        "form.html.j2",
        rendered=rendered,
        hidden=hidden,
        inputs=_INPUTS,
        completes=_COMPLETES,
        consent_name=consent_name,
    )


def message_page(form: WebForm | None, word: str) -> Response:
    """A page with one sentence. The form's own thanks stand for `thanks`."""
    own = form.thank_you if form is not None and word == "thanks" else None
    return _page(form, "message.html.j2", message=own, word=word)


def confirm_page() -> Response:
    """A button: opening the page alone confirms nothing, since programs open links in mails."""
    return _page(None, "confirm.html.j2")


def _page(form: WebForm | None, template: str, **values: Any) -> Response:
    nonce = secrets.token_urlsafe(12)
    language = form.language if form is not None else "en"
    words = _WORDS.get(language[:2], _WORDS["en"])
    html = (
        _templates()
        .get_template(template)
        .render(form=form, words=words, language=language, nonce=nonce, **values)
    )
    return Response(html, media_type="text/html", headers=_headers(form, nonce))


def _headers(form: WebForm | None, nonce: str) -> dict[str, str]:
    framed = " ".join(form.frame_ancestors) if form is not None and form.frame_ancestors else "'none'"
    goes_to = ["'self'"]
    if form is not None and form.redirect_url:
        parts = urlsplit(form.redirect_url)
        goes_to.append(f"{parts.scheme}://{parts.netloc}")
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action {' '.join(goes_to)}; "
        f"base-uri 'none'; frame-ancestors {framed}"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "X-Content-Type-Options": "nosniff",
    }


@cache
def _templates() -> "Environment":
    """Made for the first page: few processes show one."""
    from jinja2 import Environment, FileSystemLoader

    folder = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=folder, autoescape=True, trim_blocks=True)
