"""All that IBKR reported in one complete read."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.instruments import Instrument

COMBO = "BAG"


@dataclass(frozen=True, slots=True)
class Holding:
    """One row of a snapshot: a quantity of one instrument in one account, never zero.

    Attributes:
        quantity: signed, in shares or contracts.
        average_cost: currency per share or contract; includes the multiplier and commissions.
        market_price: currency per unit of the underlying (without the multiplier).
        market_value, unrealized_pnl: in the instrument's currency. None where IBKR gave none.
    """

    account: str
    instrument: Instrument
    quantity: Decimal
    average_cost: Decimal | None
    market_price: Decimal | None = None
    market_value: Decimal | None = None
    unrealized_pnl: Decimal | None = None

    @property
    def identity(self) -> tuple[str, int]:
        return self.account, self.instrument.con_id


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution with its commission report.

    Attributes:
        exec_id: IBKR's id; its last part (.01, .02) is the revision of a correction.
        quantity: signed, positive for a buy.
        price: currency per unit of the underlying.
        commission, realized_pnl: None until the commission report arrives.
    """

    exec_id: str
    account: str
    instrument: Instrument
    quantity: Decimal
    price: Decimal
    time: datetime
    commission: Decimal | None = None
    commission_currency: str = ""
    realized_pnl: Decimal | None = None

    @property
    def identity(self) -> tuple[str, int]:
        return self.account, self.instrument.con_id

    @property
    def stem(self) -> str:
        """The exec id without its revision: the same for a fill and its corrections."""
        return split_exec_id(self.exec_id)[0]

    @property
    def revision(self) -> int:
        return split_exec_id(self.exec_id)[1]

    @property
    def is_combo_summary(self) -> bool:
        """A combo's own fill repeats what its legs' fills say, so it counts for nothing."""
        return self.instrument.sec_type == COMBO


def split_exec_id(exec_id: str) -> tuple[str, int]:
    """ "0001f4e8.65a.01.02" -> ("0001f4e8.65a.01", 2); an id without a revision has revision 0."""
    stem, dot, last = exec_id.rpartition(".")
    if dot and len(last) == 2 and last.isdigit():
        return stem, int(last)
    return exec_id, 0


@dataclass(frozen=True, slots=True)
class AccountValue:
    """One figure of an account: `key` is IBKR's tag, `currency` a code, "BASE" or empty."""

    account: str
    key: str
    currency: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One complete read.

    Attributes:
        taken_at: when the positions were complete, UTC.
        accounts: the accounts covered; what is not in here is not touched by a sync.
        holdings: at most one an identity, none of quantity 0.
        fills: those that IBKR still gives, corrections folded, in time order.
        fills_complete: False where IBKR did not answer the request for fills.
    """

    taken_at: datetime
    accounts: tuple[str, ...]
    holdings: tuple[Holding, ...] = ()
    fills: tuple[Fill, ...] = ()
    account_values: tuple[AccountValue, ...] = ()
    fills_complete: bool = True
