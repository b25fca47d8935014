"""The OpenAPI document says all that the API answers, and the real answers are as it says."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.api.docs_page import policy
from app.api.openapi import openapi_document
from app.api.routes import Endpoints, make_app
from tests.api.serving import SYNC, served
from tests.api.test_requests import traded

DOCUMENT = openapi_document()
KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
KEYWORDS = {
    *("type", "properties", "required", "additionalProperties", "items", "enum", "const"),
    *("pattern", "format", "anyOf", "default", "$ref"),
}


def faults(value: Any, schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """Where a value is not as the schema says."""
    assert schema.keys() <= KEYWORDS, schema
    if "$ref" in schema:
        schema = resolved(schema["$ref"])
    if "anyOf" in schema:
        tried = [list(faults(value, one, at)) for one in schema["anyOf"]]
        yield from [] if [] in tried else tried[0]
        return
    if "const" in schema and value != schema["const"]:
        yield f"{at}: {value!r}"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    is_switch = isinstance(value, bool) and "boolean" not in kinds
    if kinds and (is_switch or not any(isinstance(value, KINDS[kind]) for kind in kinds)):
        yield f"{at}: {value!r} is none of {kinds}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at}: {value!r}"
    if isinstance(value, str) and schema.get("format") == "date-time":
        assert datetime.fromisoformat(value).tzinfo is not None
    if isinstance(value, dict) and "properties" in schema:
        if list(value) != list(schema["properties"]):
            yield f"{at}: {list(value)}"
        for key, own in schema["properties"].items():
            yield from faults(value[key], own, f"{at}.{key}") if key in value else []
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from faults(item, schema["items"], f"{at}[{number}]")


def resolved(reference: str) -> dict[str, Any]:
    found: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def schema_of(path: str, method: str, code: int) -> dict[str, Any]:
    content = DOCUMENT["paths"][path][method]["responses"][str(code)]["content"]
    return content["application/json"]["schema"]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from [value["$ref"]] if "$ref" in value else []
        value = list(value.values())
    for inner in value if isinstance(value, list) else []:
        yield from references(inner)


async def test_every_answer_is_as_the_document_says(tmp_path: Path) -> None:
    async with served(tmp_path) as s, s.client() as client:
        await traded(s)
        for path in ("status", "positions", "closes", "runs", "portfolio", "openapi.json"):
            path = f"/api/{'sync/' if path == 'status' else ''}{path}"
            answer = await client.get(path)
            assert list(faults(answer.json(), schema_of(path, "get", 200))) == [], path
            assert answer.json(), path
        closed = await client.get("/api/positions?closed=true")
        assert list(faults(closed.json(), schema_of("/api/positions", "get", 200))) == []
        run = await client.get("/api/runs/2")
        assert list(faults(run.json(), schema_of("/api/runs/{run_id}", "get", 200))) == []
        done = await client.post(SYNC)
        assert list(faults(done.json(), schema_of(SYNC, "post", 200))) == []
        await s.tws.go_down()
        s.tws.drop_clients()
        failed = await client.post(SYNC)
        assert failed.status_code == 503
        assert list(faults(failed.json(), schema_of(SYNC, "post", 503))) == []
        missing = await client.get("/api/runs/999")
        assert list(faults(missing.json(), schema_of("/api/runs/{run_id}", "get", 404))) == []


async def test_every_address_is_documented_and_no_other(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        endpoints = Endpoints(s.server._sources, s.server._streams)
        routes = make_app(endpoints).routes
        real = {(route.path, *map(str.lower, route.methods)) for route in routes}  # type: ignore[attr-defined]
        await endpoints.close()
    documented = {(path, *operations) for path, operations in DOCUMENT["paths"].items()}
    assert documented == real


def test_the_document_is_whole() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    json.dumps(DOCUMENT)
    for reference in references(DOCUMENT):
        assert resolved(reference)
    used = set(references(DOCUMENT))
    assert used == {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    names = [one["operationId"] for ones in DOCUMENT["paths"].values() for one in ones.values()]
    assert len(set(names)) == len(names)
    for path, operations in DOCUMENT["paths"].items():
        for operation in operations.values():
            assert operation["summary"].endswith(".")
            in_path = [p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"]
            assert in_path == re.findall(r"\{(\w+)\}", path)
            for code, answer in operation["responses"].items():
                assert re.fullmatch(r"[1-5]\d\d", code)
                assert answer["description"]


async def test_the_page_needs_no_token_no_script_and_nothing_from_outside(tmp_path: Path) -> None:
    async with served(tmp_path) as s, s.client(headers={}) as client:
        answer = await client.get("/api/docs")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["content-security-policy"] == policy()
        assert "'unsafe" not in policy()
        text = answer.text
        assert "<script" not in text
        assert not re.findall(r'\b(?:src|srcset|data|action)=|@import|url\(|href="(?!#)', text)
        assert s.base in text
        for path in DOCUMENT["paths"]:
            assert path in text
        ids = set(re.findall(r'id="(\w+)"', text))
        assert set(re.findall(r'href="#(\w+)"', text)) <= ids


@pytest.mark.parametrize("value", [1, None, {"detail": "x", "more": 1}, {"detail": 1}, []])
def test_what_is_not_as_the_schema_says_is_found(value: object) -> None:
    assert list(faults(value, resolved("#/components/schemas/Error")))
