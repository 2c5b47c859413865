"""Rows of the files as bodies of the API. Pure: ids of what was loaded before are passed in."""

from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from deploy.importing.mapping import AccountsFile, DealsFile, Mapping, ProductsFile
from deploy.importing.source import Findings, Row

Json = dict[str, Any]
Ids = Lookup[str, str]


def email_of(name: str, domain: str) -> str:
    """`Anna Snelling` at `x.example` is `anna.snelling@x.example`."""
    return f"{'.'.join(name.lower().split())}@{domain}"


def account_item(row: Row, columns: AccountsFile, mapping: Mapping) -> Json:
    """An account. Its parent is linked afterwards, when every account has an id."""
    revenue = row[columns.annual_revenue]
    return {
        "source_system": mapping.source_system,
        "external_id": row[columns.name],
        "name": row[columns.name],
        "industry": row[columns.industry] or None,
        "country": row[columns.country] or None,
        "employees": int(row[columns.employees]) if row[columns.employees] else None,
        "annual_revenue": _money(revenue, mapping, columns.annual_revenue_unit) if revenue else None,
    }


def product_item(row: Row, columns: ProductsFile, mapping: Mapping) -> Json:
    """A product with its list price."""
    return {
        "source_system": mapping.source_system,
        "external_id": row[columns.name],
        "name": row[columns.name],
        "family": row[columns.family] or None,
        "list_price": _money(row[columns.list_price], mapping),
    }


@dataclass(frozen=True, slots=True)
class Known:
    """The ids of what the deals refer to, by the names the file uses, and the products' list prices."""

    members: Ids
    accounts: Ids
    products: Ids
    list_prices: Lookup[str, str]
    pipeline_id: str
    time_zone: str


def deal_item(row: Row, columns: DealsFile, mapping: Mapping, known: Known, findings: Findings) -> Json:
    """A deal with its own dates, outcome and value. What the file does not say is left out, and counted."""
    name = row[columns.external_id]
    meaning = columns.stages[row[columns.stage]]
    item: Json = {
        "source_system": mapping.source_system,
        "external_id": name,
        "name": f"{row[columns.account] or 'No account'}: {row[columns.product]}",
        "owner_id": _found(known.members, row[columns.rep], "deals of an unknown rep", name, findings),
        "product_id": _found(
            known.products, row[columns.product], "deals of an unknown product", name, findings
        ),
        "account_id": _account_id(row, columns, known, findings),
        "pipeline_id": known.pipeline_id,
        "stage": meaning.stage,
        "amount": _amount(row, columns, mapping, known, findings),
    }
    if not row[columns.opened_on]:
        findings.add("deals without dates (opened when loaded)", name)
        return item
    opened_at = _instant(row[columns.opened_on], columns.opens_at, known.time_zone)
    item |= {
        "created_at": opened_at,
        "stage_history": [{"stage": meaning.stage, "entered_at": opened_at}],
    }
    if meaning.outcome != "open":
        item["outcome"] = meaning.outcome
        item["closed_at"] = _instant(row[columns.closed_on], columns.closes_at, known.time_zone)
    if meaning.outcome == "lost":
        item["loss_reason"] = columns.loss_reason
    return item


def _account_id(row: Row, columns: DealsFile, known: Known, findings: Findings) -> str | None:
    if not row[columns.account]:
        findings.add("deals without an account", row[columns.external_id])
        return None
    return _found(
        known.accounts,
        row[columns.account],
        "deals of an unknown account",
        row[columns.external_id],
        findings,
    )


def _amount(row: Row, columns: DealsFile, mapping: Mapping, known: Known, findings: Findings) -> Json | None:
    if row[columns.amount]:
        return _money(row[columns.amount], mapping)
    if columns.amount_when_empty == "none":
        return None
    findings.add("deals without a value (the product's list price is used)", row[columns.external_id])
    price = known.list_prices.get(row[columns.product])
    return _money(price, mapping) if price else None


def _found(ids: Ids, name: str, what: str, example: str, findings: Findings) -> str | None:
    if name not in ids:
        findings.add(what, example)
    return ids.get(name)


def _instant(day: str, at: time, time_zone: str) -> str:
    local = datetime.combine(date.fromisoformat(day), at, ZoneInfo(time_zone))
    return local.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _money(amount: str, mapping: Mapping, unit: Decimal = Decimal(1)) -> Json:
    return {"amount": format(Decimal(amount) * unit, "f"), "currency": mapping.currency}
