"""One example envelope of every event, the same in every run: every field filled, ids and times fixed."""

import types
import typing
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args, get_origin
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.money import Money

_TEXTS = {
    "start": "09:00",
    "end": "17:00",
    "currency": "USD",
    "base_currency": "EUR",
    "time_zone": "Europe/Amsterdam",
    "period": "2027-Q1",
    "country": "NL",
    "role": "rep",
    "stage": "Proposal",
    "from_stage": "Needs analysis",
    "source": "website",
}
_INSTANT = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
_DAY = date(2027, 3, 31)
_MONEY = Money(amount=Decimal("1234.50"), currency="EUR")


def example_of(kind: type[Event]) -> dict[str, Any]:
    """The envelope as JSON."""
    subject = _id(kind.topic())
    data = _model(kind, kind.type)
    data[f"{kind.topic().rsplit('.', 1)[-1]}_id"] = subject
    data["changed"] = sorted(set(data) - {"changed"})[:2]
    event = kind.model_validate(data)
    envelope = Envelope(
        id=_id(f"{kind.type}/event"),
        source=f"/{kind.type.split('.', 1)[0]}",
        type=kind.type,
        dataversion=kind.dataversion,
        subject=subject,
        sequence=2,
        time=_INSTANT,
        correlationid="example",
        actor=str(_id("actor")),
        data=event.model_dump(mode="json"),
    )
    return envelope.model_dump(mode="json")


def _model(kind: type[BaseModel], path: str) -> dict[str, Any]:
    return {
        name: _value(field.annotation, name, f"{path}/{name}", field)
        for name, field in kind.model_fields.items()
    }


def _value(annotation: Any, name: str, path: str, field: FieldInfo | None = None) -> Any:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _value(get_args(annotation)[0], name, path, field)
    if origin in (typing.Union, types.UnionType):
        return _value(next(arg for arg in get_args(annotation) if arg is not type(None)), name, path, field)
    if origin is Literal:
        return get_args(annotation)[0]
    if origin in (tuple, list):
        return [_value(get_args(annotation)[0], name, f"{path}/0")]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (
            Money(amount=Decimal("1234.50"), currency="EUR")
            if annotation is Money
            else _model(annotation, path)
        )
    return _scalar(annotation, name, path)


def _scalar(annotation: Any, name: str, path: str) -> Any:
    scalars: dict[Any, Any] = {
        dict[str, Any]: {"example_key": "example value"},
        UUID: _id(path),
        datetime: _INSTANT,
        date: _DAY,
        bool: name == "active",
        int: 1,
        float: 0.01,
        Decimal: Decimal("0.5"),
        str: _TEXTS.get(name, f"example {name.replace('_', ' ')}"),
    }
    return scalars[annotation]


def _id(path: str) -> UUID:
    return uuid5(NAMESPACE_URL, path)
