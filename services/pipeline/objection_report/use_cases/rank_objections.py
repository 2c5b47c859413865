"""What customers object to most, and how well that is answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_report.queries import sample_of
from services.pipeline.deal_report.schemas import Cut
from services.pipeline.objection.domain import ObjectionKind
from services.pipeline.objection_report.domain import Raised
from services.pipeline.objection_report.queries import About, Found, objections, stage_names
from services.pipeline.objection_report.schemas import ObjectionsReport
from services.pipeline.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import MOST_GROUPS, Meanings, defined, period_shown, ratio

_MEANINGS: Meanings = {
    "raised": ("Objections recorded in the period.", None),
    "resolved": ("Of these, the ones that are resolved by now.", None),
    "open": ("Of these, the ones that are not.", None),
    "resolution_rate": ("Resolved", "Raised"),
    "median_days_to_resolve": ("Days from raising to resolving, the median of those resolved.", None),
    "share": ("Raised", "Raised in the same whole"),
}
_KIND, _STAGE, _KEY, _BOTH = (
    frozenset(names) for names in (("kind",), ("stage_id",), ("key",), ("key", "kind"))
)
_WHOLE = About(frozenset())


async def rank_objections(
    connection: AsyncConnection, caller: Identity, asked: Asked, cut: Cut, *, now: datetime
) -> ObjectionsReport:
    """On the deals the caller may read. Refuses with `period_invalid`, `organisation_unknown`."""
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    sample = await sample_of(connection, caller, cut, organisation.base_currency)
    found = await objections(connection, sample, period)
    whole = found.get(_WHOLE, Raised())
    keys = [each.key for each in found if each.by == _KEY] if cut.group_by is not None else []
    keys.sort(key=lambda key: (key is None, -found[About(_KEY, key=key)].raised, str(key)))
    return ObjectionsReport.model_validate(
        {
            **_shown(whole, whole),
            "period": period_shown(period),
            "kinds": _kinds({each.kind: count for each, count in found.items() if each.by == _KIND}, whole),
            "stages": await _stages(connection, found, whole),
            "group_by": cut.group_by,
            "groups": [_group(found, key, whole) for key in keys[:MOST_GROUPS]],
            "groups_left_out": max(0, len(keys) - MOST_GROUPS),
            "definitions": defined(_MEANINGS, f"{period.name}: from {period.starts_on} to {period.ends_on}."),
        }
    )


async def _stages(connection: AsyncConnection, found: Found, whole: Raised) -> list[dict[str, Any]]:
    counted = {each.stage_id: count for each, count in found.items() if each.by == _STAGE}
    names = await stage_names(connection, {each for each in counted if each is not None})
    order = sorted(counted, key=lambda stage_id: (-counted[stage_id].raised, str(stage_id)))
    return [{**_stage(stage_id, names), **_shown(counted[stage_id], whole)} for stage_id in order]


def _stage(stage_id: UUID | None, names: Mapping[UUID, tuple[UUID, str, str]]) -> dict[str, Any]:
    known = names.get(stage_id) if stage_id is not None else None
    pipeline_id, pipeline, stage = known or (None, None, None)
    return {"pipeline_id": pipeline_id, "pipeline": pipeline, "stage_id": stage_id, "stage": stage}


def _group(found: Found, key: str | None, whole: Raised) -> dict[str, Any]:
    of_key = found[About(_KEY, key=key)]
    kinds = {each.kind: count for each, count in found.items() if each.by == _BOTH and each.key == key}
    return {"key": key, **_shown(of_key, whole), "kinds": _kinds(kinds, of_key)}


def _kinds(counted: Mapping[str | None, Raised], whole: Raised) -> list[dict[str, Any]]:
    """All kinds, also those that nobody raised."""
    every = {kind: counted.get(kind, Raised()) for kind in get_args(ObjectionKind)}
    order = sorted(every, key=lambda kind: -every[kind].raised)
    return [{"kind": kind, **_shown(every[kind], whole)} for kind in order]


def _shown(count: Raised, whole: Raised) -> dict[str, Any]:
    return {
        "raised": count.raised,
        "resolved": count.resolved,
        "open": count.raised - count.resolved,
        "resolution_rate": count.resolution_rate,
        "median_days_to_resolve": count.median_days,
        "share": ratio(count.raised, whole.raised),
    }
