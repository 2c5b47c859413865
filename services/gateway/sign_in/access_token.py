"""Access tokens: EdDSA-signed JWTs of ten minutes (RFC 9068 `at+jwt`, checked by the rules of RFC 8725).

Must never break: only our algorithm, type, issuer, audience and key ids are accepted.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from services.gateway.caller.domain import Credential
from services.gateway.sign_in.domain import ACCESS_LIFE
from shared.contracts.errors import DomainError

ISSUER = "dealstream-gateway"
AUDIENCE = "dealstream"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - a media type, not a secret


class AccessTokens:
    """Issues tokens with the private key and accepts those of it and of `earlier_keys` ({kid: PEM})."""

    def __init__(self, private_key_pem: str, earlier_keys: Mapping[str, str] | None = None) -> None:
        key = load_pem_private_key(private_key_pem.encode(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("the access token key must be Ed25519")
        public = key.public_key()
        self._private_key = key
        self._kid = hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]
        self._keys = {kid: _public(kid, pem) for kid, pem in (earlier_keys or {}).items()}
        self._keys[self._kid] = public

    def issue(self, credential: Credential, *, now: datetime) -> str:
        """A token for ten minutes from `now`."""
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(credential.subject),
            "kind": credential.kind,
            "iat": now,
            "exp": now + ACCESS_LIFE,
        }
        if credential.session_id is not None:
            claims["sid"] = str(credential.session_id)
        if credential.key_id is not None:
            claims["client_id"] = credential.key_id
        headers = {"kid": self._kid, "typ": TOKEN_TYPE}
        return jwt.encode(claims, self._private_key, algorithm="EdDSA", headers=headers)

    def read(self, token: str) -> tuple[Credential, float]:
        """The credential, and the Unix time the token ends at. Refuses: `token_expired`, `token_invalid`."""
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.get(str(header.get("kid")))
            if header.get("typ") != TOKEN_TYPE or key is None:
                raise DomainError("token_invalid", "This is not an access token of ours.")
            claims = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": ["exp", "iat", "aud", "iss", "sub", "kind"]},
            )
            return _credential(claims), float(claims["exp"])
        except jwt.ExpiredSignatureError:
            raise DomainError("token_expired", "The access token has expired; refresh it.") from None
        except (jwt.PyJWTError, ValueError, KeyError):
            raise DomainError("token_invalid", "The access token is not valid.") from None


def _credential(claims: Mapping[str, Any]) -> Credential:
    subject = UUID(claims["sub"])
    if claims["kind"] == "member":
        return Credential("member", subject, session_id=UUID(claims["sid"]))
    if claims["kind"] == "partner":
        return Credential("partner", subject, key_id=str(claims["client_id"]))
    raise ValueError("unknown kind of caller")


def _public(kid: str, pem: str) -> Ed25519PublicKey:
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"the earlier access token key {kid!r} is not Ed25519")
    return key
