"""The committed OpenAPI documents of the services."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "http"


def read_contracts(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """By service name; services without a document are not there."""
    return {file.stem: json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))}
