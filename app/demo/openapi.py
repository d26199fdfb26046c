"""The demo API's own OpenAPI 3.1 description, made from the declared routes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.demo.api_auth import API_KEY, CLIENT_ID, CLIENT_SECRET
from app.demo.api_routes import JSON, Answer, Endpoint, Schema
from app.demo.openapi_schemas import SCHEMAS, ref

_PATH_NAME = re.compile(r"\{(\w+)\}")
_UNAUTHORIZED = Answer(
    status=401,
    about="No key, a wrong key, or a token that is unknown or has expired.",
    schema=ref("Error"),
    headers={"WWW-Authenticate": "What is wanted."},
)
_SECURITY: list[dict[str, list[str]]] = [{"apiKey": []}, {"clientCredentials": []}]


def openapi_document(endpoints: Iterable[Endpoint], server_url: str) -> dict[str, object]:
    """The whole description, for an API that is reached at `server_url`."""
    paths: dict[str, dict[str, object]] = {}
    for endpoint in endpoints:
        for method in endpoint.methods:
            paths.setdefault(endpoint.path, {})[method.lower()] = _operation(endpoint, method)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hazel & Finch demo API",
            "version": "1.0.0",
            "description": "A small shop to practise with, and faults to be prepared for. Nothing in it is real.",
        },
        "servers": [{"url": server_url}],
        "paths": paths,
        "components": {"schemas": SCHEMAS, "securitySchemes": _security_schemes()},
    }


def _security_schemes() -> Schema:
    return {
        "apiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": f"Always {API_KEY}."},
        "clientCredentials": {
            "type": "oauth2",
            "description": f"Client id {CLIENT_ID}, secret {CLIENT_SECRET}. Tokens expire soon, on purpose.",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {}}},
        },
    }


def _operation(endpoint: Endpoint, method: str) -> Schema:
    name = endpoint.handler.__name__
    answers = endpoint.answers if endpoint.is_open else (*endpoint.answers, _UNAUTHORIZED)
    operation: Schema = {
        "operationId": name if len(endpoint.methods) == 1 else f"{name}_{method.lower()}",
        "summary": endpoint.about,
        "tags": [endpoint.tag],
        "security": [] if endpoint.is_open else _SECURITY,
        "responses": {str(answer.status): _response(answer) for answer in answers},
    }
    if parameters := _parameters(endpoint):
        operation["parameters"] = parameters
    if body := endpoint.body:
        content = {body.media_type: {"schema": body.schema, "example": body.example}}
        operation["requestBody"] = {"required": body.is_required, "content": content}
    return operation


def _parameters(endpoint: Endpoint) -> list[Schema]:
    in_path: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PATH_NAME.findall(endpoint.path)
    ]
    in_query: list[Schema] = [
        {"name": p.name, "in": "query", "required": p.is_required, "description": p.about, "schema": p.schema}
        for p in endpoint.parameters
    ]
    return in_path + in_query


def _response(answer: Answer) -> Schema:
    response: Schema = {"description": answer.about}
    if answer.schema is not None:
        response["content"] = {answer.media_type: {"schema": answer.schema}}
    elif answer.media_type != JSON:
        response["content"] = {answer.media_type: {}}
    if answer.headers:
        response["headers"] = {
            name: {"description": about, "schema": {"type": "string"}} for name, about in answer.headers.items()
        }
    return response
