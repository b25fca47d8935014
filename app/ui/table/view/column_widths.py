"""How wide a table's columns are: as the layout says, but never too narrow for a figure."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QTableView

from app.ui.style.theme import figures_font
from app.ui.table.core.rows import Line
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.cell_painter import MARGIN
from app.ui.table.view.header import TableHeader
from app.ui.table.view.place import Place
from app.ui.table.view.table_painter import TablePainter

WIDEST_TEXT = 44  # characters; longer words are elided, figures never are


class ColumnWidths(QObject):
    """Widens columns to the content that comes into view; spare width goes to one column."""

    def __init__(
        self, view: QTableView, model: TableModel[Any, Any], painting: TablePainter
    ) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._painting = painting
        self._needed: dict[int, float] = {}  # column -> the widest content seen
        self._is_applying = False

    def forget(self) -> None:
        """Measures again, after another font."""
        self._needed.clear()
        self.apply()
        self._view.viewport().update()

    def fit(self, lines: Sequence[Line], places: Sequence[Place]) -> bool:
        """Notes what these lines need; returns whether a column has been widened for them."""
        is_wider = False
        for place in places:
            needed = self._painting.needed(lines, place.column, is_first=place.is_first)
            if needed > self._needed.get(place.column, 0.0):
                self._needed[place.column] = needed
                is_wider = is_wider or needed > place.width
        if is_wider:
            self.apply()
        return is_wider

    def fit_totals(self, places: Sequence[Place]) -> bool:
        """Widens columns to the totals, which are in sight with any lines."""
        return self.fit([self._model.total], [place for place in places if not place.is_first])

    def needed_by(self, lines: Sequence[Line]) -> int:
        """The width of all columns together at which no figure of these lines is cut."""
        header = self._view.horizontalHeader()
        assert isinstance(header, TableHeader)
        shown = header.visible_sections()
        self.fit(lines, [Place(n, 0, 0, False, n == shown[0]) for n in shown])
        return sum(self._width(header, section) for section in shown)

    def apply(self) -> None:
        """Gives every visible column its width."""
        header = self._view.horizontalHeader()
        assert isinstance(header, TableHeader)
        if self._is_applying:
            return
        self._is_applying = True
        try:
            shown = header.visible_sections()
            widths = {section: self._width(header, section) for section in shown}
            spare = self._view.viewport().width() - sum(widths.values())
            stretched = self._stretched(shown)
            if spare > 0 and stretched >= 0:
                widths[stretched] += spare
            header.set_widths(widths)
        finally:
            self._is_applying = False

    def _width(self, header: TableHeader, section: int) -> int:
        column = self._model.spec.columns[section]
        digit = QFontMetricsF(figures_font(self._view.font())).horizontalAdvance("0")
        content = self._needed.get(section, 0.0)
        chosen = next((p.width for p in self._model.layout.columns if p.key == column.key), 0)
        is_whole = column.is_number or not column.is_hideable
        if not is_whole:  # a text that takes the spare width does not make the table scroll
            is_stretched = column.key == self._model.spec.stretched
            content = 0.0 if is_stretched else min(content, WIDEST_TEXT * digit)
        if chosen:
            return max(chosen, round(content + 0.5) if is_whole else 0)
        typical = column.width * digit + 2 * MARGIN
        return round(max(content, typical, header.width_of_title(section)) + 0.5)

    def _stretched(self, shown: Sequence[int]) -> int:
        """The column that takes spare width: the spec's, or else the first."""
        spec = self._model.spec
        wanted = [n for n in shown if spec.columns[n].key == spec.stretched]
        return (wanted or list(shown) or [-1])[0]
