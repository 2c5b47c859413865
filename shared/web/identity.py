"""The internal token: the gateway says who calls, services believe only its signature.

Must never break: only EdDSA with our `typ`, audience and a known key id is accepted, and never after `exp`.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from fastapi import Depends, Request
from pydantic import ValidationError

from shared.contracts.identity import Identity
from shared.observability import context
from shared.web.problem import Problem

HEADER = "X-Dealstream-Identity"
TOKEN_TYPE = "dealstream-internal+jwt"  # noqa: S105 - a media type, not a secret
AUDIENCE = "dealstream-services"
LIFE = timedelta(seconds=120)
_CACHED = 4096
_LEEWAY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The gateway's Ed25519 key and its id, which is the `kid` of the tokens it signs."""

    kid: str
    private_key: Ed25519PrivateKey

    @classmethod
    def from_pem(cls, kid: str, pem: str) -> "SigningKey":
        """Raises ValueError when the PEM is not an Ed25519 private key."""
        key = load_pem_private_key(pem.encode(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("the internal token key must be Ed25519")
        return cls(kid, key)


def sign_identity(identity: Identity, key: SigningKey, *, now: datetime) -> str:
    """A token good for 120 s from `now`. Cache it per caller: an equal string is verified only once."""
    claims = identity.model_dump(mode="json", exclude_none=True)
    claims |= {"aud": AUDIENCE, "iat": now, "exp": now + LIFE}
    return jwt.encode(claims, key.private_key, algorithm="EdDSA", headers={"kid": key.kid, "typ": TOKEN_TYPE})


class InternalKeys:
    """Verifies internal tokens against a set of public keys (`{kid: PEM}`), remembering the good ones."""

    def __init__(self, public_keys: Mapping[str, str], *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._keys = {kid: _ed25519(kid, pem) for kid, pem in public_keys.items()}
        self._verified: dict[str, tuple[Identity, float]] = {}

    def verify(self, token: str) -> Identity:
        """The caller. Raises Problem `token_expired` or `token_invalid` (401)."""
        known = self._verified.get(token)
        if known is not None and known[1] > self._clock():
            return known[0]
        identity, expires_at = self._check(token)
        if len(self._verified) >= _CACHED:
            self._verified.pop(next(iter(self._verified)))
        self._verified[token] = (identity, expires_at)
        return identity

    def _check(self, token: str) -> tuple[Identity, float]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("typ") != TOKEN_TYPE:
                raise Problem("token_invalid", "This is not an internal token.")
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key(header),
                algorithms=["EdDSA"],
                audience=AUDIENCE,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "aud", "sub"], "verify_exp": False},
            )
            identity, expires_at = Identity.model_validate(claims), float(claims["exp"])
        except (jwt.PyJWTError, ValidationError, TypeError, ValueError):
            raise Problem("token_invalid", "The internal token is not valid.") from None
        if expires_at + _LEEWAY_SECONDS <= self._clock():
            raise Problem("token_expired", "The internal token has expired.")
        return identity, expires_at

    def _key(self, header: Mapping[str, Any]) -> Ed25519PublicKey:
        key = self._keys.get(str(header.get("kid")))
        if key is None:
            raise Problem("token_invalid", "The internal token was signed with an unknown key.")
        return key


def _ed25519(kid: str, pem: str) -> Ed25519PublicKey:
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"public key {kid!r} is not Ed25519")
    return key


def identity_of(request: Request) -> Identity | None:
    """The verified caller, or None when no token was sent. Raises Problem for a token that is not good."""
    token = request.headers.get(HEADER)
    if token is None:
        return None
    keys: InternalKeys = request.app.state.internal_keys
    identity = keys.verify(token)
    context.actor.set(identity.sub)
    return identity


async def _caller(request: Request) -> Identity:
    identity = identity_of(request)
    if identity is None:
        raise Problem("unauthenticated", "The request carries no internal token.")
    return identity


Caller = Annotated[Identity, Depends(_caller)]
WithCaller = Depends(_caller)
"""For all routes of a router: what they write names the caller, whether they ask for it or not."""
