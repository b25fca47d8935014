"""What a column adds up to over rows, exactly, and what such sums add up to. Pure."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, compress, filterfalse
from typing import Any, TypeVar, cast

from app.domain.model.amounts import exact_sum
from app.ui.table.core.column import Column, MoneyKey, Subtotal, TableContext, TableSpec

R = TypeVar("R")
C = TypeVar("C", bound=TableContext)
ByKey = dict[MoneyKey, Decimal]


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is known of a sum.

    Attributes:
        by_key: (account, currency) -> the sum of the amounts that are known.
        unknown: how many are not.
        needs_note: one of the rows makes the sum need the column's remark.
    """

    by_key: ByKey
    unknown: int
    needs_note: bool = False

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


@dataclass(frozen=True, slots=True)
class RatioSums:
    """Of the rows of which both numerator and denominator are known.

    Attributes:
        above, below: the sums of the numerators, and of the denominators, by account and currency.
        unknown: how many rows lack one of them.
    """

    above: ByKey
    below: ByKey
    unknown: int


@dataclass(frozen=True, slots=True)
class QuantitySum:
    """Attributes: total: None for several instruments, whose quantities do not add up; then
    `instrument` is None too."""

    instrument: Hashable
    total: Decimal | None


ColumnSum = Amounts | RatioSums | QuantitySum
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


def column_sum(
    column: Column[R, C], parts: Parts[R], spec: TableSpec[R, C], context: C
) -> ColumnSum | None:
    """None where there are no rows, and for a column that does not add up."""
    if not parts or column.subtotal is Subtotal.NONE:
        return None
    if column.subtotal is Subtotal.QUANTITY:
        return quantity_of(column, parts, spec, context)
    if column.subtotal is Subtotal.RATIO:
        return ratio_of(column, parts)
    return amounts_of(column, parts)


def quantity_of(
    column: Column[R, C], parts: Parts[R], spec: TableSpec[R, C], context: C
) -> QuantitySum:
    of = spec.instrument
    values = [value for part in parts.values() for value in part]
    if of is None:
        return QuantitySum(None, None)
    instrument = of(values[0]) if values else None
    if any(of(value) != instrument for value in values):
        return QuantitySum(None, None)
    return QuantitySum(instrument, exact_sum(column.value(value, context) for value in values))


def amounts_of(column: Column[R, Any], parts: Parts[R]) -> Amounts:
    """Each amount in its own currency, whatever the context shows."""
    assert column.amount is not None
    by_key: ByKey = {}
    unknown = 0
    is_nothing = None if column.nothing is None else column.nothing[0]
    for key, values in parts.items():
        found = list(map(column.amount, filterfalse(is_nothing, values) if is_nothing else values))
        known = [amount for amount in found if amount is not None]
        unknown += len(found) - len(known)
        if known:
            by_key[key] = exact_sum(known)
    note = column.sum_note
    needs_note = note is not None and any(map(note[0], chain.from_iterable(parts.values())))
    return Amounts(by_key, unknown, needs_note)


def ratio_of(column: Column[R, Any], parts: Parts[R]) -> RatioSums:
    assert column.ratio is not None
    above, below = column.ratio
    tops: ByKey = {}
    bottoms: ByKey = {}
    unknown = 0
    for key, values in parts.items():
        over, under = list(map(above, values)), list(map(below, values))
        pairs = zip(over, under, strict=True)
        is_known = [top is not None and bottom is not None for top, bottom in pairs]
        unknown += is_known.count(False)
        if any(is_known):
            tops[key] = exact_sum(chosen_of(over, is_known))
            bottoms[key] = exact_sum(chosen_of(under, is_known))
    return RatioSums(tops, bottoms, unknown)


def chosen_of(amounts: Sequence[Decimal | None], is_known: Sequence[bool]) -> Iterable[Decimal]:
    return cast(Iterable[Decimal], compress(amounts, is_known))


def merged(sums: Iterable[ColumnSum | None]) -> ColumnSum | None:
    """The sum over all rows that these sums of one column are over, which share none."""
    known = [each for each in sums if each is not None]
    if not known:
        return None
    if isinstance(known[0], Amounts):
        return merged_amounts([each for each in known if isinstance(each, Amounts)])
    if isinstance(known[0], RatioSums):
        return merged_ratios([each for each in known if isinstance(each, RatioSums)])
    return merged_quantities([each for each in known if isinstance(each, QuantitySum)])


def merged_amounts(sums: Sequence[Amounts]) -> Amounts:
    return Amounts(
        added(sums, lambda each: each.by_key),
        sum(each.unknown for each in sums),
        any(each.needs_note for each in sums),
    )


def merged_ratios(sums: Sequence[RatioSums]) -> RatioSums:
    return RatioSums(
        added(sums, lambda each: each.above),
        added(sums, lambda each: each.below),
        sum(each.unknown for each in sums),
    )


def merged_quantities(sums: Sequence[QuantitySum]) -> QuantitySum:
    instrument = sums[0].instrument
    totals = [each.total for each in sums if each.instrument == instrument]
    known = [total for total in totals if total is not None]
    if len(known) < len(sums):
        return QuantitySum(None, None)
    return QuantitySum(instrument, exact_sum(known))


S = TypeVar("S", Amounts, RatioSums)


def added(sums: Sequence[S], of: Callable[[S], ByKey]) -> ByKey:
    found: defaultdict[MoneyKey, list[Decimal]] = defaultdict(list)
    for each in sums:
        for key, amount in of(each).items():
            found[key].append(amount)
    return {key: exact_sum(amounts) for key, amounts in found.items()}
