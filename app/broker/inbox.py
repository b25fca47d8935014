"""Takes TWS's rows, strictly decoded, into the read under way.

Not through ib_insync's own state: that keeps ghosts, and drops rows without a word.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from app.broker.reading import Reading
from app.broker.rows import commission_row, execution_shares, portfolio_row, position_row, value_row
from app.broker.wire import WireError

Handler = Callable[[list[str]], None]

# What is waited for, as the user's sentences name it.
POSITIONS = "the positions"
ACCOUNT = "the account's values"
EXECUTIONS = "the executions"


class Inbox:
    """What arrives during one read at a time.

    Args:
        ended: called when the positions, or the account that was asked for, are complete.
        undecodable: called with the reason when a row does not mean what the protocol says.
        pass_on: takes each execution's fields, once its quantity is noted here.

    Attributes:
        reading: where the rows go.
        account: whose account download is awaited.
        shares: exec id -> quantity, digit by digit as sent.
    """

    def __init__(
        self,
        *,
        ended: Callable[[str], None],
        undecodable: Callable[[str], None],
        pass_on: Handler,
    ) -> None:
        self.reading = Reading()
        self.account = ""
        self.shares: dict[str, Decimal] = {}
        self._ended = ended
        self._undecodable = undecodable
        self._pass_on = pass_on

    def handlers(self) -> Mapping[int, Handler]:
        """Message number -> what takes it."""
        takers = {
            6: self._value,
            7: self._portfolio,
            11: self._execution,
            54: self._download_end,
            59: self._report,
            61: self._position,
            62: self._position_end,
        }
        return {number: self._strict(taker) for number, taker in takers.items()}

    def _strict(self, taker: Handler) -> Handler:
        def take(fields: list[str]) -> None:
            try:
                taker(fields)
            except WireError as error:
                self._undecodable(str(error))

        return take

    def _position(self, fields: list[str]) -> None:
        self.reading.positions.append(position_row(fields))

    def _position_end(self, _fields: list[str]) -> None:
        self._ended(POSITIONS)

    def _portfolio(self, fields: list[str]) -> None:
        row = portfolio_row(fields)
        self.reading.portfolio[row.account, row.instrument.con_id] = row

    def _value(self, fields: list[str]) -> None:
        value = value_row(fields)
        if value is not None:
            self.reading.values[value.account, value.key, value.currency] = value

    def _download_end(self, fields: list[str]) -> None:
        if fields[-1] == self.account:
            self._ended(ACCOUNT)

    def _execution(self, fields: list[str]) -> None:
        exec_id, shares = execution_shares(fields)
        self.shares[exec_id] = shares
        self._pass_on(fields)

    def _report(self, fields: list[str]) -> None:
        row = commission_row(fields)
        self.reading.reports[row.exec_id] = row
