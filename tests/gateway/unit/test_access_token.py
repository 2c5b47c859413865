"""Access tokens: what is accepted, and every forgery that is not."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from services.gateway.caller.domain import Credential
from services.gateway.sign_in.access_token import AUDIENCE, ISSUER, TOKEN_TYPE, AccessTokens
from shared.contracts.errors import DomainError

MEMBER = Credential("member", uuid4(), session_id=uuid4())


def now() -> datetime:
    """Read at each use: a token of the beginning would have ended at the end of a slow run."""
    return datetime.now(UTC)


def a_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def pem(key: Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


KEY = a_key()
TOKENS = AccessTokens(pem(KEY))
KID = jwt.get_unverified_header(TOKENS.issue(MEMBER, now=now()))["kid"]


def forged(
    *, key: Any = KEY, algorithm: str = "EdDSA", header: dict[str, Any] | None = None, **claims: Any
) -> str:
    said = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(MEMBER.subject),
        "sid": str(MEMBER.session_id),
        "kind": "member",
        "iat": now(),
        "exp": now() + timedelta(minutes=5),
    } | claims
    headers = {"kid": KID, "typ": TOKEN_TYPE} | (header or {})
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, key, algorithm=algorithm, headers=headers)


def unsigned() -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(uuid4()),
        "kind": "member",
        "exp": 9999999999,
        "iat": 1,
    }
    return f"{part({'alg': 'none', 'typ': TOKEN_TYPE, 'kid': KID})}.{part(claims)}."


def test_a_token_brings_back_the_credential_it_was_issued_for() -> None:
    assert TOKENS.read(TOKENS.issue(MEMBER, now=now()))[0] == MEMBER


def test_a_partner_token_names_the_key_it_came_from() -> None:
    partner = Credential("partner", uuid4(), key_id="0123456789abcdef")

    assert TOKENS.read(TOKENS.issue(partner, now=now()))[0] == partner


def test_a_token_lives_ten_minutes() -> None:
    old = TOKENS.issue(MEMBER, now=now() - timedelta(minutes=10, seconds=1))

    with pytest.raises(DomainError) as refusal:
        TOKENS.read(old)

    assert refusal.value.code == "token_expired"


def test_tokens_of_an_earlier_key_are_still_read() -> None:
    earlier = a_key()
    issued = AccessTokens(pem(earlier)).issue(MEMBER, now=now())
    kid = jwt.get_unverified_header(issued)["kid"]
    public = earlier.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    assert AccessTokens(pem(KEY), {kid: public}).read(issued)[0] == MEMBER


FORGERIES: dict[str, Callable[[], str]] = {
    "another key under our key id": lambda: forged(key=a_key()),
    "no signature": unsigned,
    "the public key as an HMAC secret": lambda: forged(
        key=KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex(), algorithm="HS256"
    ),
    "an unknown key id": lambda: forged(header={"kid": "other"}),
    "an internal token's type": lambda: forged(header={"typ": "dealstream-internal+jwt"}),
    "a plain JWT": lambda: forged(header={"typ": "JWT"}),
    "another audience": lambda: forged(aud="dealstream-services"),
    "another issuer": lambda: forged(iss="somebody"),
    "no end": lambda: forged(exp=None),
    "no kind": lambda: forged(kind=None),
    "an unknown kind": lambda: forged(kind="service"),
    "a member without a session": lambda: forged(sid=None),
    "a subject that is no id": lambda: forged(sub="admin"),
    "not yet valid": lambda: forged(nbf=now() + timedelta(hours=1)),
    "a changed payload": lambda: forged()[:-10] + "AAAAAAAAAA",
    "nothing at all": lambda: "",
    "text": lambda: "a.b.c",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_is_refused(forgery: str) -> None:
    with pytest.raises(DomainError) as refusal:
        TOKENS.read(FORGERIES[forgery]())

    assert refusal.value.code == "token_invalid"
