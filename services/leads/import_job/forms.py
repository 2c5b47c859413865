"""The form of an upload: a file and a few fields, checked like any body."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO, Any

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from services.leads.import_job.schemas import NewImport
from services.leads.record.schemas import invalid, read
from shared.contracts.errors import FieldError
from shared.web.problem import Problem

_JSON = ("mapping", "options")
FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "kind"],
                    "additionalProperties": False,
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "CSV or XLSX."},
                        "kind": {"enum": ["leads", "accounts", "contacts", "activities"]},
                        "mapping": {
                            "type": "string",
                            "contentMediaType": "application/json",
                            "description": "By column: a field, or a rule, or null to ignore it.",
                        },
                        "options": {"type": "string", "contentMediaType": "application/json"},
                        "on_existing": {"enum": ["update", "skip", "reject"], "default": "update"},
                        "dry_run": {"type": "boolean", "description": "Given: it starts at once."},
                    },
                }
            }
        },
    }
}


@dataclass(frozen=True, slots=True)
class Upload:
    """The form as it was sent."""

    file: IO[bytes]
    file_name: str
    wanted: NewImport


@asynccontextmanager
async def read_form(request: Request) -> AsyncIterator[Upload]:
    """The checked form; its file is open meanwhile. Refuses another media type, and what is not asked for."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Problem("unsupported_media_type", "Send the file as `multipart/form-data`.")
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise invalid((FieldError("/file", "required", "The form has no file."),))
        yield Upload(file.file, file.filename or "file", _wanted(form))


def _wanted(form: FormData) -> NewImport:
    given: dict[str, Any] = {}
    for name, value in form.multi_items():
        if name == "file":
            continue
        if name in given or not isinstance(value, str):
            raise invalid((FieldError(f"/{name}", "repeated", "Given more than once."),))
        given[name] = _json(name, value) if name in _JSON else value
    return read(NewImport, {name: value for name, value in given.items() if value != ""})


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text) if text else ""
    except ValueError:
        raise invalid((FieldError(f"/{name}", "malformed_json", "This is not valid JSON."),)) from None
