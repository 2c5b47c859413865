"""A small service of things, built only from `shared.web`, on a real database."""

import asyncio
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import Column, ForeignKey, Integer, Numeric, Table, Text, Uuid, func, insert, select, text

from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.messaging.outbox import announced_positions
from shared.persistence.database import Database
from shared.persistence.naming import new_metadata
from shared.persistence.types import Instant
from shared.web import listing
from shared.web.app import create_service_app
from shared.web.clock import Now
from shared.web.idempotency import idempotency_table
from shared.web.identity import Caller, SigningKey, sign_identity
from shared.web.listing import Listing, Page
from shared.web.route import ServiceRouter, permission
from shared.web.settings import ServiceSettings
from shared.web.transaction import Reading, SingleStatement, Transaction

METADATA = new_metadata()
idempotency_table(METADATA)
thing = Table(
    "thing",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("score", Integer),
    Column("price", Numeric(18, 4)),
    Column("rank", Integer, nullable=False, server_default="0"),
    Column("parent_id", Uuid, ForeignKey("thing.id", deferrable=True, initially="DEFERRED")),
    Column("created_at", Instant, nullable=False, server_default=func.now()),
)
KEY = SigningKey("test", Ed25519PrivateKey.generate())
PUBLIC_KEYS = {
    "test": KEY.private_key.public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode()
}


class ThingIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=50)
    score: int | None = None
    price: Decimal | None = None
    parent_id: UUID | None = None


class ThingOut(BaseModel):
    id: UUID
    name: str
    score: int | None
    created_at: datetime


class Gate:
    """Lets a test hold requests inside the route: wait until `reached`, then set `opened`."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

    async def __call__(self) -> None:
        self.reached.set()
        await self.opened.wait()


router = ServiceRouter(prefix="/v1/things", tags=["things"])
THINGS = Listing(
    name="things",
    table=thing,
    fields={
        "id": listing.Field(thing.c.id, "uuid", sortable=True),
        "name": listing.Field(thing.c.name, "text", sortable=True),
        "score": listing.Field(thing.c.score, "int", sortable=True),
        "price": listing.Field(thing.c.price, "decimal", sortable=True),
        "rank": listing.Field(thing.c.rank, "int", sortable=True),
        "created_at": listing.Field(thing.c.created_at, "datetime", sortable=True),
    },
    default_sort="-created_at",
    text=(thing.c.name,),
)


def _announce(thing_id: UUID) -> None:
    positions = announced_positions.get()
    if positions is not None:
        positions.append(f"things.thing/{thing_id}/1")


@router.get("", response_model=Page[ThingOut], openapi_extra=THINGS.openapi | permission("things:read"))
async def get_things(connection: Reading, request: Request) -> Response:
    return await THINGS.answer(connection, request)


@router.post("", status_code=201, openapi_extra=permission("things:write"))
async def post_thing(
    body: ThingIn, connection: Transaction, request: Request, response: Response, now: Now
) -> ThingOut:
    request.app.state.entered += 1
    gate: Gate | None = request.app.state.gate
    if gate is not None:
        await gate()
    thing_id = new_id()
    await connection.execute(insert(thing).values(id=thing_id, **body.model_dump(), created_at=now))
    _announce(thing_id)
    if body.name == "refused":
        raise DomainError("lead_not_open", "It was refused after the write.", extra={"hint": 7})
    response.headers["Location"] = f"/v1/things/{thing_id}"
    return ThingOut(id=thing_id, name=body.name, score=body.score, created_at=now)


@router.post("/fast", status_code=201)
async def post_fast(body: ThingIn, connection: SingleStatement) -> dict[str, str]:
    thing_id = new_id()
    await connection.execute(insert(thing).values(id=thing_id, **body.model_dump()))
    return {"id": str(thing_id)}


@router.post("/returned")
async def post_returned(request: Request, connection: Transaction) -> Response:
    """Refuses with an answer instead of an exception."""
    request.app.state.entered += 1
    return Response("{}", status_code=409, media_type="application/json")


@router.post("/batch")
async def post_batch(request: Request) -> dict[str, int]:
    return {"bytes": sum([len(chunk) async for chunk in request.stream()])}


@router.get("/me")
async def get_me(caller: Caller) -> dict[str, str]:
    return {"sub": caller.sub, "scope": caller.scope}


@router.get("/slow")
async def get_slow(connection: Reading, seconds: Annotated[float, Query(gt=0, le=5)] = 1) -> dict[str, str]:
    await connection.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})
    return {}


@router.get("/broken")
async def get_broken() -> dict[str, str]:
    raise RuntimeError("jane.doe@example.com must not be shown")


@router.get("/{thing_id}")
async def get_thing(thing_id: UUID, connection: Reading) -> ThingOut:
    row = (await connection.execute(select(thing).where(thing.c.id == thing_id))).one_or_none()
    if row is None:
        raise DomainError("not_found", "No such thing.")
    return ThingOut.model_validate(row, from_attributes=True)


def settings(**changes: Any) -> ServiceSettings:
    given = {"cursor_secret": SecretStr("a secret of tests only"), "internal_token_public_keys": PUBLIC_KEYS}
    return ServiceSettings(**{**given, **changes})


def things_app(database: Database, **changes: Any) -> FastAPI:
    app = create_service_app(
        name="things",
        settings=settings(**changes),
        database=database,
        routers=[router],
        migrations=False,
        constraint_codes={"fk_thing_parent_id_thing": "reference_unknown"},
    )
    app.state.gate = None
    app.state.entered = 0
    return app


def token(**claims: Any) -> str:
    identity = Identity.model_validate(
        {"sub": str(new_id()), "kind": "member", "role": "rep", "scope": "own", **claims}
    )
    return sign_identity(identity, KEY, now=datetime.now(UTC))


def json_of(response: Any) -> Any:
    return json.loads(response.content)
