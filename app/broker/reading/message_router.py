"""Routes TWS's rows, strictly decoded, to the read in progress or to the change detector.

It bypasses ib_insync's own state, which keeps closed positions and drops rows silently.
"""

import logging
from collections.abc import Callable, Mapping

from app.broker import errors
from app.broker.protocol.field_parsing import WireError
from app.broker.protocol.framing import Handler, fields_of
from app.broker.protocol.rows import (
    DecodeCache,
    account_pnl_row,
    commission_row,
    holding_pnl_row,
    portfolio_row,
    position_row,
    value_row,
)
from app.broker.reading.change_detector import ChangeDetector
from app.broker.reading.executions import execution_key, execution_row
from app.broker.reading.snapshot_builder import SnapshotBuilder
from app.domain.text.messages import message

log = logging.getLogger(__name__)

# The requests, as the sentences for the user name them.
# Translators: as in "TWS did not finish sending the positions"
POSITIONS = message("the positions")
ACCOUNT = message("the account's values")
EXECUTIONS = message("the executions")
TIME = message("its time")
NO_REQUEST = str(errors.NO_REQUEST)


class MessageRouter:
    """Takes all messages: answers to one read at a time, and pushed rows in between.

    A row belongs to the read only between its request and its end. Rows before or after that,
    even in the same packet, are pushed ones.

    Args:
        changes: takes the pushed rows, and notes the rows of the read.
        on_complete: called with the request when its answer is complete.

    Attributes:
        builder: takes the rows of the read; None between two reads.
        account: the account whose download is awaited.
        executions_id: the id of the last request for executions.
    """

    def __init__(
        self,
        *,
        changes: ChangeDetector,
        on_complete: Callable[[str], None],
    ) -> None:
        self.builder: SnapshotBuilder | None = None
        self.account = ""
        self.executions_id = errors.NO_REQUEST
        self._awaited = ""
        self._changes = changes
        self._on_complete = on_complete
        self._position_cache = DecodeCache(position_row)
        self._portfolio_cache = DecodeCache(portfolio_row)

    def expect(self, what: str) -> None:
        """Treats the next rows of this kind as the answer; an empty text expects none."""
        self._awaited = what
        if what == POSITIONS:
            self._position_cache.begin()
            self._portfolio_cache.begin()

    def handlers(self) -> Mapping[bytes, Handler]:
        """Message number -> handler, which raises WireError for a row that breaks the protocol."""
        return {
            b"6": self._value,
            b"7": self._portfolio,
            b"11": self._execution,
            b"49": lambda _: self._end(TIME),
            b"54": self._download_end,
            b"55": self._executions_end,
            b"59": self._report,
            b"61": self._position,
            b"62": self._position_end,
            b"94": lambda message: self._changes.on_pnl(account_pnl_row(fields_of(message))),
            b"95": lambda message: self._changes.on_pnl(holding_pnl_row(fields_of(message))),
        }

    def _end(self, what: str) -> None:
        if self._awaited == what:
            self._awaited = ""
            self._on_complete(what)

    def _position(self, message: bytes) -> None:
        if self.builder is not None and self._awaited == POSITIONS:
            self.builder.add_position(self._position_cache.row(message))
        else:
            self._changes.on_position(self._position_cache.pushed(message))

    def _position_end(self, _said: bytes) -> None:
        if self.builder is not None and self._awaited == POSITIONS:
            self._changes.note_positions(self.builder.positions)
        self._end(POSITIONS)

    def _portfolio(self, message: bytes) -> None:
        row = (
            self._portfolio_cache.row(message)
            if self.builder is not None
            else self._portfolio_cache.pushed(message)
        )
        if self.builder is not None and self._is_download_of(row.identity[0]):
            self.builder.portfolio[row.identity] = row
            self._changes.note_portfolio_row(row)
        else:
            self._changes.on_portfolio_row(row)

    def _value(self, message: bytes) -> None:
        value = value_row(fields_of(message))
        if value is None:
            return
        if self.builder is not None and self._is_download_of(value.account):
            self.builder.values[value.account, value.key, value.currency] = value
        else:
            self._changes.on_value(value)

    def _is_download_of(self, account: str) -> bool:
        return self._awaited == ACCOUNT and account == self.account

    def _download_end(self, message: bytes) -> None:
        if fields_of(message)[-1] == self.account:
            self._end(ACCOUNT)

    def _execution(self, message: bytes) -> None:
        """Leaves an unreadable execution out, with a note; TWS sends it again at the next read."""
        fields = fields_of(message)
        builder = self.builder
        is_answer = self._awaited == EXECUTIONS and fields[1:2] != [NO_REQUEST]
        key = None
        try:
            key = execution_key(fields)
            if not is_answer or builder is None:
                self._changes.on_execution(key.exec_id, key.identity)
                return
            self._changes.note_execution(key.exec_id, key.identity)
            builder.fills.append(execution_row(fields))
        except WireError as error:
            log.info("an execution cannot be read: %s", error)
            is_covered = key is None or key.identity[0] in self._changes.covered
            if is_answer and builder is not None and is_covered:
                builder.left_out.add(error, key)

    def _executions_end(self, message: bytes) -> None:
        if fields_of(message)[-1] == str(self.executions_id):  # not of a read that is over
            self._end(EXECUTIONS)

    def _report(self, message: bytes) -> None:
        """A commission report: it has no request id, and may follow the executions' end."""
        row = commission_row(fields_of(message))
        if self.builder is not None:
            self.builder.reports[row.exec_id] = row
            self._changes.note_commission(row)
        else:
            self._changes.on_commission(row)
