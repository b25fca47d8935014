"""Builds TWS's messages from values of the market; knows layouts, not recipients.

Only messages that differ between the versions 151 and 176 take the negotiated version.
"""

import zlib
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from app.broker.simulator.market.costs import CENT, Lot
from app.broker.simulator.market.ledger import AccountFigure
from app.broker.simulator.market.portfolio import SimulatedPortfolioRow
from app.broker.simulator.scenario.state import ListedInstrument
from app.broker.simulator.server.codes import NO_REQUEST, Answer, ErrorCode
from app.broker.simulator.server.protocol import Fields, fields
from app.domain.model.instruments import Instrument
from app.domain.model.snapshot import Fill

ASCII_ONLY = 153  # from this version on, texts of instruments are escaped
STOCK_TYPE = 152
FRACTIONAL_SIZES = 163
SIZE_RULES = 164
ORDER_REJECT_JSON = 166


def error(
    code: ErrorCode | int, explanation: str, *, version: int, request_id: int = NO_REQUEST
) -> Fields:
    """An error, or one of the notices that TWS sends the same way."""
    message = fields(Answer.ERROR, 2, request_id, code, explanation)
    return (*message, "") if version >= ORDER_REJECT_JSON else message


def managed_accounts(accounts: list[str]) -> Fields:
    """TWS ends the list with a comma if there are several accounts."""
    return fields(
        Answer.MANAGED_ACCOUNTS, 1, ",".join(accounts) + ("," if len(accounts) > 1 else "")
    )


def position(account: str, instrument: Instrument, lot: Lot) -> Fields:
    return (
        *fields(Answer.POSITION, 3, account),
        *_contract(instrument),
        *fields(lot.quantity, lot.average_cost),
    )


def position_multi(request_id: int, account: str, instrument: Instrument, lot: Lot) -> Fields:
    return (
        *fields(Answer.POSITION_MULTI, 1, request_id, account),
        *_contract(instrument),
        *fields(lot.quantity, lot.average_cost, ""),
    )


def portfolio_value(row: SimulatedPortfolioRow) -> Fields:
    """Money is rounded to cents, as TWS does."""
    return (
        *fields(Answer.PORTFOLIO_VALUE, 8),
        *_contract(row.listing.instrument),
        *fields(row.lot.quantity, row.listing.price, _cents(row.value), row.lot.average_cost),
        *fields(_cents(row.unrealized), _cents(row.realized), row.account),
    )


def account_value(account: str, figure: AccountFigure) -> Fields:
    return fields(Answer.ACCOUNT_VALUE, 2, figure.tag, figure.value, figure.currency, account)


def account_update_multi(request_id: int, account: str, figure: AccountFigure) -> Fields:
    return fields(
        Answer.ACCOUNT_UPDATE_MULTI,
        *(1, request_id, account, "", figure.tag, figure.value, figure.currency),
    )


def account_summary(request_id: int, account: str, figure: AccountFigure) -> Fields:
    return fields(
        Answer.ACCOUNT_SUMMARY,
        *(1, request_id, account, figure.tag, figure.value, figure.currency),
    )


def account_update_time(time: datetime) -> Fields:
    return fields(Answer.ACCOUNT_UPDATE_TIME, 1, time.strftime("%H:%M"))


def execution(request_id: int, fill: Fill) -> Fields:
    """An execution of an order placed in TWS itself: order and client 0."""
    instrument, shares = fill.instrument, abs(fill.quantity)
    return (
        *fields(Answer.EXECUTION, request_id, 0),
        *_contract(instrument),
        *(fill.exec_id, fill.time.strftime("%Y%m%d %H:%M:%S UTC"), fill.account),
        *fields(instrument.exchange, "BOT" if fill.quantity > 0 else "SLD", shares, fill.price),
        # permanent order id, client, liquidation, cumulated quantity, average price
        *fields(zlib.crc32(fill.stem.encode()) & 0x7FFFFFFF, 0, 0, shares, fill.price),
        # order reference, economic value rule and multiplier, model, last liquidity
        *fields("", "", "", "", 1),
    )


def commission_report(fill: Fill) -> Fields:
    """The realized P&L of an opening fill is unset, and so is the yield."""
    return (
        *fields(Answer.COMMISSION_REPORT, 1, fill.exec_id, fill.commission),
        *fields(fill.commission_currency, fill.realized_pnl, None, ""),
    )


def pnl(request_id: int, daily: Decimal, unrealized: Decimal, realized: Decimal) -> Fields:
    return fields(Answer.PNL, request_id, daily, unrealized, realized)


def pnl_single(request_id: int, row: SimulatedPortfolioRow | None, *, version: int) -> Fields:
    """The P&L of one holding; unset if the account did not hold it today."""
    if row is None:
        return fields(Answer.PNL_SINGLE, request_id, 0, None, None, None, None)
    quantity = row.lot.quantity
    if version < FRACTIONAL_SIZES:
        quantity = quantity.to_integral_value(ROUND_DOWN)
    return fields(
        Answer.PNL_SINGLE,
        *(request_id, quantity, row.daily, row.unrealized, row.realized, row.value),
    )


def contract_details(request_id: int, listing: ListedInstrument, *, version: int) -> Fields:
    instrument = listing.instrument
    name = listing.long_name
    if version >= ASCII_ONLY:
        name = name.encode("unicode-escape").decode()
    derived = instrument.sec_type in ("OPT", "FOP", "FUT", "WAR")
    return (
        *fields(Answer.CONTRACT_DATA, *((8,) if version < SIZE_RULES else ()), request_id),
        *fields(instrument.symbol, instrument.sec_type, instrument.expiry),
        *fields(instrument.strike or 0, instrument.right, instrument.exchange),
        *fields(instrument.currency, instrument.local_symbol, instrument.trading_class),
        *fields(instrument.trading_class, instrument.con_id, listing.tick),
        *(("100",) if version < SIZE_RULES else ()),  # market data size multiplier
        # multiplier, order types, exchanges, price magnifier, con_id of the underlying
        *fields(_multiplier(instrument), "LMT,MKT", instrument.exchange, 1, 0),
        # long name, primary exchange, month, industry, category, subcategory
        *fields(name, instrument.exchange, instrument.expiry[:6], "", "", ""),
        # time zone, trading hours, liquid hours, economic value rule and multiplier, no sec ids
        *fields("UTC", "", "", "", "", 0),
        # aggregation group, symbol and type of the underlying, market rules, real expiry
        *fields(1, instrument.symbol if derived else "", "", "26", instrument.expiry),
        *(("",) if version >= STOCK_TYPE else ()),
        *(("100",) if version == FRACTIONAL_SIZES else ()),
        *(("0.0001", "0.0001", "100") if version >= SIZE_RULES else ()),
    )


def _contract(instrument: Instrument) -> Fields:
    return fields(
        *(instrument.con_id, instrument.symbol, instrument.sec_type, instrument.expiry),
        *(instrument.strike or 0, instrument.right, _multiplier(instrument), instrument.exchange),
        *(instrument.currency, instrument.local_symbol, instrument.trading_class),
    )


def _multiplier(instrument: Instrument) -> str:
    """TWS omits a multiplier of 1."""
    return "" if instrument.multiplier == 1 else fields(instrument.multiplier)[0]


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT)
