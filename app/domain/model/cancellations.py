"""Matches a statement's cancellation with the execution that it cancels. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.model.snapshot import Fill

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
