"""Records that may be the same as others: one query by index, however many are asked about."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Column,
    Executable,
    RowMapping,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.matching.domain import KEY_FIELDS, TEXTS, Compared, Kind, Likeness, Rule, partners_of
from services.leads.matching.schemas import RuleOut
from services.leads.matching.tables import BLOCKS, match_key, matching_rule
from shared.web.listing import Field, Listing

MOST_PER_WAY = 20
"""How many candidates each way of finding them gives at most."""
MOST_READ = 1500
"""How many records each way reads at most."""
_LIKE = 0.45
"""Texts whose trigram similarities are below this on average are not even compared."""

RULES = Listing(
    name="matching-rules",
    table=matching_rule,
    default_sort="created_at",
    fields={
        "id": Field(matching_rule.c.id, "uuid", sortable=True),
        "name": Field(matching_rule.c.name, "text"),
        "active": Field(matching_rule.c.active, "bool"),
        "threshold": Field(matching_rule.c.threshold, "int"),
        "created_at": Field(matching_rule.c.created_at, "datetime", sortable=True),
        "updated_at": Field(matching_rule.c.updated_at, "datetime"),
    },
    columns=[matching_rule.c[name] for name in RuleOut.model_fields],
    item_fields=tuple(RuleOut.model_fields),
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way candidates are found: for records of kind `own`, by these fields, among those of `other`."""

    own: Kind
    other: Kind
    fields: tuple[Compared, ...]


def ways_of(rules: Sequence[Rule]) -> tuple[Way, ...]:
    """All ways the rules ask for, each once."""
    found = {
        Way(own, other, tuple(sorted(rule.decisive())))
        for rule in rules
        for own in ("lead", "contact", "account")
        for other in partners_of(own, rule.kinds)
    }
    return tuple(sorted(found, key=lambda way: (way.own, way.other, way.fields)))


async def candidates(
    connection: AsyncConnection, rules: Sequence[Rule], asked: Sequence[Likeness]
) -> dict[UUID, list[Likeness]]:
    """For each record asked about the active records that one of the rules may find the same, unscored."""
    ways = ways_of(rules)
    if not ways or not asked:
        return {}
    rows = await connection.execute(candidates_query(ways), {"asked": [each.row() for each in asked]})
    found: dict[UUID, dict[UUID, Likeness]] = {}
    for row in rows:
        asked_about, *fields = row
        other = Likeness(**dict(zip(KEY_FIELDS, fields, strict=True)))
        found.setdefault(asked_about, {})[other.record_id] = other
    return {asked_about: list(others.values()) for asked_about, others in found.items()}


@lru_cache(maxsize=50)
def candidates_query(ways: tuple[Way, ...]) -> Executable:
    """Everything asked about joined with what each way finds for it, however many share an address or a word.

    Names and companies are found by blocks, what the function `match_blocks` makes of them: records that look
    alike share one. How many have a block is known from the statistics the database keeps of the index.
    """
    columns = ", ".join(KEY_FIELDS)
    pairs = ", ".join(
        f"('{own}', '{other}')" for own, other in sorted({(way.own, way.other) for way in ways})
    )
    found = " UNION ALL ".join(_found(way, columns) for way in ways)
    statement = f"""
        WITH common AS MATERIALIZED (
            SELECT most_common_elems::text::int[] AS blocks, most_common_elem_freqs AS shares,
                reltuples AS records
            FROM pg_stats JOIN pg_class ON pg_class.oid = '{BLOCKS}'::regclass
            WHERE schemaname = current_schema() AND tablename = '{BLOCKS}'),
        asked AS MATERIALIZED (
            SELECT given.*, other, rare.*
            FROM jsonb_populate_recordset(NULL::match_key, :asked) given
            JOIN (VALUES {pairs}) pair (own, other) ON own = kind
            LEFT JOIN common ON true
            CROSS JOIN LATERAL (
                SELECT {_rare("name", "NULL")} AS rare_name, {_rare("NULL", "company")} AS rare_company,
                    cardinality(match_blocks(other, name, NULL, true)) AS name_blocks) rare)
        SELECT asked.record_id AS asked_about, found.* FROM asked CROSS JOIN LATERAL ({found}) found
    """
    shape = [Column("asked_about", Uuid), *(match_key.c[name] for name in KEY_FIELDS)]
    return text(statement).bindparams(bindparam("asked", type_=JSONB())).columns(*shape)


def _rare(name: str, company: str) -> str:
    """The blocks of a text, the rarest first, as long as the records that have one are few enough to be read;
    the rarest in any case."""
    return f"""ARRAY(
        SELECT block FROM (
            SELECT block, sum(expected) OVER rarest AS so_far, row_number() OVER rarest AS place
            FROM unnest(match_blocks(other, {name}, {company}, true)) block CROSS JOIN LATERAL (
                SELECT coalesce(shares[array_position(blocks, block)] * records, 0) AS expected) rated
            WINDOW rarest AS (ORDER BY expected, block)) ranked
        WHERE so_far <= {MOST_READ} OR place = 1)"""


# Of a name that is too common to be looked up by all its blocks, those of the company help.
_BLOCKS_OF: Mapping[tuple[Compared, ...], str] = {
    ("name",): "asked.rare_name",
    ("company",): "asked.rare_company",
    ("company", "name"): """(CASE WHEN cardinality(asked.rare_name) < asked.name_blocks
        THEN asked.rare_name || asked.rare_company ELSE asked.rare_name END)""",
}


def _found(way: Way, columns: str) -> str:
    """The likest by this way, among the first that the index names."""
    texts = tuple(name for name in way.fields if name in TEXTS)
    likeness = " + ".join(f"similarity({name}, asked.{name})" for name in texts)
    order = " + ".join(f"coalesce(similarity({name}, asked.{name}), 0)" for name in ("name", "company"))
    conditions = [
        f"asked.kind = '{way.own}'",
        f"asked.other = '{way.other}'",
        *(f"asked.{name} IS NOT NULL" for name in way.fields),
        "record_id <> asked.record_id",
        *([f"{likeness} >= {_LIKE * len(texts)}"] if texts else []),
    ]
    return f"""(SELECT {columns} FROM (
            SELECT {columns} FROM match_key
            WHERE active AND kind = '{way.other}' AND {_indexed(way.fields, texts)} LIMIT {MOST_READ}) read
        WHERE {" AND ".join(conditions)} ORDER BY {order} DESC LIMIT {MOST_PER_WAY})"""


def _indexed(wanted: tuple[Compared, ...], texts: tuple[Compared, ...]) -> str:
    """What an index is asked. A domain may have thousands of people: with texts it is asked of what these
    find, as an expression that no index knows."""
    exact = [name for name in wanted if name not in texts]
    if not texts or "email" in exact or "phone" in exact:
        return " AND ".join(f"{name} = asked.{name}" for name in exact)
    blocks = f"match_blocks(kind, name, company, false) && {_BLOCKS_OF[texts]}"
    return " AND ".join([blocks, *(f"{name} || '' = asked.{name}" for name in exact)])


async def keys_of(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Likeness]:
    """What these records are recognised by."""
    wanted = match_key.c.record_id == any_(literal(list(ids), ARRAY(Uuid)))
    rows = await connection.execute(select(*(match_key.c[name] for name in KEY_FIELDS)).where(wanted))
    return {row.record_id: _likeness(row._mapping) for row in rows}


async def keys_after(connection: AsyncConnection, after: UUID, *, most: int) -> list[Likeness]:
    """The next active records in the order of their ids."""
    rows = await connection.execute(
        select(*(match_key.c[name] for name in KEY_FIELDS))
        .where(match_key.c.record_id > after, match_key.c.active)
        .order_by(match_key.c.record_id)
        .limit(most)
    )
    return [_likeness(row) for row in rows.mappings()]


async def accounts_with_domains(
    connection: AsyncConnection, domains: Collection[str]
) -> list[tuple[str, UUID, bool]]:
    """Domain, account, and whether it is that of the account's website. 10,000 at most."""
    key = match_key.c
    account = func.coalesce(key.account_id, key.record_id)
    rows = await connection.execute(
        select(key.email_domain, account, func.bool_or(key.kind == "account"))
        .where(
            key.email_domain == any_(literal(sorted(domains), ARRAY(Text))),
            key.active,
            or_(key.kind == "account", and_(key.kind == "contact", key.account_id.is_not(None))),
        )
        .group_by(key.email_domain, account)
        .limit(10_000)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def count_keys(connection: AsyncConnection) -> int:
    """How many active records there are."""
    return int(await connection.scalar(select(func.count()).where(match_key.c.active)) or 0)


def _likeness(row: RowMapping) -> Likeness:
    return Likeness(**{name: row[name] for name in KEY_FIELDS})
