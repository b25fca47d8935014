"""The sums below the closed positions: a line for each currency, with separate estimates."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.domain.portfolio.realized_totals import RealizedTotals
from app.domain.text.messages import message, tr, tr_plural, translated
from app.ui.style.formatting import ALMOST, Formats
from app.ui.widgets.figure_label import FigureLabel
from app.ui.widgets.plain_text import PlainLabel

TITLES = (
    "",
    message("Realized P&L"),
    message("≈ Estimated"),
    message("Commission"),
    # Translators: how many there are.
    message("Closes"),
)
WAITING = "…"
FIGURE_WIDTH = 108
NO_EXACT = message("No close has an exact figure")
NO_ESTIMATE = message("No close is estimated")
NO_COMMISSION = message("No commission is known")


class CurrencyTotals:
    """One currency's labels, from left to right."""

    def __init__(self) -> None:
        self.currency = FigureLabel()
        self.currency.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.exact, self.estimated, self.commission, self.count = (FigureLabel() for _ in range(4))
        self.note = PlainLabel()
        self.note.setObjectName("quiet")

    @property
    def labels(self) -> tuple[PlainLabel, ...]:
        figures = self.exact, self.estimated, self.commission, self.count
        return self.currency, *figures, self.note

    def show_totals(self, currency: str, totals: RealizedTotals, formats: Formats) -> None:
        self.currency.setText(currency)
        self.exact.show_gain(totals.exact, formats, translated(NO_EXACT))
        self.estimated.show_gain(totals.estimated, formats, translated(NO_ESTIMATE))
        if totals.estimated is not None:
            self.estimated.setText(f"{ALMOST} {self.estimated.text()}")
        self.commission.show_money(totals.commission, formats, translated(NO_COMMISSION))
        self.count.show_count(totals.closes, formats)
        self.note.setText(unknown_text(totals.unknown, formats))

    def wait(self) -> None:
        """Clears the figures, which belong to the previous filter."""
        for label in (self.exact, self.estimated, self.commission, self.count):
            label.setText(WAITING)
            label.setToolTip("")
        self.note.clear()


class TotalsBar(QWidget):
    """The totals by currency; hidden if there are none."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("totalsStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Totals of the closes"))
        self._formats = formats
        self.lines: list[CurrencyTotals] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(14, 7, 14, 8)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        for column, title in enumerate(TITLES):
            label = PlainLabel(translated(title))
            label.setObjectName("quiet")
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(label, 0, column)
            if column:
                self._grid.setColumnMinimumWidth(column, FIGURE_WIDTH)
        self._grid.setColumnStretch(len(TITLES), 1)

    def show_totals(self, totals: Mapping[str, RealizedTotals] | None) -> None:
        """Args: totals: None while they are being computed."""
        if totals is None:
            for line in self.lines:
                line.wait()
            return
        while len(self.lines) < len(totals):
            self._add_line()
        for line, (currency, own) in zip(self.lines, totals.items(), strict=False):
            line.show_totals(currency, own, self._formats)
        for number, line in enumerate(self.lines):
            for label in line.labels:
                label.setVisible(number < len(totals))
        self.setVisible(bool(totals))

    def _add_line(self) -> None:
        line = CurrencyTotals()
        self.lines.append(line)
        for column, label in enumerate(line.labels):
            self._grid.addWidget(label, len(self.lines), column)


def unknown_text(count: int, formats: Formats) -> str:
    if not count:
        return ""
    return tr_plural(
        "The P&L of {count} close is not known and not in these sums",
        "The P&L of {count} closes is not known and not in these sums",
        count,
        count=formats.count(count),
    )
