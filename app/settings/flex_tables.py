"""The settings file's tables [flex_queries.NAME] and [flex_tokens.NAME]; no token is in them."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from app.domain.fetching.queries import (
    DEFAULT_TOKEN,
    FlexQuery,
    FlexToken,
    QueryKind,
    flex_name_problem,
    query_id_problem,
)
from app.domain.text.messages import message
from app.settings.model import FLEX_TABLES
from app.settings.validation import (
    FALSE,
    TRUE,
    PlaceError,
    no_table_text,
    no_tables_text,
    unknown_text,
)

QUERIES, TOKENS = FLEX_TABLES
QUERY_KEYS = ("query_id", "kind", "token", "enabled")
KINDS = tuple(kind.value for kind in QueryKind)


def read_flex_queries(content: Mapping[str, Any]) -> tuple[FlexQuery, ...]:
    """The queries of the file, in its order. Raises: PlaceError."""
    return tuple(read_query(*entry) for entry in tables(content, QUERIES, "trades"))


def read_flex_tokens(content: Mapping[str, Any]) -> tuple[FlexToken, ...]:
    """What the file says about tokens, in its order. Raises: PlaceError."""
    return tuple(read_token(*entry) for entry in tables(content, TOKENS, DEFAULT_TOKEN))


def tables(
    content: Mapping[str, Any], group: str, example: str
) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """(name, table, place) of each. Raises: PlaceError."""
    found = content.get(group, {})
    if not isinstance(found, Mapping):
        raise PlaceError(no_tables_text(group, f"[{group}.{example}]"), group)
    for name, table in found.items():
        place = f"{group}.{name}"
        if flex_name_problem(name) or not isinstance(table, Mapping):
            raise PlaceError(no_table_text(place, f"[{group}.{example}]"), place)
        yield name, table, place


def read_query(name: str, table: Mapping[str, Any], place: str) -> FlexQuery:
    refuse_unknown(table, QUERY_KEYS, place)
    query_id = str(table.get("query_id", "")).strip()
    if query_id_problem(query_id):
        raise unusable(f"{place}.query_id", message("it must be the number that IBKR's list shows"))
    kind = table.get("kind", QueryKind.ACTIVITY.value)
    if kind not in KINDS:
        choices = ", ".join(KINDS)
        raise unusable(f"{place}.kind", message("it must be one of {choices}", choices=choices))
    token = table.get("token", DEFAULT_TOKEN)
    if not isinstance(token, str) or flex_name_problem(token):
        raise unusable(f"{place}.token", message("it must be the name of a token"))
    enabled = str(table.get("enabled", True)).strip().lower()
    if enabled not in TRUE | FALSE:
        raise unusable(f"{place}.enabled", message("it must be true or false"))
    return FlexQuery(name, query_id, QueryKind(kind), token, enabled in TRUE)


def read_token(name: str, table: Mapping[str, Any], place: str) -> FlexToken:
    refuse_unknown(table, ("expires",), place)
    value = table.get("expires")
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value.strip())
        except ValueError:
            value = ""
    if isinstance(value, datetime):
        value = value.date()
    if value is not None and not isinstance(value, date):
        raise unusable(f"{place}.expires", message("it must be a date, such as 2027-01-31"))
    return FlexToken(name, value)


def refuse_unknown(table: Mapping[str, Any], keys: tuple[str, ...], place: str) -> None:
    for key in table:
        if key not in keys:
            where = f"{place}.{key}"
            raise PlaceError(unknown_text(where), where)


def unusable(place: str, demand: str) -> PlaceError:
    text = message(
        "{place} in the settings file cannot be used: {demand}.", place=place, demand=demand
    )
    return PlaceError(text, place)


def query_table(query: FlexQuery) -> dict[str, object]:
    """What is written of a query."""
    return {
        "query_id": query.query_id,
        "kind": query.kind.value,
        "token": query.token,
        "enabled": query.enabled,
    }


def token_table(token: FlexToken) -> dict[str, object]:
    """What is written of a token: never the token."""
    return {"expires": token.expires}
