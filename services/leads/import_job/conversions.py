"""From the mapping and options of an import to the conversion of its rows, or what is wrong with them."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from services.leads.column_mapping.conversion import Column, Conversion
from services.leads.column_mapping.schemas import ColumnRule, ImportOptions, rules_of
from services.leads.column_mapping.shapes import ATTRIBUTES, has_attributes
from services.leads.import_job.domain import RESENT, ImportJob, KindName
from services.leads.import_job.kinds import CONVERTED, CONVERTED_AT, IMPORTED, Kind
from services.leads.record.schemas import invalid
from shared.contracts.errors import FieldError
from shared.web.validation import pointer


def check_mapping(
    kind_name: KindName, columns: Sequence[str], mapping: Mapping[str, Any], options: ImportOptions
) -> None:
    """Refuses with a pointer for each unknown column or field, field filled twice or not at all."""
    kind = IMPORTED[kind_name]
    rules = rules_of(mapping)
    errors = [*_rule_errors(kind, columns, rules), *_option_errors(kind, options)]
    fields = {rule.field for rule in rules.values()} | options.constants.keys()
    if not errors and fields.isdisjoint(kind.one_of):
        wanted = ", ".join(kind.one_of)
        errors.append(FieldError("/mapping", "required", f"A column must fill one of: {wanted}."))
    if CONVERTED_AT in fields and CONVERTED not in fields:
        errors.append(FieldError("/mapping", "required", "A column must say whether the lead converted."))
    if "external_id" in fields and options.source_system is None and "source_system" not in fields:
        detail = "Say whose ids the column for external_id holds."
        errors.append(FieldError("/options/source_system", "required", detail))
    if errors:
        raise invalid(tuple(errors))


def _rule_errors(kind: Kind, columns: Sequence[str], rules: Mapping[str, ColumnRule]) -> list[FieldError]:
    shapes = kind.shapes
    errors: list[FieldError] = []
    filled: dict[str, str] = {}
    for column, rule in rules.items():
        at = pointer(("mapping", column))
        target = rule.field
        if column not in columns:
            errors.append(FieldError(at, "unknown_column", "The file has no such column."))
        elif target is None:
            continue
        elif target not in shapes and not (_attribute(target) and has_attributes(kind.model)):
            errors.append(FieldError(at, "unknown_field", f"There is no field {target!r}."))
        elif target in filled:
            errors.append(FieldError(at, "mapped_twice", f"{filled[target]!r} fills {target} already."))
        else:
            filled[target] = column
    return errors


def _option_errors(kind: Kind, options: ImportOptions) -> list[FieldError]:
    known = kind.model.model_fields.keys()
    errors = [
        FieldError(pointer(("options", "constants", name)), "unknown_field", f"There is no field {name!r}.")
        for name in options.constants
        if name not in known or name == "external_id"
    ]
    errors += [
        FieldError(f"/options/{name}", "unknown_field", f"This kind has no {name}.")
        for name in ("campaign", "tags")
        if getattr(options, name) and name not in known
    ]
    if options.unmapped == "attributes" and not has_attributes(kind.model):
        errors.append(FieldError("/options/unmapped", "unknown_field", "This kind has no attributes."))
    return errors


def _attribute(target: str) -> bool:
    return target.startswith(ATTRIBUTES) and 0 < len(target) - len(ATTRIBUTES) <= 80


def conversion_of(job: ImportJob, zone: tzinfo) -> Conversion:
    """How the job's rows become bodies."""
    kind = IMPORTED[job.kind]
    options = ImportOptions.model_validate(job.options)
    rules = rules_of(job.mapping)
    shapes = kind.shapes
    columns = []
    for position, described in enumerate(job.columns):
        name = described["name"]
        rule = rules.get(name)
        if rule is None and options.unmapped == "attributes" and name != RESENT:
            rule = ColumnRule(field=f"{ATTRIBUTES}{name[:80]}")
        if rule is not None and rule.field is not None:
            shape = shapes.get(rule.field, "attribute")
            columns.append(Column(position, name, rule.field, shape, rule))
    comma = options.decimal_comma
    return Conversion(
        columns=columns,
        fixed=_fixed(options),
        zone=zone,
        decimal_comma=job.found.get("delimiter") == ";" if comma is None else comma,
        date_format=options.date_format,
        country=options.country,
        currency=options.currency,
        takes_country="country" in kind.model.model_fields,
        by_target={column.target: column for column in columns},
    )


def _fixed(options: ImportOptions) -> dict[str, Any]:
    fixed = dict(options.constants)
    if options.campaign is not None:
        fixed["campaign"] = options.campaign
    if options.tags:
        fixed["tags"] = list(options.tags)
    return fixed


def own_system(job: ImportJob) -> str:
    """What stands for another system when the file holds no ids: the same file has the same rows."""
    sheet = job.found.get("sheet") or ""
    digest = hashlib.sha256(f"{job.file_sha256}/{sheet}".encode()).hexdigest()
    return f"import:{digest[:16]}"


def with_origin(body: Mapping[str, Any], number: int, options: Mapping[str, Any], own: str) -> dict[str, Any]:
    """The body with what it is found by when it is loaded again: its id there, else file and row."""
    if body.get("external_id"):
        return {"source_system": options.get("source_system"), **body}
    return {**body, "source_system": own, "external_id": str(number)}
