"""Why IBKR gave no statement: each cause with a sentence and whether to try again."""

from enum import StrEnum

from app.domain.model.errors import AppError
from app.domain.text.messages import joined


class FailureKind(StrEnum):
    """What helps."""

    AGAIN = "again"  # the same request, a little later
    TOO_MANY = "too_many"  # the same request, much later
    USER = "user"  # a new token, or a setting at IBKR
    QUERY = "query"  # another query, or its number
    NO_DATA = "no_data"  # nothing: IBKR has no statement for these days
    UNREACHABLE = "unreachable"  # a network that works
    ANSWER = "answer"  # the answer is not what IBKR documents


class StatementServiceError(AppError):
    """IBKR's Flex Web Service gave no statement.

    Args:
        cause: what went wrong; with the next step, unless `step` has it.
        code: IBKR's number of the error; None where it gave none.
        step: the next step, where the request is made again first.
    """

    def __init__(
        self, cause: str, kind: FailureKind, code: int | None = None, *, step: str = ""
    ) -> None:
        super().__init__(joined((cause, step)))
        self.cause = cause
        self.kind = kind
        self.code = code


class CredentialsError(AppError):
    """A token cannot be read or stored."""
