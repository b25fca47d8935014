"""The Flex Queries and tokens that the user has set up at IBKR; no token itself is here."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.text.messages import Message, joined, message

DEFAULT_TOKEN = "default"
NAME = r"[A-Za-z0-9_-]{1,40}"  # as that of a connection: it names a table of the settings file
QUERY_ID = r"[0-9]{1,20}"
NOTED = "Flex Query “"  # what the notes of fetched statements begin with: the query's English title
WARNED_BEFORE = timedelta(days=14)
NEW_TOKEN = message(
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
    def title(self) -> Message:
        """How runs and sentences name it; in English, fetches are found by it."""
        return message("Flex Query “{name}”", name=self.name)


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
    return note.startswith(NOTED)


def flex_name_problem(name: str) -> str:
    """A sentence about why a query or token cannot have this name; empty if it can."""
    if re.fullmatch(NAME, name):
        return ""
    return message("Use letters, digits, - and _ only, as in trades.")


def query_id_problem(text: str) -> str:
    """A sentence about why this is no number of a query; empty if it is one."""
    if re.fullmatch(QUERY_ID, text):
        return ""
    return message("Enter the Query ID that IBKR shows for the Flex Query, such as 123456.")


def expiry_warnings(tokens: Iterable[FlexToken], today: date) -> Iterator[str]:
    """A sentence for each token that has expired, or will within two weeks."""
    from app.domain.model.statements import written  # imported late: `status` must be fast

    for token in tokens:
        if token.expires is not None and token.expires - today <= WARNED_BEFORE:
            day, is_over = written(token.expires), token.expires < today
            yield joined((expiry_sentence(token.name, day, is_over=is_over), NEW_TOKEN))


def expiry_sentence(token: str, day: str, *, is_over: bool) -> Message:
    if token == DEFAULT_TOKEN:
        if is_over:
            return message("The Flex token expired on {day}.", day=day)
        return message("The Flex token expires on {day}.", day=day)
    if is_over:
        return message("The Flex token {name} expired on {day}.", name=token, day=day)
    return message("The Flex token {name} expires on {day}.", name=token, day=day)
