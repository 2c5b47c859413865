"""A mapping file says which column of which CSV file becomes which field. TOML, checked strictly."""

import tomllib
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

MAPPINGS = Path(__file__).parent / "mappings"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TeamsFile(_Strict):
    """One row per rep, with the manager and the office. Teams: root > office > one team per manager."""

    file: str
    root: str
    office: str
    manager: str
    rep: str
    email_domain: str


class AccountsFile(_Strict):
    file: str
    name: str
    industry: str
    country: str
    employees: str
    annual_revenue: str
    annual_revenue_unit: Decimal
    parent: str
    corrections: dict[str, dict[str, str]] = {}


class ProductsFile(_Strict):
    file: str
    name: str
    family: str
    list_price: str


class Outcome(_Strict):
    """What a value of the stage column means: the stage it was in, and how it ended if it did."""

    stage: str
    outcome: Literal["open", "won", "lost"] = "open"


class DealsFile(_Strict):
    """`opens_at` and `closes_at` are the local times given to the file's dates."""

    file: str
    external_id: str
    rep: str
    product: str
    account: str
    stage: str
    opened_on: str
    closed_on: str
    amount: str
    amount_when_empty: Literal["list_price", "none"]
    loss_reason: str
    opens_at: time
    closes_at: time
    corrections: dict[str, dict[str, str]] = {}
    stages: dict[str, Outcome]


class PipelineStage(_Strict):
    name: str
    probability: Decimal
    forecast_category: str
    target_days: int


class PipelineWanted(_Strict):
    name: str
    stages: list[PipelineStage]


class Mapping(_Strict):
    source_system: str
    currency: str
    teams: TeamsFile
    accounts: AccountsFile
    products: ProductsFile
    pipeline: PipelineWanted
    deals: DealsFile


def mapping_for(data: Path) -> Mapping:
    """The mapping named like the data folder."""
    path = MAPPINGS / f"{data.name}.toml"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in MAPPINGS.glob("*.toml")))
        raise SystemExit(f"There is no mapping for a folder named {data.name!r}. Known: {known}.")
    return Mapping.model_validate(tomllib.loads(path.read_text()))
