"""Reads the deposits and withdrawals of a statement's section Cash Transactions.

A section that leaves out what they need tells nothing of them, and is no reason to refuse the file.
Whether Deposits & Withdrawals was ticked cannot be seen in a section without any.
"""

from datetime import date

from app.domain.model.statements import Deposit, DepositPeriod, KnownDeposits
from app.flex.header import Header
from app.flex.parsing import ValueUnreadableError, day, identifier, number, rate
from app.flex.refusals import read_required, read_value
from app.flex.rows import Attributes, Layout

CASH, CASH_ROW = "CashTransactions", "CashTransaction"
TYPES = frozenset({"deposits/withdrawals", "deposits & withdrawals"})
NEEDED = frozenset({"type", "currency", "amount", "transactionID"})
DAYS = ("reportDate", "dateTime", "settleDate")  # the first that the row has
SUMMARY = "SUMMARY"  # repeats the rows of a day
DAY_LENGTHS = (len("20261102"), len("2026-11-02"), len("02-Nov-26"))
LAYOUT = Layout(
    "Cash Transactions",
    {
        "amount": "Amount",
        "fxRateToBase": "FX Rate To Base",
        "reportDate": "Report Date",
        "dateTime": "Date/Time",
        "settleDate": "Settle Date",
    },
)


class DepositSections:
    """Collects the deposits of a file, and the days of which it has all.

    Args:
        file: its name, for error texts.
    """

    def __init__(self, file: str) -> None:
        self._layout = Layout(LAYOUT.section, LAYOUT.names, file)
        self._deposits: dict[tuple[str, str], Deposit] = {}  # by account and transaction id
        self._periods: dict[DepositPeriod, bool] = {}  # -> whether all of it could be read

    def begin(self, header: Header) -> None:
        """A statement has the section, even if it is empty."""
        self._periods.setdefault(period_of(header), True)

    def add(self, row: Attributes, header: Header) -> None:
        """Raises: StatementError: a deposit's amount, rate or day cannot be read."""
        attribute = next((name for name in DAYS if row.get(name, "").strip()), None)
        is_telling = row.keys() >= NEEDED and attribute is not None
        if not is_telling:
            self._periods[period_of(header)] = False
        elif row["type"].strip().casefold() in TYPES and row.get("levelOfDetail") != SUMMARY:
            assert attribute is not None
            self._keep(row, attribute, header)

    def _keep(self, row: Attributes, attribute: str, header: Header) -> None:
        account = row.get("accountId", "").strip() or header.account
        transaction_id = identifier(row["transactionID"])
        if not account or not transaction_id:
            self._periods[period_of(header)] = False
            return
        self._deposits.setdefault(
            (account, transaction_id),
            Deposit(
                account,
                transaction_id,
                read_required(row, attribute, day_of, self._layout),
                row["currency"].strip(),
                read_required(row, "amount", number, self._layout),
                read_value(row, "fxRateToBase", rate, self._layout),
            ),
        )

    def known(self) -> KnownDeposits:
        deposits = sorted(self._deposits.values(), key=lambda one: (one.day, one.transaction_id))
        read = (period for period, is_read in self._periods.items() if is_read)
        return KnownDeposits(tuple(deposits), tuple(period for period in read if period.account))


def period_of(header: Header) -> DepositPeriod:
    return DepositPeriod(header.account, header.from_date, header.to_date)


def day_of(text: str) -> date | None:
    """The date of a text that may have a time behind it; None for nothing."""
    for length in DAY_LENGTHS:
        try:
            return day(text[:length])
        except ValueUnreadableError:
            continue
    raise ValueUnreadableError(text)
