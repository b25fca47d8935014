"""What IBKR reported in one complete read."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.model.instruments import Instrument

COMBO = "BAG"
FillKey = tuple[str, str]  # (account, stem)


class Booking(StrEnum):
    """An event that IBKR books without a trade: a statement row of the type BookTrade."""

    ASSIGNED = "assigned"
    EXERCISED = "exercised"
    EXPIRED = "expired"
    OTHER = "booked"


@dataclass(frozen=True, slots=True)
class Holding:
    """One row of a snapshot: a quantity of one instrument in one account, never zero.

    Attributes:
        quantity: signed, in shares or contracts.
        average_cost: currency per share or contract; includes the multiplier and commissions.
        market_price: currency per unit of the underlying (without the multiplier).
        market_value, unrealized_pnl: in the instrument's currency; None if IBKR gave none.
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
    """One execution with its commission report, or a statement's row that counts as one.

    Attributes:
        exec_id: IBKR's id; its last part (.01, .02) is the revision of a correction. A row of a
            statement without one has "trade:" and its trade id, else "transaction:" and its
            transaction id.
        quantity: signed, positive for a buy.
        price: currency per unit of the underlying.
        commission, realized_pnl: None until the commission report arrives.
        commission_rate: units of the instrument's currency for one unit of the commission's; None
            where both are the same, or no rate is known.
        commission_rate_at: the time of that rate.
        trade_id, transaction_id: from a statement; empty if only TWS reported the fill.
        booking: the event that IBKR booked; None for a trade.
        is_cancelled: IBKR cancelled it; it explains nothing.
        rate_to_base: a statement's own rate of the instrument's currency; never stored.
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
    commission_rate: Decimal | None = None
    commission_rate_at: datetime | None = None
    trade_id: str = ""
    transaction_id: str = ""
    booking: Booking | None = None
    is_cancelled: bool = False
    rate_to_base: Decimal | None = field(default=None, compare=False)
    _key: FillKey | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def identity(self) -> tuple[str, int]:
        return self.account, self.instrument.con_id

    @property
    def key(self) -> FillKey:
        """The same for a fill and its corrections; two accounts can have one execution id.

        Cached, because it is used very often.
        """
        if self._key is None:
            object.__setattr__(self, "_key", (self.account, split_exec_id(self.exec_id)[0]))
        assert self._key is not None
        return self._key

    @property
    def stem(self) -> str:
        """The exec id without its revision: the same for a fill and its corrections."""
        return self.key[1]

    @property
    def revision(self) -> int:
        return split_exec_id(self.exec_id)[1]

    @property
    def is_combo_summary(self) -> bool:
        """A combo's own fill repeats its legs' fills, so it is ignored."""
        return self.instrument.sec_type == COMBO

    @property
    def own_commission(self) -> Decimal | None:
        """The commission in the instrument's currency; None if it, or its rate, is unknown."""
        if self.commission is None or not self.commission:
            return self.commission
        if self.commission_currency in ("", self.instrument.currency):
            return self.commission
        return None if self.commission_rate is None else self.commission * self.commission_rate


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
        accounts: the accounts covered; a sync does not touch others.
        holdings: at most one an identity, none of quantity 0.
        fills: those that IBKR still reports, corrections merged, in time order.
        fills_complete: False if IBKR did not answer the request for fills.
        notes: sentences about unusable data, for the run's note.
    """

    taken_at: datetime
    accounts: tuple[str, ...]
    holdings: tuple[Holding, ...] = ()
    fills: tuple[Fill, ...] = ()
    account_values: tuple[AccountValue, ...] = ()
    fills_complete: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewToken:
    """The data behind a preview, needed to apply exactly that preview.

    Attributes:
        store_state: the store's revision token at that time; every run that writes changes it.
    """

    snapshot: Snapshot
    store_state: str
