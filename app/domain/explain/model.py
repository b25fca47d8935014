"""The explanation of a figure: IBKR's raw values, the formula, and its numbers. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.model.instruments import Instrument
from app.domain.model.amounts import CENT
from app.domain.model.positions import StoredClose
from app.domain.model.realized_pnl import ClosingPortion
from app.domain.model.snapshot import Fill
from app.domain.text.messages import Message, message


class NumberStyle(Enum):
    """How a number is written."""

    EXACT = "all its digits"
    PRICE = "as a price"
    GAIN = "in cents, with its sign"
    PERCENT = "per cent, with its sign"


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text; None if unknown."""

    value: Decimal | None
    style: NumberStyle = NumberStyle.EXACT


# Its parts in order. What is a word of ours is a `Message`, never a fragment of a sentence.
Text = tuple[str | Number | datetime, ...]


class ExplainedField(Enum):
    """The figure of a position that can be explained. The value is its title."""

    QUANTITY = message("Quantity")
    AVERAGE_COST = message("Average cost")
    MARKET_PRICE = message("Market price")
    MARKET_VALUE = message("Market value")
    UNREALIZED = message("Unrealized P&L")
    UNREALIZED_PCT = message("Unrealized %")
    DAILY = message("Daily P&L")
    REALIZED = message("Realized P&L")


@dataclass(frozen=True, slots=True)
class ExplainedRow:
    """One line of the list beneath the formula."""

    label: Text
    value: Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """One figure, explained.

    Attributes:
        subject: instrument and account.
        formula: in words; may be empty.
        numbers: the formula with its numbers and result.
        note: further sentences; may be empty.
        fills: the executions that were used.
        read_at: when IBKR's values were read; None if unknown.
    """

    title: str
    subject: str
    formula: str = ""
    numbers: Text = ()
    rows: tuple[ExplainedRow, ...] = ()
    note: str = ""
    fills: tuple[AllocatedFill, ...] = ()
    read_at: datetime | None = None


def exact(label: str, value: Decimal | None) -> ExplainedRow:
    return ExplainedRow((label,), (Number(value),))


def in_brackets(value: Decimal | None) -> Text:
    """A factor; a negative one in brackets."""
    if value is not None and value < 0:
        return "(", Number(value), ")"
    return (Number(value),)


def figure_title(field: ExplainedField, currency: str) -> Message:
    """ "Market value, USD"."""
    return message("{field}, {currency}", field=field.value, currency=currency)


def unit_name(instrument: Instrument) -> Message:
    """The name, within a formula, of the factor that prices are multiplied by."""
    return message("multiplier") if instrument.value_factor is None else message("value factor")


def unit_rows(instrument: Instrument) -> tuple[ExplainedRow, ...]:
    """The multiplier, and the value factor if it differs."""
    multiplier = exact(message("Multiplier"), instrument.multiplier)
    if instrument.value_factor is None:
        return (multiplier,)
    label = message("Value factor, from IBKR's market value")
    return (multiplier, exact(label, instrument.value_factor))


def difference(given: Decimal | None, computed: Decimal | None) -> tuple[ExplainedRow, ...]:
    """The given figure less the computed one, if they differ."""
    if given is None or computed is None or given == computed:
        return ()
    is_small = abs(given - computed) <= CENT
    label = message("Rounding") if is_small else message("Difference from the formula")
    return (exact(label, given - computed),)


@dataclass(frozen=True, slots=True)
class AllocatedFill:
    """The part of a fill that a close used.

    Attributes:
        exec_id: as stored with the close; a later correction has another revision.
        quantity: of the part, positive.
        fill: the execution as known now; None if it is not stored.
    """

    exec_id: str
    quantity: Decimal
    fill: Fill | None = None

    @property
    def commission(self) -> Decimal | None:
        """The part's share of the fill's commission."""
        return None if self.fill is None else ClosingPortion(self.fill, self.quantity).commission


@dataclass(frozen=True, slots=True)
class ExplainedClose:
    """One close, and its fills in the order in which they were used.

    Attributes:
        read_at: when the snapshot of the run that recorded it was taken.
    """

    stored: StoredClose
    fills: tuple[AllocatedFill, ...] = ()
    read_at: datetime | None = None
