"""What IBKR's Flex statements say: the executions of a past period."""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.snapshot import Fill


@dataclass(frozen=True, slots=True)
class Statement:
    """One Flex statement's executions.

    Attributes:
        accounts: whose statement it is, in the file's order.
        from_date, to_date: the first and the last day that it covers.
        generated_at: when IBKR made it, UTC; None where the file does not say.
        fills: corrections folded, cancelled ones left out; in time order.
        skipped: how many of its trade rows are no fill: bookings without an execution, cancelled
            trades and what replaced or cancelled them.
    """

    accounts: tuple[str, ...]
    from_date: date
    to_date: date
    generated_at: datetime | None
    fills: tuple[Fill, ...]
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found in a statement.

    Attributes:
        accounts: those of the statement whose positions are kept here.
        fills_read: all of the statement's.
        fills_new, fills_known: of these accounts; stored only now, or already before.
        fills_skipped: rows that are no fill, and fills of other accounts.
    """

    accounts: tuple[str, ...] = ()
    fills_read: int = 0
    fills_new: int = 0
    fills_known: int = 0
    fills_skipped: int = 0
