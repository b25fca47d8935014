"""Decodes TWS's rows strictly: one that cannot be decoded is an error, never skipped."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, NamedTuple, TypeVar

from app.broker.protocol.contract_cache import INSTRUMENTS, LISTINGS, NUL
from app.broker.protocol.field_parsing import (
    WireError,
    expect,
    parse_double,
    parse_quantity,
    whole,
)
from app.broker.protocol.framing import text_of
from app.domain.model.instruments import Instrument
from app.domain.model.positions import Identity
from app.domain.model.snapshot import AccountValue

R = TypeVar("R")

ACCOUNTS_FIELDS = 3
VALUE_FIELDS = 6
REPORT_FIELDS = 8
ACCOUNT_PNL_FIELDS = 5
HOLDING_PNL_FIELDS = 7
PENDING_COMMISSION = Decimal(-1)

# The values that the app shows or checks; TWS sends some 150 per account, mostly margins.
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
    """One row of message 7; `exchange` is the listing exchange."""

    identity: Identity
    exchange: str
    quantity: Decimal
    market_price: Decimal | None
    market_value: Decimal | None
    unrealized_pnl: Decimal | None


@dataclass(frozen=True, slots=True)
class CommissionRow:
    """One commission report; `realized_pnl` is None for an opening fill."""

    exec_id: str
    commission: Decimal | None
    currency: str
    realized_pnl: Decimal | None


@dataclass(frozen=True, slots=True)
class PnlRow:
    """One row of message 94 or 95; `value` is None for an account."""

    request_id: int
    daily: Decimal | None
    unrealized: Decimal | None
    realized: Decimal | None
    value: Decimal | None = None


def managed_accounts(fields: list[str]) -> tuple[str, ...]:
    """Message 15: id, version, the accounts of the login; the list can end with a comma."""
    expect(fields, ACCOUNTS_FIELDS, "an account list")
    accounts = (account.strip() for account in fields[2].split(","))
    return tuple(dict.fromkeys(account for account in accounts if account))


def position_row(message: bytes) -> PositionRow:
    """Message 61: id, version, account, the contract, size, average cost."""
    try:
        _, _, account, rest = text_of(message).split(NUL, 3)
        contract, quantity, cost, end = rest.rsplit(NUL, 3)
    except ValueError:
        raise WireError("a position row of too few fields") from None
    if end:
        raise WireError("a position row that does not end")
    if not account:
        raise WireError("a position row without an account")
    held = INSTRUMENTS.of(contract)
    if not held.con_id:  # only a combo fill's summary may lack it
        raise WireError("a position without a contract id")
    return PositionRow((account, held.con_id), held, parse_quantity(quantity), parse_double(cost))


def portfolio_row(message: bytes) -> PortfolioRow:
    """Message 7: id, version, the contract, size, price, value, cost, two P&L, account."""
    try:
        _, _, rest = text_of(message).split(NUL, 2)
        contract, quantity, price, value, _, unrealized, _, account, end = rest.rsplit(NUL, 8)
    except ValueError:
        raise WireError("a portfolio row of too few fields") from None
    if end:
        raise WireError("a portfolio row that does not end")
    if not account:
        raise WireError("a portfolio row without an account")
    con_id, exchange = LISTINGS.of(contract)
    identity = account, con_id
    return PortfolioRow(
        identity,
        exchange,
        parse_quantity(quantity),
        parse_double(price),
        parse_double(value),
        parse_double(unrealized),
    )


def value_row(fields: list[str]) -> AccountValue | None:
    """Message 6: id, version, key, value, currency, account; None for a key that is not used."""
    expect(fields, VALUE_FIELDS, "an account value")
    _, _, key, text, currency, account = fields
    if key not in KEPT_VALUES:
        return None
    value = parse_double(text)
    return None if value is None else AccountValue(account, key, currency, value)


def commission_row(fields: list[str]) -> CommissionRow:
    """Message 59: id, version, exec id, commission, currency, realized P&L, two of bonds.

    TWS was seen to send a pending report as a commission of -1 without a P&L.
    """
    expect(fields, REPORT_FIELDS, "a commission report")
    commission, realized = parse_double(fields[3]), parse_double(fields[5])
    if commission == PENDING_COMMISSION and realized is None:
        commission = None
    return CommissionRow(fields[2], commission, fields[4], realized)


def account_pnl_row(fields: list[str]) -> PnlRow:
    """Message 94: id, request id, daily, unrealized and realized P&L of an account."""
    expect(fields, ACCOUNT_PNL_FIELDS, "a P&L")
    return PnlRow(whole(fields[1], "request id"), *map(parse_double, fields[2:]))


def holding_pnl_row(fields: list[str]) -> PnlRow:
    """Message 95: id, request id, size, the three P&L figures and the value of a holding."""
    expect(fields, HOLDING_PNL_FIELDS, "a P&L")
    return PnlRow(whole(fields[1], "request id"), *map(parse_double, fields[3:]))


class DecodeCache(Generic[R]):
    """The rows of the current read and of the one before it: most are identical byte by byte.

    Args:
        decode: makes an immutable row from a message.
    """

    def __init__(self, decode: Callable[[bytes], R]) -> None:
        self._decode = decode
        self._now: dict[bytes, R] = {}
        self._before: dict[bytes, R] = {}

    def begin(self) -> None:
        """Starts a read; drops the rows that only the read before the last one had."""
        if self._now:  # some reads bring no rows of this kind
            self._before, self._now = self._now, {}

    def row(self, message: bytes) -> R:
        """The row of a message that belongs to a read."""
        found = self._now.get(message) or self._before.get(message)
        if found is None:
            found = self._decode(message)
        self._now[message] = found
        return found

    def pushed(self, message: bytes) -> R:
        """The row of a message between two reads; not cached, as these never end."""
        return self._now.get(message) or self._decode(message)
