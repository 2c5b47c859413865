"""Passwords: argon2id in a thread, a few at a time, and as slow for a name nobody has.

Must never break: a check never blocks the event loop, and its time does not tell whether the name exists.
"""

import asyncio
from typing import Annotated

from fastapi import Depends, Request
from pwdlib.hashers.argon2 import Argon2Hasher

from shared.contracts.errors import DomainError, FieldError

LEAST_LENGTH = 10
MOST_LENGTH = 200
# About 60 ms and 24 MiB on a small server core; OWASP's least is 19 MiB and two passes.
_HASHER = Argon2Hasher(time_cost=3, memory_cost=24 * 1024, parallelism=1)
_OF_NOBODY = _HASHER.hash("nobody's password")


class Passwords:
    """Hashes and checks at most `at_once` passwords at the same time; further ones wait their turn."""

    def __init__(self, at_once: int) -> None:
        self._turn = asyncio.Semaphore(at_once)

    async def hash(self, password: str) -> str:
        """The text to store. Refuses a weak password with `validation_failed`."""
        require_strength(password)
        async with self._turn:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def fits(self, password: str, stored: str | None) -> bool:
        """Whether the password is the stored one; `None` (no such account) takes as long and is never it."""
        if len(password) > MOST_LENGTH:
            return False
        async with self._turn:
            fits = await asyncio.to_thread(_HASHER.verify, password, stored or _OF_NOBODY)
        return fits and stored is not None


def require_strength(password: str) -> None:
    """10 to 200 characters, not all the same."""
    if LEAST_LENGTH <= len(password) <= MOST_LENGTH and len(set(password)) > 3:
        return
    detail = f"A password has {LEAST_LENGTH} to {MOST_LENGTH} characters, more than three different ones."
    raise DomainError("validation_failed", detail, [FieldError("/password", "too_weak", detail)])


async def _passwords(request: Request) -> Passwords:
    passwords: Passwords = request.app.state.passwords
    return passwords


CheckedPasswords = Annotated[Passwords, Depends(_passwords)]
