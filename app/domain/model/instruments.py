"""An instrument and its readable description."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from app.domain.text.foreign_text import SYMBOL_LENGTH, limited
from app.domain.text.messages import Message, localized, message_in

OPTION_TYPES = frozenset({"OPT", "FOP", "WAR", "IOPT"})
# IBKR's code -> how a trader calls it; other codes stay as they are.
TYPES = {
    "STK": message_in("instrument", "Stock"),
    "OPT": message_in("instrument", "Option"),
    "FUT": message_in("instrument", "Future"),
    "FOP": message_in("instrument", "Fut. option"),
    "CASH": message_in("instrument", "Forex"),
    "CRYPTO": message_in("instrument", "Crypto"),
    "BOND": message_in("instrument", "Bond"),
    "FUND": message_in("instrument", "Fund"),
    "WAR": message_in("instrument", "Warrant"),
    "IOPT": message_in("instrument", "Structured"),
    "CFD": message_in("instrument", "CFD"),
    "CMDTY": message_in("instrument", "Commodity"),
    "BILL": message_in("instrument", "Bill"),
}
TEXTS = (
    *("symbol", "sec_type", "currency", "exchange"),
    *("expiry", "right", "local_symbol", "trading_class"),
)
texts_of = attrgetter(*TEXTS)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Instrument:
    """A tradable thing as IBKR describes it; `con_id` alone identifies it.

    Attributes:
        con_id: IBKR's contract number.
        sec_type: IBKR's code: STK, OPT, FUT, FOP, CASH, CRYPTO, BOND, BAG, ...
        multiplier: units of the underlying in one contract; 1 if IBKR gives none.
        expiry: IBKR's text, YYYYMMDD or YYYYMM; empty if the instrument has none.
        strike: in `currency`; None for all but options.
        right: "C", "P" or empty.
        value_factor: the value of a quantity of one at a price of one, by IBKR's own market
            value; None if that is the multiplier.
    """

    con_id: int
    symbol: str
    sec_type: str
    currency: str
    exchange: str = ""
    multiplier: Decimal = Decimal(1)
    expiry: str = ""
    strike: Decimal | None = None
    right: str = ""
    local_symbol: str = ""
    trading_class: str = ""
    value_factor: Decimal | None = None

    @property
    def unit_value(self) -> Decimal:
        """The factor for value and cost: value = quantity × price × this.

        The multiplier, unless IBKR's own market values follow another factor: bonds have prices in
        per cent and quantities in thousands, some shares prices in pence and costs in pounds.
        """
        return self.multiplier if self.value_factor is None else self.value_factor

    @property
    def is_option(self) -> bool:
        return self.sec_type in OPTION_TYPES

    @property
    def expiry_date(self) -> date | None:
        """The last trading day; None if there is none or IBKR names only a month."""
        if len(self.expiry) != 8 or not self.expiry.isdigit():
            return None
        try:
            return date.fromisoformat(self.expiry)
        except ValueError:
            return None

    @property
    def type_name(self) -> str:
        return TYPES.get(self.sec_type, self.sec_type)

    @property
    def search_text(self) -> str:
        """The text that a search matches against, casefolded."""
        return " ".join(
            (
                self.description,
                self.type_name,
                self.sec_type,
                self.currency,
                self.local_symbol,
                self.exchange,
            )
        ).casefold()

    @property
    def description(self) -> str:
        """How a trader says it: "AAPL 19 Dec 2026 200 C", "ES Dec 2026", "EUR.USD", "AAPL"."""
        if self.sec_type == "CASH":
            return f"{self.symbol}.{self.currency}"
        parts = [self.symbol]
        if self.expiry:
            parts.append(expiry_text(self.expiry))
        if self.is_option:
            if self.strike is not None:
                parts.append(plain(self.strike))
            if self.right:
                parts.append(self.right)
        return " ".join(parts)


def limited_texts(instrument: Instrument) -> Instrument:
    """The instrument with each text cut to `SYMBOL_LENGTH`.

    Called where IBKR's texts come in, so that the next read compares equal to what was stored.
    """
    long: dict[str, Any] = {
        name: limited(text, SYMBOL_LENGTH)
        for name, text in zip(TEXTS, texts_of(instrument), strict=True)
        if len(text) > SYMBOL_LENGTH
    }
    return replace(instrument, **long) if long else instrument


def expiry_text(expiry: str) -> str:
    """ "20261219" -> "19 Dec 2026", "202612" -> "Dec 2026"; other texts stay as they are."""
    if not expiry.isdigit() or len(expiry) not in (6, 8):
        return expiry
    month = int(expiry[4:6])
    if not 1 <= month <= 12:
        return expiry
    text = f"{MONTHS[month - 1]} {expiry[:4]}"
    return f"{int(expiry[6:])} {text}" if len(expiry) == 8 else text


def plain(value: Decimal) -> str:
    """The number without exponent and without trailing zeros: 200.00 -> "200"."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain_text(value: Decimal) -> Message:
    """The same within a sentence; translated, as the reader's locale writes it."""
    text = plain(value)
    return localized(text, Decimal(text))
