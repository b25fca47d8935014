"""IBKR's error codes: what each means and what helps.

Source: interactivebrokers.com/campus/ibkr-api-page/flex-web-service, "Error Codes".
"""

from collections.abc import Mapping
from typing import NamedTuple

from app.domain.fetching.failures import FailureKind, StatementServiceError
from app.domain.fetching.queries import NEW_TOKEN
from app.domain.text.foreign_text import visible
from app.domain.text.messages import Message, message
from app.domain.text.redaction import Secret, masked
from app.flex.web_service.answer import LATER

AGAIN, USER, QUERY = FailureKind.AGAIN, FailureKind.USER, FailureKind.QUERY
LONGEST_MESSAGE = 200  # characters of IBKR's own text
TOMORROW = message("Fetch it again tomorrow.")
CHECK_ID = message(
    "Compare its Query ID with the list under Performance & Reports > Flex Queries in IBKR's "
    "Client Portal."
)


class Meaning(NamedTuple):
    """What a code says.

    Attributes:
        cause: with the next step, unless `step` has it; see StatementServiceError.
    """

    kind: FailureKind
    cause: str
    step: str = ""


CODES: Mapping[int, Meaning] = {
    1001: Meaning(AGAIN, message("IBKR could not make the statement at this time."), LATER),
    1003: Meaning(
        FailureKind.NO_DATA,
        message("IBKR has no statement for these days. Choose days on which the account was open."),
    ),
    1004: Meaning(AGAIN, message("IBKR's statement is not complete yet."), LATER),
    1005: Meaning(AGAIN, message("IBKR's settlement data is not ready yet."), LATER),
    1006: Meaning(AGAIN, message("IBKR's FIFO P&L is not ready yet."), LATER),
    1007: Meaning(AGAIN, message("IBKR's mark-to-market P&L is not ready yet."), LATER),
    1008: Meaning(AGAIN, message("IBKR's P&L is not ready yet."), LATER),
    1009: Meaning(AGAIN, message("IBKR's reports are under heavy load."), LATER),
    1010: Meaning(
        QUERY,
        message(
            "This is a legacy Flex Query, which IBKR no longer runs. "
            "In IBKR's Client Portal, create an Activity Flex Query instead."
        ),
    ),
    1011: Meaning(
        USER,
        message(
            "The Flex Web Service is not active. In IBKR's Client Portal, tick "
            "Flex Web Service Status under Flex Web Service Configuration."
        ),
    ),
    1012: Meaning(USER, message("The Flex token has expired."), NEW_TOKEN),
    1013: Meaning(
        USER,
        message(
            "The Flex token is valid for another IP address. In IBKR's Client Portal, generate one "
            "for this computer's address, or without an address, and save it in Settings > "
            "Statements."
        ),
    ),
    1014: Meaning(QUERY, message("IBKR does not know the Flex Query."), CHECK_ID),
    1015: Meaning(USER, message("IBKR does not know the Flex token."), NEW_TOKEN),
    1016: Meaning(
        QUERY,
        message(
            "The Flex Query is about an account that IBKR does not accept. "
            "In IBKR's Client Portal, choose the query's accounts again."
        ),
    ),
    1017: Meaning(
        QUERY,
        message("IBKR no longer knows the statement that it has just made. Fetch it again."),
    ),
    1018: Meaning(
        FailureKind.TOO_MANY,
        message("IBKR has had too many requests with this token."),
        message("Fetch it again in an hour, and close other programs that use the token."),
    ),
    1019: Meaning(AGAIN, message("IBKR is still making the statement."), LATER),
    1020: Meaning(QUERY, message("IBKR could not validate the request."), CHECK_ID),
    1021: Meaning(AGAIN, message("IBKR could not deliver the statement at this time."), LATER),
}


def error_of(code: int, text: str, token: Secret) -> StatementServiceError:
    """The error for IBKR's code; for an unknown one with IBKR's own text."""
    known = CODES.get(code)
    if known is not None:
        return StatementServiceError(known.cause, known.kind, code, step=known.step)
    said = visible(masked(token.hidden_in(text.strip())))[:LONGEST_MESSAGE].rstrip(". ")
    return StatementServiceError(unknown(code, said), FailureKind.ANSWER, code, step=TOMORROW)


def unknown(code: int, said: str) -> Message:
    if said:
        return message(
            "IBKR refused the Flex Query with the error {code} ({text}), which Position Sync does "
            "not know.",
            code=code,
            text=said,
        )
    return message(
        "IBKR refused the Flex Query with the error {code}, which Position Sync does not know.",
        code=code,
    )
