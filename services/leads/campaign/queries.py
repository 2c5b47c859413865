"""The lists of channels and campaigns."""

from typing import Any

from sqlalchemy import Row

from services.leads.campaign.schemas import CampaignOut, ChannelOut
from services.leads.campaign.tables import campaign, channel
from services.leads.record.domain import money_of
from shared.web.listing import Field, Listing

CHANNELS = Listing(
    name="channels",
    table=channel,
    default_sort="key",
    fields={
        "id": Field(channel.c.id, "uuid", sortable=True),
        "key": Field(channel.c.key, "text", sortable=True),
        "name": Field(channel.c.name, "text"),
        "active": Field(channel.c.active, "bool"),
    },
    columns=[channel.c[name] for name in ChannelOut.model_fields],
    item_fields=tuple(ChannelOut.model_fields),
)

_PLAIN = tuple(name for name in CampaignOut.model_fields if name not in ("budget", "cost"))
_MONEY = ("budget_amount", "budget_currency", "cost_amount", "cost_currency")
CAMPAIGNS = Listing(
    name="campaigns",
    table=campaign,
    default_sort="-created_at",
    fields={
        "id": Field(campaign.c.id, "uuid", sortable=True),
        "name": Field(campaign.c.name, "text", sortable=True),
        "channel": Field(campaign.c.channel, "text"),
        "starts_on": Field(campaign.c.starts_on, "date"),
        "ends_on": Field(campaign.c.ends_on, "date"),
        "active": Field(campaign.c.active, "bool"),
        "archived_at": Field(campaign.c.archived_at, "datetime"),
        "created_at": Field(campaign.c.created_at, "datetime", sortable=True),
    },
    columns=[campaign.c[name] for name in (*_PLAIN, *_MONEY)],
    item_fields=tuple(CampaignOut.model_fields),
)


def channel_shown(row: Row[Any]) -> ChannelOut:
    """A row of the list of channels."""
    return ChannelOut.model_validate(dict(row._mapping))


def campaign_shown(row: Row[Any]) -> CampaignOut:
    """A row of the list of campaigns."""
    values = dict(row._mapping)
    budget = money_of(values["budget_amount"], values["budget_currency"])
    cost = money_of(values["cost_amount"], values["cost_currency"])
    return CampaignOut.model_validate(
        {**{name: values[name] for name in _PLAIN}, "budget": budget, "cost": cost}
    )
