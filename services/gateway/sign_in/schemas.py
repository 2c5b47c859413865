"""What signing in looks like in the API."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

_Text = Annotated[str, StringConstraints(max_length=500)]


class TokenForm(BaseModel):
    """The form of RFC 6749: `password`, `refresh_token` or `client_credentials`."""

    model_config = ConfigDict(extra="forbid")

    grant_type: Literal["password", "refresh_token", "client_credentials"]
    username: _Text | None = Field(default=None, description="E-mail address (password).")
    password: SecretStr | None = None
    refresh_token: SecretStr | None = None
    client_id: _Text | None = Field(default=None, description="Id of an API key (client_credentials).")
    client_secret: SecretStr | None = Field(default=None, description="Secret of the API key.")
    scope: _Text | None = Field(default=None, description="Accepted and not used: the role decides.")


class RevokeForm(BaseModel):
    """The form of RFC 7009."""

    model_config = ConfigDict(extra="forbid")

    token: SecretStr = Field(description="A refresh token.")
    token_type_hint: _Text | None = None


class TokenOut(BaseModel):
    """`expires_in` seconds of life; partners get no refresh token, they ask again."""

    access_token: str
    refresh_token: str | None = None
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - RFC 6750's name of the type
    expires_in: int


class AcceptInvitationIn(BaseModel):
    """The invitation's token and the password chosen."""

    model_config = ConfigDict(extra="forbid")

    token: _Text
    password: SecretStr = Field(description="10 to 200 characters.")
