"""A table's columns and kinds of filters: what each shows, sorts by, sums and accepts. Pure."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from app.domain.model.positions import Source
from app.export.sheet import Kind
from app.ui.style.formatting import Formats
from app.ui.table.core.layout import ColumnPlace, TableLayout

MoneyKey = tuple[str, str]  # account and currency: what amounts can be added


class TableContext(Protocol):
    """What a column needs beside the row; views add what their columns use (today, rates).

    Attributes:
        formats: numbers and times in the user's locale.
        base_currency: what amounts are converted to; empty if that is not known or not one.
        is_in_base: amounts are shown in the base currency.
    """

    @property
    def formats(self) -> Formats: ...

    @property
    def base_currency(self) -> str: ...

    @property
    def is_in_base(self) -> bool: ...

    def convert(self, key: MoneyKey, amount: Decimal) -> Decimal | None:
        """The amount in the base currency; None without a rate."""


@dataclass(frozen=True, slots=True)
class PlainContext:
    """The context of a table whose columns need only the formats."""

    formats: Formats
    base_currency: str = ""
    is_in_base: bool = False

    def convert(self, _key: MoneyKey, _amount: Decimal) -> Decimal | None:
        return None


R = TypeVar("R")
C = TypeVar("C", bound=TableContext)


class Subtotal(StrEnum):
    """How a column's values add up in a group and in the totals line.

    Money is summed for each currency by itself. Quantities are added only for one instrument.
    A ratio is the sum of its numerators ÷ the sum of its denominators.
    """

    NONE = "none"
    MONEY = "money"
    QUANTITY = "quantity"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Column(Generic[R, C]):
    """One column.

    Attributes:
        key: stable: layouts, exports and tests name the column by it.
        title, description: the header's text, and its tooltip in a sentence.
        value: exact; None where it is not known.
        text: as shown in a cell.
        order: the sort key, None only where `value` is; without it, `value` is the sort key.
        tone: the name of one of the `Colours`, or empty for the text's own.
        tooltip: why a figure is missing, or where it comes from; empty if there is nothing to add.
        depends_on: attribute paths of the row whose change changes the cell.
        context: names of the context's attributes whose change changes the cell.
        is_tie_break: the table's `tie_break` begins with its sort key.
        is_number: right-aligned, and never elided.
        is_live: IBKR pushes it while connected.
        is_money: in the row's currency, or in the base currency while the context says so.
        is_in_base: always in the base currency.
        subtotal: how its values add up.
        sum_note: whether a value makes a sum need a remark, and the remark.
        amount: what is added up, in the row's own currency.
        nothing: whether a row has nothing to add up, which is no unknown figure; and the tooltip of
            a sum over such rows only, which is a dash as they are.
        ratio: numerator and denominator, in the row's currency.
        ratio_text: how the ratio of sums is written.
        kind: how an export types it; without it, the value's own type decides.
        badge: the source that the text is shown as a badge of; None for a plain text.
        is_changed: whether the cell has changed since the user last looked: it is tinted.
        is_groupable: rows can be grouped by its text.
        width: the initial one, in characters.
        is_hideable: False for the column that names the row.
        is_shown: in the default layout.
    """

    key: str
    title: str
    value: Callable[[R, C], Any]
    text: Callable[[R, C], str]
    description: str = ""
    order: Callable[[R, C], Any] | None = None
    tone: Callable[[R, C], str] | None = None
    tooltip: Callable[[R, C], str] | None = None
    depends_on: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    is_tie_break: bool = False
    is_number: bool = False
    is_live: bool = False
    is_money: bool = False
    is_in_base: bool = False
    subtotal: Subtotal = Subtotal.NONE
    amount: Callable[[R], Decimal | None] | None = None
    nothing: tuple[Callable[[R], bool], str] | None = None
    sum_note: tuple[Callable[[R], bool], str] | None = None
    ratio: tuple[Callable[[R], Decimal | None], Callable[[R], Decimal | None]] | None = None
    kind: Kind | None = None
    badge: Callable[[R], Source] | None = None
    is_changed: Callable[[R, C], bool] | None = None
    is_groupable: bool = False
    width: int = 10
    is_hideable: bool = True
    is_shown: bool = True

    @property
    def sort_by(self) -> Callable[[R, C], Any]:
        return self.order or self.value


@dataclass(frozen=True, slots=True)
class FilterKind(Generic[R, C]):
    """One kind of filter.

    Attributes:
        title: of its menu.
        accepts: whether a row is of the filter's value.
        choices: (value, text) of what can be chosen, given all rows.
        text: a chip's, of a value.
    """

    key: str
    title: str
    accepts: Callable[[R, str, C], bool]
    choices: Callable[[Iterable[R], C], tuple[tuple[str, str], ...]]
    text: Callable[[str, C], str]


@dataclass(frozen=True, slots=True)
class ExportedParts(Generic[R, C]):
    """What each row is made of, for an export.

    Attributes:
        title: what they are together.
        of: all parts of a row, each in the columns of the row.
        kind: the column that says what each one is.
        notes: format's suffix -> a sentence about how the file has them.
    """

    title: str
    of: Callable[[R], tuple[R, ...]]
    kind: Column[R, C]
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TableSpec(Generic[R, C]):
    """Everything that makes one table different from another.

    Attributes:
        name: stable: layouts are saved under it.
        key: what identifies a row over all updates.
        is_same: whether two values of one key are the same thing; else the row is a new one.
        tie_break: the order of rows that no sort key tells apart, and of an unsorted table.
        search_text: what a search matches against, casefolded.
        money_key: account and currency of a row's amounts.
        instrument: what a row is of: quantities are added only for one.
        parts: the rows below a row that can be unfolded; empty for most.
        is_unseen: whether a row has changed since the user last looked at it.
        part_count: how many that are, without making them.
        exported_parts: what an export has of each row beside it; None for most.
        share_of: the key of the column whose sums over the innermost groups are the wholes that
            rows are parts of; empty where no column shows a part.
        with_wholes: the context with these sums (see shares.py); its `wholes` are what a column
            that shows a part names in its `context`.
        stretched: the key of the column that takes spare width; the first without one.
        default: the layout before the user changes it.
    """

    name: str
    columns: tuple[Column[R, C], ...]
    key: Callable[[R], Hashable]
    tie_break: Callable[[R], Any]
    search_text: Callable[[R], str]
    is_same: Callable[[R, R], bool] | None = None
    money_key: Callable[[R], MoneyKey] | None = None
    instrument: Callable[[R], Hashable] | None = None
    parts: Callable[[R], tuple[R, ...]] | None = None
    part_count: Callable[[R], int] | None = None
    exported_parts: ExportedParts[R, C] | None = None
    is_unseen: Callable[[R, C], bool] | None = None
    filters: tuple[FilterKind[R, C], ...] = ()
    share_of: str = ""
    with_wholes: Callable[[C, Any], C] | None = None
    stretched: str = ""
    default: TableLayout = field(default_factory=TableLayout)

    def column(self, key: str) -> Column[R, C]:
        return next(column for column in self.columns if column.key == key)

    def filter_kind(self, key: str) -> FilterKind[R, C]:
        return next(kind for kind in self.filters if kind.key == key)


def default_columns(columns: Iterable[Column[Any, Any]]) -> tuple[ColumnPlace, ...]:
    return tuple(ColumnPlace(column.key) for column in columns if column.is_shown)


def bits_of(spec: TableSpec[Any, Any], is_wanted: Callable[[Any], bool]) -> int:
    """A bit for each column that is wanted."""
    return sum(1 << n for n, column in enumerate(spec.columns) if is_wanted(column))


def columns_in_order(spec: TableSpec[Any, Any], layout: TableLayout) -> Iterator[int]:
    """The numbers of the visible columns, from left to right."""
    numbers = {column.key: number for number, column in enumerate(spec.columns)}
    return (numbers[key] for key in layout.keys)
