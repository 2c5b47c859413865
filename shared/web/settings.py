"""Settings every HTTP service has, read from the environment once at start.

Must never break: a missing or wrong variable stops the process with one line that names it, exit code 2.
"""

import re
import sys
from typing import Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

MEBIBYTE = 1024 * 1024


class EnvironmentSettings(BaseSettings):
    """Base of all settings classes: `X.load()` instead of `X()` gives the clear message and exit code 2."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    @classmethod
    def load(cls) -> Self:
        """Read the environment; on trouble print one line per variable to standard error and exit 2."""
        try:
            return cls()
        except ValidationError as error:
            for finding in error.errors(include_input=False, include_url=False):
                name = "_".join(str(part) for part in finding["loc"]).upper()
                reason = "is not set" if finding["type"] == "missing" else f"is wrong: {finding['msg']}"
                print(f"{cls.__name__}: environment variable {name} {reason}", file=sys.stderr)
        except SettingsError as error:
            named = re.search(r'field "(\w+)"', str(error))
            name = named.group(1).upper() if named else "?"
            print(f"{cls.__name__}: environment variable {name} is wrong: it holds no JSON", file=sys.stderr)
        raise SystemExit(2)


class ServiceSettings(EnvironmentSettings):
    """`DRAIN_SECONDS`: how long to keep serving, not ready, after SIGTERM, for load balancers to notice."""

    log_level: str = "INFO"
    access_log: bool = True
    cursor_secret: SecretStr = Field(min_length=16)
    internal_token_public_keys: dict[str, str] = Field(min_length=1)
    database_pool_size: int = Field(default=10, ge=1, le=200)
    body_limit_bytes: int = Field(default=MEBIBYTE, ge=1024)
    batch_body_limit_bytes: int = Field(default=8 * MEBIBYTE, ge=1024)
    drain_seconds: float = Field(default=0, ge=0, le=60)
