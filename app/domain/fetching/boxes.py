"""What to tick in a Flex Query, in the names and the order of IBKR's editor."""

from dataclasses import dataclass

from app.domain.fetching.queries import QueryKind
from app.domain.text.messages import Message, joined, message

# The section with its option; the format is asked for below all sections.
SECTIONS = {
    QueryKind.ACTIVITY: "Trades",
    QueryKind.CONFIRMATIONS: "Trade Confirmations",
}
OPTION = "Executions"
FORMATS = (("Format", "XML"), ("Date Format", "yyyyMMdd"), ("Time Format", "HHmmss"))


@dataclass(frozen=True, slots=True)
class FlexBox:
    """One box of a Flex Query's section.

    Attributes:
        attribute: what IBKR calls it in the file.
        name: what the editor calls it.
        is_needed: without it, nothing can be imported; without the others, some figures stay
            estimates or unknown.
        confirmed: attribute and name in trade confirmations; None where it is the same,
            empty where they do not have it.
    """

    attribute: str
    name: str
    is_needed: bool = False
    confirmed: tuple[str, str] | None = None


NOT_CONFIRMED = ("", "")
BOXES = (
    FlexBox("accountId", "Account ID", is_needed=True),
    FlexBox("currency", "Currency", is_needed=True),
    FlexBox("fxRateToBase", "FX Rate To Base", confirmed=NOT_CONFIRMED),
    FlexBox("assetCategory", "Asset Class", is_needed=True),
    FlexBox("symbol", "Symbol", is_needed=True),
    FlexBox("conid", "Conid", is_needed=True),
    FlexBox("listingExchange", "Listing Exchange"),
    FlexBox("underlyingSymbol", "Underlying Symbol"),
    FlexBox("multiplier", "Multiplier", is_needed=True),
    FlexBox("strike", "Strike"),
    FlexBox("expiry", "Expiry"),
    FlexBox("putCall", "Put/Call"),
    FlexBox("tradeID", "Trade ID"),
    FlexBox("dateTime", "Date/Time", is_needed=True),
    FlexBox("transactionType", "Transaction Type"),
    FlexBox("exchange", "Exchange"),
    FlexBox("quantity", "Quantity", is_needed=True),
    FlexBox("tradePrice", "Trade Price", is_needed=True, confirmed=("price", "Price")),
    FlexBox("ibCommission", "IB Commission", confirmed=("commission", "Commission")),
    FlexBox(
        "ibCommissionCurrency",
        "IB Commission Currency",
        confirmed=("commissionCurrency", "Commission Currency"),
    ),
    FlexBox("openCloseIndicator", "Open/Close Indicator", confirmed=NOT_CONFIRMED),
    FlexBox("notes", "Notes/Codes", confirmed=("code", "Code")),
    FlexBox("fifoPnlRealized", "Realized P/L", confirmed=NOT_CONFIRMED),
    FlexBox("origTradeID", "Orig Trade ID"),
    FlexBox("origTransactionID", "Orig Transaction ID", confirmed=NOT_CONFIRMED),
    FlexBox("transactionID", "Transaction ID", confirmed=NOT_CONFIRMED),
    FlexBox("buySell", "Buy/Sell"),
    FlexBox("ibExecID", "IB Execution ID", is_needed=True, confirmed=("execID", "ExecID")),
    FlexBox("levelOfDetail", "Level of Detail"),
)


def boxes_of(kind: QueryKind) -> tuple[FlexBox, ...]:
    """The boxes of a kind of query, each with its own attribute and name."""
    if kind is QueryKind.ACTIVITY:
        return BOXES
    return tuple(
        FlexBox(*(box.confirmed or (box.attribute, box.name)), is_needed=box.is_needed)
        for box in BOXES
        if box.confirmed != NOT_CONFIRMED
    )


def guide_text(kind: QueryKind) -> Message:
    """What to tick and choose, as lines to copy."""
    section = SECTIONS[kind]
    if kind is QueryKind.ACTIVITY:
        first = message(
            "Section: {section}, with the option {option}", section=section, option=OPTION
        )
    else:
        first = message("Section: {section}", section=section)
    boxes = (box.name for box in boxes_of(kind))
    formats = (f"{name}: {value}" for name, value in FORMATS)
    return joined((first, *boxes, *formats), "\n")
