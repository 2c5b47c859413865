"""Keys and rules to and from their tables."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    Integer,
    RowMapping,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    column,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.matching.domain import KEY_FIELDS, Criterion, Likeness, Rule
from services.leads.matching.tables import match_key, matching_rule
from services.leads.record.domain import field_names
from services.leads.record.repository import Beside, rows_of

_LOCKS = 0x6D61
"""The space of advisory locks that newcomers take turns by."""
_DOORS = 256
"""So many of them: one transaction never holds more, however many records it brings."""


@dataclass(frozen=True, slots=True)
class KeepKeys:
    """What records are recognised by, written with them. A contact works for the company of its account."""

    def build(self, written: CTE) -> CTE:
        """The upsert, with its rows as the parameter `match_key_rows`."""
        return _upsert(written).cte("keys_kept")


def _upsert(written: CTE | None) -> Insert:
    rows = rows_of(match_key, "match_key_rows")
    of_account = match_key.alias("of_account")
    employer = select(of_account.c.company).where(of_account.c.record_id == rows.c.account_id)
    chosen = [
        func.coalesce(rows.c.company, employer.scalar_subquery()) if name == "company" else rows.c[name]
        for name in KEY_FIELDS
    ]
    given = select(*chosen)
    if written is not None:
        given = given.where(rows.c.record_id.in_(select(written.c.id)))
    new = insert(match_key).from_select(list(KEY_FIELDS), given, include_defaults=False)
    renewed = {name: new.excluded[name] for name in KEY_FIELDS if name not in ("record_id", "kind")}
    return new.on_conflict_do_update(index_elements=["record_id"], set_=renewed)


async def keep(connection: AsyncConnection, keys: Sequence[Likeness]) -> None:
    """The same by itself, for records that are there."""
    await connection.execute(_upsert(None), {"match_key_rows": [key.row() for key in keys]})


def beside(keys: Sequence[Likeness]) -> Beside:
    """These keys, each written when the record it is of is."""
    return Beside(KeepKeys(), {"match_key_rows": [key.row() for key in keys]})


async def one_at_a_time(connection: AsyncConnection, signs: Collection[str]) -> None:
    """Until the transaction ends whoever asks with one of these signs waits. Taken in one order by all."""
    given = func.unnest(bindparam("signs", type_=ARRAY(Text()))).table_valued(column("sign", Text))
    door = cast(func.hashtextextended(given.c.sign, 0).op("&")(_DOORS - 1), Integer).label("door")
    in_order = select(door).distinct().order_by(door).subquery()
    await connection.execute(
        select(func.pg_advisory_xact_lock(_LOCKS, in_order.c.door)), {"signs": sorted(signs)}
    )


async def rename_employer(connection: AsyncConnection, account_ids: Sequence[UUID]) -> list[UUID]:
    """The contacts of these accounts work for the accounts as they are called now; answers which changed."""
    of_account = match_key.alias("of_account")
    contact = match_key.c
    rows = await connection.execute(
        update(match_key)
        .where(
            contact.account_id == of_account.c.record_id,
            of_account.c.record_id == any_(literal(list(account_ids), ARRAY(Uuid))),
            contact.company.is_distinct_from(of_account.c.company),
        )
        .values(company=of_account.c.company)
        .returning(contact.record_id)
    )
    return list(rows.scalars())


async def find_rule(connection: AsyncConnection, rule_id: UUID, *, lock: bool = False) -> Rule | None:
    """The rule, if there is one."""
    query = select(matching_rule).where(matching_rule.c.id == rule_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().first()
    return None if row is None else rule_of(row)


async def active_rules(connection: AsyncConnection) -> list[Rule]:
    """The rules in use, at most 100, in the order they were made."""
    rows = await connection.execute(
        select(matching_rule)
        .where(matching_rule.c.active)
        .order_by(matching_rule.c.created_at, matching_rule.c.id)
        .limit(100)
    )
    return [rule_of(row) for row in rows.mappings()]


async def add_rule(connection: AsyncConnection, rule: Rule) -> bool:
    """Write a new rule; False when its name is taken."""
    new = insert(matching_rule).values(_row(rule)).on_conflict_do_nothing()
    return await connection.scalar(new.returning(matching_rule.c.id)) is not None


async def save_rule(connection: AsyncConnection, rule: Rule) -> bool:
    """Write the next version of a locked rule; False when its name is taken."""
    row = _row(rule)
    taken = select(matching_rule.c.id).where(
        func.lower(matching_rule.c.name) == rule.name.lower(), matching_rule.c.id != rule.id
    )
    if await connection.scalar(taken) is not None:
        return False
    await connection.execute(update(matching_rule).where(matching_rule.c.id == rule.id).values(row))
    return True


async def remove_rule(connection: AsyncConnection, rule_id: UUID) -> None:
    """The rule is gone; what it found stays."""
    await connection.execute(delete(matching_rule).where(matching_rule.c.id == rule_id))


def rule_of(row: RowMapping) -> Rule:
    """A row as a rule."""
    values = {**row, "kinds": tuple(row["kinds"])}
    return Rule(**{**values, "criteria": tuple(Criterion(**each) for each in row["criteria"])})


def _row(rule: Rule) -> dict[str, Any]:
    row = {name: getattr(rule, name) for name in field_names(Rule)}
    return {**row, "kinds": list(rule.kinds), "criteria": [asdict(each) for each in rule.criteria]}
