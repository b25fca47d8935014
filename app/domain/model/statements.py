"""IBKR's Flex statements: executions, cancels and deposits of a period, the note of an import."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from app.domain.model.amounts import count_text
from app.domain.model.instruments import MONTHS
from app.domain.model.snapshot import Fill
from app.domain.text.messages import Message, joined, localized, message, message_plural

MOST_NAMES = 3  # accounts that a sentence names
SAME_TIME = timedelta(seconds=1)  # TWS and statements may round a time differently


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A statement row that cancels an execution.

    Attributes:
        quantity: as booked, so with the opposite sign of the cancelled execution.
        price, time: of the cancelled execution, as IBKR repeats them.
        transaction_id: the cancellation's own; empty if the file has none.
        orig_trade_id, orig_transaction_id: of the execution; empty if the file has none.
    """

    account: str
    con_id: int
    quantity: Decimal
    price: Decimal
    time: datetime
    transaction_id: str = ""
    orig_trade_id: str = ""
    orig_transaction_id: str = ""

    def cancels(self, fill: Fill) -> bool:
        """By transaction id, else trade id, else price and time.

        An id decides alone if both sides have it. The replacement of a cancelled trade can share
        its trade id, but has a later transaction id.
        """
        if fill.account != self.account or fill.instrument.con_id != self.con_id:
            return False
        if self.orig_transaction_id and fill.transaction_id:
            return fill.transaction_id == self.orig_transaction_id
        if fill.quantity != -self.quantity or not self._is_after(fill):
            return False
        if self.orig_trade_id and fill.trade_id:
            return fill.trade_id == self.orig_trade_id
        return fill.price == self.price and abs(fill.time - self.time) <= SAME_TIME

    def _is_after(self, fill: Fill) -> bool:
        if not (self.transaction_id and fill.transaction_id):
            return True
        return order(fill.transaction_id) < order(self.transaction_id)


def order(number: str) -> tuple[int, str]:
    """Transaction ids are numbers that grow."""
    return len(number), number


@dataclass(frozen=True, slots=True)
class Deposit:
    """Money that came into an account, or left it, from or to outside.

    Attributes:
        transaction_id: IBKR's number of it.
        day: the day of the statement that it is in.
        amount: negative for a withdrawal.
        rate_to_base: units of the account's base currency for one unit of the currency; None where
            the statement has none.
    """

    account: str
    transaction_id: str
    day: date
    currency: str
    amount: Decimal
    rate_to_base: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DepositPeriod:
    """The days, both included, whose deposits and withdrawals are all known."""

    account: str
    from_day: date
    to_day: date


@dataclass(frozen=True, slots=True)
class KnownDeposits:
    """What statements told of deposits and withdrawals.

    Attributes:
        deposits: by day.
        periods: on any other day there may have been more.
    """

    deposits: tuple[Deposit, ...] = ()
    periods: tuple[DepositPeriod, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One Flex statement's executions, bookings and cancels.

    Attributes:
        accounts: whose statement it is, in the file's order.
        from_date, to_date: the first and the last day that it covers.
        generated_at: when IBKR made it, UTC; None where the file does not say.
        fills: corrections merged, in time order; those that the file itself cancels are marked.
        skipped: number of trade rows that are not fills: combos and corrected rows.
        cancellations: those whose execution is not in the file.
        is_zone_assumed: no time zone is given, so times are read as New York's.
        known_deposits: of its section Cash Transactions, where that has all that they need.
    """

    accounts: tuple[str, ...]
    from_date: date
    to_date: date
    generated_at: datetime | None
    fills: tuple[Fill, ...]
    skipped: int = 0
    cancellations: tuple[Cancellation, ...] = ()
    is_zone_assumed: bool = False
    known_deposits: KnownDeposits = KnownDeposits()


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import found in a statement.

    Attributes:
        accounts: the statement's accounts that this database has synced.
        fills_read: all fills of the statement.
        fills_new, fills_known: fills of these accounts, newly stored or stored before.
        fills_skipped: rows that are not fills, and fills of other accounts.
        without_unit: fills of bonds whose unit is unknown: IBKR never reported a position.
        cancelled: fills newly known to be cancelled.
        unmatched: cancels that match no known execution.
        deposits: newly stored deposits and withdrawals.
    """

    accounts: tuple[str, ...] = ()
    fills_read: int = 0
    fills_new: int = 0
    fills_known: int = 0
    fills_skipped: int = 0
    without_unit: int = 0
    cancelled: int = 0
    unmatched: int = 0
    deposits: int = 0


def note(statement: Statement, imported: ImportSummary, *, completed: int, healed: int) -> Message:
    """ "U1234567, 1 Jan to 31 Oct 2026: 312 executions, 40 new, 5 positions corrected."

    Args:
        completed: number of known fills that gained details.
        healed: number of positions whose realized P&L has changed.
    """
    parts = found_parts(imported, completed, healed) or (message("nothing new"),)
    summary = message(
        "{accounts}, {days}: {found}.",
        accounts=named(imported.accounts),
        days=period(statement.from_date, statement.to_date),
        found=joined((executions(imported.fills_read), *parts), ", "),
    )
    return joined((summary, *left_out(statement, imported), unmatched(imported.unmatched)))


def executions(count: int) -> Message:
    """ "1,312 executions" """
    return message_plural("{count} execution", "{count} executions", count, count=count_text(count))


def found_parts(imported: ImportSummary, completed: int, healed: int) -> tuple[Message, ...]:
    """What of it was not known before."""
    parts: list[Message] = []
    if new := imported.fills_new:
        # Translators: these are parts of a list: "312 executions, 40 new, 2 completed, 1 cancelled"
        parts.append(message_plural("{count} new", "{count} new", new, count=count_text(new)))
    if completed:
        parts.append(
            message_plural(
                "{count} completed", "{count} completed", completed, count=count_text(completed)
            )
        )
    if cancelled := imported.cancelled:
        parts.append(
            message_plural(
                "{count} cancelled", "{count} cancelled", cancelled, count=count_text(cancelled)
            )
        )
    if healed:
        parts.append(
            message_plural(
                "{count} position corrected",
                "{count} positions corrected",
                healed,
                count=count_text(healed),
            )
        )
    if deposits := imported.deposits:
        parts.append(
            message_plural(
                "{count} deposit or withdrawal",
                "{count} deposits and withdrawals",
                deposits,
                count=count_text(deposits),
            )
        )
    return tuple(parts)


def left_out(statement: Statement, imported: ImportSummary) -> tuple[Message, ...]:
    """Sentences about what was not stored, and why."""
    sentences: list[Message] = []
    stored = imported.fills_new + imported.fills_known
    others = imported.fills_read - stored - imported.without_unit
    if others:
        unknown = [name for name in statement.accounts if name not in imported.accounts]
        sentences.append(
            message_plural(
                "{count} of {accounts} left out: never synced into this database.",
                "{count} of {accounts} left out: never synced into this database.",
                others,
                count=count_text(others),
                accounts=named(unknown),
            )
        )
    if bonds := imported.without_unit:
        sentences.append(
            message_plural(
                "{count} execution of bonds left out: sync while they are held, then import again.",
                "{count} executions of bonds left out: sync while they are held, then import "
                "again.",
                bonds,
                count=count_text(bonds),
            )
        )
    return tuple(sentences)


def unmatched(cancels: int) -> str:
    """ "1 cancel matches no known trade."; empty for none."""
    if not cancels:
        return ""
    return message_plural(
        "{count} cancel matches no known trade.",
        "{count} cancels match no known trade.",
        cancels,
        count=count_text(cancels),
    )


def named(accounts: Sequence[str]) -> str:
    """ "U1", "U1, U2 and U3", "U1, U2 and 5 more"."""
    if len(accounts) <= 1:
        return "".join(accounts)
    shown = accounts[: MOST_NAMES - 1] if len(accounts) > MOST_NAMES else accounts[:-1]
    rest, listed = len(accounts) - len(shown), joined(shown, ", ")
    if rest == 1:
        # Translators: of accounts, such as "U1, U2 and U3"
        return message("{accounts} and {last}", accounts=listed, last=accounts[-1])
    return message_plural(
        "{accounts} and {count} more", "{accounts} and {count} more", rest, accounts=listed
    )


def period(first: date, last: date) -> Message:
    """ "1 Jan to 31 Oct 2026"; the same year or day is written once."""
    if first == last:
        return written(last)
    # Only in English: a locale may write the year first.
    start = localized(written(first).removesuffix(f" {last.year}"), first)
    return message("{first} to {last}", first=start, last=written(last))


def written(day: date) -> Message:
    """ "31 Oct 2026"; translated, as the reader's locale writes it."""
    return localized(f"{day.day} {MONTHS[day.month - 1]} {day.year}", day)
