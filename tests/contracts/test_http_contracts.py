"""The committed HTTP contracts are what the code serves, and the front is built from them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.contracts import CONTRACTS, http_documents, text_of
from services.gateway.api_document.contracts import read_contracts
from services.gateway.api_document.domain import merged
from services.gateway.dashboard.domain import SOURCES
from services.gateway.deal_overview.use_cases.compose_overview import READS
from services.gateway.forwarding.domain import PUBLIC, ForwardingTable, operations_of
from services.gateway.partner.use_cases.check_links import LINKS
from services.gateway.pipeline_overview.domain import READS as PIPELINES
from services.gateway.profile.use_cases.describe_scope import TERRITORIES
from services.gateway.role.domain import EVERYTHING
from shared.contracts.catalogue import SERVICES

BEHIND = [service for service in SERVICES if service != "gateway"]
METHODS = {"get", "post", "put", "patch", "delete", "options"}
WITHOUT_CREDENTIALS = {"/v1/auth/token", "/v1/auth/revoke", "/v1/auth/accept-invitation"}


@pytest.fixture(scope="module")
def documents() -> dict[str, dict[str, Any]]:
    return read_contracts()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield method, path, item[method]


def test_every_service_has_a_committed_document(documents: dict[str, Any]) -> None:
    assert set(documents) == set(SERVICES)


def test_the_committed_documents_are_what_the_code_says() -> None:
    stale = [
        service
        for service, document in http_documents().items()
        if (CONTRACTS / "http" / f"{service}.json").read_text() != text_of(document)
    ]

    assert stale == [], "run: make contracts"


def test_the_front_forwards_exactly_what_the_services_publish(documents: dict[str, Any]) -> None:
    table = ForwardingTable([op for service in BEHIND for op in operations_of(service, documents[service])])
    published = {
        (service, method.upper(), path, described["x-permission"])
        for service in BEHIND
        for method, path, described in operations(documents[service])
        if "x-permission" in described
    }

    assert {(op.service, op.method, op.path_format, op.permission) for op in table.operations} == published
    for operation in table.operations:
        concrete = operation.path_format.replace("{", "").replace("}", "")
        found = table.find(concrete)
        assert found is not None
        assert found[operation.method] == operation


def test_no_service_takes_a_path_of_the_front(documents: dict[str, Any]) -> None:
    own = {(method, path) for method, path, _ in operations(documents["gateway"])}
    others = {(m, p) for service in BEHIND for m, p, _ in operations(documents[service])}

    assert own & others == set()


def test_every_permission_that_a_route_names_is_in_the_role_matrix(documents: dict[str, Any]) -> None:
    named = {
        described["x-permission"]
        for document in documents.values()
        for _, _, described in operations(document)
        if "x-permission" in described
    }

    assert named - EVERYTHING == {PUBLIC}


def test_every_permission_of_the_matrix_opens_something(documents: dict[str, Any]) -> None:
    named = {
        described["x-permission"]
        for document in documents.values()
        for _, _, described in operations(document)
        if "x-permission" in described
    }

    assert EVERYTHING - named - PLANNED == set()


PLANNED = {"operations:read", "operations:write"}


def test_only_paths_for_visitors_are_public(documents: dict[str, Any]) -> None:
    public = {
        path
        for document in documents.values()
        for _, path, described in operations(document)
        if described.get("x-permission") == PUBLIC
    }

    assert public
    assert all(path.startswith("/v1/public/") for path in public)


def test_only_signing_in_needs_no_permission(documents: dict[str, Any]) -> None:
    open_paths = {
        path for _, path, described in operations(documents["gateway"]) if "x-permission" not in described
    }

    assert open_paths == WITHOUT_CREDENTIALS


def test_the_one_document_has_every_public_operation_and_no_loose_reference(
    documents: dict[str, Any],
) -> None:
    document = merged(documents["gateway"], documents)
    public = {
        (method, path)
        for service, one in documents.items()
        for method, path, described in operations(one)
        if service == "gateway" or "x-permission" in described
    }

    assert {(method, path) for method, path, _ in operations(document)} == public
    text = json.dumps(document)
    referred = {part.split('"', 1)[0] for part in text.split("#/components/schemas/")[1:]}
    assert referred <= set(document["components"]["schemas"])
    ids = [described["operationId"] for _, _, described in operations(document)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("part", SOURCES)
def test_the_dashboard_reads_what_is_published_with_parameters_that_exist(
    documents: dict[str, Any], part: str
) -> None:
    source = SOURCES[part]
    described = documents[source.service]["paths"][source.path]["get"]

    assert described["x-permission"] == source.permission
    assert set(source.query) <= {parameter["name"] for parameter in described["parameters"]}


@pytest.mark.parametrize(("service", "path"), [*READS, *PIPELINES, *LINKS.values(), TERRITORIES])
def test_the_overview_reads_what_is_published(documents: dict[str, Any], service: str, path: str) -> None:
    assert "get" in documents[service]["paths"][path]


def test_the_overview_filters_activities_by_a_parameter_that_exists(documents: dict[str, Any]) -> None:
    described = documents["leads"]["paths"]["/v1/activities"]["get"]

    assert {"deal_id", "sort", "limit"} <= {parameter["name"] for parameter in described["parameters"]}
