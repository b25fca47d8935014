"""Takes TWS's rows, strictly decoded: into the read under way, or as news that nobody asked for.

Not through ib_insync's own state: that keeps ghosts, and drops rows without a word.
"""

import logging
from collections.abc import Callable, Mapping

from app.broker.protocol.decode_cache import DecodeCache
from app.broker.protocol.field_parsing import WireError
from app.broker.protocol.framing import Handler, fields_of
from app.broker.protocol.pnl_rows import account_pnl_row, holding_pnl_row
from app.broker.protocol.rows import (
    commission_row,
    portfolio_row,
    position_row,
    value_row,
)
from app.broker.reading.change_detector import ChangeDetector
from app.broker.reading.executions import execution_key, execution_row
from app.broker.reading.snapshot_builder import SnapshotBuilder

log = logging.getLogger(__name__)

# What is waited for, as the user's sentences name it.
POSITIONS = "the positions"
ACCOUNT = "the account's values"
EXECUTIONS = "the executions"
TIME = "its time"
NO_REQUEST = "-1"


class MessageRouter:
    """What arrives: one read at a time, and the news between its answers.

    A row belongs to the read only between its request and its end. What is pushed before or
    after them, even in the same packet, is news.

    Args:
        pushes: takes the news, and notes what the read has seen already.
        ended: called when what is awaited is complete.

    Attributes:
        reading: where the rows of the read go; None between two reads.
        account: whose account download is awaited.
    """

    def __init__(
        self,
        *,
        changes: ChangeDetector,
        on_complete: Callable[[str], None],
    ) -> None:
        self.builder: SnapshotBuilder | None = None
        self.account = ""
        self._awaited = ""
        self._changes = changes
        self._on_complete = on_complete
        self._position_cache = DecodeCache(position_row)
        self._portfolio_cache = DecodeCache(portfolio_row)

    def expect(self, what: str) -> None:
        """The next rows of this kind are the answer; an empty text ends the waiting."""
        self._awaited = what
        if what == POSITIONS:
            self._position_cache.begin()
            self._portfolio_cache.begin()

    def handlers(self) -> Mapping[bytes, Handler]:
        """Message number -> what takes it; it raises WireError where a row is not what the protocol
        says."""
        return {
            b"6": self._value,
            b"7": self._portfolio,
            b"11": self._execution,
            b"49": lambda _: self._end(TIME),
            b"54": self._download_end,
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
        """One that cannot be read waits: TWS tells it again, and a note says why."""
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

    def _report(self, message: bytes) -> None:
        """Reports carry no request id, and may come after the executions' end."""
        row = commission_row(fields_of(message))
        if self.builder is not None:
            self.builder.reports[row.exec_id] = row
            self._changes.note_commission(row)
        else:
            self._changes.on_commission(row)
