"""Makes instruments from trade rows, named as in the API; equal ones are shared."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from app.domain.model.instruments import OPTION_TYPES, Instrument, limited_texts
from app.flex.parsing import ValueUnreadableError, con_id, day, positive, strike
from app.flex.refusals import read_value, unreadable, without_multiplier
from app.flex.rows import Attributes, Layout

T = TypeVar("T")

# Flex's asset classes that have another name in the API.
SEC_TYPES = {"FSOPT": "OPT", "FSFOP": "FOP", "FXCFD": "CFD"}
DERIVED = OPTION_TYPES | {"FUT"}  # the API gives them the symbol of the underlying
READ = (
    *("conid", "symbol", "assetCategory", "currency", "multiplier"),
    *("underlyingSymbol", "listingExchange", "exchange", "strike", "expiry", "putCall"),
)
ONE = Decimal(1)


class InstrumentReader:
    """Reads the instruments of one file's rows."""

    def __init__(self, file: str) -> None:
        """Args: file: its name, for error texts."""
        self._file = file
        self._known: dict[tuple[str | None, ...], Instrument] = {}  # texts of READ -> instrument

    def read(self, row: Attributes, layout: Layout) -> Instrument:
        """The row's instrument.

        Raises:
            StatementError: it cannot be read.
        """
        texts = tuple(map(row.get, READ))
        known = self._known.get(texts)
        if known is None:
            known = self._known[texts] = self._make(row, layout)
        return known

    def _make(self, row: Attributes, layout: Layout) -> Instrument:
        sec_type = SEC_TYPES.get(row["assetCategory"], row["assetCategory"])
        local_symbol = symbol = row["symbol"].strip()
        if sec_type in DERIVED:
            symbol = row.get("underlyingSymbol", "").strip() or symbol
        elif sec_type == "CASH":
            symbol = symbol.partition(".")[0]
        is_option = sec_type in OPTION_TYPES
        number = self._value(row, "conid", con_id, layout)
        if number is None:
            raise unreadable(row, "conid", layout, self._file)
        expiry = self._value(row, "expiry", day, layout)
        instrument = Instrument(
            con_id=number,
            symbol=symbol,
            sec_type=sec_type,
            currency=row["currency"],
            exchange=row.get("listingExchange", "") or row.get("exchange", "").strip("-"),
            multiplier=self._multiplier(row, layout, is_derived=sec_type in DERIVED),
            expiry="" if expiry is None else f"{expiry:%Y%m%d}",
            strike=self._value(row, "strike", strike, layout) if is_option else None,
            right=row.get("putCall", "")[:1] if is_option else "",
            local_symbol=local_symbol,
        )
        return limited_texts(instrument)

    def _multiplier(self, row: Attributes, layout: Layout, *, is_derived: bool) -> Decimal:
        """1 if a share has none; a derivative must have one, since its value depends on it."""
        try:
            found = positive(row["multiplier"].strip())
        except ValueUnreadableError:
            if is_derived:
                raise without_multiplier(row, layout, self._file) from None
            raise unreadable(row, "multiplier", layout, self._file) from None
        if found is None and is_derived:
            raise without_multiplier(row, layout, self._file)
        return found or ONE

    def _value(
        self, row: Attributes, attribute: str, read: Callable[[str], T | None], layout: Layout
    ) -> T | None:
        return read_value(row, attribute, read, layout, self._file)
