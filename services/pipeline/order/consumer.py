"""Deals and orders follow their accounts when these are merged; the replica knows it too."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.account.projection import record_accounts
from services.pipeline.deal.use_cases.follow_merges import Followed, give_back_deals, hand_over_deals
from services.pipeline.order.use_cases.follow_accounts import follow_accounts
from shared.contracts.envelope import Envelope
from shared.contracts.events.leads_account import AccountMerged, AccountUnmerged
from shared.messaging.handlers import Delivery, Handlers, each


async def on_merged(connection: AsyncConnection, event: AccountMerged, envelope: Envelope) -> None:
    if event.merged_into is not None:
        await hand_over_deals(connection, _followed(event.merge_id, envelope), event.merged_into)
        accounts = {envelope.subject, event.merged_into}
        await follow_accounts(connection, accounts, cause=envelope.id, now=envelope.time)


async def on_unmerged(connection: AsyncConnection, event: AccountUnmerged, envelope: Envelope) -> None:
    await give_back_deals(connection, _followed(event.merge_id, envelope), event.unmerged_from)
    accounts = {envelope.subject, event.unmerged_from}
    await follow_accounts(connection, accounts, cause=envelope.id, now=envelope.time)


async def on_accounts_merged(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    await record_accounts(connection, [(delivery.event, delivery.envelope) for delivery in deliveries])
    await each(on_merged)(connection, deliveries)


async def on_accounts_unmerged(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    await record_accounts(connection, [(delivery.event, delivery.envelope) for delivery in deliveries])
    await each(on_unmerged)(connection, deliveries)


def _followed(merge_id: UUID, envelope: Envelope) -> Followed:
    return Followed(merge_id, "account_id", envelope.subject, envelope.id, envelope.time, envelope.sequence)


HANDLERS: Handlers = {AccountMerged: on_accounts_merged, AccountUnmerged: on_accounts_unmerged}
