"""The forecast service on a real database: events in through the worker's processor, questions over HTTP."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from services.forecast.app import create_app
from services.forecast.due import DUE, LONG
from services.forecast.settings import ForecastSettings
from services.forecast.tables import MESSAGING
from services.forecast.topics import HANDLERS
from shared.agenda.due_work import do_due_work
from shared.contracts.catalogue import decode
from shared.contracts.envelope import Envelope
from shared.contracts.identity import Identity, Scope
from shared.messaging.failures import Limits
from shared.messaging.handlers import Delivery, handle
from shared.messaging.inbox import Inbox
from shared.messaging.processor import Processor
from shared.persistence.database import Database
from shared.web.clock import utc_now
from shared.web.identity import HEADER, SigningKey, sign_identity
from tests.forecast.builders import at, named
from tests.support.database import patient_database

KEY = SigningKey("test", Ed25519PrivateKey.generate())
PUBLIC = KEY.private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def who(
    scope: Scope, name: str = "director", *, team: str | None = None, teams: Iterable[str] = ()
) -> Identity:
    """A member of this name; `teams` are those of a manager's subtree."""
    return Identity(
        sub=str(named(name)),
        kind="member",
        role="any",
        scope=scope,
        team_id=None if team is None else named(team),
        team_ids=tuple(named(each) for each in teams),
    )


DIRECTOR = who("all")


def deliveries(envelopes: Iterable[Envelope]) -> list[Delivery]:
    """As if they came from Kafka: through bytes and back."""
    read = [decode(envelope.model_dump_json()) for envelope in envelopes]
    return [Delivery(event, envelope) for envelope, event in read]


class World:
    """`now` may be set; it is what the API takes for the present."""

    def __init__(self, url: str, database: Database, client: httpx.AsyncClient) -> None:
        self.url = url
        self.database = database
        self.client = client
        self.now = at("2027-02-10T12:00")
        self._processor = Processor(database, Inbox(MESSAGING), HANDLERS, service="forecast", limits=Limits())

    async def consume(self, *envelopes: Envelope) -> None:
        """Through inbox, versions and handlers, like the worker."""
        for topic, run in groupby(envelopes, key=lambda envelope: envelope.topic):
            await self._processor.process(topic, deliveries(run))

    async def project(self, *envelopes: Envelope) -> None:
        """Through the handlers alone, as one batch: nothing before them filters repeats."""
        async with self.database.transaction() as connection:
            await handle(connection, HANDLERS, deliveries(envelopes))

    async def work_off(self, *, at: datetime | None = None) -> None:
        """What is due by `at` (the API's present, unless given) is done, as the worker does it."""
        while await do_due_work(self.database, {**DUE, **LONG}, at or self.now):
            pass

    async def send(self, method: str, path: str, by: Identity = DIRECTOR, **options: Any) -> httpx.Response:
        token = sign_identity(by, KEY, now=utc_now() - timedelta(seconds=1))
        headers = {HEADER: token, **options.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **options)

    async def get(self, path: str, by: Identity = DIRECTOR, **params: Any) -> dict[str, Any]:
        """The body of a 200."""
        answer = await self.send("GET", path, by, **({"params": params} if params else {}))
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def post(
        self, path: str, body: dict[str, Any] | None = None, by: Identity = DIRECTOR, **headers: str
    ) -> dict[str, Any]:
        """The body of a 200 or 201; whatever the version is."""
        answer = await self.send("POST", path, by, json=body or {}, headers={"If-Match": "*", **headers})
        assert answer.status_code in (200, 201), answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def events(self, topic: str) -> list[dict[str, Any]]:
        """The envelopes of a topic in the outbox, in order."""
        outbox = MESSAGING.outbox.c
        query = select(outbox.envelope).where(outbox.topic == topic).order_by(outbox.id)
        async with self.database.reading() as connection:
            return list((await connection.execute(query)).scalars())

    async def forecast(self, by: Identity = DIRECTOR, **params: Any) -> dict[str, Any]:
        return await self.get("/v1/forecast", by, **{"period": "2027-Q1", **params})


@asynccontextmanager
async def world_at(url: str) -> AsyncIterator[World]:
    settings = ForecastSettings(
        cursor_secret="only-for-tests-only",
        internal_token_public_keys={KEY.kid: PUBLIC},
        forecast_database_url=url,
        access_log=False,
    )
    database = patient_database(url, name="forecast-test", pool_size=4)

    def now() -> datetime:
        return world.now

    transport = httpx.ASGITransport(create_app(settings, database, now))
    async with httpx.AsyncClient(transport=transport, base_url="http://forecast") as client:
        world = World(url, database, client)
        yield world
    await database.close()


def euros(figures: dict[str, Any], *names: str) -> dict[str, str]:
    """The amounts of these figures, which are all in EUR."""
    assert all(figures[name]["currency"] == "EUR" for name in names)
    return {name: figures[name]["amount"] for name in names}
