"""xlsxwriter's page, which takes whole rows. Imported only to write Excel: it is heavy."""

from collections.abc import Sequence

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet


class RowPage(Worksheet):  # type: ignore[misc]
    """Rows come from top to bottom, each as XML, and go to the file at once.

    Cell by cell, as xlsxwriter has it, 200,000 cells take five times as long: it looks every
    attribute of each through for what to escape, and ours hold nothing but numbers.
    """

    def begin_rows(self, columns: int, rows: int) -> None:
        """Args: columns, rows: how many there will be, those written cell by cell included."""
        self._check_dimensions(0, 0)
        self._check_dimensions(rows - 1, columns - 1)
        self._write_single_row(1)  # the titles
        self._names = [xl_col_to_name(column) for column in range(columns)]

    def add_row(self, number: int, cells: Sequence[str]) -> None:
        """Args:
        number: from 1.
        cells: the XML after each cell's name; empty where there is none.
        """
        named = zip(self._names, cells, strict=True)
        written = "".join(f'<c r="{name}{number}" {cell}' for name, cell in named if cell)
        self.fh.write(f'<row r="{number}">{written}</row>')
