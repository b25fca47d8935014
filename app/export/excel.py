"""Sheets as an Excel file: numbers and times are typed, and no digit is lost."""

import contextlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from app.domain.text.messages import message, message_in, translated
from app.export.digits import is_exact
from app.export.errors import ExportError
from app.export.excel_cells import CellMaker, CellStyles, cell_text
from app.export.sheet import Heading, Kind, Sheet, Value

MOST_ROWS = 1_048_576  # of an Excel sheet, its header included
STEP = 200  # rows between two reports
WIDEST, NARROWEST = 60, 6  # characters
NOTES = message_in("sheet", "Notes")
FILTER_ARROW = 3  # its room, in characters
FIGURES = (Decimal, int)
NO_FIGURES = (Kind.TEXT, Kind.TIME, Kind.DATE, Kind.YES_NO)


def write_excel(sheet: Sheet, file: BinaryIO, step: Callable[[int], None]) -> None:
    """Writes the sheet, one with its parts if there are any, and one with its totals and notes.

    Args:
        step: called with the number of rows written; what it raises ends the writing.

    Raises:
        ExportError: Excel cannot hold so many rows.
        OSError: the file, or a temporary one, cannot be written.
    """
    pages = [sheet] if sheet.parts is None else [sheet, sheet.parts.sheet]
    most = max(len(page.rows) for page in pages)
    if most >= MOST_ROWS:
        raise ExportError(
            message(
                "Excel holds {limit} rows, and these are {count}. Export them as CSV instead.",
                limit=f"{MOST_ROWS - 1:,}",
                count=f"{most:,}",
            )
        )
    with workbook(file) as book:
        styles = CellStyles(book)
        add_sheet(book, styles, sheet, step)
        for page in pages[1:]:
            add_sheet(book, styles, page, lambda _: step(len(sheet.rows)))
        totals = totals_sheet(sheet)
        if totals is not None:
            add_sheet(book, styles, totals, lambda _: None, is_filtered=False)


@contextlib.contextmanager
def workbook(file: BinaryIO) -> Iterator[Any]:
    """Rows go to a temporary file at once, so that closing the book takes no long time at its end.

    A book must be closed even where it is not wanted any more: else its temporary files stay open.
    """
    from xlsxwriter import Workbook  # heavy, and seldom needed
    from xlsxwriter.exceptions import FileCreateError

    with TemporaryDirectory(prefix="position-sync-", ignore_cleanup_errors=True) as folder:
        book = Workbook(
            file,
            {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        try:
            yield book
            book.close()
        except FileCreateError as error:
            raise reason_of(error) from error
        finally:
            if not book.fileclosed:
                for page in book.worksheets():
                    with contextlib.suppress(OSError, ValueError):
                        page.row_data_fh.close()


def reason_of(error: Exception) -> OSError:
    """The system's own error, which xlsxwriter wraps."""
    cause = error.args[0] if error.args else None
    return cause if isinstance(cause, OSError) else OSError(str(error))


def totals_sheet(sheet: Sheet) -> Sheet | None:
    """The totals, with the notes below them."""
    found = sheet.totals
    if found is None and sheet.notes:
        lines = tuple((translated(note),) for note in sheet.notes)
        return Sheet(NOTES, (Heading("note", NOTES),), lines)
    if found is None or not sheet.notes:
        return found
    across = len(found.headings) - 1
    blank = (None,) * (across + 1)
    notes = tuple((translated(note), *blank[1:]) for note in sheet.notes)
    return Sheet(found.name, found.headings, (*found.rows, blank, *notes))


def add_sheet(
    book: Any,
    styles: CellStyles,
    sheet: Sheet,
    step: Callable[[int], None],
    *,
    is_filtered: bool = True,
) -> None:
    """One page: the titles stay in sight, and each column is as wide as its texts. Name and titles
    are in the reader's language, as a person reads them."""
    from xlsxwriter.utility import xl_range

    from app.export.excel_page import RowPage

    columns = with_exact_texts(sheet)
    page = book.add_worksheet(translated(sheet.name), RowPage)
    page.freeze_panes(1, 1)
    titles = [cell_text(translated(heading.title)) for _, heading, _ in columns]
    for place, (_, heading, _) in enumerate(columns):
        page.write_string(0, place, titles[place], styles.title(heading.kind))
    page.begin_rows(len(columns), len(sheet.rows) + 1)
    widths = [len(title) + FILTER_ARROW for title in titles]
    makers = [
        (place, source, CellMaker(styles, heading.kind, is_exact_text=is_text))
        for place, (source, heading, is_text) in enumerate(columns)
    ]
    for number, row in enumerate(sheet.rows, start=1):
        cells = [""] * len(columns)
        for place, source, make in makers:
            value = row[source]
            if value is not None and value != "":
                cells[place], width = make(value)
                if width > widths[place]:
                    widths[place] = width
        page.add_row(number + 1, cells)
        if number % STEP == 0:
            step(number)
    for place, width in enumerate(widths):
        page.set_column(place, place, min(max(width + 1, NARROWEST), WIDEST))
    last = max(len(sheet.rows), 1), len(columns) - 1
    if is_filtered:
        page.autofilter(0, 0, *last)
    page.ignore_errors({"number_stored_as_text": xl_range(0, 0, *last)})
    step(len(sheet.rows))


def with_exact_texts(sheet: Sheet) -> list[tuple[int, Heading, bool]]:
    """(place of its values, its heading, whether it is the exact text) of each column."""
    columns: list[tuple[int, Heading, bool]] = []
    for place, heading in enumerate(sheet.headings):
        columns.append((place, heading, False))
        is_figure = heading.kind not in NO_FIGURES
        if is_figure and not all(fits(row[place]) for row in sheet.rows):
            # Translators: {column} is a column's title; the column has all digits, as a text
            title = message("{column} (exact)", column=heading.title)
            exact = Heading(f"{heading.key}_exact", title, Kind.TEXT)
            columns.append((place, exact, True))
    return columns


def fits(value: Value) -> bool:
    return value is None or not isinstance(value, FIGURES) or is_exact(value)
