"""`/v1/partner-programs`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.partner_program import queries
from services.leads.partner_program.schemas import ProgramCreate, ProgramOut, ProgramPatch, program_out
from services.leads.partner_program.use_cases.keep_programs import ALL_PROGRAMS, add_program, edit_program
from services.leads.record import answers
from services.leads.record.schemas import raw, read
from services.leads.setting_history.history_route import add_history
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import WithCaller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/partner-programs", tags=["partners"], dependencies=[WithCaller])
_READ = permission("partners:read")
_WRITE = permission("lead_settings:write")


@router.get(
    "", response_model=Page[ProgramOut], openapi_extra=_READ | queries.PROGRAMS.openapi, summary="Programmes"
)
async def list_programs(request: Request, connection: Reading) -> Response:
    """By name. `archived_at=is:null` leaves archived ones out."""
    return await queries.PROGRAMS.answer(connection, request, to_item=queries.shown)


@router.post("", response_model=ProgramOut, status_code=201, openapi_extra=_WRITE, summary="Add a programme")
async def post_program(body: ProgramCreate, connection: Transaction, now: Now) -> Response:
    """201 with Location and ETag. Partners become its members by `program_id` of `/v1/partners`.

    Problems: 409 `name_taken`; 422 `currency_mismatch`, `validation_failed`; 503 `organisation_unknown`.
    """
    program = await add_program(connection, body.values(), now=now)
    return answers.one(program_out(program), created_at="/v1/partner-programs")


@router.get("/{program_id}", response_model=ProgramOut, openapi_extra=_READ, summary="A programme")
async def get_program(program_id: UUID, connection: Reading) -> Response:
    """With its ETag. Problems: 404 `partner_program_not_found`."""
    return answers.one(program_out(await ALL_PROGRAMS.find(connection, program_id)))


@router.patch("/{program_id}", response_model=ProgramOut, openapi_extra=_WRITE, summary="Edit a programme")
async def patch_program(
    *,
    program_id: UUID,
    body: Annotated[raw(ProgramPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Problems: 404 `partner_program_not_found`; 409 `duplicate` (the name); 412; 422
    `currency_mismatch`, `validation_failed`; 428."""
    values = read(ProgramPatch, body).values()
    return answers.one(
        program_out(await edit_program(connection, program_id, values, seen_version=seen, now=now))
    )


@router.delete("/{program_id}", status_code=204, openapi_extra=_WRITE, summary="Archive a programme")
async def delete_program(program_id: UUID, connection: Transaction, now: Now, seen: IfMatchOrAny) -> None:
    """Its members stay and keep their rewards until they are moved. Problems: 404
    `partner_program_not_found`; 412; 428."""
    await ALL_PROGRAMS.archive(connection, program_id, seen_version=seen, now=now)


add_history(router, "/{program_id}", "partner_program", "partners:read", ALL_PROGRAMS.find)
