"""A made-up organisation in the ledgers, as if its events had come one by one."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

import numpy as np
from sqlalchemy import text

from services.forecast.prediction.domain.days import NEVER
from services.forecast.prediction.domain.lives import Lives
from shared.persistence.database import Database
from tests.forecast.builders import named

_DEALS = UUID("018f4e6e-0000-7000-8000-0000000000d0")
_OPENED = text("""
INSERT INTO deal_fact (deal_id, sequence, part, valid_from, valid_to, known_at, reconstructed, status,
    pipeline_id, stage_id, stage, forecast_category, probability, base_amount, base_currency, closed_at,
    created_at, owner_id, product_id, source, amount, currency, expected_close)
SELECT deal_id, sequence, 0, valid_from,
    coalesce(lead(valid_from) OVER (PARTITION BY deal_id ORDER BY sequence), 'infinity'), valid_from, false,
    status, md5('pipeline')::uuid, md5(stage)::uuid, stage, 'pipeline', 0.5, amount, 'EUR', closed_at,
    created_at, owner_id, product_id, 'web', amount, 'EUR', (created_at + interval '90 days')::date
FROM unnest(CAST(:deal_id AS uuid[]), CAST(:sequence AS int[]), CAST(:valid_from AS timestamptz[]),
    CAST(:status AS text[]), CAST(:stage AS text[]), CAST(:amount AS numeric[]),
    CAST(:closed_at AS timestamptz[]), CAST(:created_at AS timestamptz[]), CAST(:owner_id AS uuid[]),
    CAST(:product_id AS uuid[]))
    AS given (deal_id, sequence, valid_from, status, stage, amount, closed_at, created_at, owner_id,
        product_id)
""")
_NOW = text("""
INSERT INTO deal_now (deal_id, sequence, known_at, name, status, pipeline_id, stage_id, stage,
    forecast_category, probability, base_amount, base_currency, closed_at, created_at, owner_id, product_id,
    source, amount, currency, expected_close)
SELECT DISTINCT ON (deal_id) deal_id, sequence, known_at, 'deal ' || deal_id, status, pipeline_id, stage_id,
    stage, forecast_category, probability, base_amount, base_currency, closed_at, created_at, owner_id,
    product_id, source, amount, currency, expected_close
FROM deal_fact ORDER BY deal_id, sequence DESC
""")
_DONE = text("""
INSERT INTO activity_now (activity_id, sequence, known_at, activity_type, created_at, deal_id, done_at)
SELECT gen_random_uuid(), 1, at, 'call', at, deal_id, at
FROM unnest(CAST(:deal_id AS uuid[]), CAST(:at AS timestamptz[])) AS given (deal_id, at)
""")


def deal_id(place: int) -> UUID:
    """Of the deal at that place of the lives."""
    return uuid5(_DEALS, str(place))


def noon(day: int) -> datetime:
    """Of the day, which is an ordinal."""
    return datetime.combine(date.fromordinal(int(day)), datetime.min.time(), UTC).replace(hour=12)


async def store(database: Database, lives: Lives, until: int) -> None:
    """What was known of them at the start of the day `until`."""
    known = lives.before(until)
    places = np.flatnonzero(lives.created < until)
    facts = _facts(known, places)
    async with database.transaction() as connection:
        await connection.execute(_OPENED, facts)
        await connection.execute(_NOW)
        if "activity" in known.tracks:
            done = known.tracks["activity"]
            of = [deal_id(places[each]) for each in done.deal]
            await connection.execute(_DONE, {"deal_id": of, "at": [noon(day) for day in done.day]})
        await connection.execute(text("UPDATE rollup_state SET time_zone = NULL"))
        for table in ("deal_now", "deal_fact", "activity_now"):
            await connection.execute(text(f"ANALYZE {table}"))


def _facts(known: Lives, places: Any) -> dict[str, list[Any]]:
    stage, stated = known.tracks["stage"], known.tracks["amount"].latest(len(known))[0]
    rows: list[tuple[int, datetime, str, str, Any, datetime | None]] = [
        (int(deal), noon(day), "open", stage.names[int(value)], stated[deal], None)
        for deal, day, value in zip(stage.deal, stage.day, stage.value, strict=True)
    ]
    for deal in np.flatnonzero(known.closed != NEVER):
        at, won = noon(known.closed[deal]), bool(known.won[deal])
        amount = known.amount[deal] if won else stated[deal]
        rows.append((int(deal), at, "won" if won else "lost", "closed", amount, at))
    rows.sort(key=lambda row: (row[0], row[1]))
    product, owner = known.factors["product"], known.factors["owner"]
    of = [row[0] for row in rows]
    return {
        "deal_id": [deal_id(places[deal]) for deal in of],
        "sequence": list(range(1, len(rows) + 1)),
        "valid_from": [row[1] for row in rows],
        "status": [row[2] for row in rows],
        "stage": [row[3] for row in rows],
        "amount": [f"{row[4]:.2f}" for row in rows],
        "closed_at": [row[5] for row in rows],
        "created_at": [noon(known.created[deal]) for deal in of],
        "owner_id": [named(owner.names[owner.levels[deal]]) for deal in of],
        "product_id": [named(product.names[product.levels[deal]]) for deal in of],
    }
