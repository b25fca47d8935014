"""Makes fills and cancellations from a statement's trade rows, one at a time."""

from functools import lru_cache
from sys import intern

from app.domain.model.instruments import OPTION_TYPES, Instrument
from app.domain.model.snapshot import COMBO, Booking, Fill
from app.domain.model.statements import Cancellation
from app.flex.instruments import INSTRUMENT_ATTRIBUTES, SEC_TYPES, read_instrument
from app.flex.parsing import con_id, cost, identifier, number, rate
from app.flex.refusals import read_required, read_value
from app.flex.rows import (
    NEEDED,
    Attributes,
    Layout,
    codes_of,
    is_cancel,
    refuse_missing,
    refuse_without_id,
)
from app.flex.times import StatementClock

CACHE_SIZE = 1 << 12  # numbers; rows share equal ones
BOOKED = "BookTrade"
EXERCISES = frozenset({"Ex", "AEx", "MEx"})
OFFSETTING = "GEA"  # an expiry or assignment of offsetting positions


class TradeReader:
    """Reads the trade rows of one file; equal numbers and instruments are shared."""

    def __init__(self) -> None:
        self._number = lru_cache(CACHE_SIZE)(number)
        self._cost = lru_cache(CACHE_SIZE)(cost)
        self._rate = lru_cache(CACHE_SIZE)(rate)
        # texts of INSTRUMENT_ATTRIBUTES -> instrument
        self._instruments: dict[tuple[str | None, ...], Instrument] = {}

    def read(
        self, row: Attributes, account: str, clock: StatementClock, layout: Layout
    ) -> Fill | Cancellation | None:
        """A fill or a cancel; None for other rows: combos, rows without a quantity or number.

        Raises:
            StatementError: an attribute was not ticked, or cannot be read.
        """
        if not row.keys() >= NEEDED.keys():
            refuse_missing(row, layout)
        if row["assetCategory"] == COMBO or not read_required(
            row, "quantity", self._number, layout
        ):
            return None
        if is_cancel(row):
            return self._cancellation(row, account, clock, layout)
        return self._fill(row, account, clock, layout)

    def _fill(
        self, row: Attributes, account: str, clock: StatementClock, layout: Layout
    ) -> Fill | None:
        """The fill as the API reports it.

        The P&L of a closing trade is net of commission, as in the API. An opening trade has 0 here
        and none in the API; a commission is negative here and positive in the API. A booking
        without a trade has no execution id.
        """
        trade_id = identifier(row.get("tradeID", ""))
        transaction_id = identifier(row.get("transactionID", ""))
        execution = identifier(row["ibExecID"])
        exec_id = execution or named("trade", trade_id) or named("transaction", transaction_id)
        if not exec_id:
            refuse_without_id(row, layout)
            return None
        booking = booking_of(row)
        commission = read_value(row, "ibCommission", self._cost, layout)
        realized = read_value(row, "fifoPnlRealized", number, layout)
        has_pnl = booking or realized or "C" in row.get("openCloseIndicator", "")
        return Fill(
            exec_id=exec_id,
            account=intern(account),
            instrument=self._instrument(row, layout),
            quantity=read_required(row, "quantity", self._number, layout),
            price=read_required(row, "tradePrice", self._number, layout),
            time=read_required(
                row, "dateTime", clock.moment if execution else clock.booked, layout
            ),
            commission=commission,
            commission_currency=(
                "" if commission is None else intern(row.get("ibCommissionCurrency", ""))
            ),
            realized_pnl=realized if has_pnl else None,
            trade_id=trade_id,
            transaction_id=transaction_id,
            booking=booking,
            rate_to_base=read_value(row, "fxRateToBase", self._rate, layout),
        )

    def _instrument(self, row: Attributes, layout: Layout) -> Instrument:
        texts = tuple(map(row.get, INSTRUMENT_ATTRIBUTES))
        known = self._instruments.get(texts)
        if known is None:
            known = self._instruments[texts] = read_instrument(row, layout)
        return known

    def _cancellation(
        self, row: Attributes, account: str, clock: StatementClock, layout: Layout
    ) -> Cancellation:
        return Cancellation(
            account=intern(account),
            con_id=read_required(row, "conid", con_id, layout),
            quantity=read_required(row, "quantity", self._number, layout),
            price=read_required(row, "tradePrice", self._number, layout),
            time=read_required(row, "dateTime", clock.booked, layout),
            transaction_id=identifier(row.get("transactionID", "")),
            orig_trade_id=identifier(row.get("origTradeID", "")),
            orig_transaction_id=identifier(row.get("origTransactionID", "")),
        )


def named(kind: str, identifier: str) -> str:
    """An id such as "trade:8100000011"; empty without a number."""
    return identifier and f"{kind}:{identifier}"


def booking_of(row: Attributes) -> Booking | None:
    """The kind of booking, from the codes in the row's notes; None for a trade.

    The codes are enough if Transaction Type was not ticked: no execution has them.
    """
    if row.get("transactionType", BOOKED) != BOOKED:
        return None
    codes = codes_of(row)
    if "A" in codes:
        return Booking.ASSIGNED
    if codes & EXERCISES:
        return Booking.EXERCISED
    if "Ep" in codes:
        return Booking.EXPIRED
    if OFFSETTING in codes:
        is_option = SEC_TYPES.get(row["assetCategory"], row["assetCategory"]) in OPTION_TYPES
        return Booking.EXPIRED if is_option else Booking.ASSIGNED
    return Booking.OTHER if "transactionType" in row else None
