"""The pipeline service on a real database: requests through the app, events through its handlers."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from services.pipeline.app import create_app
from services.pipeline.due import DUE, LONG, RECKONING
from services.pipeline.settings import PipelineSettings
from services.pipeline.tables import MESSAGING
from services.pipeline.topics import HANDLERS
from shared.agenda.due_work import do_due_work
from shared.contracts.catalogue import decode
from shared.contracts.envelope import Envelope, EventContext, wrap
from shared.contracts.event import Event
from shared.contracts.events.gateway_member import MemberJoined
from shared.contracts.events.gateway_organisation import DatedRate, ExchangeRatesSet
from shared.contracts.events.gateway_team import TeamCreated
from shared.contracts.events.leads_account import AccountCreated
from shared.contracts.identity import Identity, Scope
from shared.messaging.failures import Limits
from shared.messaging.handlers import Delivery
from shared.messaging.inbox import Inbox
from shared.messaging.processor import Processor
from shared.persistence.database import Database
from shared.web.clock import utc_now
from shared.web.identity import HEADER, SigningKey, sign_identity
from tests.support.database import patient_database

KEY = SigningKey("test", Ed25519PrivateKey.generate())
PUBLIC = KEY.private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
ANY = {"If-Match": "*"}
FIRST = {"If-Match": '"1"'}
Json = dict[str, Any]


def named(name: str) -> UUID:
    """Always the same id for a name."""
    return uuid5(UUID(int=7), name)


def who(name: str, role: str, scope: Scope, *teams: str) -> Identity:
    return Identity(
        sub=str(named(name)),
        kind="member",
        role=role,
        scope=scope,
        team_id=named(teams[0]) if teams else None,
        team_ids=tuple(named(team) for team in teams),
    )


DIRECTOR = who("director", "director", "all")
MANAGER = who("manager", "manager", "subtree", "north", "north-1")
REP = who("rep", "rep", "own", "north-1")
OTHER_REP = who("other rep", "rep", "own", "south")


def euros(amount: str) -> Json:
    return {"amount": amount, "currency": "EUR"}


def days(count: float) -> timedelta:
    return timedelta(days=count)


def iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def told(event: Event, subject: UUID, *, sequence: int = 1, time: datetime = NOW) -> Envelope:
    """The event as another service would publish it."""
    context = EventContext(source="/elsewhere", correlation_id="from-elsewhere", actor="system")
    return wrap(event, subject=subject, sequence=sequence, time=time, context=context)


class World:
    """`now` may be set; it is what the API takes for the present."""

    def __init__(self, database: Database, client: httpx.AsyncClient) -> None:
        self.database = database
        self.client = client
        self.now = NOW
        self.processor = Processor(database, Inbox(MESSAGING), HANDLERS, service="pipeline", limits=Limits())

    async def consume(self, *envelopes: Envelope) -> None:
        """Through bytes, inbox, versions and handlers, like the worker."""
        read = [decode(envelope.model_dump_json()) for envelope in envelopes]
        for topic, run in groupby(read, key=lambda pair: pair[0].topic):
            await self.processor.process(topic, [Delivery(event, envelope) for envelope, event in run])

    async def send(self, method: str, path: str, by: Identity = DIRECTOR, **options: Any) -> httpx.Response:
        token = sign_identity(by, KEY, now=utc_now() - timedelta(seconds=1))
        headers = {HEADER: token, **options.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **options)

    async def get(self, path: str, by: Identity = DIRECTOR, **params: Any) -> Json:
        """The body of a 200."""
        return _body(await self.send("GET", path, by, params=params), 200)

    async def post(
        self, path: str, body: Json | None = None, by: Identity = DIRECTOR, **headers: str
    ) -> Json:
        """The body of a 200 or 201; whatever the version is."""
        answer = await self.send("POST", path, by, json=body or {}, headers={**ANY, **headers})
        return _body(answer, 200, 201)

    async def refusal(
        self, method: str, path: str, body: Any = None, by: Identity = DIRECTOR, **headers: str
    ) -> tuple[int, str, list[tuple[str, str]]]:
        """Status, code, and the (pointer, code) of every error of a problem."""
        sent = {} if method == "GET" else {"json": body}
        seen = FIRST if method == "PATCH" else ANY
        answer = await self.send(method, path, by, headers={**seen, **headers}, **sent)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        problem = answer.json()
        return answer.status_code, problem["code"], [(e["pointer"], e["code"]) for e in problem["errors"]]

    async def work_off(self, *, at: datetime | None = None) -> None:
        """What is due by `at` (the API's present, unless given) is done, as the worker does it."""
        while await do_due_work(self.database, {**DUE, **RECKONING, **LONG}, at or self.now):
            pass

    async def deal(self, by: Identity = DIRECTOR, **fields: Any) -> Json:
        """A new deal."""
        return await self.post("/v1/deals", {"name": "Acme", **fields}, by)

    async def events(self, subject: str | UUID | None = None) -> list[Json]:
        """The envelopes in the outbox, in order."""
        outbox = MESSAGING.outbox.c
        query = select(outbox.envelope).order_by(outbox.id)
        if subject is not None:
            query = query.where(outbox.aggregate_id == UUID(str(subject)))
        async with self.database.reading() as connection:
            return list((await connection.execute(query)).scalars())

    async def know(self, accounts: Iterable[str] = ()) -> None:
        """Tell of accounts of these names."""
        await self.consume(
            *(
                told(AccountCreated(account_id=named(name), name=name, created_at=NOW), named(name))
                for name in accounts
            )
        )


def _body(answer: httpx.Response, *expected: int) -> Json:
    assert answer.status_code in expected, answer.text
    body: Json = answer.json()
    return body


def organisation() -> list[Envelope]:
    """Euros, Berlin, a team north with north-1 below it and a team south; dollars have a rate since 2027."""
    rate = DatedRate(currency="USD", valid_from=date(2027, 1, 1), rate=Decimal("0.5"))
    settings = ExchangeRatesSet(
        organisation_id=named("organisation"),
        name="Dealstream",
        base_currency="EUR",
        time_zone="Europe/Berlin",
        rates=(rate,),
    )
    parents = {"north": None, "north-1": named("north"), "south": None}
    teams = [
        TeamCreated(team_id=named(name), name=name, created_at=NOW, parent_id=parent)
        for name, parent in parents.items()
    ]
    homes = {"director": None, "manager": "north", "rep": "north-1", "other rep": "south"}
    members = [
        MemberJoined(member_id=named(name), role="rep", created_at=NOW, team_id=team and named(team))
        for name, team in homes.items()
    ]
    return [
        told(settings, settings.organisation_id),
        *(told(team, team.team_id) for team in teams),
        *(told(member, member.member_id) for member in members),
    ]


@asynccontextmanager
async def world_at(url: str, *, pool_size: int = 8) -> AsyncIterator[World]:
    settings = PipelineSettings(
        cursor_secret="only-for-tests-only",
        internal_token_public_keys={KEY.kid: PUBLIC},
        pipeline_database_url=url,
        access_log=False,
    )
    database = patient_database(url, name="pipeline-test", pool_size=pool_size)

    def now() -> datetime:
        return world.now

    transport = httpx.ASGITransport(create_app(settings, database, now))
    async with httpx.AsyncClient(transport=transport, base_url="http://pipeline") as client:
        world = World(database, client)
        await world.consume(*organisation())
        yield world
    await database.close()
