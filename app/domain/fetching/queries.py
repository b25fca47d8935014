"""The Flex Queries and tokens that the user has set up at IBKR; no token itself is here."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DEFAULT_TOKEN = "default"
NAME = r"[A-Za-z0-9_-]{1,40}"  # as that of a connection: it names a table of the settings file
QUERY_ID = r"[0-9]{1,20}"
TITLE = "Flex Query “{name}”"
WARNED_BEFORE = timedelta(days=14)
NEW_TOKEN = (
    "In IBKR's Client Portal, generate a new token under Flex Web Service Configuration, "
    "and save it in Settings > Statements."
)


class QueryKind(StrEnum):
    """IBKR renews activity once a day, after the close, and trade confirmations within minutes."""

    ACTIVITY = "activity"
    CONFIRMATIONS = "confirmations"


@dataclass(frozen=True, slots=True)
class FlexQuery:
    """A query of the user's.

    Attributes:
        query_id: IBKR's number of the query.
        token: the name of the token with which it is asked.
    """

    name: str
    query_id: str
    kind: QueryKind = QueryKind.ACTIVITY
    token: str = DEFAULT_TOKEN
    enabled: bool = True

    @property
    def title(self) -> str:
        """How runs and sentences name it."""
        return TITLE.format(name=self.name)


@dataclass(frozen=True, slots=True)
class FlexToken:
    """What is known of a token besides its text.

    Attributes:
        expires: its last day; None if the user has not said.
    """

    name: str = DEFAULT_TOKEN
    expires: date | None = None


def is_fetched(note: str) -> bool:
    """Whether the note of a run says that its statement was fetched, not imported from a file."""
    return note.startswith(TITLE.partition("{")[0])


def flex_name_problem(name: str) -> str:
    """A sentence about why a query or token cannot have this name; empty if it can."""
    if re.fullmatch(NAME, name):
        return ""
    return "Use letters, digits, - and _ only, as in trades."


def query_id_problem(text: str) -> str:
    """A sentence about why this is no number of a query; empty if it is one."""
    if re.fullmatch(QUERY_ID, text):
        return ""
    return "This is the number that IBKR's list of Flex Queries shows, such as 123456."


def expiry_warnings(tokens: Iterable[FlexToken], today: date) -> Iterator[str]:
    """A sentence for each token that has expired, or will within two weeks."""
    from app.domain.model.statements import written  # imported late: `status` must be fast

    for token in tokens:
        if token.expires is None or token.expires - today > WARNED_BEFORE:
            continue
        name = "The Flex token" if token.name == DEFAULT_TOKEN else f"The Flex token {token.name}"
        verb = "expired" if token.expires < today else "expires"
        yield f"{name} {verb} on {written(token.expires)}. {NEW_TOKEN}"
