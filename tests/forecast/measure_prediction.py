"""How long a prediction run takes: `python -m pytest -s -n 0 tests/forecast/measure_prediction.py`.

OPEN (100,000) open deals and three times as many closed ones over three years, of 500 owners and 50
products, each with three statements and four activities. Prints seconds of wall time: the first run, which
walks through the past, and three later ones, each whole: read, learned, foretold, kept.
"""

import os
import time
from datetime import timedelta

from sqlalchemy import text

from tests.forecast.builders import organisation
from tests.forecast.integration.predicting import predict, rows
from tests.forecast.integration.world import World

OPEN = int(os.environ.get("OPEN", "100000"))
DEALS, CHUNK = OPEN * 4, 50_000
LIVES = """
CREATE TEMPORARY TABLE life ON COMMIT DROP AS
SELECT md5('d' || i)::uuid AS deal_id, created_at, md5('m' || i % 500)::uuid AS owner_id,
    md5('p' || i / 500 % 50)::uuid AS product_id, 'source ' || i % 7 AS source,
    (100 + i * 31 % 5000)::numeric AS amount, md5('a' || i % 20000)::uuid AS account_id,
    CASE WHEN i % 4 > 0
        THEN least(created_at + (3 + i * 104729 % 150) * interval '1 day', cast(:now AS timestamptz))
    END AS closed_at,
    CASE WHEN i % 4 = 0 THEN 'open' WHEN i * 31 % 7 < 3 THEN 'won' ELSE 'lost' END AS status
FROM generate_series(cast(:first AS bigint), cast(:last AS bigint)) AS i,
    LATERAL (SELECT CASE WHEN i % 4 = 0 THEN 300 ELSE 1095 END AS days) AS range,
    LATERAL (SELECT cast(:now AS timestamptz) - (1 + i * 7919 % days) * interval '1 day' AS created_at
    ) AS begun
"""
STATEMENTS = """
INSERT INTO deal_fact (deal_id, sequence, part, valid_from, valid_to, known_at, reconstructed, status,
    pipeline_id, stage_id, stage, forecast_category, probability, base_amount, base_currency, closed_at,
    created_at, owner_id, product_id, account_id, source, amount, currency, expected_close)
SELECT deal_id, n, 0, starts, ends, starts, false, CASE WHEN n = 3 THEN status ELSE 'open' END,
    md5('pipeline')::uuid, md5('s' || n)::uuid, 'stage ' || n, 'pipeline', 0.2 * n, amount, 'EUR',
    CASE WHEN n = 3 THEN closed_at END, created_at, owner_id, product_id, account_id, source, amount, 'EUR',
    (created_at + interval '90 days')::date
FROM life, generate_series(1, 3) AS n,
    LATERAL (SELECT coalesce(closed_at, cast(:now AS timestamptz)) - created_at AS age) AS lived,
    LATERAL (SELECT created_at + age * (n - 1) / 2 AS starts,
        CASE WHEN n = 3 THEN 'infinity' ELSE created_at + age * n / 2 END AS ends) AS span
"""
STANDING = """
INSERT INTO deal_now (deal_id, sequence, known_at, name, status, pipeline_id, stage_id, stage,
    forecast_category, probability, base_amount, base_currency, closed_at, created_at, owner_id, product_id,
    account_id, source, amount, currency, expected_close)
SELECT deal_id, 3, coalesce(closed_at, cast(:now AS timestamptz)), 'deal', status, md5('pipeline')::uuid,
    md5('s3')::uuid, 'stage 3', 'pipeline', 0.6, amount, 'EUR', closed_at, created_at, owner_id, product_id,
    account_id, source, amount, 'EUR', (created_at + interval '90 days')::date
FROM life
"""
ACTIVITIES = """
INSERT INTO activity_now (activity_id, sequence, known_at, activity_type, created_at, deal_id, done_at)
SELECT gen_random_uuid(), 1, at, 'call', at, deal_id, at
FROM life, generate_series(1, 4) AS n,
    LATERAL (SELECT coalesce(closed_at, cast(:now AS timestamptz)) AS ended) AS life_end,
    LATERAL (SELECT created_at + (ended - created_at) * n / 5 AS at) AS done
"""


async def test_measure(world: World) -> None:
    await world.consume(organisation())
    for first in range(1, DEALS + 1, CHUNK):
        asked = {"first": first, "last": min(first + CHUNK - 1, DEALS), "now": world.now}
        async with world.database.transaction() as connection:
            for statement in (LIVES, STATEMENTS, STANDING, ACTIVITIES):
                wanted = {name: value for name, value in asked.items() if f":{name}" in statement}
                await connection.execute(text(statement), wanted)
    async with world.database.transaction() as connection:
        await connection.execute(text("UPDATE rollup_state SET time_zone = NULL"))
        await connection.execute(text("ANALYZE deal_fact, deal_now, activity_now"))
    for which in ("first", "second", "third", "fourth"):
        started = time.perf_counter()
        await predict(world)
        taken = time.perf_counter() - started
        run = (
            await rows(
                world,
                "SELECT state, open_deals, deals_learned_from, seconds, walk_seconds FROM prediction_run"
                " ORDER BY finished_at DESC, id DESC LIMIT 1",
            )
        )[0]
        print(f"\n{which} run: {taken:.1f} s of wall time; {dict(run._mapping)}")
        world.now += timedelta(minutes=1)
