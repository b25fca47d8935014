"""The portfolio's summary over the table: headline figures, and lines that unfold beneath."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from app.domain.runs import ALL_ACCOUNTS
from app.domain.states import Book
from app.ui.figure_label import FigureLabel
from app.ui.formatting import Formats
from app.ui.icons import icon
from app.ui.summary_rows import SummaryRow, summary_rows
from app.ui.theme import Colours

# title, field of AccountSummary, how it reads, why it may be missing
FIGURES = (
    ("Net liquidation", "net_liquidation", "money", "IBKR gave no net liquidation value"),
    ("Cash", "cash", "money", "IBKR gave no cash balance"),
    ("Market value", "market_value", "money", "A position has no market value"),
    ("Unrealized P&L", "unrealized_pnl", "gain", "A position has no unrealized P&L"),
    ("Realized P&L", "realized_pnl", "gain", "Nothing was closed, or a part is not known"),
)
MIXED = "There is no total over several currencies; see the lines below"
HEADLINE = 1  # the grid's line; 0 has the titles
FIGURE_WIDTH = 108
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SummaryStrip(QWidget):
    """Figures of the chosen account, in columns that line up with the lines beneath.

    Signals:
        unfolded(bool): the lines by currency were shown or hidden.
    """

    unfolded = Signal(bool)

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("summaryStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Portfolio summary")
        self._formats = formats
        self._book = Book()
        self._account = ALL_ACCOUNTS
        self._lines: list[list[FigureLabel]] = []
        self._shown = 0
        self.toggle = QToolButton()
        self.toggle.setObjectName("foldButton")
        self.toggle.setCheckable(True)
        self.toggle.setToolTip("By currency and account")
        self.toggle.setAccessibleName("Figures by currency and account")
        self.toggle.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggle.toggled.connect(self._unfold)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(14, 8, 14, 10)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        self._grid.addWidget(self.toggle, HEADLINE, len(FIGURES) + 2)
        for column in range(1, len(FIGURES) + 1):
            self._grid.setColumnMinimumWidth(column, FIGURE_WIDTH)
        self._grid.setColumnStretch(len(FIGURES) + 3, 1)
        self.whose = QLabel()
        self.whose.setObjectName("quiet")
        self._grid.addWidget(self.whose, 0, 0)
        self._add_titles()
        self.headline = self._add_line(HEADLINE, is_headline=True)

    def render_book(self, book: Book) -> None:
        self._book = book
        self._render()

    @Slot(str)
    def choose_account(self, account: str) -> None:
        self._account = account
        self._render()

    def visible_lines(self) -> list[list[FigureLabel]]:
        """The unfolded lines, cell by cell."""
        return self._lines[: self._shown] if self.toggle.isChecked() else []

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self._draw_toggle()

    def _add_titles(self) -> None:
        for column, title in enumerate([figure[0] for figure in FIGURES] + ["Positions"], start=1):
            label = QLabel(title)
            label.setObjectName("quiet")
            label.setAlignment(RIGHT)
            self._grid.addWidget(label, 0, column)

    def _add_line(self, line: int, *, is_headline: bool) -> list[FigureLabel]:
        title = FigureLabel(is_headline=is_headline)
        title.setAlignment(LEFT)
        if not is_headline:
            title.setObjectName("quiet")
        cells = [title]
        cells += [FigureLabel(is_headline=is_headline) for _ in range(len(FIGURES) + 1)]
        for column, cell in enumerate(cells):
            self._grid.addWidget(cell, line, column)
        return cells

    def _render(self) -> None:
        rows = summary_rows(self._book, self._account)
        self.whose.setText(rows.headline.title)
        self._fill(self.headline, rows.headline, MIXED if rows.is_mixed else "")
        while len(self._lines) < len(rows.lines):
            self._lines.append(self._add_line(HEADLINE + 1 + len(self._lines), is_headline=False))
        for cells, row in zip(self._lines, rows.lines, strict=False):
            self._fill(cells, row, "")
        self.toggle.setVisible(bool(rows.lines))
        self._shown = len(rows.lines)
        self._unfold(self.toggle.isChecked())

    def _fill(self, cells: list[FigureLabel], row: SummaryRow, why_unknown: str) -> None:
        title, *sums, count = cells
        title.setText(row.figures.currency if cells is self.headline else row.title)
        for cell, (_, name, form, why) in zip(sums, FIGURES, strict=True):
            show = cell.show_gain if form == "gain" else cell.show_money
            show(getattr(row.figures, name), self._formats, why_unknown or why)
        count.show_count(row.figures.positions, self._formats)

    @Slot(bool)
    def _unfold(self, is_open: bool) -> None:
        for number, cells in enumerate(self._lines):
            for cell in cells:
                cell.setVisible(is_open and number < self._shown)
        self._draw_toggle()
        self.unfolded.emit(is_open)

    def _draw_toggle(self) -> None:
        name = "chevron-up" if self.toggle.isChecked() else "chevron-down"
        self.toggle.setIcon(icon(name, self._colours.muted))
