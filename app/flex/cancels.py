"""Which executions of a statement are cancelled by a later row of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.snapshot import Fill

Attributes = Mapping[str, str]  # a row's, as the file has them

CANCELS = frozenset({"TradeCancel", "FracShareCancel"})


@dataclass(frozen=True, slots=True)
class Booked:
    """An execution, and the row that a later one may cancel."""

    fill: Fill
    row: Attributes


def is_cancel(row: Attributes) -> bool:
    return (
        row.get("transactionType") in CANCELS
        or row.get("buySell", "").endswith("(Ca.)")
        or "Ca" in row.get("notes", "").split(";")
    )


def remaining(booked: list[Booked], cancels: Iterable[Attributes]) -> list[Fill]:
    """Those that no cancel takes back."""
    standing = list(booked)
    for cancel in cancels:
        place = next((n for n, made in enumerate(standing) if takes_back(cancel, made)), None)
        if place is not None:
            del standing[place]
    return [made.fill for made in standing]


def takes_back(cancel: Attributes, made: Booked) -> bool:
    """It names the transaction; in files without that, the trade, which what replaces it has too:
    then the size and the order, that of the transactions' numbers, tell."""
    origin = cancel.get("origTransactionID", "")
    if origin.strip("0"):
        return made.row.get("transactionID") == origin
    trade = cancel.get("origTradeID", "")
    if not trade or made.row.get("tradeID") != trade:
        return False
    first, second = made.row.get("transactionID", ""), cancel.get("transactionID", "")
    is_earlier = (len(first), first) < (len(second), second)
    return is_earlier and cancel.get("quantity", "").lstrip("-") == made.row["quantity"].lstrip("-")
