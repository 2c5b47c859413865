"""`make contracts`: writes what the services promise, from their code, without any database or broker.

`shared/contracts/http/<service>.json`: each service's OpenAPI document. `shared/contracts/schemas/` and
`examples/`: JSON Schema and example of every event, `<type>.v<n>.json`.

Must never break: a frozen schema only gains optional fields; a frozen example is never written again.
"""

import argparse
import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.event_examples import example_of
from shared.contracts.catalogue import EVENTS, SERVICES
from shared.contracts.event import Event
from shared.contracts.frozen import incompatibilities

ROOT = Path(__file__).resolve().parents[1]
CONTRACTS = ROOT / "shared" / "contracts"
Json = dict[str, Any]


class IncompatibleChange(Exception):
    """An event's schema changed in a way its readers were not promised; `findings` says how."""

    def __init__(self, name: str, findings: list[str]) -> None:
        super().__init__(f"{name}: {'; '.join(findings)}. Make it a new version.")
        self.findings = findings


def http_documents() -> dict[str, Json]:
    """The OpenAPI document of every service that is there; `app.py` says so."""
    documents: dict[str, Json] = {}
    for service in SERVICES:
        if importlib.util.find_spec(f"services.{service}.app") is None:
            print(f"services.{service} has no app yet: skipped", file=sys.stderr)
            continue
        documents[service] = _document(service)
    return documents


def event_schema(kind: type[Event]) -> Json:
    """The JSON Schema of an event's `data`."""
    schema = kind.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "x-type": kind.type, **schema}


def text_of(value: Any) -> str:
    """JSON as it is committed."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def file_of(kind: type[Event]) -> str:
    """`leads.lead.created.v1.json`."""
    return f"{kind.type}.v{kind.dataversion}.json"


def write_events(folder: Path, events: Mapping[str, type[Event]] = EVENTS) -> list[str]:
    """Freeze what is new, take in what was only added to. Raises IncompatibleChange, nothing written."""
    schemas, examples = folder / "schemas", folder / "examples"
    for part in (schemas, examples):
        part.mkdir(parents=True, exist_ok=True)
    for kind in events.values():
        frozen = schemas / file_of(kind)
        if frozen.exists():
            found = incompatibilities(json.loads(frozen.read_text()), event_schema(kind))
            if found:
                raise IncompatibleChange(frozen.name, found)
    written = []
    for kind in events.values():
        written += _write(schemas / file_of(kind), event_schema(kind))
        example = examples / file_of(kind)
        if not example.exists():
            written += _write(example, example_of(kind))
    return written


def write_http(folder: Path, documents: Mapping[str, Json]) -> list[str]:
    """Write the documents that changed."""
    (folder / "http").mkdir(parents=True, exist_ok=True)
    written = []
    for service, document in documents.items():
        written += _write(folder / "http" / f"{service}.json", document)
    return written


def _write(file: Path, value: Any) -> list[str]:
    text = text_of(value)
    if file.exists() and file.read_text() == text:
        return []
    file.write_text(text)
    return [f"{file.parent.name}/{file.name}"]


def _document(service: str) -> Json:
    for name, value in _stand_in_settings(service).items():
        os.environ.setdefault(name, value)
    module = importlib.import_module(f"services.{service}.app")
    document: Json = module.create_app().openapi()
    return document


def _stand_in_settings(service: str) -> dict[str, str]:
    """Settings good enough to build an application that never serves."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    nowhere = "http://127.0.0.1:9"
    return {
        f"{service.upper()}_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing",
        "CURSOR_SECRET": "only for documents, never served",
        "INTERNAL_TOKEN_PUBLIC_KEYS": json.dumps({"documents": public.decode()}),
        "INTERNAL_TOKEN_PRIVATE_KEY": private,
        "INTERNAL_TOKEN_KEY_ID": "documents",
        "ACCESS_TOKEN_PRIVATE_KEY": private,
        "API_KEY_PEPPER": "only for documents, never served",
        **dict.fromkeys(("LEADS_URL", "PIPELINE_URL", "FORECAST_URL"), nowhere),
    }


def main() -> int:
    """Write everything, or say what is stale."""
    parser = argparse.ArgumentParser(prog="deploy.contracts", description=__doc__)
    parser.add_argument("--folder", type=Path, default=CONTRACTS)
    folder: Path = parser.parse_args().folder
    try:
        written = write_events(folder)
    except IncompatibleChange as refusal:
        print(refusal, file=sys.stderr)
        return 1
    written += write_http(folder, http_documents())
    print("\n".join(f"wrote {name}" for name in written) or "all current")
    return 0


if __name__ == "__main__":
    sys.exit(main())
