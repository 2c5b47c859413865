"""From the headers of a request to a credential: a bearer token, or an API key in either header."""

import time

from services.gateway.api_key.use_cases.check_key import KeyRing
from services.gateway.caller.directory import CallerDirectory
from services.gateway.caller.domain import CallerContext, Credential
from services.gateway.sign_in.access_token import AccessTokens
from shared.contracts.errors import DomainError
from shared.web.problem import Problem

_MOST = 50_000


class Authentication:
    """Remembers the tokens it has verified until they end: a signature costs more than all the rest."""

    def __init__(self, tokens: AccessTokens, keys: KeyRing, callers: CallerDirectory) -> None:
        self._tokens = tokens
        self._keys = keys
        self._callers = callers
        self._verified: dict[str, tuple[float, Credential]] = {}

    async def caller(self, authorization: bytes | None, api_key: bytes | None) -> CallerContext:
        """Raises Problem (401): unauthenticated, invalid_credentials, token_expired, token_invalid."""
        try:
            credential = await self._credential(authorization, api_key)
        except DomainError as error:
            raise Problem(error.code, error.detail) from None
        caller = await self._callers.caller(credential)
        if caller is None:
            code = "token_invalid" if credential.kind == "member" else "invalid_credentials"
            raise Problem(code, "The session or key behind it has ended.")
        return caller

    async def _credential(self, authorization: bytes | None, api_key: bytes | None) -> Credential:
        if api_key is not None:
            return await self._keys.credential(api_key.decode("latin-1"))
        if authorization is None:
            raise Problem("unauthenticated", "Sign in first, or send an API key.")
        scheme, _, text = authorization.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not text:
            raise Problem("unauthenticated", "Send `Authorization: Bearer <token>`.")
        if text.startswith("dsk_"):
            return await self._keys.credential(text)
        known = self._verified.get(text)
        if known is not None and known[0] > time.time():
            return known[1]
        credential, ends_at = self._tokens.read(text)
        if len(self._verified) >= _MOST:
            self._verified.pop(next(iter(self._verified)))
        self._verified[text] = (ends_at, credential)
        return credential
