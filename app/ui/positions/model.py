"""The table model of the open positions: sorted, filtered, and signalling only what changed.

Never resets for a sync: selection, scroll and sort order stay. It sorts and filters in Python
itself, because a sorted QSortFilterProxyModel is a hundred times slower at 10,000 rows.
"""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor

from app.domain.model.positions import Identity, Position
from app.domain.portfolio.live_overlay import LiveOverlay, overlay_position
from app.ui.positions import columns
from app.ui.positions.columns import COLUMNS, TITLES
from app.ui.positions.row_store import SLICE, RowStore
from app.ui.positions.rows import LAST_SYNCED_BIT, Key, Row, bit_runs, key_of
from app.ui.positions.tooltips import tooltip
from app.ui.style.formatting import Formats
from app.ui.style.roles import (
    ALIGNMENT,
    BACKGROUND,
    DISPLAY,
    FOREGROUND,
    LEFT,
    RIGHT,
    TOOLTIP,
    Index,
)
from app.ui.style.theme import Colours
from app.ui.table.list_model import CHANGED_ROLES, ListModel, runs
from app.ui.table.row_highlights import RowHighlights
from app.ui.table.time_slicer import TimeSlicer, Work
from app.ui.widgets.plain_text import plain_tooltip

MARK_ROLES = [BACKGROUND]
ALIGNMENTS = tuple(RIGHT if column.is_number else LEFT for column in COLUMNS)
CellColours = tuple[QColor | None, ...]
MANY_ROWS = 1000  # above that, finding the rows takes longer than repainting all


class PositionsModel(ListModel[Row]):
    """Rows are positions, columns are `COLUMNS`.

    Signals:
        live_updated(): figures in the columns `LIVE` have changed, in any row.
        about_to_relist(): other rows, or the same in another order, are about to be listed.
        shown(): all positions given to `show` are listed; with many of them that takes several
            turns of the event loop, and the old rows stay until then.
    """

    live_updated = Signal()
    about_to_relist = Signal()
    shown = Signal()

    def __init__(self, formats: Formats, colours: Colours, parent: QObject | None = None) -> None:
        self._row_store = RowStore()
        super().__init__(self._row_store, len(COLUMNS), parent)
        self._formats = formats
        self._unpriced: frozenset[str] = frozenset()
        self._is_lost = False
        self._live = LiveOverlay()
        self._outdated: set[Row] = set()  # rows that lack their newest figures
        self._colours: dict[tuple[int, ...], CellColours] = {}  # by a row's tones
        self._slices = TimeSlicer(self)
        self._moved_while_showing: set[Identity] = set()  # while `show` is still running
        self._marks = RowHighlights(self)
        self._marks.stepped.connect(self._emit_marks)
        self.set_colours(colours)

    def show(
        self, positions: Sequence[Position], touched: frozenset[Identity] = frozenset()
    ) -> None:
        """Shows these positions, and marks the touched ones for a few seconds."""
        self._slices.finish()
        self._outdated.clear()
        self._slices.begin(self._showing(positions, touched))

    @property
    def is_showing(self) -> bool:
        """Whether `shown` is still to come."""
        return self._slices.is_busy

    def _showing(self, positions: Sequence[Position], touched: frozenset[Identity]) -> Work:
        delta = yield from self._row_store.updating(positions)
        is_long = len(positions) > SLICE
        if delta.is_rearranged:
            if is_long:
                yield
            self._relist()
        if is_long:
            yield
        if delta.changed:
            self._emit_changed(delta.changed)
        if delta.synced:
            self._emit_synced(delta.synced)
        if touched:
            self._marks.mark(self._row_store.of(touched))
        if self._moved_while_showing:
            self._outdated |= self._row_store.of(self._moved_while_showing)
            self._moved_while_showing.clear()
        self.shown.emit()

    def tick(self, live: LiveOverlay) -> bool:
        """Notes pushed figures; returns whether the rows may be out of order now.

        A row is updated when it is next asked for: of 10,000, only those on the screen are.
        `dataChanged` would repaint the whole view ten times a second.
        """
        self._live = live
        if self._slices.is_busy:
            self._moved_while_showing |= live.changed
        moved = self._row_store.of(live.changed)
        self._outdated |= moved
        if moved:
            self.live_updated.emit()
        return bool(moved) and self._row_store.is_sorted_by(columns.LIVE)

    @Slot()
    def rearrange(self) -> None:
        """Sorts the rows again; which rows are listed does not depend on live figures."""
        self._slices.finish()
        self._apply_live(tuple(self._outdated))
        rows = self._row_store.reordered()
        if rows != self._row_store.listed:
            self.reorder(rows)

    def show_lost(self, is_lost: bool) -> None:
        """Dims the live figures while the connection is lost."""
        if is_lost != self._is_lost:
            self._is_lost = is_lost
            self._colours.clear()
            if self._row_store.listed:
                self._emit_live()

    def filter(self, account: str, text: str) -> None:
        """Lists only the account's rows (or "All") that contain every word of the text."""
        self._slices.finish()
        if self._row_store.filter(account, text):
            self._relist()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._slices.finish()
        if column >= 0:
            self._apply_live(tuple(self._outdated))
            self._row_store.sort(column, is_descending=order == Qt.SortOrder.DescendingOrder)
            self._relist()

    def set_colours(self, colours: Colours) -> None:
        self._mark_colour = QColor(colours.mark)
        self._lost_colour = QColor(colours.faint)
        self._gain_colours = {1: QColor(colours.gain), -1: QColor(colours.loss)}
        self._colours.clear()

    def reformat(self) -> None:
        """Formats every cell again."""
        self._slices.finish()
        for row in self._row_store.rows:
            row.forget_texts()
        if self._row_store.listed:
            last = self.index(len(self._row_store.listed) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last, CHANGED_ROLES)

    def set_unpriced(self, accounts: frozenset[str]) -> None:
        """Sets the accounts whose past positions are shown without stored prices."""
        self._unpriced = accounts

    def position(self, row: int) -> Position:
        return self._row(row).position

    def rows_of(self, keys: frozenset[Key]) -> list[int]:
        """The row numbers of these positions; those not listed are left out."""
        rows = enumerate(self._row_store.listed) if keys else ()
        return [number for number, row in rows if key_of(row.position) in keys]

    def of_account(self) -> int:
        """How many positions the chosen account has, matching the search or not."""
        return self._row_store.of_account()

    def texts(self, row: int) -> tuple[str, ...]:
        """The texts of a row, one per column."""
        return self._row(row).texts(self._formats)

    def colours(self, row: int) -> CellColours:
        """The text colours of a row, one per column; None for the default."""
        tones = self._row(row).tones(self._formats)
        found = self._colours.get(tones)
        if found is None:
            found = self._colours[tones] = tuple(map(self._colour, range(len(COLUMNS)), tones))
        return found

    def background(self, row: int) -> QColor | None:
        """The highlight of a row that was just created or changed."""
        marks = self._marks
        if not marks.rows or self._row_store.listed[row] not in marks.rows:
            return None
        colour = QColor(self._mark_colour)
        colour.setAlphaF(marks.strength)
        return colour

    def data(self, index: Index, role: int = DISPLAY) -> object:
        if not index.isValid():
            return None
        if role == DISPLAY:
            return self._row(index.row()).texts(self._formats)[index.column()]
        if role == ALIGNMENT:
            return ALIGNMENTS[index.column()]
        if role == FOREGROUND:
            return self.colours(index.row())[index.column()]
        if role == BACKGROUND:
            return self.background(index.row())
        if role == TOOLTIP:
            position = self._row(index.row()).position
            is_unpriced = position.account in self._unpriced
            more = {"is_unpriced": is_unpriced, "is_lost": self._is_lost}
            return plain_tooltip(tooltip(position, index.column(), self._formats, **more)) or None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        if role == DISPLAY:
            return TITLES[section]
        return ALIGNMENTS[section] if role == ALIGNMENT else None

    def _colour(self, column: int, tone: int) -> QColor | None:
        if self._is_lost and column in columns.LIVE:
            return self._lost_colour
        return self._gain_colours.get(tone)

    def _row(self, number: int) -> Row:
        row = self._row_store.listed[number]
        if row in self._outdated:
            self._apply_live((row,))
        return row

    def _apply_live(self, rows: Sequence[Row]) -> None:
        self._outdated.difference_update(rows)
        for row in rows:
            row.update_live(overlay_position(row.position, self._live))

    def _emit_live(self) -> None:
        last = len(self._row_store.listed) - 1
        span = self.index(0, min(columns.LIVE)), self.index(last, max(columns.LIVE))
        self.dataChanged.emit(*span, CHANGED_ROLES)

    def _relist(self) -> None:
        """Lists the rows again, after a change of rows or order."""
        self.about_to_relist.emit()
        self.list_rows(self._row_store.arranged())

    def _emit_changed(self, changed: Sequence[Row]) -> None:
        """dataChanged for the cells that changed, neighbours in one signal."""
        if len(changed) > MANY_ROWS:
            bits = 0
            for row in changed:
                bits |= row.changed
            self._emit_bits(bits, [(0, len(self._row_store.listed) - 1)])
            return
        rows = set(changed)
        groups: dict[int, list[int]] = {}
        for number, row in enumerate(self._row_store.listed):
            if row in rows:
                groups.setdefault(row.changed, []).append(number)
        for bits, alike in groups.items():
            self._emit_bits(bits, list(runs(alike)))

    def _emit_synced(self, accounts: frozenset[str]) -> None:
        listed = self._row_store.listed
        if listed and accounts == self._row_store.accounts:
            spans = [(0, len(listed) - 1)]
        else:
            rows = enumerate(listed)
            spans = list(runs(n for n, row in rows if row.position.account in accounts))
        self._emit_bits(LAST_SYNCED_BIT, spans)

    def _emit_bits(self, bits: int, spans: list[tuple[int, int]]) -> None:
        """Args: spans: first and last row of each."""
        self.emit_cells_changed(bit_runs(bits), spans, CHANGED_ROLES)

    @Slot(object)
    def _emit_marks(self, rows: frozenset[Row]) -> None:
        marked = (n for n, row in enumerate(self._row_store.listed) if row in rows)
        self.emit_cells_changed([(0, len(COLUMNS) - 1)], list(runs(marked)), MARK_ROLES)
