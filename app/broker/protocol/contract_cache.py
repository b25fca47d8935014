"""Makes instruments from TWS's contract fields, each only once."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Generic, TypeVar

from app.broker.protocol.field_parsing import (
    WireError,
    contract_id,
    expect,
    multiplier,
    parse_double,
    shown,
)
from app.domain.model.instruments import OPTION_TYPES, Instrument, limited_texts
from app.domain.model.snapshot import COMBO
from app.domain.text.foreign_text import SYMBOL_LENGTH, limited

NUL = "\0"
CONTRACT_FIELDS = 11
MOST_KNOWN = 200_000  # contracts
# TWS always names the multiplier of these; of all others only if it is not 1.
MULTIPLIED = OPTION_TYPES | {"FUT"}
NEGATIVE_STRIKES = frozenset({"FOP"})  # of a spread, or of oil
LARGEST_STRIKE = Decimal("1e9")

C = TypeVar("C")


class ContractCache(Generic[C]):
    """Caches what is made from contract fields.

    Args:
        make: takes the eleven fields, the id first.
    """

    def __init__(self, make: Callable[[list[str]], C]) -> None:
        self._make = make
        self._known: dict[str, C] = {}

    def of(self, contract: str) -> C:
        """Args: contract: its fields as received, not split yet."""
        known = self._known.get(contract)
        if known is None:
            fields = contract.split(NUL)
            expect(fields, CONTRACT_FIELDS, "a contract")
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
    """An instrument from TWS's texts.

    Raises:
        WireError: one of its numbers is invalid.
    """
    made = Instrument(
        # The summary of a combo, which is ignored later, can lack an id.
        con_id=contract_id(con_id) if sec_type != COMBO or con_id.strip("0") else 0,
        symbol=symbol,
        sec_type=sec_type,
        currency=currency,
        exchange=exchange,
        multiplier=multiplier(factor, is_required=sec_type in MULTIPLIED),
        expiry=expiry,
        strike=strike_price(strike, sec_type),
        right={"CALL": "C", "PUT": "P", "0": "", "?": ""}.get(right, right),
        local_symbol=local_symbol,
        trading_class=trading_class,
    )
    return limited_texts(made)


def listing(con_id: str, *more: str) -> tuple[int, str]:
    """The contract's id and its listing exchange."""
    return contract_id(con_id), limited(more[6], SYMBOL_LENGTH)


def strike_price(text: str, sec_type: str) -> Decimal | None:
    """The strike of an option; None for others, and if TWS sends an empty text or zero.

    Raises:
        WireError: an unset number, or an impossible strike.
    """
    if sec_type not in OPTION_TYPES or not text:
        return None
    value = parse_double(text)
    if value is None or abs(value) > LARGEST_STRIKE:
        raise WireError(f"not a strike: {shown(text)}")
    if value < 0 and sec_type not in NEGATIVE_STRIKES:
        raise WireError(f"not a strike: {shown(text)}")
    return value or None


INSTRUMENTS = ContractCache(lambda fields: instrument(*fields))
LISTINGS = ContractCache(lambda fields: listing(*fields))


class ExchangeResolver:
    """Completes an instrument of a position row: it may lack the exchange, then the listing
    exchange of the portfolio row counts; and it never has a value factor."""

    def __init__(self) -> None:
        self._known: dict[
            int, tuple[Instrument, Instrument]
        ] = {}  # con_id -> (incomplete, complete)

    def instrument(
        self, held: Instrument, exchange: str, factor: Decimal | None = None
    ) -> Instrument:
        """The completed instrument; the same object each time."""
        exchange = held.exchange or exchange
        if factor is None and exchange == held.exchange:
            return held
        bare, resolved = self._known.get(held.con_id, (held, held))
        if bare is not held or resolved.exchange != exchange or resolved.value_factor != factor:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            resolved = replace(held, exchange=exchange, value_factor=factor)
            self._known[held.con_id] = held, resolved
        return resolved


EXCHANGE_RESOLVER = ExchangeResolver()
