"""Sums over rows: per currency, converted, and as ratios. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, filterfalse
from typing import Any, TypeVar

from app.domain.model.amounts import exact_sum, sum_of_known
from app.ui.style.formatting import DASH
from app.ui.style.theme import GAIN_TONES
from app.ui.table.core.column import Column, MoneyKey, Subtotal, TableContext, TableSpec

R = TypeVar("R")
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


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is known of a sum.

    Attributes:
        by_key: (account, currency) -> the sum of the amounts that are known.
        unknown: how many are not.
    """

    by_key: dict[MoneyKey, Decimal]
    unknown: int

    @property
    def by_currency(self) -> dict[str, Decimal]:
        found: dict[str, list[Decimal]] = defaultdict(list)
        for (_, currency), amount in sorted(self.by_key.items()):
            found[currency].append(amount)
        return {currency: exact_sum(amounts) for currency, amounts in found.items()}

    def total(self, context: TableContext) -> tuple[Decimal | None, str, bool]:
        """(the sum, its currency, whether it is converted); the sum is None without a rate."""
        currencies = self.by_currency
        if len(currencies) == 1 and not context.is_in_base:
            currency, amount = next(iter(currencies.items()))
            return amount, currency, False
        parts = [context.convert(key, amount) for key, amount in self.by_key.items()]
        base = context.base_currency
        if not base or None in parts:
            return None, base, True
        return (
            exact_sum(part for part in parts if part is not None),
            base,
            set(currencies) != {base},
        )


# (account, currency) -> the rows whose amounts can be added
Parts = Mapping[MoneyKey, Sequence[R]]


def parts_of(values: Iterable[R], spec: TableSpec[R, Any]) -> Parts[R]:
    """The rows of each account and currency; all together where the table knows no money."""
    key = spec.money_key
    if key is None:
        return {("", ""): list(values)}
    parts: defaultdict[MoneyKey, list[R]] = defaultdict(list)
    for value in values:
        parts[key(value)].append(value)
    return parts


def subtotal_cell(
    column: Column[R, C], parts: Parts[R], spec: TableSpec[R, C], context: C
) -> SubtotalCell:
    """The column's cell over these rows; empty for a column that does not add up."""
    if not parts or column.subtotal is Subtotal.NONE:
        return SubtotalCell()
    if column.subtotal is Subtotal.QUANTITY:
        return quantity_cell(column, parts, spec, context)
    if column.subtotal is Subtotal.RATIO:
        return ratio_cell(column, parts, context)
    return money_cell(column, parts, context)


def quantity_cell(
    column: Column[R, C], parts: Parts[R], spec: TableSpec[R, C], context: C
) -> SubtotalCell:
    """Empty for several instruments: 100 shares and 2 options are not 102 of anything."""
    of = spec.instrument
    values = [value for part in parts.values() for value in part]
    if of is None or any(of(value) != of(values[0]) for value in values):
        return SubtotalCell()
    total = exact_sum(column.value(value, context) for value in values)
    return SubtotalCell(context.formats.quantity(total), total)


def money_cell(column: Column[R, C], parts: Parts[R], context: C) -> SubtotalCell:
    amounts = amounts_of(column, parts)
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
    if column.sum_note is not None:
        needs_note, note = column.sum_note
        if any(map(needs_note, chain.from_iterable(parts.values()))):
            lines.append(note)
    tooltip = "\n".join(line for line in lines if line)
    if total is None:
        return SubtotalCell(DASH, tooltip=tooltip, is_converted=True)
    text = write(total) + (AND_UNKNOWN if amounts.unknown else "")
    tone = GAIN_TONES[context.formats.tone(total)] if is_gain else ""
    value = None if amounts.unknown else total
    return SubtotalCell(text, value, tone, tooltip, is_converted)


def amounts_of(column: Column[R, Any], parts: Parts[R]) -> Amounts:
    """Each amount in its own currency, whatever the context shows."""
    assert column.amount is not None
    by_key: dict[MoneyKey, Decimal] = {}
    unknown = 0
    is_nothing = None if column.nothing is None else column.nothing[0]
    for key, values in parts.items():
        found = list(map(column.amount, filterfalse(is_nothing, values) if is_nothing else values))
        unknown += sum(amount is None for amount in found)
        if (known := sum_of_known(found)) is not None:
            by_key[key] = known
    return Amounts(by_key, unknown)


def ratio_cell(column: Column[R, C], parts: Parts[R], context: C) -> SubtotalCell:
    """Σ numerators ÷ Σ denominators, of the rows of which both are known, in per cent."""
    assert column.ratio is not None
    above, below = column.ratio
    tops: dict[MoneyKey, Decimal] = {}
    bottoms: dict[MoneyKey, Decimal] = {}
    unknown = 0
    for key, values in parts.items():
        pairs = zip(map(above, values), map(below, values), strict=True)
        known = [(top, bottom) for top, bottom in pairs if top is not None and bottom is not None]
        unknown += len(values) - len(known)
        if known:
            tops[key] = exact_sum(top for top, _ in known)
            bottoms[key] = exact_sum(bottom for _, bottom in known)
    if not tops:
        return SubtotalCell(DASH, tooltip=unknown_text(unknown))
    top, currency, is_converted = Amounts(tops, unknown).total(context)
    bottom, _, _ = Amounts(bottoms, unknown).total(context)
    tooltip = unknown_text(unknown)
    if is_converted:
        tooltip = "\n".join(filter(None, (converted_text(top, currency), tooltip)))
    if top is None or not bottom:
        return SubtotalCell(DASH, tooltip=tooltip, is_converted=is_converted)
    ratio = top / bottom * 100
    text = context.formats.percent(ratio) + (AND_UNKNOWN if unknown else "")
    tone = GAIN_TONES[context.formats.tone(ratio)]
    return SubtotalCell(text, None if unknown else ratio, tone, tooltip, is_converted)


def converted_text(total: Decimal | None, currency: str) -> str:
    if total is not None:
        return f"Converted to {currency} with IBKR's rates of the last sync"
    if not currency:
        return "No total: the accounts have different base currencies"
    return f"No total: IBKR gave no rate to {currency} for one of these currencies"


def unknown_text(count: int) -> str:
    if not count:
        return ""
    return "1 row has no known figure" if count == 1 else f"{count} rows have no known figure"
