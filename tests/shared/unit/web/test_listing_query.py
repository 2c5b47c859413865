from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from shared.web.listing import Field, Listing
from shared.web.problem import Problem

POSTGRESQL = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy
lead = Table(
    "lead",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("score", Integer),
    Column("views", BigInteger, nullable=False),
    Column("value", Numeric(18, 4)),
    Column("open", Boolean, nullable=False),
    Column("due", Date),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
LEADS = Listing(
    name="leads",
    table=lead,
    fields={
        "id": Field(lead.c.id, "uuid", sortable=True),
        "name": Field(lead.c.name, "text", sortable=True),
        "status": Field(lead.c.status, "enum", values=("new", "open")),
        "score": Field(lead.c.score, "int", sortable=True),
        "views": Field(lead.c.views, "int"),
        "value": Field(lead.c.value, "decimal"),
        "open": Field(lead.c.open, "bool"),
        "due": Field(lead.c.due, "date"),
        "created_at": Field(lead.c.created_at, "datetime", sortable=True),
        "secret": Field(lead.c.name, "text", filterable=False),
    },
    default_sort="-created_at",
    text=(lead.c.name,),
)


def sql(name: str, value: str) -> str:
    [condition] = LEADS.read_pairs([(name, value)]).conditions
    return str(condition.compile(dialect=POSTGRESQL, compile_kwargs={"literal_binds": True}))


@pytest.mark.parametrize("value", ["gt:0.00001", "lt:1e30", f"eq:{'9' * 39}"])
def test_a_number_is_compared_as_it_is_whatever_the_column_can_hold(value: str) -> None:
    compared = sql("value", value)

    assert "NUMERIC(18, 4)" not in compared
    assert str(Decimal(value.partition(":")[2])) in compared


@pytest.mark.parametrize("value", ["1e400", "lt:1e-400", "0e999999999", "NaN", "Infinity"])
def test_a_number_beyond_reason_is_refused(value: str) -> None:
    assert refused(("value", value)).code == "invalid_parameter"


def refused(*pairs: tuple[str, str]) -> Problem:
    with pytest.raises(Problem) as refusal:
        LEADS.read_pairs(pairs)
    return refusal.value


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("score", "5", "lead.score = 5"),
        ("score", "eq:5", "lead.score = 5"),
        ("score", "gte:5", "lead.score >= 5"),
        ("score", "lt:-5", "lead.score < -5"),
        ("score", "ne:5", "lead.score IS DISTINCT FROM 5"),
        ("score", "is:null", "lead.score IS NULL"),
        ("score", "is:notnull", "lead.score IS NOT NULL"),
        ("value", "gt:12.50", "lead.value > 12.50"),
        ("open", "true", "lead.open = true"),
        ("status", "new", "lead.status = 'new'"),
        ("name", "eq:in:x", "lead.name = 'in:x'"),
        ("name", "", "lead.name = ''"),
        ("due", "lte:2027-03-01", "lead.due <= '2027-03-01'"),
    ],
)
def test_a_filter_becomes_its_condition(name: str, value: str, expected: str) -> None:
    assert sql(name, value) == expected


def test_in_is_one_parameter_for_any_number_of_values() -> None:
    one, three = (LEADS.read_pairs([("score", value)]).conditions[0] for value in ("in:1", "in:1,2,3"))

    statements = {str(condition.compile(dialect=POSTGRESQL)) for condition in (one, three)}
    assert len(statements) == 1


def test_a_like_takes_wildcards_as_they_are() -> None:
    assert "ILIKE '%100\\%\\_%' ESCAPE" in sql("name", "like:100%_").replace("%%", "%")


def test_a_range_is_the_same_filter_twice() -> None:
    query = LEADS.read_pairs([("score", "gte:1"), ("score", "lt:9")])

    assert len(query.conditions) == 2


@pytest.mark.parametrize(
    "text", ["2027-03-01T12:00:00Z", "2027-03-01T13:00:00+01:00", "2027-03-01T13:00:00 01:00"]
)
def test_an_instant_is_read_in_any_zone_even_with_its_plus_lost(text: str) -> None:
    assert LEADS.fields["created_at"].read(text) == datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_a_decimal_keeps_its_digits() -> None:
    assert LEADS.fields["value"].read("0.10") == Decimal("0.10")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("score", "like:5", "unknown_operator"),
        ("score", "about:5", "unknown_operator"),
        ("name", "https://x", "unknown_operator"),
        ("id", "gt:5", "unknown_operator"),
        ("open", "lt:true", "unknown_operator"),
        ("score", "is:empty", "unknown_value"),
        ("score", "x", "wrong_format"),
        ("score", "1e3", "wrong_format"),
        ("score", "2147483648", "wrong_format"),
        ("views", "9223372036854775808", "wrong_format"),
        ("score", "in:", "wrong_format"),
        ("score", "in:" + ",".join(["1"] * 201), "wrong_format"),
        ("value", "NaN", "wrong_format"),
        ("value", "1_0x", "wrong_format"),
        ("open", "1", "wrong_format"),
        ("status", "closed", "wrong_format"),
        ("id", "1", "wrong_format"),
        ("due", "yesterday", "wrong_format"),
        ("created_at", "2027-03-01T12:00:00", "wrong_format"),
        ("created_at", "0001-01-01T00:00:00+10:00", "wrong_format"),
        ("name", "x" * 501, "wrong_format"),
        ("sort", "status", "unknown_value"),
        ("sort", "", "unknown_value"),
        ("sort", "score,-score", "unknown_value"),
        ("limit", "0", "out_of_range"),
        ("limit", "201", "out_of_range"),
        ("limit", "x", "out_of_range"),
        ("limit", "²", "out_of_range"),
        ("fields", "id,password", "unknown_value"),
        ("total", "yes", "unknown_value"),
        ("q", "", "wrong_format"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(name: str, value: str, code: str) -> None:
    problem = refused((name, value))

    assert (problem.status_code, problem.errors[0].pointer, problem.errors[0].code) == (
        400,
        f"/query/{name}",
        code,
    )


def test_paging_parameters_are_given_once() -> None:
    assert refused(("limit", "1"), ("limit", "2")).errors[0].code == "repeated"


def test_limits_are_1_to_200_and_50_when_not_given() -> None:
    assert LEADS.read_pairs([]).limit == 50
    assert [LEADS.read_pairs([("limit", text)]).limit for text in ("1", "200")] == [1, 200]


def test_a_field_that_is_not_filterable_is_no_filter() -> None:
    assert LEADS.read_pairs([("secret", "x")]).conditions == []
    assert "secret" not in {parameter["name"] for parameter in LEADS.openapi["parameters"]}


@given(st.sampled_from(sorted(LEADS.fields)), st.text(max_size=30))
def test_any_text_is_either_read_or_refused_with_400(name: str, value: str) -> None:
    try:
        LEADS.read_pairs([(name, value), ("sort", value), ("limit", value)])
    except Problem as problem:
        assert problem.status_code == 400


def test_every_parameter_is_documented() -> None:
    documented: list[dict[str, Any]] = LEADS.openapi["parameters"]

    names = [parameter["name"] for parameter in documented]
    paging = {"sort", "limit", "cursor", "fields", "total", "q"}
    assert set(names) == {name for name in LEADS.fields if name != "secret"} | paging
    assert len(names) == len(set(names))
