"""What the gateway's processes read from the environment."""

from pydantic import Field, SecretStr, field_validator

from services.gateway.rate_limit.domain import Policy
from shared.web.settings import EnvironmentSettings, ServiceSettings

_WINDOW_FORM = "`<quota>/<seconds>`, for instance `600/60`"


class GatewaySettings(ServiceSettings):
    """The API process. `rate_limits`: policy name -> `<requests>/<seconds>`; the rest keep their default.

    `cors_origins`: web origins whose pages may call the front, for instance `["https://app.example.com"]`.
    `access_token_public_keys`: keys of earlier signing keys ({kid: PEM}) whose tokens are still accepted.
    """

    gateway_database_url: str
    leads_url: str
    pipeline_url: str
    forecast_url: str
    internal_token_private_key: SecretStr
    internal_token_key_id: str
    access_token_private_key: SecretStr
    access_token_public_keys: dict[str, str] = Field(default_factory=dict)
    api_key_pepper: SecretStr = Field(min_length=16)
    rate_limits: dict[str, str] = Field(default_factory=dict)
    upstream_timeout_ms: int = Field(default=10_000, ge=100, le=600_000)
    upstream_connections: int = Field(default=256, ge=1, le=4096)
    standing_cache_seconds: float = Field(default=5.0, ge=0, le=10)
    cors_origins: tuple[str, ...] = ()
    password_checks_at_once: int = Field(default=2, ge=1, le=16)

    @field_validator("rate_limits")
    @classmethod
    def _readable(cls, given: dict[str, str]) -> dict[str, str]:
        for name, text in given.items():
            if name not in _DEFAULT_LIMITS:
                raise ValueError(f"no policy {name!r}; there are {', '.join(_DEFAULT_LIMITS)}")
            _policy(name, text)
        return given

    def policies(self) -> dict[str, Policy]:
        """The rate limits in force, by name."""
        limits = _DEFAULT_LIMITS | self.rate_limits
        return {name: _policy(name, text) for name, text in limits.items()}

    def upstream_urls(self) -> dict[str, str]:
        """Where each service behind the front is."""
        return {"leads": self.leads_url, "pipeline": self.pipeline_url, "forecast": self.forecast_url}


class FeedSettings(EnvironmentSettings):
    """`FEED_RETENTION_DAYS`: how far back a client of the feed may resume."""

    feed_retention_days: int = Field(default=30, ge=1, le=3650)


_DEFAULT_LIMITS = {
    "member": "6000/60",
    "partner": "60000/60",
    "anonymous": "600/60",
    "visitor": "120/60",
    "sign_in": "300/60",
    "sign_in_account": "20/60",
}


def _policy(name: str, text: str) -> Policy:
    quota, separator, seconds = text.partition("/")
    if not (separator and quota.isdecimal() and seconds.isdecimal() and int(quota) and int(seconds)):
        raise ValueError(f"the limit of {name!r} is written {_WINDOW_FORM}")
    return Policy(name, int(quota), int(seconds))
