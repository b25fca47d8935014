"""The OpenAPI document: every address, parameter, answer and error of the API."""

from functools import cache
from typing import Any

from app import __version__
from app.api.schemas import SCHEMAS, reference

Document = dict[str, Any]

INTRODUCTION = (
    "Position Sync answers to other programs of this computer. Send the token that Settings > "
    "Automation shows as 'Authorization: Bearer TOKEN'. Money and quantities are strings, exact "
    "and without exponent; times are UTC. What is not known is null."
)
ACCOUNT = {
    "name": "account_id",
    "in": "query",
    "description": "An IBKR account, All, or a number n for the n-th account as TWS lists them.",
    "schema": {"type": "string", "default": "All"},
}
REFUSALS = {
    "400": "What arrived is not an HTTP request.",
    "401": "The token is missing or wrong.",
    "403": "The request has an Origin header: web pages may not use the API.",
    "404": "There is nothing with this address, number or account.",
    "405": "The method is not possible at this address.",
    "408": "The body did not arrive in time.",
    "413": "The body is larger than 64 KB.",
    "421": "The Host header names neither 127.0.0.1 nor localhost with the port.",
    "422": "A parameter is unknown or has a value that cannot be used.",
    "500": "The database cannot be read or written, or Position Sync itself failed.",
    "503": "Too many connections are open.",
}
DOCS_REFUSALS = ("400", "403", "405", "421", "503")


@cache
def openapi_document() -> Document:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Position Sync",
            "version": __version__,
            "description": INTRODUCTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "security": [{"token": []}],
        "paths": paths(),
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def paths() -> Document:
    return {
        "/api/sync/positions": {"post": sync_operation()},
        "/api/sync/status": {
            "get": operation(
                "status", "The last sync, totals, and whether TWS answers.", reference("Status")
            )
        },
        "/api/positions": {
            "get": operation(
                "positions",
                "The stored positions.",
                list_of("Position"),
                ACCOUNT,
                flag("closed", "The closed positions instead of the open ones.", is_on=False),
            )
        },
        "/api/closes": {
            "get": operation(
                "closes",
                "Partial and full closes with P&L and source, newest first.",
                list_of("Close"),
                ACCOUNT,
            )
        },
        "/api/runs": {"get": operation("runs", "All runs, newest first.", list_of("Run"))},
        "/api/runs/{run_id}": {
            "get": operation(
                "run", "One run with its changes.", reference("RunWithChanges"), run_number()
            )
        },
        "/api/portfolio": {
            "get": operation(
                "portfolio",
                "Account figures, sums by currency, and their comparison with IBKR's own.",
                reference("Portfolio"),
            )
        },
        "/api/events": {"get": events_operation()},
        "/api/openapi.json": {
            "get": operation("openapi", "This document.", {"type": "object"}),
        },
        "/api/docs": {"get": docs_operation()},
    }


def sync_operation() -> Document:
    made = operation(
        "sync",
        "Syncs now, or joins the sync that is in progress. Connects if necessary.",
        reference("Sync"),
        ACCOUNT,
        flag("calculate_realized_pnl", "Calculate realized P&L in this sync.", is_on=True),
    )
    answers = made["responses"]
    answers["409"] = answer(
        "Held: most positions vanished at once, with no execution to explain it. Nothing was "
        "written; `held` lists them.",
        reference("HeldSync"),
    )
    failed = {"anyOf": [reference("FailedSync"), reference("Error")]}
    answers["500"] = answer("The sync failed; nothing was changed.", failed)
    answers["503"] = answer("TWS could not be read; nothing was changed. Try again.", failed)
    return made


def events_operation() -> Document:
    made = operation(
        "events",
        "Server-sent events, as `watch --json-lines` prints them; comments while nothing happens.",
        {"type": "string"},
    )
    text = "Events, each with its name and a JSON object; more of them as they happen."
    made["responses"]["200"] = {
        "description": text,
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
    made["responses"]["503"] = answer("Too many programs follow the events.", reference("Error"))
    return made


def docs_operation() -> Document:
    """It needs no token: a browser has no way to send one, and the page is the same for all."""
    refusals = {code: answer(REFUSALS[code], reference("Error")) for code in DOCS_REFUSALS}
    page = {"description": "A page.", "content": {"text/html": {"schema": {"type": "string"}}}}
    return {
        "operationId": "docs",
        "summary": "This documentation as a page.",
        "security": [],
        "responses": {"200": page, **refusals},
    }


def operation(name: str, summary: str, schema: Document, *parameters: Document) -> Document:
    refusals = {code: answer(text, reference("Error")) for code, text in REFUSALS.items()}
    made: Document = {
        "operationId": name,
        "summary": summary,
        "responses": {"200": answer("Done.", schema), **refusals},
    }
    return made | {"parameters": list(parameters)} if parameters else made


def answer(text: str, schema: Document) -> Document:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def list_of(name: str) -> Document:
    return {"type": "array", "items": reference(name)}


def flag(name: str, text: str, *, is_on: bool) -> Document:
    schema = {"type": "boolean", "default": is_on}
    return {"name": name, "in": "query", "description": text, "schema": schema}


def run_number() -> Document:
    return {
        "name": "run_id",
        "in": "path",
        "required": True,
        "description": "The run's number.",
        "schema": {"type": "integer"},
    }
