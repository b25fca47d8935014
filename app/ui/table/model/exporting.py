"""A table as a sheet for other programs: exact values, and sums that mix no currencies."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from app.domain.text.messages import joined, message, message_in, tr, translated
from app.export.sheet import Heading, Kind, Parts, Sheet, Value
from app.ui.table.core.column import Column, ExportedParts, Subtotal, TableContext, TableSpec
from app.ui.table.core.shares import Wholes, by_path, group_columns, share_keys, wholes_over
from app.ui.table.core.sums import amounts_of, parts_of
from app.ui.table.model.table_model import TableModel

R = TypeVar("R")
C = TypeVar("C", bound=TableContext)
ALL = message_in("groups", "All")
KINDS: tuple[tuple[type, Kind], ...] = (
    *((bool, Kind.YES_NO), (int, Kind.WHOLE), (Decimal, Kind.NUMBER)),
    *((datetime, Kind.TIME), (date, Kind.DATE)),
)


@dataclass(frozen=True, slots=True)
class TableContent(Generic[R, C]):
    """What a table held at one moment; its sheet can be made on any thread.

    Attributes:
        values: of the rows, in order unless there is a sort key for them.
        groups: keys of the columns that they are grouped by.
        shares_by: the same where columns show a part of the group, also of a table that has all
            rows and is not written in groups.
        notes: what the rows are, in sentences.
        order: the sort key of values that are in no order.
    """

    name: str
    spec: TableSpec[R, C]
    context: C
    columns: tuple[Column[R, C], ...]
    values: tuple[R, ...]
    groups: tuple[str, ...] = ()
    shares_by: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    order: Callable[[R], Any] | None = None

    def sheet(self, step: Callable[[int], None] = lambda _: None) -> Sheet:
        """Args: step: called with the number of rows made; what it raises ends the work."""
        rows = []
        counts: list[int] = []
        parts: list[R] = []
        of = self.spec.exported_parts
        ordered = self.values if self.order is None else sorted(self.values, key=self.order)
        context = self._with_wholes()
        for number, value in enumerate(ordered, start=1):
            rows.append(tuple(exact(column, value, context) for column in self.columns))
            if of is not None:
                own = of.of(value)
                parts += own
                counts.append(len(own))
            if number % 200 == 0:
                step(number)
        headings = self._headings(self.columns, rows)
        made = None if of is None else Parts(self._parts_sheet(of, parts), counts)
        return Sheet(self.name, headings, rows, totals_of(self), self.notes, made)

    def _parts_sheet(self, of: ExportedParts[R, C], parts: Sequence[R]) -> Sheet:
        """In the same columns, with what each one is behind the first."""
        first, *others = self.columns
        columns = (first, of.kind, *others)
        rows = [tuple(exact(column, part, self.context) for column in columns) for part in parts]
        return Sheet(of.title, self._headings(columns, rows), rows)

    def _headings(
        self, columns: Sequence[Column[R, C]], rows: Sequence[Sequence[Value]]
    ) -> tuple[Heading, ...]:
        return tuple(
            heading(column, self.context, [row[place] for row in rows])
            for place, column in enumerate(columns)
        )

    def _with_wholes(self) -> C:
        make = self.spec.with_wholes
        if make is None:
            return self.context
        columns = tuple(map(self.spec.column, self.shares_by))
        if not columns:
            return make(self.context, Wholes())
        return make(self.context, wholes_over(self.values, columns, self.spec, self.context))


def table_content(
    model: TableModel[R, C], *, is_everything: bool, values: Sequence[R] | None = None
) -> TableContent[R, C]:
    """Runs on the UI's thread, and takes no long time.

    Args:
        is_everything: all rows and columns, in the currency of each, instead of what is shown.
        values: for a model that has not read all rows: those that it would have.
    """
    spec, context = model.spec, model.context
    now = datetime.now().astimezone()
    time, offset = now.strftime("%Y-%m-%d %H:%M:%S"), now.strftime("%z")
    made = tr("Exported {time} (UTC{offset}). Times are local.", time=time, offset=offset)
    name = spec.name.capitalize()
    if is_everything:
        if context.is_in_base:
            context = replace(context, is_in_base=False)  # type: ignore[type-var]
        found = model.all_values if values is None else values
        return TableContent(
            *(name, spec, context, spec.columns, tuple(found)),
            shares_by=model.layout.groups,
            notes=(made, *shares_note(spec, model.layout.groups)),
            order=spec.tie_break if values is None else None,
        )
    groups = model.layout.groups
    keys = dict.fromkeys((*groups, *model.layout.keys))
    columns = tuple(spec.column(key) for key in keys)
    shown = tuple(model.values if values is None else values)
    count = context.formats.count
    total = count(max(len(model.rows), len(shown)))
    rows = tr(
        "{shown} of {total} rows: those that were shown.", shown=count(len(shown)), total=total
    )
    shares = tuple(column.key for column in group_columns(spec, model.layout))
    notes = (made, rows, *shares_note(spec, shares))
    return TableContent(name, spec, context, columns, shown, groups, shares, notes)


def shares_note(spec: TableSpec[R, C], groups: Sequence[str]) -> tuple[str, ...]:
    """What the groups are that rows show their parts of."""
    titles = [column.title for column in spec.columns if column.key in share_keys(spec)]
    if not titles or not groups:
        return ()
    # Translators: between the columns that rows are grouped by, outer and inner.
    by = joined((spec.column(key).title for key in groups), message(", then "))
    # Translators: both are titles of columns.
    return (
        tr("{shares}: the groups are those by {columns}.", shares=joined(titles, ", "), columns=by),
    )


def table_sheet(model: TableModel[Any, Any], *, is_everything: bool) -> Sheet:
    """At once, on this thread."""
    return table_content(model, is_everything=is_everything).sheet()


def exact(column: Column[R, C], value: R, context: C) -> Value:
    found = column.value(value, context)
    if found is None or isinstance(found, int | Decimal | date):
        return found
    text = str(found)
    return day_or_text(text) if column.kind is Kind.DATE else text


def day_or_text(text: str) -> Value:
    """IBKR names only the month of some expiries."""
    try:
        return date.fromisoformat(text) if len(text) == len("YYYYMMDD") else text
    except ValueError:
        return text


def heading(column: Column[R, C], context: C, values: Iterable[Value]) -> Heading:
    """A converted amount says its currency."""
    is_converted = column.is_money and context.is_in_base
    title = translated(column.title)
    if is_converted:
        title = f"{title} ({context.base_currency})"
    return Heading(column.key, title, column.kind or kind_of(values))


def kind_of(values: Iterable[Value]) -> Kind:
    first = next((value for value in values if value is not None), None)
    return next((kind for of, kind in KINDS if isinstance(first, of)), Kind.TEXT)


def totals_of(content: TableContent[R, C]) -> Sheet | None:
    """For each group, and for all rows: a line a currency. What is not known is counted beside the
    sum of what is."""
    of = content.spec.money_key
    summed = [column for column in content.columns if column.subtotal is Subtotal.MONEY]
    if of is None or not summed:
        return None
    groups = [content.spec.column(key) for key in content.groups]
    headings = [
        *(Heading(column.key, translated(column.title)) for column in groups),
        *(Heading("currency", tr("Currency")), Heading("rows", tr("Rows"), Kind.WHOLE)),
    ]
    for column in summed:
        # Translators: a column that counts rows; {column} is the title of the one with the figures.
        without = tr("{column}: rows without a figure", column=column.title)
        headings.append(Heading(column.key, translated(column.title), Kind.MONEY))
        headings.append(Heading(f"{column.key}_unknown", without, Kind.WHOLE))
    rows: list[tuple[Value, ...]] = []
    if groups:
        for path, values in by_path(content.values, groups, content.context).items():
            named = tuple(map(translated, path))
            rows += [(*named, *line) for line in currency_lines(content, summed, values)]
    every = (translated(ALL),) * len(groups)
    rows += [(*every, *line) for line in currency_lines(content, summed, content.values)]
    return Sheet(tr("Totals"), tuple(headings), rows)


def currency_lines(
    content: TableContent[R, C], summed: Sequence[Column[R, C]], values: Iterable[R]
) -> Iterator[tuple[Value, ...]]:
    """Amounts in their own currency, whatever the table shows."""
    of = content.spec.money_key
    assert of is not None
    currencies: dict[str, list[R]] = {}
    for value in values:
        currencies.setdefault(of(value)[1], []).append(value)
    for currency, own in sorted(currencies.items()):
        parts = parts_of(own, content.spec)
        line: list[Value] = [currency, len(own)]
        for column in summed:
            amounts = amounts_of(column, parts)
            line += [amounts.by_currency.get(currency), amounts.unknown]
        yield tuple(line)
