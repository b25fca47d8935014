"""The rows of one read, strictly decoded: a row that can't be decoded is never left out."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from app.broker.wire import WireError, multiplier, number, size
from app.domain.instruments import OPTION_TYPES, Instrument
from app.domain.positions import Identity
from app.domain.snapshot import AccountValue

POSITION_FIELDS = 16
PORTFOLIO_FIELDS = 20
VALUE_FIELDS = 6
REPORT_FIELDS = 8
EXECUTION_FIELDS = 31
PENDING_COMMISSION = Decimal(-1)
MOST_KNOWN = 200_000  # instruments

# What the app shows or checks; TWS sends some 150 keys an account, most of them margins.
KEPT_VALUES = frozenset(
    {
        "NetLiquidation",
        "NetLiquidationByCurrency",
        "TotalCashValue",
        "TotalCashBalance",
        "CashBalance",
        "AccruedCash",
        "GrossPositionValue",
        "StockMarketValue",
        "OptionMarketValue",
        "FutureOptionValue",
        "FuturesPNL",
        "CorporateBondValue",
        "Cryptocurrency",
        "FundValue",
        "FxCashBalance",
        "IssuerOptionValue",
        "MutualFundValue",
        "MoneyMarketFundValue",
        "NetDividend",
        "TBillValue",
        "TBondValue",
        "WarrantValue",
        "UnrealizedPnL",
        "RealizedPnL",
        "ExchangeRate",
    }
)


class PositionRow(NamedTuple):
    """One row of message 61; `quantity` may be zero."""

    identity: Identity
    instrument: Instrument
    quantity: Decimal
    average_cost: Decimal | None


class PortfolioRow(NamedTuple):
    """One row of message 7; `exchange` is where the instrument is listed."""

    identity: Identity
    exchange: str
    quantity: Decimal
    market_price: Decimal | None
    market_value: Decimal | None
    unrealized_pnl: Decimal | None


@dataclass(frozen=True, slots=True)
class CommissionRow:
    """One commission report; `realized_pnl` is None for a fill that opened something."""

    exec_id: str
    commission: Decimal | None
    currency: str
    realized_pnl: Decimal | None


@dataclass(frozen=True, slots=True)
class ExecutionKey:
    """Which execution it is, and its quantity, positive."""

    exec_id: str
    identity: Identity
    shares: Decimal


def position_row(fields: list[str]) -> PositionRow:
    """Message 61: id, version, account, eleven contract fields, size, average cost."""
    expect(fields, POSITION_FIELDS, "position")
    held = INSTRUMENTS.of(fields[3:14])
    return PositionRow((fields[2], held.con_id), held, size(fields[14]), number(fields[15]))


def portfolio_row(fields: list[str]) -> PortfolioRow:
    """Message 7: id, version, eleven contract fields, size, price, value, cost, P&L, account."""
    expect(fields, PORTFOLIO_FIELDS, "portfolio")
    return PortfolioRow(
        (fields[19], whole(fields[2], "contract id")),
        fields[9],
        size(fields[13]),
        number(fields[14]),
        number(fields[15]),
        number(fields[17]),
    )


def value_row(fields: list[str]) -> AccountValue | None:
    """Message 6: id, version, key, value, currency, account; None for what is not kept."""
    expect(fields, VALUE_FIELDS, "account value")
    _, _, key, text, currency, account = fields
    if key not in KEPT_VALUES:
        return None
    value = number(text)
    return None if value is None else AccountValue(account, key, currency, value)


def commission_row(fields: list[str]) -> CommissionRow:
    """Message 59: id, version, exec id, commission, currency, realized P&L, two of bonds.

    A report that is still pending was seen as a commission of -1 without a P&L.
    """
    expect(fields, REPORT_FIELDS, "commission report")
    commission, realized = number(fields[3]), number(fields[5])
    if commission == PENDING_COMMISSION and realized is None:
        commission = None
    return CommissionRow(fields[2], commission, fields[4], realized)


def execution_key(fields: list[str]) -> ExecutionKey:
    """Message 11. ib_insync would round the quantity to a double."""
    expect(fields, EXECUTION_FIELDS, "execution")
    identity = fields[16], whole(fields[3] or "0", "contract id")
    return ExecutionKey(fields[14], identity, size(fields[19]))


def whole(text: str, what: str) -> int:
    if not text.isdigit():
        raise WireError(f"not a {what}: {text!r}")
    return int(text)


def expect(fields: list[str], count: int, what: str) -> None:
    if len(fields) != count:
        raise WireError(f"a {what} row of {len(fields)} fields instead of {count}")


class Instruments:
    """The same texts give the same instrument, built once. Of each id the last texts are known."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[list[str], Instrument]] = {}
        self._placed: dict[int, tuple[Instrument, Instrument]] = {}  # without and with an exchange

    def of(self, texts: list[str]) -> Instrument:
        """Args: texts: the eleven contract fields, the id first."""
        known = self._known.get(texts[0])
        if known is not None and known[0] == texts:
            return known[1]
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
            self._placed.clear()
        made = instrument(*texts)
        self._known[texts[0]] = texts, made
        return made

    def listed_at(self, held: Instrument, exchange: str) -> Instrument:
        """A position's instrument, with the exchange of its prices where its row named none."""
        if held.exchange or not exchange:
            return held
        bare, placed = self._placed.get(held.con_id, (held, held))
        if bare is not held or placed.exchange != exchange:
            placed = replace(held, exchange=exchange)
            self._placed[held.con_id] = held, placed
        return placed


INSTRUMENTS = Instruments()


def instrument(
    con_id: str,
    symbol: str,
    sec_type: str,
    expiry: str,
    strike: str,
    right: str,
    factor: str,
    exchange: str,
    currency: str,
    local_symbol: str,
    trading_class: str,
) -> Instrument:
    """An instrument from TWS's texts."""
    return Instrument(
        con_id=whole(con_id, "contract id"),
        symbol=symbol,
        sec_type=sec_type,
        currency=currency,
        exchange=exchange,
        multiplier=multiplier(factor),
        expiry=expiry,
        strike=number(strike) if sec_type in OPTION_TYPES else None,
        right={"CALL": "C", "PUT": "P", "0": "", "?": ""}.get(right, right),
        local_symbol=local_symbol,
        trading_class=trading_class,
    )
