"""`/v1/channels` and `/v1/campaigns`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.campaign import queries
from services.leads.campaign.schemas import (
    CampaignCreate,
    CampaignEffect,
    CampaignOut,
    CampaignPatch,
    ChannelCreate,
    ChannelOut,
    ChannelPatch,
    campaign_out,
)
from services.leads.campaign.use_cases.keep_campaigns import (
    ALL_CAMPAIGNS,
    ALL_CHANNELS,
    add_campaign,
    add_channel,
    edit_campaign,
    edit_channel,
)
from services.leads.campaign.use_cases.measure_effect import measure_effect
from services.leads.lead_source.schemas import AttributionAsked
from services.leads.record import answers
from services.leads.record.schemas import raw, read
from services.leads.setting_history.history_route import add_history
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller, WithCaller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(tags=["campaigns"], dependencies=[WithCaller])
_READ = permission("leads:read")
_WRITE = permission("lead_settings:write")
_CHANNELS, _CAMPAIGNS = "/v1/channels", "/v1/campaigns"


@router.get(
    _CHANNELS,
    response_model=Page[ChannelOut],
    openapi_extra=_READ | queries.CHANNELS.openapi,
    summary="Ways to reach customers",
)
async def list_channels(request: Request, connection: Reading) -> Response:
    """By key. A lead's `channel` said as a key, name or alias, in any case, becomes the key; what becomes of
    other words: `/v1/channel-settings`."""
    return await queries.CHANNELS.answer(connection, request, to_item=queries.channel_shown)


@router.post(
    _CHANNELS, response_model=ChannelOut, status_code=201, openapi_extra=_WRITE, summary="Add a channel"
)
async def post_channel(body: ChannelCreate, connection: Transaction, now: Now) -> Response:
    """201 with Location and ETag. Problems: 409 `name_taken` (the key); 422 `validation_failed`."""
    channel = await add_channel(connection, body, now=now)
    return answers.one(answers.fields_of(channel, ChannelOut), created_at=_CHANNELS)


@router.get(
    f"{_CHANNELS}/{{channel_id}}", response_model=ChannelOut, openapi_extra=_READ, summary="A channel"
)
async def get_channel(channel_id: UUID, connection: Reading) -> Response:
    """With its ETag. Problems: 404 `channel_not_found`."""
    return answers.one(answers.fields_of(await ALL_CHANNELS.find(connection, channel_id), ChannelOut))


@router.patch(
    f"{_CHANNELS}/{{channel_id}}", response_model=ChannelOut, openapi_extra=_WRITE, summary="Edit a channel"
)
async def patch_channel(
    *,
    channel_id: UUID,
    body: Annotated[raw(ChannelPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch of name, aliases and activity. Problems: 404 `channel_not_found`; 412; 422; 428."""
    values = read(ChannelPatch, body).given()
    channel = await edit_channel(connection, channel_id, values, seen_version=seen, now=now)
    return answers.one(answers.fields_of(channel, ChannelOut))


@router.get(
    _CAMPAIGNS,
    response_model=Page[CampaignOut],
    openapi_extra=_READ | queries.CAMPAIGNS.openapi,
    summary="Campaigns",
)
async def list_campaigns(request: Request, connection: Reading) -> Response:
    """Newest first. `archived_at=is:null` leaves archived ones out."""
    return await queries.CAMPAIGNS.answer(connection, request, to_item=queries.campaign_shown)


@router.post(
    _CAMPAIGNS, response_model=CampaignOut, status_code=201, openapi_extra=_WRITE, summary="Add a campaign"
)
async def post_campaign(body: CampaignCreate, connection: Transaction, now: Now) -> Response:
    """201 with Location and ETag. Leads belong to it that name it as `campaign`, in whatever case.

    Problems: 409 `name_taken`; 422 `validation_failed`.
    """
    return answers.one(campaign_out(await add_campaign(connection, body, now=now)), created_at=_CAMPAIGNS)


@router.get(
    f"{_CAMPAIGNS}/{{campaign_id}}", response_model=CampaignOut, openapi_extra=_READ, summary="A campaign"
)
async def get_campaign(campaign_id: UUID, connection: Reading) -> Response:
    """With its ETag. Problems: 404 `campaign_not_found`."""
    return answers.one(campaign_out(await ALL_CAMPAIGNS.find(connection, campaign_id)))


@router.patch(
    f"{_CAMPAIGNS}/{{campaign_id}}",
    response_model=CampaignOut,
    openapi_extra=_WRITE,
    summary="Edit a campaign",
)
async def patch_campaign(
    *,
    campaign_id: UUID,
    body: Annotated[raw(CampaignPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Problems: 404 `campaign_not_found`; 409 `duplicate` (the name); 412; 422; 428."""
    values = read(CampaignPatch, body).given()
    edited = await edit_campaign(connection, campaign_id, values, seen_version=seen, now=now)
    return answers.one(campaign_out(edited))


@router.delete(
    f"{_CAMPAIGNS}/{{campaign_id}}", status_code=204, openapi_extra=_WRITE, summary="Archive a campaign"
)
async def delete_campaign(campaign_id: UUID, connection: Transaction, now: Now, seen: IfMatchOrAny) -> None:
    """Its leads keep its name. Problems: 404 `campaign_not_found`; 412; 428."""
    await ALL_CAMPAIGNS.archive(connection, campaign_id, seen_version=seen, now=now)


@router.get(
    f"{_CAMPAIGNS}/{{campaign_id}}/effect",
    response_model=CampaignEffect,
    openapi_extra=_READ,
    summary="What a campaign brought for what it cost",
)
async def get_effect(
    *,
    campaign_id: UUID,
    connection: Reading,
    caller: Caller,
    now: Now,
    attribution: AttributionAsked = "first",
) -> CampaignEffect:
    """The leads credited to the campaign within the caller's scope and what they became. `cost_per_lead` =
    cost / received; `return_on_cost` = (won revenue - cost) / cost; null when the divisor is 0 or unknown.
    Amounts are in the organisation's currency. Every figure has its definition. Costs one query over the
    leads and touches of the campaign, found by index.

    Problems: 404 `campaign_not_found`; 422 `rate_missing`; 503 `organisation_unknown`.
    """
    return await measure_effect(connection, caller, campaign_id, attribution, now=now)


add_history(router, "/v1/channels/{channel_id}", "channel", "leads:read", ALL_CHANNELS.find)
add_history(router, "/v1/campaigns/{campaign_id}", "campaign", "leads:read", ALL_CAMPAIGNS.find)
