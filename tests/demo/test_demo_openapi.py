"""The description fits the routes, and the answers fit the description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import httpx
import pytest
from demo_kit import FakeTime
from starlette.routing import Route

from app.demo.api import build_routes

_KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_OPERATIONS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def misfits(value: object, schema: dict[str, object], document: dict[str, object], at: str = "$") -> Iterator[str]:
    """Where a value breaks a schema; a member that the schema does not name breaks it too."""
    if "$ref" in schema:
        schema = _resolve(str(schema["$ref"]), document)
    if isinstance(choices := schema.get("anyOf"), list) and all(
        any(misfits(value, choice, document)) for choice in choices
    ):
        yield f"{at}: none of anyOf"
    if "enum" in schema and value not in schema["enum"]:  # type: ignore[operator]
        yield f"{at}: {value!r} is not in the enum"
    if "const" in schema and value != schema["const"]:
        yield f"{at}: {value!r} is not {schema['const']!r}"
    types = schema.get("type")
    if types is not None and not any(_is(value, kind) for kind in ([types] if isinstance(types, str) else types)):  # type: ignore[union-attr]
        yield f"{at}: {value!r} is not {types}"
    if isinstance(value, dict) and "properties" in schema:
        yield from _member_misfits(value, schema, document, at)
    if isinstance(value, list) and isinstance(items := schema.get("items"), dict):
        for index, element in enumerate(value):
            yield from misfits(element, items, document, f"{at}[{index}]")


def _member_misfits(
    value: dict[str, object], schema: dict[str, object], document: dict[str, object], at: str
) -> Iterator[str]:
    properties, required = schema["properties"], schema["required"]
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    yield from (f"{at}: {name} is missing" for name in required if name not in value)
    for name, member in value.items():
        if name in properties:
            yield from misfits(member, properties[name], document, f"{at}.{name}")
        else:
            yield f"{at}: {name} is not described"


def _is(value: object, kind: str) -> bool:
    return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _resolve(pointer: str, document: dict[str, object]) -> dict[str, object]:
    target: object = document
    for part in pointer.removeprefix("#/").split("/"):
        assert isinstance(target, dict)
        target = target[part]
    assert isinstance(target, dict)
    return target


@pytest.fixture
def document(shop: httpx.Client) -> dict[str, object]:
    found = shop.get("/openapi.json").json()
    assert isinstance(found, dict)
    return found


def _operations(document: dict[str, object]) -> dict[tuple[str, str], dict[str, object]]:
    paths = document["paths"]
    assert isinstance(paths, dict)
    return {(path, method): operation for path, item in paths.items() for method, operation in item.items()}


def test_every_route_is_described_and_every_description_is_a_route(document: dict[str, object]) -> None:
    routes = build_routes(FakeTime().settings()).routes
    real = set()
    for route in routes:
        assert isinstance(route, Route)
        # Starlette adds HEAD to each GET; only where it is declared on its own does it need a description.
        real |= {(route.path, method.lower()) for method in route.methods or ()}
    described = set(_operations(document))
    assert described <= real
    assert {(path, method) for path, method in real - described if method != "head"} == set()


def test_the_index_lists_every_route(anybody: httpx.Client, document: dict[str, object]) -> None:
    index = anybody.get("/").json()
    listed = {(r["path"], method.lower()) for r in index["routes"] for method in r["methods"].split()}
    assert listed == set(_operations(document))
    assert all(route["about"].endswith(".") for route in index["routes"])
    assert index["api_key"] == {"header": "X-Api-Key", "value": "demo-shop-key"}


def test_the_description_is_whole(document: dict[str, object], anybody: httpx.Client) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": str(anybody.base_url).rstrip("/")}]
    operations = _operations(document)
    assert {method for _, method in operations} <= set(_OPERATIONS)
    ids = [operation["operationId"] for operation in operations.values()]
    assert len(ids) == len(set(ids))
    for (path, _), operation in operations.items():
        parameters = operation.get("parameters", [])
        assert isinstance(parameters, list)
        in_path = {p["name"] for p in parameters if p["in"] == "path"}
        assert in_path == {part[1:-1] for part in path.split("/") if part.startswith("{")}
        assert operation["responses"]
    for pointer in _pointers(document):
        _resolve(pointer, document)


def _pointers(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _pointers(value)
    elif isinstance(node, list):
        for value in node:
            yield from _pointers(value)


GRANT = {"grant_type": "client_credentials", "client_id": "demo-client", "client_secret": "demo-secret"}
ITEM = {"sku": "NB", "title": "Notebook", "quantity": 1, "price": 14.5}
CALLS: list[tuple[str, str, str, int, dict[str, object]]] = [
    ("GET", "/", "/", 200, {}),
    ("GET", "/openapi.json", "/openapi.json", 200, {}),
    ("POST", "/reset", "/reset", 200, {}),
    ("POST", "/oauth/token", "/oauth/token", 200, {"data": GRANT}),
    ("POST", "/oauth/token", "/oauth/token", 400, {"json": GRANT}),
    ("POST", "/oauth/token", "/oauth/token", 401, {"data": GRANT | {"client_id": "x"}}),
    ("GET", "/orders", "/orders?per_page=100", 200, {}),
    ("GET", "/orders", "/orders?page=x", 400, {}),
    ("GET", "/orders", "/orders", 401, {"headers": {"X-Api-Key": "wrong"}}),
    ("POST", "/orders", "/orders", 201, {"json": {"customer_id": "c-101", "items": [ITEM]}}),
    ("POST", "/orders", "/orders", 400, {"content": b"{"}),
    ("POST", "/orders", "/orders", 422, {"json": {}}),
    ("GET", "/orders/{order_id}", "/orders/1001", 200, {}),
    ("GET", "/orders/{order_id}", "/orders/1", 404, {}),
    ("PATCH", "/orders/{order_id}", "/orders/1001", 200, {"json": {"note": "new"}}),
    ("PATCH", "/orders/{order_id}", "/orders/1001", 422, {"json": {"total": "1.00"}}),
    ("DELETE", "/orders/{order_id}", "/orders/1001", 204, {}),
    ("GET", "/orders/{order_id}/items", "/orders/1017/items", 200, {}),
    ("GET", "/orders/{order_id}/shipments", "/orders/1001/shipments", 200, {}),
    ("POST", "/orders/{order_id}/items/{item_id}/cancel", "/orders/1017/items/1017-2/cancel", 200, {}),
    ("POST", "/orders/{order_id}/items/{item_id}/cancel", "/orders/1001/items/1001-1/cancel", 409, {}),
    ("GET", "/customers", "/customers", 200, {}),
    ("GET", "/customers/{customer_id}", "/customers/c-115", 200, {}),
    ("GET", "/customers/search", "/customers/search?email=bo@example.org", 200, {}),
    ("GET", "/customers/search", "/customers/search", 400, {}),
    ("GET", "/companies", "/companies", 200, {}),
    ("GET", "/shipments", "/shipments", 200, {}),
    ("GET", "/faults/400", "/faults/400", 400, {}),
    ("POST", "/faults/401", "/faults/401", 401, {}),
    ("GET", "/faults/422", "/faults/422", 422, {}),
    ("GET", "/faults/429", "/faults/429", 429, {}),
    ("GET", "/faults/500", "/faults/500", 500, {}),
    ("GET", "/faults/204", "/faults/204", 204, {}),
    ("GET", "/faults/redirect", "/faults/redirect", 302, {}),
    ("PUT", "/faults/echo", "/faults/echo", 200, {"content": b"body"}),
    ("GET", "/faults/csv", "/faults/csv", 200, {}),
    ("GET", "/faults/xml", "/faults/xml", 200, {}),
    ("GET", "/faults/latin1", "/faults/latin1", 200, {}),
    ("GET", "/faults/hostile", "/faults/hostile", 200, {}),
    ("GET", "/faults/headers", "/faults/headers", 200, {}),
    ("GET", "/faults/slow", "/faults/slow", 200, {}),
    ("GET", "/faults/drip", "/faults/drip?drops=3", 200, {}),
    ("GET", "/faults/large", "/faults/large?mb=1", 200, {}),
]


@pytest.mark.parametrize(("method", "path", "url", "status", "sent"), CALLS)
def test_answers_fit_their_description(
    shop: httpx.Client,
    document: dict[str, object],
    method: str,
    path: str,
    url: str,
    status: int,
    sent: dict[str, object],
) -> None:
    response = shop.request(method, url, **sent)  # type: ignore[arg-type]
    assert response.status_code == status
    responses = _operations(document)[path, method.lower()]["responses"]
    assert isinstance(responses, dict)
    described = responses[str(status)]
    for name in described.get("headers", {}):
        assert name in response.headers
    content = described.get("content", {})
    if not content:
        assert response.content == b""
        return
    ((media_type, media),) = content.items()
    assert response.headers["Content-Type"].partition(";")[0] == media_type.partition(";")[0]
    if "schema" in media:
        assert list(misfits(response.json(), media["schema"], document)) == []


def test_the_examples_of_bodies_are_accepted(shop: httpx.Client, document: dict[str, object]) -> None:
    tried = 0
    for (path, method), operation in _operations(document).items():
        body = operation.get("requestBody")
        if not isinstance(body, dict):
            continue
        ((media_type, media),) = body["content"].items()
        assert list(misfits(media["example"], media["schema"], document)) == []
        kind = "json" if media_type == "application/json" else "data"
        sent = {kind: media["example"]}
        response = shop.request(method, path.replace("{order_id}", "1002"), **sent)  # type: ignore[arg-type]
        assert response.status_code in (200, 201)
        tried += 1
    assert tried == 3


def test_the_check_itself_finds_what_is_wrong(document: dict[str, object]) -> None:
    schema: dict[str, object] = {"$ref": "#/components/schemas/Page"}
    good: dict[str, object] = {"number": 1, "per_page": 25, "total": 0, "next": None}
    assert list(misfits(good, schema, document)) == []
    for bad in ({**good, "number": True}, {**good, "next": 7}, {**good, "more": 1}, {"number": 1}, []):
        assert list(misfits(bad, schema, document))
