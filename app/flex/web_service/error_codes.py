"""IBKR's error codes: what each means and what helps.

Source: interactivebrokers.com/campus/ibkr-api-page/flex-web-service, "Error Codes".
"""

from collections.abc import Mapping
from typing import NamedTuple

from app.domain.fetching.failures import FailureKind, StatementServiceError
from app.domain.fetching.queries import NEW_TOKEN
from app.domain.text.foreign_text import visible
from app.domain.text.redaction import Secret, masked
from app.flex.web_service.answer import LATER

AGAIN, USER, QUERY = FailureKind.AGAIN, FailureKind.USER, FailureKind.QUERY
LONGEST_MESSAGE = 200  # characters of IBKR's own text
CHECK_ID = (
    "Compare its query id with the list under Performance & Reports > Flex Queries in IBKR's "
    "Client Portal."
)
UNKNOWN = (
    "IBKR refused the Flex Query with the error {code}{message}, which Position Sync does not "
    "know. Fetch it again tomorrow."
)


class Meaning(NamedTuple):
    """What a code says: the kind of failure, and a sentence with the next step."""

    kind: FailureKind
    text: str


CODES: Mapping[int, Meaning] = {
    1001: Meaning(AGAIN, f"IBKR could not make the statement at this time. {LATER}"),
    1003: Meaning(
        FailureKind.NO_DATA,
        "IBKR has no statement for these days. Choose days on which the account was open.",
    ),
    1004: Meaning(AGAIN, f"IBKR's statement is not complete yet. {LATER}"),
    1005: Meaning(AGAIN, f"IBKR's settlement data is not ready yet. {LATER}"),
    1006: Meaning(AGAIN, f"IBKR's FIFO P&L is not ready yet. {LATER}"),
    1007: Meaning(AGAIN, f"IBKR's mark-to-market P&L is not ready yet. {LATER}"),
    1008: Meaning(AGAIN, f"IBKR's P&L is not ready yet. {LATER}"),
    1009: Meaning(AGAIN, f"IBKR's reports are under heavy load. {LATER}"),
    1010: Meaning(
        QUERY,
        "This is a legacy Flex Query, which IBKR no longer runs. "
        "In IBKR's Client Portal, create an Activity Flex Query instead.",
    ),
    1011: Meaning(
        USER,
        "The Flex Web Service is not active. In IBKR's Client Portal, tick "
        "Flex Web Service Status under Flex Web Service Configuration.",
    ),
    1012: Meaning(USER, f"The Flex token has expired. {NEW_TOKEN}"),
    1013: Meaning(
        USER,
        "The Flex token is valid for another IP address. In IBKR's Client Portal, generate one "
        "for this computer's address, or without an address, and save it in Settings > Statements.",
    ),
    1014: Meaning(QUERY, f"IBKR does not know the Flex Query. {CHECK_ID}"),
    1015: Meaning(USER, f"IBKR does not know the Flex token. {NEW_TOKEN}"),
    1016: Meaning(
        QUERY,
        "The Flex Query is about an account that IBKR does not accept. "
        "In IBKR's Client Portal, choose the query's accounts again.",
    ),
    1017: Meaning(
        QUERY, "IBKR no longer knows the statement that it has just made. Fetch it again."
    ),
    1018: Meaning(
        FailureKind.TOO_MANY,
        "IBKR has had too many requests with this token. Fetch it again in an hour, and end other "
        "programs that use the token.",
    ),
    1019: Meaning(AGAIN, f"IBKR is still making the statement. {LATER}"),
    1020: Meaning(QUERY, f"IBKR could not validate the request. {CHECK_ID}"),
    1021: Meaning(AGAIN, f"IBKR could not deliver the statement at this time. {LATER}"),
}


def error_of(code: int, message: str, token: Secret) -> StatementServiceError:
    """The error for IBKR's code; for an unknown one with IBKR's own message."""
    known = CODES.get(code)
    if known is not None:
        return StatementServiceError(known.text, known.kind, code)
    said = visible(masked(token.hidden_in(message.strip())))[:LONGEST_MESSAGE].rstrip(". ")
    text = UNKNOWN.format(code=code, message=f" ({said})" if said else "")
    return StatementServiceError(text, FailureKind.ANSWER, code)
