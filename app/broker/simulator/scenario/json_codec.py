"""A scenario as plain JSON values, and back."""

from decimal import Decimal
from typing import Any

from app.broker.simulator.market.exec_ids import read_exec_id
from app.broker.simulator.scenario.json_fields import (
    JsonObjectReader,
    a_decimal,
    a_name,
    a_number,
    a_positive,
    a_text,
    a_time,
    amounts,
    not_zero,
    rates,
)
from app.broker.simulator.scenario.state import (
    InitialPosition,
    ListedInstrument,
    Scenario,
    SimulatedAccount,
)
from app.domain.model.instruments import Instrument, plain
from app.domain.model.snapshot import Fill

Json = dict[str, Any]


def parsed(raw: Any) -> Scenario:
    """The scenario in a JSON document.

    Raises:
        SettingsError: a key is missing, unknown or has a value that cannot be used.
    """
    return JsonObjectReader(raw, "scenario").whole(_scenario)


def _scenario(node: JsonObjectReader) -> Scenario:
    listings = node.each("instruments", _listing)
    instruments = {listing.instrument.con_id: listing.instrument for listing in listings}
    return Scenario(
        accounts=node.each("accounts", _account),
        listings=listings,
        rates=node.take("rates", rates),
        stakes=node.each("holdings", _stake),
        fills=node.each("fills", lambda fill: _fill(fill, instruments)),
        last_exec_id=node.find("last_exec_id", _exec_id) or "",
    )


def _account(node: JsonObjectReader) -> SimulatedAccount:
    return SimulatedAccount(
        node.take("number", a_name), node.take("base_currency", a_name), node.take("cash", amounts)
    )


def _listing(node: JsonObjectReader) -> ListedInstrument:
    price = node.take("price", a_positive)
    return ListedInstrument(
        instrument=_instrument(node),
        price=price,
        close=node.find("close", a_positive) or price,
        tick=node.find("tick", a_positive) or Decimal("0.01"),
        lot=node.find("lot", a_positive) or Decimal(1),
        long_name=node.text("long_name"),
    )


def _instrument(node: JsonObjectReader) -> Instrument:
    return Instrument(
        con_id=node.take("con_id", a_number),
        symbol=node.take("symbol", a_name),
        sec_type=node.take("sec_type", a_name),
        currency=node.take("currency", a_name),
        exchange=node.text("exchange"),
        multiplier=node.find("multiplier", a_positive) or Decimal(1),
        expiry=node.text("expiry"),
        strike=node.find("strike", a_positive),
        right=node.text("right"),
        local_symbol=node.text("local_symbol"),
        trading_class=node.text("trading_class"),
    )


def _stake(node: JsonObjectReader) -> InitialPosition:
    return InitialPosition(
        node.take("account", a_name),
        node.take("con_id", a_number),
        node.take("quantity", not_zero),
        node.take("average_cost", a_decimal),
    )


def _fill(node: JsonObjectReader, instruments: dict[int, Instrument]) -> Fill:
    return Fill(
        exec_id=node.take("exec_id", a_name),
        account=node.take("account", a_name),
        instrument=node.take("con_id", lambda con_id: _known(con_id, instruments)),
        quantity=node.take("quantity", not_zero),
        price=node.take("price", a_decimal),
        time=node.take("time", a_time),
        commission=node.find("commission", a_decimal),
        commission_currency=node.text("commission_currency"),
        realized_pnl=node.find("realized_pnl", a_decimal),
    )


def plain_json(scenario: Scenario) -> Json:
    """The scenario as JSON values; numbers are texts, so that no digit is lost."""
    return {
        "rates": {currency: plain(rate) for currency, rate in scenario.rates},
        "accounts": [
            {
                "number": account.number,
                "base_currency": account.base_currency,
                "cash": {currency: plain(amount) for currency, amount in account.cash},
            }
            for account in scenario.accounts
        ],
        "instruments": [_listing_json(listing) for listing in scenario.listings],
        "holdings": [
            {
                "account": stake.account,
                "con_id": stake.con_id,
                "quantity": plain(stake.quantity),
                "average_cost": plain(stake.average_cost),
            }
            for stake in scenario.stakes
        ],
        "fills": [_fill_json(fill) for fill in scenario.fills],
        "last_exec_id": scenario.last_exec_id,
    }


def _listing_json(listing: ListedInstrument) -> Json:
    instrument = listing.instrument
    values = {
        name: getattr(instrument, name)
        for name in Instrument.__slots__
        if getattr(instrument, name) not in ("", None)
    }
    for name in ("long_name", "price", "close", "tick", "lot"):
        values[name] = getattr(listing, name)
    return {
        name: plain(value) if isinstance(value, Decimal) else value
        for name, value in values.items()
        if value != ""
    }


def _fill_json(fill: Fill) -> Json:
    values: Json = {
        "exec_id": fill.exec_id,
        "account": fill.account,
        "con_id": fill.instrument.con_id,
        "quantity": plain(fill.quantity),
        "price": plain(fill.price),
        "time": fill.time.isoformat(),
    }
    if fill.commission is not None:
        values["commission"] = plain(fill.commission)
        values["commission_currency"] = fill.commission_currency
    if fill.realized_pnl is not None:
        values["realized_pnl"] = plain(fill.realized_pnl)
    return values


def _known(value: Any, instruments: dict[int, Instrument]) -> Instrument:
    if a_number(value) not in instruments:
        raise ValueError
    return instruments[value]


def _exec_id(value: Any) -> str:
    if a_text(value):
        read_exec_id(value)
    return a_text(value)
