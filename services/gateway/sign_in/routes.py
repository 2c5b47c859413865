"""Tokens: signing in, going on, signing out, accepting an invitation. Answers are never stored anywhere."""

from typing import Annotated

from fastapi import Depends, Form, Request, Response

from services.gateway.api_key.use_cases.check_key import KeyRing
from services.gateway.caller.routes import Callers, PublicRouter
from services.gateway.member.passwords import CheckedPasswords
from services.gateway.member.use_cases.set_password import choose_password
from services.gateway.rate_limit.limiter import RateLimiter
from services.gateway.session.use_cases.keep_session import TokenReused, sign_out
from services.gateway.sign_in.access_token import AccessTokens
from services.gateway.sign_in.domain import ACCESS_LIFE
from services.gateway.sign_in.schemas import AcceptInvitationIn, RevokeForm, TokenForm, TokenOut
from services.gateway.sign_in.use_cases.sign_in import refresh, sign_in
from shared.contracts.errors import DomainError, FieldError
from shared.web.clock import Now
from shared.web.problem import Problem
from shared.web.transaction import ServiceDatabase, Transaction

router = PublicRouter(prefix="/v1/auth", tags=["sign in"])
_SECRET = {"Cache-Control": "no-store", "Pragma": "no-cache"}


async def _tokens(request: Request) -> AccessTokens:
    tokens: AccessTokens = request.app.state.access_tokens
    return tokens


async def _keys(request: Request) -> KeyRing:
    keys: KeyRing = request.app.state.keys
    return keys


_Tokens = Annotated[AccessTokens, Depends(_tokens)]
_Keys = Annotated[KeyRing, Depends(_keys)]


@router.post("/token", response_model=TokenOut, response_model_exclude_none=True)
async def post_token(
    *,
    form: Annotated[TokenForm, Form()],
    request: Request,
    response: Response,
    database: ServiceDatabase,
    passwords: CheckedPasswords,
    tokens: _Tokens,
    keys: _Keys,
    callers: Callers,
    now: Now,
) -> TokenOut:
    """OAuth 2 token endpoint. 401 `invalid_credentials`, 429 after too many failures.

    `password`: a member, by e-mail address. `refresh_token`: goes on with a session; every refresh token
    works once, and one used twice ends its session. `client_credentials`: a partner's API key.
    """
    response.headers.update(_SECRET)
    limiter: RateLimiter = request.app.state.rate_limiter
    address = request.client.host if request.client else "unknown"
    renewed: str | None = None
    try:
        if form.grant_type == "password":
            name, password = _needed(form, "username"), _needed(form, "password")
            _spend_account(limiter, name)
            signed_in = await sign_in(database, passwords, name, password, address=address, now=now)
            credential, renewed = signed_in.credential, signed_in.refresh_token
        elif form.grant_type == "refresh_token":
            signed_in = await refresh(database, _needed(form, "refresh_token"), now=now)
            credential, renewed = signed_in.credential, signed_in.refresh_token
        else:
            key_id = _needed(form, "client_id")
            credential = await keys.credential(f"dsk_{key_id}_{_needed(form, 'client_secret')}")
    except TokenReused as reuse:
        if reuse.session is not None:
            callers.forget(reuse.session.member_id)
        raise _refused(reuse) from None
    except DomainError as error:
        raise _refused(error) from None
    access_token = tokens.issue(credential, now=now)
    return TokenOut(
        access_token=access_token, refresh_token=renewed, expires_in=int(ACCESS_LIFE.total_seconds())
    )


@router.post("/revoke", status_code=204)
async def post_revoke(
    form: Annotated[RevokeForm, Form()], connection: Transaction, callers: Callers, now: Now
) -> None:
    """Sign out: the session of this refresh token ends, access tokens too. 204 also when there is none."""
    session = await sign_out(connection, form.token.get_secret_value(), now=now)
    if session is not None:
        callers.forget(session.member_id)


@router.post("/accept-invitation", status_code=204)
async def post_accept_invitation(
    body: AcceptInvitationIn, connection: Transaction, passwords: CheckedPasswords, callers: Callers, now: Now
) -> None:
    """Choose the first password, or a forgotten one anew, by an invitation's token. 410 when it is over."""
    password = body.password.get_secret_value()
    member_id = await choose_password(connection, passwords, body.token, password, now=now)
    callers.forget(member_id)


def _needed(form: TokenForm, name: str) -> str:
    value = getattr(form, name)
    if not value:
        detail = f"{name} is needed for {form.grant_type}."
        raise Problem("validation_failed", detail, [FieldError(f"/{name}", "required", detail)])
    return value if isinstance(value, str) else str(value.get_secret_value())


def _spend_account(limiter: RateLimiter, name: str) -> None:
    decision, _ = limiter.spend("sign_in_account", name.strip().casefold())
    if not decision.allowed:
        wait = int(decision.retry_after) + 1
        raise DomainError("rate_limited", "Too many tries for this name.", extra={"retry_after": wait})


def _refused(error: DomainError) -> Problem:
    """Also says what RFC 6749 calls it, for OAuth libraries."""
    extra = dict(error.extra)
    wait = extra.pop("retry_after", None)
    headers = dict(_SECRET) | ({"Retry-After": str(wait)} if wait is not None else {})
    said = "slow_down" if error.code == "rate_limited" else "invalid_grant"
    return Problem(error.code, error.detail, error.errors, extra=extra | {"error": said}, headers=headers)
