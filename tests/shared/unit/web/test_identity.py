"""A corpus of forged internal tokens: every one is refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from shared.contracts.identity import Identity
from shared.web.identity import AUDIENCE, TOKEN_TYPE, InternalKeys, SigningKey, sign_identity
from shared.web.problem import Problem

KEY = SigningKey("k1", Ed25519PrivateKey.generate())
OTHER = SigningKey("k1", Ed25519PrivateKey.generate())
PUBLIC = KEY.private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
REP = Identity(sub="m1", kind="member", role="rep", scope="own")
NOW = datetime.now(UTC)


@pytest.fixture
def keys() -> InternalKeys:
    """Keys for which it is always NOW."""
    return InternalKeys({"k1": PUBLIC}, clock=NOW.timestamp)


def forged(key: Any = KEY.private_key, algorithm: str = "EdDSA", header: Any = None, **claims: Any) -> str:
    body = {"sub": "m1", "kind": "member", "role": "admin", "scope": "all", "aud": AUDIENCE}
    body |= {"exp": NOW + timedelta(minutes=1)} | claims
    named = {"kid": "k1", "typ": TOKEN_TYPE} | (header or {})
    headers = {name: value for name, value in named.items() if value is not None}
    return jwt.encode(
        {k: v for k, v in body.items() if v is not None}, key, algorithm=algorithm, headers=headers
    )


def test_the_gateways_token_is_believed(keys: InternalKeys) -> None:
    assert keys.verify(sign_identity(REP, KEY, now=NOW)) == REP


def test_the_test_corpus_is_otherwise_valid(keys: InternalKeys) -> None:
    assert keys.verify(forged()).role == "admin"


def _tampered() -> str:
    head, body, signature = forged().split(".")
    return f"{head}.{body[:-2]}{'AA' if body[-2:] != 'AA' else 'BB'}.{signature}"


FORGERIES: dict[str, Callable[[], str]] = {
    "signed by another key": lambda: forged(OTHER.private_key),
    "unknown key id": lambda: forged(header={"kid": "k2"}),
    "no key id": lambda: forged(header={"kid": None}),
    "algorithm none": lambda: forged(None, "none"),
    "HMAC with a secret": lambda: forged("k" * 32, "HS256"),
    "RSA": lambda: forged(generate_private_key(65537, 2048), "RS256"),
    "an access token's type": lambda: forged(header={"typ": "at+jwt"}),
    "plain JWT type": lambda: forged(header={"typ": "JWT"}),
    "another audience": lambda: forged(aud="dealstream-front"),
    "no audience": lambda: forged(aud=None),
    "no end": lambda: forged(exp=None),
    "an end that is no time": lambda: forged(exp="tomorrow"),
    "no subject": lambda: forged(sub=None),
    "unknown scope": lambda: forged(scope="everything"),
    "not begun": lambda: forged(nbf=NOW + timedelta(hours=1)),
    "tampered": _tampered,
    "not a token": lambda: "abc",
    "empty": lambda: "",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_token_is_refused(keys: InternalKeys, name: str) -> None:
    with pytest.raises(Problem) as refused:
        keys.verify(FORGERIES[name]())

    assert (refused.value.status_code, refused.value.code) == (401, "token_invalid")


def test_the_public_key_is_not_taken_as_an_hmac_secret(keys: InternalKeys) -> None:
    import base64
    import hashlib
    import hmac
    import json

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    signed = (
        f"{part({'alg': 'HS256', 'kid': 'k1', 'typ': TOKEN_TYPE})}.{part({'sub': 'm1', 'exp': 9999999999})}"
    )
    mac = base64.urlsafe_b64encode(hmac.digest(PUBLIC.encode(), signed.encode(), hashlib.sha256)).rstrip(b"=")

    with pytest.raises(Problem):
        keys.verify(f"{signed}.{mac.decode()}")


def test_a_token_ends_even_when_it_was_verified_before() -> None:
    time = NOW.timestamp()
    keys = InternalKeys({"k1": PUBLIC}, clock=lambda: time)
    token = sign_identity(REP, KEY, now=NOW)
    keys.verify(token)

    time += 126

    with pytest.raises(Problem) as refused:
        keys.verify(token)
    assert refused.value.code == "token_expired"


def test_a_token_verified_once_is_not_verified_again(keys: InternalKeys) -> None:
    token = sign_identity(REP, KEY, now=NOW)

    assert keys.verify(token) is keys.verify(token)


def test_a_key_that_is_not_ed25519_is_refused_at_start() -> None:
    rsa = generate_private_key(65537, 2048)
    public = rsa.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    private = rsa.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    with pytest.raises(ValueError, match="Ed25519"):
        InternalKeys({"k1": public})
    with pytest.raises(ValueError, match="Ed25519"):
        SigningKey.from_pem("k1", private)
