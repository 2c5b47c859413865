"""Finding the operation of a path, and putting documents together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.api_document.domain import merged
from services.gateway.forwarding.domain import ForwardingTable, Operation, operations_of
from tests.gateway.integration.stand_in import LEADS, operation

TABLE = ForwardingTable(list(operations_of("leads", LEADS)))


def _find(path: str, method: str = "GET") -> str | None:
    found = TABLE.find(path)
    return found[method].path_format if found is not None and method in found else None


def test_a_literal_segment_wins_over_a_parameter() -> None:
    assert _find("/v1/leads/batch", "POST") == "/v1/leads/batch"
    assert _find("/v1/leads/other") == "/v1/leads/{lead_id}"


def test_a_literal_that_leads_nowhere_falls_back_to_the_parameter() -> None:
    assert _find("/v1/leads/batch/assign", "POST") == "/v1/leads/{lead_id}/assign"


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/leads/", "/v1//leads", "/v1/leads/1/", "//v1/leads", "", "x"]
)
def test_near_misses_are_misses(path: str) -> None:
    assert TABLE.find(path) is None


def test_a_method_the_literal_does_not_have_falls_back_to_the_parameter() -> None:
    assert _find("/v1/leads/batch") == "/v1/leads/{lead_id}"


def test_an_encoded_slash_passes_only_where_the_operation_takes_it() -> None:
    assert _find("/v1/partner/leads/a%2Fb%25%2E%2e") == "/v1/partner/leads/{external_id}"
    assert _find("/v1/leads/a%2Fassign") is None
    assert _find("/v1/leads/a%2Fb/assign", "POST") is None
    assert _find("/v1/partner%2Fleads/a") is None


def test_encoded_letters_of_a_literal_are_the_literal() -> None:
    assert _find("/v1/%6Ceads/other") == "/v1/leads/{lead_id}"


def test_operations_without_a_permission_are_not_in_the_table() -> None:
    assert TABLE.find("/v1/internal/secrets") is None


def test_only_what_takes_lines_is_a_stream() -> None:
    streams = {op.path_format for op in TABLE.operations if op.streams}

    assert streams == {"/v1/leads/batch"}


def test_two_services_cannot_serve_the_same_operation() -> None:
    twice = [Operation(service, "GET", "/v1/x/{id}", "x:read") for service in ("leads", "pipeline")]

    with pytest.raises(ValueError, match="leads and pipeline"):
        ForwardingTable(twice)


@given(st.lists(st.text(alphabet="abc{}./%", max_size=4), max_size=6))
def test_any_path_finds_an_operation_of_as_many_segments_or_none(segments: list[str]) -> None:
    path = "/" + "/".join(segments)

    found = TABLE.find(path)

    if found is not None:
        templates = {op.path_format for op in found.values()}
        assert {template.count("/") for template in templates} == {path.count("/")}


def a_document(schema: dict[str, object], permission: str = "x:read") -> dict[str, object]:
    ref = {"$ref": "#/components/schemas/Page"}
    answer = {"200": {"description": "ok", "content": {"application/json": {"schema": ref}}}}
    return {
        "paths": {"/v1/x": {"get": operation(permission, responses=answer)}},
        "components": {"schemas": {"Page": schema, "Unused": {"type": "null"}}},
    }


def _renamed(document: dict[str, object]) -> dict[str, object]:
    return {**document, "paths": {"/v1/y": document["paths"]["/v1/x"]}}  # type: ignore[index]  # plain JSON


def test_equal_schemas_are_one_and_different_ones_get_the_services_name() -> None:
    own: dict[str, object] = {"paths": {}, "components": {"schemas": {}}}
    leads, same = a_document({"type": "object"}), _renamed(a_document({"type": "object"}))
    other = _renamed(a_document({"type": "array"}))

    together = merged(own, {"leads": leads, "pipeline": same})
    apart = merged(own, {"leads": leads, "pipeline": other})

    assert set(together["components"]["schemas"]) == {"Page"}
    assert set(apart["components"]["schemas"]) == {"Page", "PipelinePage"}
    schema = apart["paths"]["/v1/y"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/PipelinePage"}


def test_a_schema_that_refers_to_a_clashing_one_clashes_too() -> None:
    own: dict[str, object] = {"paths": {}, "components": {"schemas": {}}}

    def document(leaf: str, path: str) -> dict[str, object]:
        built = a_document({"properties": {"items": {"$ref": "#/components/schemas/Leaf"}}})
        built["components"]["schemas"]["Leaf"] = {"type": leaf}  # type: ignore[index]  # plain JSON
        return {**built, "paths": {path: built["paths"]["/v1/x"]}}  # type: ignore[index]  # plain JSON

    document_of_all = merged(
        own, {"leads": document("string", "/v1/x"), "pipeline": document("null", "/v1/y")}
    )

    schemas = document_of_all["components"]["schemas"]
    assert set(schemas) == {"Page", "Leaf", "PipelinePage", "PipelineLeaf"}
    assert schemas["PipelinePage"]["properties"]["items"]["$ref"].endswith("/PipelineLeaf")
