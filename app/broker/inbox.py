"""Takes TWS's rows, strictly decoded: into the read under way, or as news that nobody asked for.

Not through ib_insync's own state: that keeps ghosts, and drops rows without a word.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from app.broker.pnl_rows import account_pnl_row, holding_pnl_row
from app.broker.pushes import Pushes
from app.broker.reading import Reading
from app.broker.rows import (
    commission_row,
    execution_key,
    portfolio_row,
    position_row,
    value_row,
)
from app.broker.wire import WireError

Handler = Callable[[list[str]], None]

# What is waited for, as the user's sentences name it.
POSITIONS = "the positions"
ACCOUNT = "the account's values"
EXECUTIONS = "the executions"
TIME = "its time"
NO_REQUEST = "-1"


class Inbox:
    """What arrives: one read at a time, and the news between its answers.

    A row belongs to the read only between its request and its end. What is pushed before or
    after them, even in the same packet, is news.

    Args:
        pushes: takes the news, and notes what the read has seen already.
        ended: called when what is awaited is complete.
        undecodable: called with the reason when a row does not mean what the protocol says.
        pass_on: takes the fields of each execution of a read, once its quantity is noted here.

    Attributes:
        reading: where the rows of the read go; None between two reads.
        account: whose account download is awaited.
        shares: exec id -> quantity, digit by digit as sent.
    """

    def __init__(
        self,
        *,
        pushes: Pushes,
        ended: Callable[[str], None],
        undecodable: Callable[[str], None],
        pass_on: Handler,
    ) -> None:
        self.reading: Reading | None = None
        self.account = ""
        self.shares: dict[str, Decimal] = {}
        self._awaited = ""
        self._pushes = pushes
        self._ended = ended
        self._undecodable = undecodable
        self._pass_on = pass_on

    def expect(self, what: str) -> None:
        """The next rows of this kind are the answer; an empty text ends the waiting."""
        self._awaited = what
        if what == POSITIONS:
            self._pushes.begin_positions()

    def handlers(self) -> Mapping[int, Handler]:
        """Message number -> what takes it."""
        takers = {
            6: self._value,
            7: self._portfolio,
            11: self._execution,
            49: lambda _: self._end(TIME),
            54: self._download_end,
            59: self._report,
            61: self._position,
            62: self._position_end,
            94: lambda fields: self._pushes.pnl(account_pnl_row(fields)),
            95: lambda fields: self._pushes.pnl(holding_pnl_row(fields)),
        }
        return {number: self._strict(taker) for number, taker in takers.items()}

    def _strict(self, taker: Handler) -> Handler:
        def take(fields: list[str]) -> None:
            try:
                taker(fields)
            except WireError as error:
                self._undecodable(str(error))

        return take

    def _end(self, what: str) -> None:
        if self._awaited == what:
            self._awaited = ""
            self._ended(what)

    def _position(self, fields: list[str]) -> None:
        row = position_row(fields)
        if self.reading is not None and self._awaited == POSITIONS:
            self.reading.positions.append(row)
            self._pushes.note_position(row)
        else:
            self._pushes.position(row)

    def _position_end(self, _fields: list[str]) -> None:
        if self._awaited == POSITIONS:
            self._pushes.end_positions()
        self._end(POSITIONS)

    def _portfolio(self, fields: list[str]) -> None:
        row = portfolio_row(fields)
        if self.reading is not None and self._is_download_of(row.account):
            self.reading.portfolio[row.account, row.instrument.con_id] = row
            self._pushes.note_listed(row)
        else:
            self._pushes.listed(row)

    def _value(self, fields: list[str]) -> None:
        value = value_row(fields)
        if value is None:
            return
        if self.reading is not None and self._is_download_of(value.account):
            self.reading.values[value.account, value.key, value.currency] = value
        else:
            self._pushes.value(value)

    def _is_download_of(self, account: str) -> bool:
        return self._awaited == ACCOUNT and account == self.account

    def _download_end(self, fields: list[str]) -> None:
        if fields[-1] == self.account:
            self._end(ACCOUNT)

    def _execution(self, fields: list[str]) -> None:
        key = execution_key(fields)
        if self._awaited == EXECUTIONS and fields[1] != NO_REQUEST:
            self.shares[key.exec_id] = key.shares
            self._pushes.note_execution(key.exec_id, key.identity)
            self._pass_on(fields)
        else:
            self._pushes.execution(key.exec_id, key.identity)

    def _report(self, fields: list[str]) -> None:
        """Reports carry no request id, and may come after the executions' end."""
        row = commission_row(fields)
        if self.reading is not None:
            self.reading.reports[row.exec_id] = row
            self._pushes.note_report(row)
        else:
            self._pushes.report(row)
