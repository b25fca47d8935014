"""What each row is a part of: the sums of the innermost groups. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeVar

from app.domain.text.messages import message
from app.ui.table.core.column import Column, TableContext, TableSpec
from app.ui.table.core.layout import GroupPath, TableLayout
from app.ui.table.core.subtotals import converted_text, unknown_text
from app.ui.table.core.sums import Amounts, amounts_of, parts_of

R = TypeVar("R")
C = TypeVar("C", bound=TableContext)
OF_WHOLES = "wholes"  # the context's attribute


@dataclass(frozen=True, slots=True)
class Whole:
    """The sum of a group.

    Attributes:
        amount: in the currency; None where it is no whole that a row could be a part of.
        why: why it is None, in a sentence.
    """

    amount: Decimal | None = None
    currency: str = ""
    why: str = ""


NOT_GROUPED = Whole(why=message("Group the rows to see what share of its group each one is"))
ZERO_SUM = Whole(why=message("The group's sum is zero"))


@dataclass(frozen=True, slots=True)
class Wholes(Generic[R]):
    """The sums of the innermost groups.

    Attributes:
        columns: those that the rows are grouped by, outermost first; none while they are not.
        by_path: the texts of a group and of those around it -> its sum.
    """

    columns: tuple[Column[R, Any], ...] = ()
    by_path: Mapping[GroupPath, Whole] = field(default_factory=dict)

    def of(self, value: R, context: Any) -> Whole:
        """Of the group that the row is in."""
        return self.by_path.get(path_of(value, self.columns, context), NOT_GROUPED)


def path_of(value: R, columns: Iterable[Column[R, C]], context: C) -> GroupPath:
    return tuple(column.text(value, context) for column in columns)


def by_path(
    values: Iterable[R], columns: Sequence[Column[R, C]], context: C
) -> dict[GroupPath, list[R]]:
    """The texts of the innermost group and of those around it -> its values, in order."""
    found: dict[GroupPath, list[R]] = {}
    for value in values:
        found.setdefault(path_of(value, columns, context), []).append(value)
    return found


def share_keys(spec: TableSpec[R, C]) -> frozenset[str]:
    """Of the columns that show a row's part of its group."""
    return frozenset(column.key for column in spec.columns if OF_WHOLES in column.context)


def group_columns(spec: TableSpec[R, C], layout: TableLayout) -> tuple[Column[R, C], ...]:
    """What the rows are grouped by, if a visible column shows their parts of these groups."""
    is_shown = not share_keys(spec).isdisjoint(layout.keys)
    return tuple(map(spec.column, layout.groups)) if is_shown else ()


def wholes_of(
    sums: Mapping[GroupPath, Amounts], columns: tuple[Column[R, C], ...], context: C
) -> Wholes[R]:
    """Args: sums: of the column that the rows are parts of, by the path of the innermost group."""
    return Wholes(columns, {path: whole_of(amounts, context) for path, amounts in sums.items()})


def wholes_over(
    values: Iterable[R], columns: tuple[Column[R, C], ...], spec: TableSpec[R, C], context: C
) -> Wholes[R]:
    """As they would be if a table listed these values."""
    summed = spec.column(spec.share_of)
    groups = by_path(values, columns, context)
    sums = {path: amounts_of(summed, parts_of(own, spec)) for path, own in groups.items()}
    return wholes_of(sums, columns, context)


def whole_of(amounts: Amounts, context: TableContext) -> Whole:
    if amounts.unknown:
        unknown = unknown_text(amounts.unknown)
        return Whole(why=message("The group's sum is not known: {reason}", reason=unknown))
    amount, currency, _ = amounts.total(context)
    if amount is None:
        return Whole(why=converted_text(None, currency))
    return Whole(amount, currency) if amount else ZERO_SUM
