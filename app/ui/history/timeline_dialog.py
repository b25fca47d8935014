"""The dialog with the timeline of one position: facts, a chart, and every change."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from app.domain.history.position_history import Timeline
from app.domain.model.positions import Position, Source
from app.domain.text.messages import message, message_in, tr, translated
from app.ui.history.timeline_view import TimelineView
from app.ui.positions.figures import realized_text as position_realized_text
from app.ui.positions.figures import type_name
from app.ui.positions.tooltips import NOTHING_CLOSED, REALIZED
from app.ui.style.formatting import Formats
from app.ui.style.theme import GAIN_TONES, figures_font, set_tone
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.widgets.plain_text import PlainLabel

SOURCES = {
    # Translators: behind a realized P&L, in brackets.
    Source.BROKER: message("IBKR's own figure"),
    Source.FILLS: message("from the executions"),
    Source.ESTIMATE: message("an estimate"),
    Source.UNKNOWN: message("not known"),
    Source.SKIPPED: message("not calculated"),
}
ACCOUNT = message("Account")
TYPE = message("Type")
OPENED = message_in("time", "Opened")
CLOSED = message_in("time", "Closed")
REALIZED_PNL = message("Realized P&L")


class TimelineDialog(QDialog):
    """Stays open beside the window; shows the timeline as of its opening.

    Args:
        saved: where the layout of its table is stored; None for nowhere.
    """

    def __init__(
        self,
        timeline: Timeline,
        formats: Formats,
        saved: SavedLayouts | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._formats = formats
        self._position = position = timeline.position
        instrument = position.instrument.description
        self.setWindowTitle(tr("Timeline — {instrument}", instrument=instrument))
        self.name = PlainLabel(position.instrument.description)
        self.name.setObjectName("timelineTitle")
        self.name.setIndent(0)
        self.values: dict[str, PlainLabel] = {}
        self.view = TimelineView(formats, saved)
        self.view.show_timeline(timeline)
        self.view.draw()
        self.chart, self.table, self.steps = self.view.chart, self.view.table, self.view.steps
        self.header_menu = self.view.header_menu
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 14, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(self._headline(position, formats))
        layout.addWidget(self.view, 1)
        self.resize(800, 660)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LocaleChange:
            for title, text in headline_facts(self._position, self._formats):
                self.values[title].setText(text)

    def _headline(self, position: Position, formats: Formats) -> QGridLayout:
        """The instrument, and below it a few facts with titles."""
        grid = QGridLayout()
        grid.setContentsMargins(16, 0, 16, 0)
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(2)
        facts = headline_facts(position, formats)
        grid.addWidget(self.name, 0, 0, 1, len(facts) + 1)
        for column, (title, text) in enumerate(facts):
            label = PlainLabel(translated(title))
            label.setObjectName("quiet")
            value = PlainLabel(text)
            value.setFont(figures_font(value.font()))
            value.setAccessibleName(translated(title))
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, 1, column)
            grid.addWidget(value, 2, column)
            self.values[title] = value
        grid.setColumnStretch(len(facts), 1)
        source = position.realized_source
        realized = self.values[REALIZED_PNL]
        realized.setToolTip(translated(NOTHING_CLOSED if source is None else REALIZED[source]))
        set_tone(realized, GAIN_TONES[formats.tone(position.realized_pnl)])
        return grid


def headline_facts(position: Position, formats: Formats) -> tuple[tuple[str, str], ...]:
    """(title, text) of each fact."""
    realized = position_realized_text(position, formats)
    if position.realized_source is not None:
        currency = position.instrument.currency
        source = translated(SOURCES[position.realized_source])
        known = position.realized_pnl is not None
        realized = f"{realized} {currency} ({source})" if known else f"{realized} ({source})"
    closed = tr("Still open") if position.closed_at is None else formats.time(position.closed_at)
    return (
        (ACCOUNT, position.account),
        (TYPE, translated(type_name(position))),
        (OPENED, formats.time(position.opened_at)),
        (CLOSED, closed),
        (REALIZED_PNL, realized),
    )
