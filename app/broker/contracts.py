"""Instruments from TWS's contract fields: each made once, however many rows name it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Generic, TypeVar

from app.broker.wire import expect, multiplier, number, whole
from app.domain.foreign_text import SYMBOL_LENGTH, limited
from app.domain.instruments import OPTION_TYPES, Instrument, limited_texts

NUL = "\0"
CONTRACT_FIELDS = 11
MOST_KNOWN = 200_000  # contracts

C = TypeVar("C")


class Contracts(Generic[C]):
    """The same contract fields give the same thing, which is made once.

    Args:
        make: of the eleven fields, the id first.
    """

    def __init__(self, make: Callable[[list[str]], C]) -> None:
        self._make = make
        self._known: dict[str, C] = {}

    def of(self, contract: str) -> C:
        """Args: contract: its fields as they came, not yet split."""
        known = self._known.get(contract)
        if known is None:
            fields = contract.split(NUL)
            expect(fields, CONTRACT_FIELDS, "contract")
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            known = self._known[contract] = self._make(fields)
        return known


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
    made = Instrument(
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
    return limited_texts(made)


def listing(con_id: str, *more: str) -> tuple[int, str]:
    """The contract's id, and the exchange where it is listed."""
    return whole(con_id, "contract id"), limited(more[6], SYMBOL_LENGTH)


INSTRUMENTS = Contracts(lambda fields: instrument(*fields))
LISTINGS = Contracts(lambda fields: listing(*fields))


class Placed:
    """Positions may name no exchange; then it is the one where the instrument is listed."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Instrument, Instrument]] = {}  # con_id -> without it, with it

    def instrument(self, held: Instrument, exchange: str) -> Instrument:
        """The same one each time."""
        if held.exchange or not exchange:
            return held
        bare, placed = self._known.get(held.con_id, (held, held))
        if bare is not held or placed.exchange != exchange:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            placed = replace(held, exchange=exchange)
            self._known[held.con_id] = held, placed
        return placed


PLACED = Placed()
