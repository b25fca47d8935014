"""Turns ib_insync's executions into fills."""

from decimal import Decimal
from typing import Any

from app.broker import failures
from app.broker.wire import from_float, multiplier
from app.domain.instruments import OPTION_TYPES, Instrument, limited_texts
from app.domain.snapshot import Fill


def fill_of(fill: Any, shares: Decimal) -> Fill:
    """A fill, still without its commission report.

    Args:
        fill: ib_insync's, with its `execution` and `contract`.
        shares: its quantity, positive.

    Raises:
        BrokerError: it has no price.
    """
    execution, contract = fill.execution, fill.contract
    price = from_float(execution.price)
    if price is None:
        raise failures.undecodable("an execution without a price")
    strike = from_float(contract.strike) if contract.secType in OPTION_TYPES else None
    held = Instrument(
        con_id=contract.conId,
        symbol=contract.symbol,
        sec_type=contract.secType,
        currency=contract.currency,
        exchange=contract.exchange,
        multiplier=multiplier(contract.multiplier),
        expiry=contract.lastTradeDateOrContractMonth,
        strike=strike,
        right=contract.right,
        local_symbol=contract.localSymbol,
        trading_class=contract.tradingClass,
    )
    return Fill(
        exec_id=execution.execId,
        account=execution.acctNumber,
        instrument=limited_texts(held),
        quantity=shares if execution.side == "BOT" else -shares,
        price=price,
        time=execution.time,
    )
