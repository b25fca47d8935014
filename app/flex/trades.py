"""Makes fills of a statement's trade rows."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from app.domain.errors import StatementError
from app.domain.instruments import OPTION_TYPES, Instrument, limited_texts
from app.domain.snapshot import COMBO, Fill
from app.flex.cancels import Attributes, Booked, is_cancel, remaining
from app.flex.values import ValueUnreadableError, day, moment, number

T = TypeVar("T")

# What an import cannot do without, besides the account -> its name in the Flex Query's list.
NEEDED = {
    "ibExecID": "IB Execution ID",
    "conid": "Conid",
    "symbol": "Symbol",
    "assetCategory": "Asset Class",
    "currency": "Currency",
    "multiplier": "Multiplier",
    "dateTime": "Date/Time",
    "quantity": "Quantity",
    "tradePrice": "Trade Price",
}
# What an import looks at; a row has three times as much.
KEPT = frozenset(
    {
        *NEEDED,
        *("underlyingSymbol", "listingExchange", "exchange", "strike", "expiry", "putCall"),
        *("ibCommission", "ibCommissionCurrency", "fifoPnlRealized", "openCloseIndicator"),
        *("transactionType", "buySell", "notes", "tradeID", "transactionID"),
        *("origTradeID", "origTransactionID"),
    }
)
# Flex's asset classes that the API calls otherwise.
SEC_TYPES = {"FSOPT": "OPT", "FSFOP": "FOP", "FXCFD": "CFD"}
DERIVED = OPTION_TYPES | {"FUT"}  # the API names them by their underlying
MISSING = (
    "{file} leaves out {names}. In the Flex Query, tick {names} under Trades, and run it again."
)
ODD = (
    "The execution {exec_id} in {file} has {text!r} as its {name}, which cannot be read. In the "
    "Flex Query, choose the date format yyyyMMdd and the time format HHmmss, and run it again."
)
MOST_CON_ID = 10  # digits
ONE = Decimal(1)


def fills_of(rows: Iterable[Attributes], file: str) -> tuple[Fill, ...]:
    """The executions among a statement's trade rows that hold, in time order.

    Assignments, expiries, transfers and automatic currency conversions are booked without an
    execution id: they are none. A cancelled trade stays in the file as it was, and a row without
    an execution id names it and takes it back: neither is a fill. What replaces it has an id of
    its own: the same with the next revision.

    Args:
        file: its name, for sentences.

    Raises:
        StatementError: an attribute was not ticked, or cannot be read.
    """
    booked: list[Booked] = []
    cancels: list[Attributes] = []
    for row in rows:
        if is_cancel(row):
            cancels.append(row)
            continue
        refuse_missing(row, file)
        if row["ibExecID"].strip() and row["assetCategory"] != COMBO:
            booked.append(Booked(fill_of(row, file), row))
    folded: dict[str, Fill] = {}  # stem -> its highest revision
    for fill in remaining(booked, cancels):
        known = folded.get(fill.stem)
        if known is None or fill.revision >= known.revision:
            folded[fill.stem] = fill
    return tuple(sorted(folded.values(), key=lambda fill: fill.time))


def refuse_missing(row: Attributes, file: str) -> None:
    """A value that was ticked is there in each row, if only empty."""
    missing = [name for attribute, name in NEEDED.items() if attribute not in row]
    if missing:
        raise StatementError(MISSING.format(file=file, names=", ".join(missing)))


def fill_of(row: Attributes, file: str) -> Fill:
    """The API's fill, of a row with an execution id.

    IBKR's P&L of a closing trade is net of commission, as the API's is. An opening one has 0
    where the API has none, and the commission, a cost, is negative where the API's is positive.
    """

    def value(attribute: str, read: Callable[[str], T | None]) -> T | None:
        text = row.get(attribute, "").strip()
        try:
            return read(text)
        except ValueUnreadableError:
            raise odd(row, attribute, file) from None

    def needed(attribute: str, read: Callable[[str], T | None]) -> T:
        found = value(attribute, read)
        if found is None:
            raise odd(row, attribute, file)
        return found

    commission = value("ibCommission", number)
    realized = value("fifoPnlRealized", number)
    return Fill(
        exec_id=row["ibExecID"].strip(),
        account=row["accountId"].strip(),
        instrument=instrument_of(
            row,
            con_id=needed("conid", con_id),
            multiplier=value("multiplier", number) or ONE,
            expiry=value("expiry", day),
            strike=value("strike", number),
        ),
        quantity=needed("quantity", number),
        price=needed("tradePrice", number),
        time=needed("dateTime", moment),
        commission=commission.copy_negate() if commission else commission,
        commission_currency="" if commission is None else row.get("ibCommissionCurrency", ""),
        realized_pnl=realized if "C" in row.get("openCloseIndicator", "") or realized else None,
    )


def instrument_of(
    row: Attributes,
    *,
    con_id: int,
    multiplier: Decimal,
    expiry: date | None,
    strike: Decimal | None,
) -> Instrument:
    """Named as the API names it: a derivative by its underlying, a currency pair by its first."""
    category = row["assetCategory"]
    sec_type = SEC_TYPES.get(category, category)
    local_symbol = symbol = row["symbol"].strip()
    if sec_type in DERIVED:
        symbol = row.get("underlyingSymbol", "").strip() or symbol
    elif sec_type == "CASH":
        symbol = symbol.partition(".")[0]
    is_option = sec_type in OPTION_TYPES
    made = Instrument(
        con_id=con_id,
        symbol=symbol,
        sec_type=sec_type,
        currency=row["currency"],
        exchange=row.get("listingExchange", "") or row.get("exchange", "").strip("-"),
        multiplier=multiplier,
        expiry="" if expiry is None else f"{expiry:%Y%m%d}",
        strike=strike if is_option else None,
        right=row.get("putCall", "")[:1] if is_option else "",
        local_symbol=local_symbol,
    )
    return limited_texts(made)


def con_id(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_CON_ID):
        raise ValueUnreadableError(text)
    return int(text)


def odd(row: Attributes, attribute: str, file: str) -> StatementError:
    name = NEEDED.get(attribute, attribute)
    return StatementError(
        ODD.format(exec_id=row["ibExecID"], file=file, text=row.get(attribute, ""), name=name)
    )
