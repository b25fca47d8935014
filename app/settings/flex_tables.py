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
from app.settings.model import FLEX_TABLES
from app.settings.validation import FALSE, TRUE, PlaceError

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
        raise PlaceError(
            f"{group} in the settings file must be tables, such as [{group}.{example}].", group
        )
    for name, table in found.items():
        place = f"{group}.{name}"
        if flex_name_problem(name) or not isinstance(table, Mapping):
            raise PlaceError(
                f"The settings file has {place}, which cannot be used. "
                f"Write a table such as [{group}.{example}].",
                place,
            )
        yield name, table, place


def read_query(name: str, table: Mapping[str, Any], place: str) -> FlexQuery:
    refuse_unknown(table, QUERY_KEYS, place)
    query_id = str(table.get("query_id", "")).strip()
    if query_id_problem(query_id):
        raise unusable(f"{place}.query_id", "it must be the number that IBKR's list shows")
    kind = table.get("kind", QueryKind.ACTIVITY.value)
    if kind not in KINDS:
        raise unusable(f"{place}.kind", f"it must be one of {', '.join(KINDS)}")
    token = table.get("token", DEFAULT_TOKEN)
    if not isinstance(token, str) or flex_name_problem(token):
        raise unusable(f"{place}.token", "it must be the name of a token")
    enabled = str(table.get("enabled", True)).strip().lower()
    if enabled not in TRUE | FALSE:
        raise unusable(f"{place}.enabled", "it must be true or false")
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
        raise unusable(f"{place}.expires", "it must be a date, such as 2027-01-31")
    return FlexToken(name, value)


def refuse_unknown(table: Mapping[str, Any], keys: tuple[str, ...], place: str) -> None:
    for key in table:
        if key not in keys:
            where = f"{place}.{key}"
            text = f"The settings file has an unknown setting {where!r}. Remove it."
            raise PlaceError(text, where)


def unusable(place: str, demand: str) -> PlaceError:
    return PlaceError(f"{place} in the settings file cannot be used: {demand}.", place)


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
