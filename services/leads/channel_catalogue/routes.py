"""`/v1/channel-settings`."""

from fastapi import Response

from services.leads.channel_catalogue import repository
from services.leads.channel_catalogue.domain import Unknown
from services.leads.channel_catalogue.schemas import ChannelSettingsIn, ChannelSettingsOut
from services.leads.channel_catalogue.use_cases.keep_words import set_unknown
from shared.web import json_body
from shared.web.concurrency import IfMatchOrAny, etag
from shared.web.identity import WithCaller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/channel-settings", tags=["campaigns"], dependencies=[WithCaller])


@router.get(
    "",
    response_model=ChannelSettingsOut,
    openapi_extra=permission("leads:read"),
    summary="What becomes of unknown channels",
)
async def get_settings(connection: Reading) -> Response:
    """With its ETag; version 0 before anything was set."""
    return _settings(*await repository.settings(connection))


@router.put(
    "",
    response_model=ChannelSettingsOut,
    openapi_extra=permission("lead_settings:write"),
    summary="Say what becomes of unknown channels",
)
async def put_settings(body: ChannelSettingsIn, connection: Transaction, seen: IfMatchOrAny) -> Response:
    """For leads that come in within some seconds from now. Forms and inquiries are never refused for it.
    Problems: 412 `version_conflict`; 422; 428."""
    version = await set_unknown(connection, body.unknown, seen_version=seen)
    return _settings(version, body.unknown)


def _settings(version: int, unknown: Unknown) -> Response:
    shown = {"version": version, "unknown": unknown}
    return Response(json_body.dumps(shown), headers={"ETag": etag(version)}, media_type="application/json")
