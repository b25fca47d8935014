"""Makes instruments from trade rows, named as in the API."""

from decimal import Decimal

from app.domain.model.instruments import OPTION_TYPES, Instrument, limited_texts
from app.flex.parsing import ValueUnreadableError, con_id, day, positive, strike
from app.flex.refusals import read_required, read_value, unreadable, without_multiplier
from app.flex.rows import Attributes, Layout

# Flex's asset classes that have another name in the API.
SEC_TYPES = {"FSOPT": "OPT", "FSFOP": "FOP", "FXCFD": "CFD"}
DERIVED = OPTION_TYPES | {"FUT"}  # the API gives them the symbol of the underlying
# The attributes that an instrument is made of.
INSTRUMENT_ATTRIBUTES = (
    *("conid", "symbol", "assetCategory", "currency", "multiplier"),
    *("underlyingSymbol", "listingExchange", "exchange", "strike", "expiry", "putCall"),
)
ONE = Decimal(1)


def read_instrument(row: Attributes, layout: Layout) -> Instrument:
    """The row's instrument.

    Raises:
        StatementError: it cannot be read.
    """
    sec_type = SEC_TYPES.get(row["assetCategory"], row["assetCategory"])
    local_symbol = symbol = row["symbol"].strip()
    if sec_type in DERIVED:
        symbol = row.get("underlyingSymbol", "").strip() or symbol
    elif sec_type == "CASH":
        symbol = symbol.partition(".")[0]
    is_option = sec_type in OPTION_TYPES
    expiry = read_value(row, "expiry", day, layout)
    instrument = Instrument(
        con_id=read_required(row, "conid", con_id, layout),
        symbol=symbol,
        sec_type=sec_type,
        currency=row["currency"],
        exchange=row.get("listingExchange", "") or row.get("exchange", "").strip("-"),
        multiplier=multiplier_of(row, layout, is_derived=sec_type in DERIVED),
        expiry="" if expiry is None else f"{expiry:%Y%m%d}",
        strike=read_value(row, "strike", strike, layout) if is_option else None,
        right=row.get("putCall", "")[:1] if is_option else "",
        local_symbol=local_symbol,
    )
    return limited_texts(instrument)


def multiplier_of(row: Attributes, layout: Layout, *, is_derived: bool) -> Decimal:
    """1 if a share has none; a derivative must have one, since its value depends on it."""
    try:
        found = positive(row["multiplier"].strip())
    except ValueUnreadableError:
        if is_derived:
            raise without_multiplier(row, layout) from None
        raise unreadable(row, "multiplier", layout) from None
    if found is None and is_derived:
        raise without_multiplier(row, layout)
    return found or ONE
