"""Converts a scenario to plain JSON values, and back."""

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
        SettingsError: a key is missing, unknown or has an invalid value.
    """
    return JsonObjectReader(raw, "scenario").read_fully(_scenario)


def _scenario(reader: JsonObjectReader) -> Scenario:
    listings = reader.objects("instruments", _listing)
    instruments = {listing.instrument.con_id: listing.instrument for listing in listings}
    return Scenario(
        accounts=reader.objects("accounts", _account),
        listings=listings,
        rates=reader.required("rates", rates),
        positions=reader.objects("holdings", _position),
        fills=reader.objects("fills", lambda fill: _fill(fill, instruments)),
        last_exec_id=reader.optional("last_exec_id", _exec_id) or "",
    )


def _account(reader: JsonObjectReader) -> SimulatedAccount:
    return SimulatedAccount(
        reader.required("number", a_name),
        reader.required("base_currency", a_name),
        reader.required("cash", amounts),
    )


def _listing(reader: JsonObjectReader) -> ListedInstrument:
    price = reader.required("price", a_positive)
    return ListedInstrument(
        instrument=_instrument(reader),
        price=price,
        close=reader.optional("close", a_positive) or price,
        tick=reader.optional("tick", a_positive) or Decimal("0.01"),
        lot=reader.optional("lot", a_positive) or Decimal(1),
        long_name=reader.text("long_name"),
    )


def _instrument(reader: JsonObjectReader) -> Instrument:
    return Instrument(
        con_id=reader.required("con_id", a_number),
        symbol=reader.required("symbol", a_name),
        sec_type=reader.required("sec_type", a_name),
        currency=reader.required("currency", a_name),
        exchange=reader.text("exchange"),
        multiplier=reader.optional("multiplier", a_positive) or Decimal(1),
        expiry=reader.text("expiry"),
        strike=reader.optional("strike", a_positive),
        right=reader.text("right"),
        local_symbol=reader.text("local_symbol"),
        trading_class=reader.text("trading_class"),
    )


def _position(reader: JsonObjectReader) -> InitialPosition:
    return InitialPosition(
        reader.required("account", a_name),
        reader.required("con_id", a_number),
        reader.required("quantity", not_zero),
        reader.required("average_cost", a_decimal),
    )


def _fill(reader: JsonObjectReader, instruments: dict[int, Instrument]) -> Fill:
    return Fill(
        exec_id=reader.required("exec_id", a_name),
        account=reader.required("account", a_name),
        instrument=reader.required("con_id", lambda con_id: _instrument_of(con_id, instruments)),
        quantity=reader.required("quantity", not_zero),
        price=reader.required("price", a_decimal),
        time=reader.required("time", a_time),
        commission=reader.optional("commission", a_decimal),
        commission_currency=reader.text("commission_currency"),
        realized_pnl=reader.optional("realized_pnl", a_decimal),
    )


def plain_json(scenario: Scenario) -> Json:
    """The scenario as JSON values; decimals are texts, so that no digit is lost."""
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
                "account": position.account,
                "con_id": position.con_id,
                "quantity": plain(position.quantity),
                "average_cost": plain(position.average_cost),
            }
            for position in scenario.positions
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


def _instrument_of(value: Any, instruments: dict[int, Instrument]) -> Instrument:
    if a_number(value) not in instruments:
        raise ValueError
    return instruments[value]


def _exec_id(value: Any) -> str:
    if a_text(value):
        read_exec_id(value)
    return a_text(value)
