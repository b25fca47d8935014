"""The documentation as one page, made of the OpenAPI document. It loads and runs nothing."""

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from typing import Any

from starlette.responses import Response

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1.1rem; margin: 2.5rem 0 .25rem; font-family: ui-monospace, monospace; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
code, pre { font-family: ui-monospace, monospace; font-size: .92em; }
pre { overflow-x: auto; padding: .75rem;
  background: color-mix(in srgb, currentColor 8%, transparent); }
"""
EXAMPLE = """curl -X POST -H "Authorization: Bearer $TOKEN" \\
  "{address}/api/sync/positions?account_id=All&calculate_realized_pnl=true\""""


def policy() -> str:
    """Nothing may be loaded or run; only the page's own style sheet applies."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def docs_answer(document: dict[str, Any], address: str) -> Response:
    """Args: address: where the API listens, for the example."""
    headers = {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "content-security-policy": policy(),
    }
    return Response(
        page(str(document["info"]["version"]), tuple(sections(document, address))), 200, headers
    )


def page(version: str, parts: tuple[str, ...]) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>Position Sync {escape(version)}: HTTP API</title><style>{STYLE}</style></head>"
        f"<body><h1>Position Sync: HTTP API</h1>{''.join(parts)}</body></html>"
    )


def sections(document: dict[str, Any], address: str) -> Iterator[str]:
    yield f"<p>{escape(document['info']['description'])}</p>"
    yield f"<pre>{escape(EXAMPLE.format(address=address))}</pre>"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield operation_section(f"{method.upper()} {path}", operation)
    yield "<h2>Fields</h2>"
    for name, schema in document["components"]["schemas"].items():
        yield f'<h3 id="{escape(name)}">{escape(name)}</h3>'
        yield table((key, kind(value)) for key, value in schema["properties"].items())


def operation_section(title: str, operation: dict[str, Any]) -> str:
    parameters = [
        (one["name"], f"{escape(one['description'])} {default(one['schema'])}")
        for one in operation.get("parameters", ())
    ]
    answers = [
        (code, f"{escape(answer['description'])} {contents(answer)}")
        for code, answer in operation["responses"].items()
    ]
    return (
        f"<h2>{escape(title)}</h2><p>{escape(operation['summary'])}</p>"
        f"{'<h3>Parameters</h3>' + table(parameters) if parameters else ''}"
        f"<h3>Answers</h3>{table(answers)}"
    )


def default(schema: dict[str, Any]) -> str:
    if "default" not in schema:
        return ""
    value = schema["default"]
    return (
        f"Default: <code>{escape(str(value).lower() if isinstance(value, bool) else value)}</code>"
    )


def contents(answer: dict[str, Any]) -> str:
    schemas = [content["schema"] for content in answer["content"].values()]
    return " ".join(kind(schema) for schema in schemas)


def kind(schema: dict[str, Any]) -> str:
    """What a value is, with links to other records."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(map(kind, schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {kind(schema['items'])}"
    if "enum" in schema:
        return " | ".join(f"<code>{escape(value)}</code>" for value in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(schema['const'])}</code>"
    if "properties" in schema:
        return ", ".join(
            f"<code>{escape(k)}</code>: {kind(v)}" for k, v in schema["properties"].items()
        )
    named = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    figure = " (an exact number)" if "pattern" in schema else ""
    time = " (a time, UTC)" if schema.get("format") == "date-time" else ""
    return escape(" or ".join(named) + figure + time)


def table(rows: "Iterator[tuple[str, str]] | list[tuple[str, str]]") -> str:
    """Args: rows: a name, and markup of our own."""
    lines = "".join(f"<tr><td><code>{escape(a)}</code></td><td>{b}</td></tr>" for a, b in rows)
    return f"<table>{lines}</table>"
