"""The attributes of trade rows: which are read, their names in a Flex Query, missing ones."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.model.errors import StatementError
from app.domain.text.messages import message

Attributes = dict[str, str]  # of one row: name -> text, as the file has it

# Attribute that an import requires, besides the account -> its name in the Flex Query.
NEEDED: Mapping[str, str] = {
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
# Optional attribute whose text can be unreadable -> its name in the Flex Query.
ALSO_READ: Mapping[str, str] = {
    "expiry": "Expiry",
    "strike": "Strike",
    "ibCommission": "IB Commission",
    "fifoPnlRealized": "Realized P/L",
    "fxRateToBase": "FX Rate To Base",
}
# Attribute of a Trade Confirmation Flex Query -> the equal attribute of a trade.
CONFIRMATION: Mapping[str, str] = {
    "execID": "ibExecID",
    "price": "tradePrice",
    "commission": "ibCommission",
    "commissionCurrency": "ibCommissionCurrency",
    "code": "notes",
}
OWN_NAMES = frozenset(CONFIRMATION.values())
# Separate attributes for date and time, if Date/Time was not ticked.
SPLIT_TIMES = (("tradeDate", "tradeTime"), ("date", "time"))
EXECUTION_LEVELS = frozenset({"", "EXECUTION"})  # not ORDER, SYMBOL_SUMMARY or CLOSED_LOT
CANCELS = frozenset({"TradeCancel", "FracShareCancel"})


@dataclass(frozen=True, slots=True)
class Layout:
    """The names that one kind of Flex Query uses, for error texts.

    Attributes:
        section: the section with the check boxes.
        names: attribute -> the name of its check box.
        file: the file's name.
    """

    section: str
    names: Mapping[str, str]
    file: str = ""


ACTIVITY = Layout("Trades", {**NEEDED, **ALSO_READ})
CONFIRMATIONS = Layout(
    "Trade Confirmations",
    {
        **ACTIVITY.names,
        "ibExecID": "ExecID",
        "tradePrice": "Price",
        "ibCommission": "Commission",
    },
)


def as_trade(confirmation: Attributes) -> Attributes:
    """A row of a trade confirmation with the attribute names of a trade."""
    renamed = {CONFIRMATION.get(name, name): text for name, text in confirmation.items()}
    return renamed | {name: text for name, text in confirmation.items() if name in OWN_NAMES}


def join_time(row: Attributes) -> None:
    for date, time in SPLIT_TIMES:
        if "dateTime" not in row and date in row and time in row:
            row["dateTime"] = f"{row[date].strip()};{row[time].strip()}"


def refuse_missing(row: Attributes, layout: Layout) -> None:
    """Refuses a row without a required attribute; a ticked one is always there, if only empty.

    Raises:
        StatementError: some boxes were not ticked.
    """
    names = [layout.names[attribute] for attribute in NEEDED if attribute not in row]
    if names:
        raise StatementError(
            message(
                "{file} leaves out {names}. In the Flex Query, tick {names} under {section}, and "
                "run it again.",
                file=layout.file,
                names=", ".join(names),
                section=layout.section,
            )
        )


def refuse_without_id(row: Attributes, layout: Layout) -> None:
    """Refuses a row without an execution id, if its other numbers were not ticked.

    Raises:
        StatementError: Trade ID or Transaction ID was not ticked.
    """
    boxes = {"tradeID": "Trade ID", "transactionID": "Transaction ID"}
    names = [name for attribute, name in boxes.items() if attribute not in row]
    if names:
        raise StatementError(
            message(
                "{file} has rows without an execution ID, such as those of assignments and "
                "expiries, and leaves out {names}. In the Flex Query, tick {names} under "
                "{section}, and run it again.",
                file=layout.file,
                names=", ".join(names),
                section=layout.section,
            )
        )


def codes_of(row: Attributes) -> frozenset[str]:
    """The codes of a row's notes: "A", "Ep", "Ca", ..."""
    return frozenset(row.get("notes", "").replace(",", ";").replace(" ", ";").split(";"))


def is_cancel(row: Attributes) -> bool:
    return (
        row.get("transactionType") in CANCELS
        or row.get("buySell", "").endswith("(Ca.)")
        or ("Ca" in row.get("notes", "") and "Ca" in codes_of(row))
    )
