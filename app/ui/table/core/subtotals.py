"""The cells of sums over rows: per currency, converted, and as ratios. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from app.domain.text.messages import joined, message, message_plural
from app.ui.style.formatting import DASH
from app.ui.style.theme import GAIN_TONES
from app.ui.table.core.column import Column, TableContext
from app.ui.table.core.sums import Amounts, ColumnSum, QuantitySum, RatioSums

C = TypeVar("C", bound=TableContext)
AND_UNKNOWN = " + ?"  # after a sum that lacks what is not known


@dataclass(frozen=True, slots=True)
class SubtotalCell:
    """A subtotal as shown.

    Attributes:
        value: exact; None if it is not known, or of several currencies without a rate.
        is_converted: summed over currencies with IBKR's rates: shown in italics.
    """

    text: str = ""
    value: Decimal | None = None
    tone: str = ""
    tooltip: str = ""
    is_converted: bool = False


def subtotal_cell(column: Column[Any, C], summed: ColumnSum | None, context: C) -> SubtotalCell:
    """Args: summed: None for nothing to add up, whose cell is empty."""
    if summed is None:
        return SubtotalCell()
    if isinstance(summed, QuantitySum):
        return quantity_cell(summed, context)
    if isinstance(summed, RatioSums):
        return ratio_cell(summed, context)
    return money_cell(column, summed, context)


def quantity_cell(summed: QuantitySum, context: TableContext) -> SubtotalCell:
    """Empty for several instruments: 100 shares and 2 options are not 102 of anything."""
    total = summed.total
    if total is None:
        return SubtotalCell()
    return SubtotalCell(context.formats.quantity(total), total)


def money_cell(column: Column[Any, C], amounts: Amounts, context: C) -> SubtotalCell:
    if not amounts.by_key:
        nothing = "" if column.nothing is None else column.nothing[1]
        return SubtotalCell(DASH, tooltip=unknown_text(amounts.unknown) or nothing)
    total, currency, is_converted = amounts.total(context)
    is_gain = column.tone is not None
    write = context.formats.gain if is_gain else context.formats.money
    lines = [f"{write(each)} {name}" for name, each in amounts.by_currency.items()]
    if is_converted:
        lines.append(converted_text(total, currency))
    lines.append(unknown_text(amounts.unknown))
    if column.sum_note is not None and amounts.needs_note:
        lines.append(column.sum_note[1])
    tooltip = joined(lines, "\n")
    if total is None:
        return SubtotalCell(DASH, tooltip=tooltip, is_converted=True)
    text = write(total) + (AND_UNKNOWN if amounts.unknown else "")
    tone = GAIN_TONES[context.formats.tone(total)] if is_gain else ""
    value = None if amounts.unknown else total
    return SubtotalCell(text, value, tone, tooltip, is_converted)


def ratio_cell(sums: RatioSums, context: TableContext) -> SubtotalCell:
    """Σ numerators ÷ Σ denominators, in per cent."""
    unknown = sums.unknown
    if not sums.above:
        return SubtotalCell(DASH, tooltip=unknown_text(unknown))
    top, currency, is_converted = Amounts(sums.above, unknown).total(context)
    bottom, _, _ = Amounts(sums.below, unknown).total(context)
    tooltip = unknown_text(unknown)
    if is_converted:
        tooltip = joined((converted_text(top, currency), tooltip), "\n")
    if top is None or not bottom:
        return SubtotalCell(DASH, tooltip=tooltip, is_converted=is_converted)
    ratio = top / bottom * 100
    text = context.formats.percent(ratio) + (AND_UNKNOWN if unknown else "")
    tone = GAIN_TONES[context.formats.tone(ratio)]
    return SubtotalCell(text, None if unknown else ratio, tone, tooltip, is_converted)


def converted_text(total: Decimal | None, currency: str) -> str:
    if total is not None:
        return message(
            "Converted to {currency} at IBKR's rates from the last sync", currency=currency
        )
    if not currency:
        return message("No total: the accounts have different base currencies")
    return message(
        "No total: IBKR gave no rate to {currency} for one of these currencies", currency=currency
    )


def unknown_text(count: int) -> str:
    if not count:
        return ""
    return message_plural(
        "{count} row has no known figure", "{count} rows have no known figure", count
    )
