"""Channels and campaigns are set up and kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.campaign.domain import Campaign, Channel
from services.leads.campaign.repository import CAMPAIGNS, CHANNELS
from services.leads.campaign.schemas import CampaignCreate, ChannelCreate
from services.leads.channel_catalogue.use_cases.keep_words import keep_words
from services.leads.record.domain import Change, edited
from services.leads.record.use_cases.keep_settings import Settings
from shared.contracts.ids import new_id

ALL_CHANNELS = Settings(CHANNELS, "channel")
ALL_CAMPAIGNS = Settings(CAMPAIGNS, "campaign")


async def add_channel(connection: AsyncConnection, body: ChannelCreate, *, now: datetime) -> Channel:
    """The new channel, known by its words from now on. Refuses a key or an alias that is taken."""
    channel = Channel(id=new_id(), created_at=now, updated_at=now, **body.model_dump())
    added = await ALL_CHANNELS.add(connection, channel, now=now)
    await keep_words(connection, added.key, added.name, added.aliases)
    return added


async def edit_channel(
    connection: AsyncConnection,
    channel_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Channel:
    """The channel with these values, known by its words from now on. Refuses an alias that is taken."""
    channel = await ALL_CHANNELS.edit(connection, channel_id, values, seen_version=seen_version, now=now)
    await keep_words(connection, channel.key, channel.name, channel.aliases)
    return channel


async def add_campaign(connection: AsyncConnection, body: CampaignCreate, *, now: datetime) -> Campaign:
    """The new campaign. Refuses a name that is taken, and an end before the start."""
    values = {name: getattr(body, name) for name in CampaignCreate.model_fields}
    campaign = Campaign(id=new_id(), created_at=now, updated_at=now, **values)
    campaign.check()
    return await ALL_CAMPAIGNS.add(connection, campaign, now=now)


async def edit_campaign(
    connection: AsyncConnection,
    campaign_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Campaign:
    """The campaign with these values."""

    def decide(campaign: Campaign) -> Change[Campaign] | None:
        change = edited(campaign, values, now=now)
        if change is not None:
            change.after.check()
        return change

    return await ALL_CAMPAIGNS.change(connection, campaign_id, decide, seen_version=seen_version)
