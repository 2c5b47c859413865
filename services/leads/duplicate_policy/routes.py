"""`/v1/duplicate-policies`: what happens with new leads that look like something we have."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.duplicate_policy import queries
from services.leads.duplicate_policy.domain import DuplicatePolicy
from services.leads.duplicate_policy.schemas import PolicyCreate, PolicyOut, PolicyPatch
from services.leads.duplicate_policy.use_cases.keep_policies import SETTINGS, add_policy, archive_policy
from services.leads.record import answers
from services.leads.record.archive import unless_asked
from services.leads.record.schemas import raw, read
from services.leads.setting_history.history_route import add_history
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import WithCaller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/duplicate-policies", tags=["duplicates"], dependencies=[WithCaller])
_READ = permission("duplicate_policies:read")
_WRITE = permission("duplicate_policies:write")


@router.get(
    "",
    response_model=Page[PolicyOut],
    openapi_extra=_READ | queries.POLICIES.openapi,
    summary="What happens with duplicates, by source",
)
async def list_policies(request: Request, connection: Reading) -> Response:
    """The one of `source` null is for all sources without their own, and is always there. What is put away is
    left out, unless there is a filter on it: `archived_at=is:notnull`."""
    return await queries.POLICIES.answer(connection, request, where=[unless_asked(request, queries.POLICIES)])


@router.post(
    "",
    response_model=PolicyOut,
    status_code=201,
    openapi_extra=_WRITE,
    summary="Say what happens with duplicates of a source",
)
async def post_policy(body: PolicyCreate, connection: Transaction, now: Now) -> Response:
    """201 with Location and ETag. For leads that come in from now on, by whichever door. `min_score` (0 to
    100): from which score of a match it acts; `pairs`: what a new lead is compared with.

    `allow`: nothing is looked for, nothing waits in the queue. `flag`: the pair waits in
    `GET /v1/duplicates`, the lead names the older one in `duplicate_of`. `merge`: within a moment the lead
    becomes part of the older open lead, which keeps its values and takes over what it lacks;
    `POST /v1/merges/{id}/undo` takes it back. Leads that are disqualified, converted or put away, contacts
    and accounts are never merged. `block`: a member is refused with 409 `duplicate_found`; what comes by
    itself (push, form, inquiry, row of a file) waits in quarantine. What `merge` and `block` do not act on is
    flagged.

    Problems: 409 `name_taken` (the source has a policy); 422 `validation_failed`.
    """
    return _one(await add_policy(connection, body, now=now), created_at="/v1/duplicate-policies")


@router.get("/{policy_id}", response_model=PolicyOut, openapi_extra=_READ, summary="One duplicate policy")
async def get_policy(policy_id: UUID, connection: Reading) -> Response:
    """With its ETag. Problems: 404 `duplicate_policy_not_found`."""
    return _one(await SETTINGS.find(connection, policy_id))


@router.patch(
    "/{policy_id}", response_model=PolicyOut, openapi_extra=_WRITE, summary="Edit a duplicate policy"
)
async def patch_policy(
    *,
    policy_id: UUID,
    body: Annotated[raw(PolicyPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch, for leads that come from now on. Problems: 404 `duplicate_policy_not_found`; 412; 422;
    428."""
    values = read(PolicyPatch, body).given()
    return _one(await SETTINGS.edit(connection, policy_id, values, seen_version=seen, now=now))


@router.delete("/{policy_id}", status_code=204, openapi_extra=_WRITE, summary="Put a duplicate policy away")
async def delete_policy(policy_id: UUID, connection: Transaction, now: Now, seen: IfMatchOrAny) -> None:
    """The source goes by the policy of all others, which cannot be put away. Problems: 404
    `duplicate_policy_not_found`; 409 `state_conflict`; 412; 428."""
    await archive_policy(connection, policy_id, seen_version=seen, now=now)


def _one(policy: DuplicatePolicy, *, created_at: str | None = None) -> Response:
    return answers.one(answers.fields_of(policy, PolicyOut), created_at=created_at)


add_history(router, "/{policy_id}", "duplicate_policy", "duplicate_policies:read", SETTINGS.find)
