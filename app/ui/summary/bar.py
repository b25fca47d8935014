"""The portfolio's summary above the table: headline figures, and lines that unfold below."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.desktop.app_state import PortfolioView
from app.domain.portfolio.live_overlay import LiveOverlay, overlay_rows
from app.domain.text.messages import message, tr, translated
from app.ui.style.formatting import Formats
from app.ui.style.icons import icon
from app.ui.style.sizes import scaled
from app.ui.style.theme import current_colours
from app.ui.summary.figure_keys import FigureKeys
from app.ui.summary.figures import figures
from app.ui.summary.grid import SummaryGrid
from app.ui.summary.line import SummaryLine
from app.ui.summary.rows import SummaryRow, summary_rows
from app.ui.view_state import ViewState
from app.ui.widgets.plain_text import PlainLabel

LIVE_MS = 1000
MIXED = message("There is no total over several currencies; see the lines below")
LEAST_WIDTH = 320  # at the usual font
MOST_HEIGHT = (
    330  # at the usual font; of many accounts' lines, which scroll then: the table needs room too
)
LINE = 1  # of the strip's own border, above and below
FOCUS = Qt.FocusPolicy


class SummaryBar(QWidget):
    """The figures of the chosen account, aligned with the lines below.

    Signals:
        unfolded(bool): the lines by currency were shown or hidden.
    """

    unfolded = Signal(bool)

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("summaryStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Portfolio summary"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._formats = formats
        self._book = self._stored = PortfolioView()
        self._live = LiveOverlay()
        self.pause = QTimer(self)
        self.pause.setSingleShot(True)
        self.pause.setInterval(LIVE_MS)
        self.pause.timeout.connect(self._render_live)
        self._account = ViewState().account
        self._lines: list[SummaryLine] = []
        self._spare: list[SummaryLine] = []  # further headlines, as many as were ever needed
        self._heads = 0  # of them in use
        self._rows: tuple[SummaryRow, ...] = ()  # the lines', folded or not
        self._hint = QSize()
        self.toggle = QToolButton()
        self.toggle.setObjectName("foldButton")
        self.toggle.setCheckable(True)
        self.toggle.setToolTip(tr("By currency and account"))
        self.toggle.setAccessibleName(tr("Figures by currency and account"))
        self.toggle.setFocusPolicy(FOCUS.StrongFocus)
        self.toggle.toggled.connect(self._unfold)
        self.whose = PlainLabel()
        self.whose.setObjectName("quiet")
        self._content = QWidget()
        self._content.setObjectName("summaryContent")
        self.headline = SummaryLine(self._content, is_headline=True)
        self.grid = SummaryGrid(self._content, self.whose, self.toggle)
        self.grid.set_fonts(self.font())
        self._add_scroll()
        self.keys = FigureKeys(self._scroll, self.toggle)
        self._draw_toggle()
        self._arrange()

    def render_book(self, book: PortfolioView) -> None:
        self._stored = book
        self._render_live()

    def show_live(self, live: LiveOverlay) -> None:
        """Updates the sums with live figures, at most once a second so that they stay readable."""
        self._live = live
        if not self.pause.isActive():
            self.pause.start()

    @Slot()
    def _render_live(self) -> None:
        stored, live = self._stored, self._live
        if live.prices or live.values or live.pnl:
            rows = overlay_rows(stored.portfolio.rows, stored.positions, live)
            stored = replace(stored, portfolio=replace(stored.portfolio, rows=rows))
        self._book = stored
        self._render()

    @Slot(object)
    def render_view(self, view: ViewState) -> None:
        if view.account != self._account:
            self._account = view.account
            self._render()

    def visible_lines(self) -> list[SummaryLine]:
        """The unfolded lines."""
        return self._lines[: len(self._rows)] if self.toggle.isChecked() else []

    def headlines(self) -> list[SummaryLine]:
        """One, or one for each base currency of the accounts."""
        return [self.headline, *self._spare[: self._heads]]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._draw_toggle()
        elif event.type() == QEvent.Type.FontChange:
            for line in (self.headline, *self._spare, *self._lines):
                line.set_fonts(self.font())
            self.grid.set_fonts(self.font())
            self._arrange()
        elif event.type() == QEvent.Type.LocaleChange:
            self._render()

    def sizeHint(self) -> QSize:
        """A small width: the figures adapt to the width available."""
        return QSize(
            scaled(self, LEAST_WIDTH), min(self.grid.height(), self._most_height()) + 2 * LINE
        )

    def _most_height(self) -> int:
        return scaled(self, MOST_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _add_scroll(self) -> None:
        self._scroll = QScrollArea()
        self._scroll.setObjectName("summaryScroll")
        self._scroll.setAccessibleName(tr("Portfolio summary"))
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(FOCUS.NoFocus)  # the figures' keys scroll
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, LINE, 0, LINE)
        column.addWidget(self._scroll)

    def _render(self) -> None:
        rows = summary_rows(self._book, self._account)
        self.whose.setText(translated(rows.headline.title))
        self._fill(self.headline, rows.headline, MIXED if rows.is_mixed else "")
        self._heads = len(rows.more)
        while len(self._spare) < self._heads:
            self._spare.append(SummaryLine(self._content, is_headline=True))
        for line, row in zip(self._spare, rows.more, strict=False):
            self._fill(line, row, "")
        self.toggle.setVisible(bool(rows.lines))
        self._rows = rows.lines
        self._fill_lines()
        self._arrange()

    def _fill_lines(self) -> None:
        """Fills the unfolded lines; folded ones are filled when they unfold."""
        if not self.toggle.isChecked():
            return
        while len(self._lines) < len(self._rows):
            self._lines.append(SummaryLine(self._content, is_headline=False))
        for line, row in zip(self._lines, self._rows, strict=False):
            self._fill(line, row, "")

    def _fill(self, line: SummaryLine, row: SummaryRow, why_unknown: str) -> None:
        line.set_stale(is_stale=self._live.is_lost)
        line.show_row(
            row.figures.currency if line is self.headline else row.title,
            row.figures.currency,
            figures(row.figures, self._formats, why_unknown),
            self._formats.count(row.figures.positions),
        )

    @Slot(bool)
    def _unfold(self, is_open: bool) -> None:
        self._fill_lines()
        self._arrange()
        self._draw_toggle()
        self.unfolded.emit(is_open)

    def _arrange(self) -> None:
        room = self.width() - self._scroll.verticalScrollBar().sizeHint().width()
        self.grid.place([*self.headlines(), *self.visible_lines()], room)
        self.keys.follow(self.grid.rows())
        if self.sizeHint() != self._hint:  # otherwise the window's layout would run every second
            self._hint = self.sizeHint()
            self.updateGeometry()

    def _draw_toggle(self) -> None:
        name = "chevron-up" if self.toggle.isChecked() else "chevron-down"
        self.toggle.setIcon(icon(name, current_colours().muted))
