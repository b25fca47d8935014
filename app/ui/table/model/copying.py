"""Lines of a table as text for other programs: exact or as shown, never more digits than known."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from html import escape
from typing import Any

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from app.domain.text.foreign_text import for_clipboard
from app.domain.text.messages import translated
from app.ui.style.formatting import Formats
from app.ui.table.core.column import columns_in_order
from app.ui.table.core.rows import GroupLine, Line
from app.ui.table.model.table_model import TableModel


def copy_lines(
    model: TableModel[Any, Any], lines: Sequence[int], *, is_as_shown: bool = False
) -> None:
    """Puts the visible columns of these lines on the clipboard, with titles, as tab-separated text
    and as an HTML table."""
    columns = list(columns_in_order(model.spec, model.layout))
    titles = [translated(model.spec.columns[column].title) for column in columns]
    listed = [model.line(number) for number in lines]
    rows = [titles, *cells_of(model, listed, columns, is_as_shown=is_as_shown)]
    data = QMimeData()
    data.setText("".join("\t".join(row) + "\n" for row in rows))
    data.setHtml(html_table(rows))
    QGuiApplication.clipboard().setMimeData(data)


def cells_of(
    model: TableModel[Any, Any], lines: Sequence[Line], columns: Sequence[int], *, is_as_shown: bool
) -> Iterator[list[str]]:
    for line in lines:
        yield [cell(model, line, column, is_as_shown=is_as_shown) for column in columns]


def cell(model: TableModel[Any, Any], line: Line, column: int, *, is_as_shown: bool) -> str:
    if isinstance(line, GroupLine):
        if column == model.first_column:
            return for_clipboard(model.group_title(line))
        found = model.subtotal(line, column)
        return found.text if is_as_shown else written(found.value, model.context.formats)
    if is_as_shown:
        return for_clipboard(model.text(line, column))
    value = model.spec.columns[column].value(line.value, model.context)
    return written(value, model.context.formats)


def written(value: object, formats: Formats) -> str:
    """Exact, in the user's locale, without groups; empty where unknown."""
    if isinstance(value, Decimal):
        return formats.plain(value)
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if value is None:
        return ""
    return for_clipboard(translated(value) if isinstance(value, str) else str(value))


def html_table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows

    def row(cells: Sequence[str], tag: str) -> str:
        return f"<tr>{''.join(f'<{tag}>{escape(text)}</{tag}>' for text in cells)}</tr>"

    lines = "".join(row(cells, "td") for cells in body)
    return f"<table>{row(head, 'th')}{lines}</table>"
