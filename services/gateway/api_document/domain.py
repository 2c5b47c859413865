"""Several OpenAPI documents as one: what the front shows of itself and of the services behind it."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from services.gateway.forwarding.domain import PUBLIC

Document = Mapping[str, Any]
_METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})
_REF = "#/components/schemas/"
_SECURITY: dict[str, Any] = {
    "bearer": {
        "type": "oauth2",
        "description": "Members by password, partners by client credentials; a token lasts ten minutes.",
        "flows": {
            "password": {"tokenUrl": "/v1/auth/token", "refreshUrl": "/v1/auth/token", "scopes": {}},
            "clientCredentials": {"tokenUrl": "/v1/auth/token", "scopes": {}},
        },
    },
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "api_key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
}
_NEEDED: list[dict[str, list[str]]] = [{"bearer": []}, {"token": []}, {"api_key": []}]


def merged(own: Document, services: Mapping[str, Document]) -> dict[str, Any]:
    """One OpenAPI 3.1 document: all own paths, and of each service what has an `x-permission`.

    Schemas of the same name but another content get the service's name in front.
    """
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for service, document in {
        "gateway": own,
        **{n: d for n, d in services.items() if n != "gateway"},
    }.items():
        public = document["paths"] if service == "gateway" else _public_paths(document)
        reachable = _reachable(public, document.get("components", {}).get("schemas", {}))
        renamed = _place(service, reachable, schemas)
        for path, item in public.items():
            paths.setdefault(path, {}).update(_with_refs(item, renamed))
    for item in paths.values():
        for method, operation in item.items():
            if method in _METHODS and operation.get("x-permission", PUBLIC) != PUBLIC:
                operation["security"] = copy.deepcopy(_NEEDED)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Dealstream",
            "version": "1",
            "description": "Leads, pipeline and forecast behind one front. Errors: `/problems`.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": _SECURITY},
    }


def _public_paths(document: Document) -> dict[str, Any]:
    public: dict[str, Any] = {}
    for path, item in document.get("paths", {}).items():
        kept = {
            key: value
            for key, value in item.items()
            if (key in _METHODS and "x-permission" in value) or key == "parameters"
        }
        if kept.keys() & _METHODS:
            public[path] = kept
    return public


def _place(service: str, added: Mapping[str, Any], schemas: dict[str, Any]) -> dict[str, str]:
    """Add a service's schemas; returns the new names of those whose name was taken by another."""
    renamed: dict[str, str] = {}
    while True:
        clashing = [
            name
            for name, schema in added.items()
            if name not in renamed and name in schemas and schemas[name] != _with_refs(schema, renamed)
        ]
        if not clashing:
            break
        renamed |= {name: f"{service.capitalize()}{name}" for name in clashing}
    for name, schema in added.items():
        schemas[renamed.get(name, name)] = _with_refs(schema, renamed)
    return renamed


def _reachable(start: Any, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas that something refers to, and those they refer to."""
    found: dict[str, Any] = {}
    waiting = list(_refs(start))
    while waiting:
        name = waiting.pop()
        if name not in found and name in schemas:
            found[name] = schemas[name]
            waiting.extend(_refs(schemas[name]))
    return found


def _refs(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "$ref" and isinstance(inner, str) and inner.startswith(_REF):
                yield inner.removeprefix(_REF)
            else:
                yield from _refs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _refs(inner)
    elif isinstance(value, str) and value.startswith(_REF):
        yield value.removeprefix(_REF)


def _with_refs(value: Any, renamed: Mapping[str, str]) -> Any:
    """A copy in which references follow the renaming."""
    if isinstance(value, Mapping):
        return {key: _with_refs(inner, renamed) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_refs(inner, renamed) for inner in value]
    if isinstance(value, str) and value.startswith(_REF):
        name = value.removeprefix(_REF)
        return _REF + renamed.get(name, name)
    return value
