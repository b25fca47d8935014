"""The dialog with the timeline of one position: facts, a chart, and every change."""

from operator import attrgetter

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from app.domain.history.position_history import HistoryEntry, Timeline
from app.domain.model.positions import Position, Source
from app.ui.charts.drawing.time_plots import TimelinePlot
from app.ui.history.change_columns import KINDS, realized_text, realized_tooltip
from app.ui.positions.figures import realized_text as position_realized_text
from app.ui.positions.figures import type_name
from app.ui.positions.tooltips import NOTHING_CLOSED, REALIZED
from app.ui.style.formatting import Formats
from app.ui.style.theme import (
    GAIN_TONES,
    figures_font,
    set_tone,
)
from app.ui.table.arranging.header_menu import HeaderMenu
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.table.core.column import Column, PlainContext, TableSpec, default_columns
from app.ui.table.core.layout import TableLayout
from app.ui.table.core.plain_columns import MUTED, figure, note, time, word
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.fast_table_view import FastTableView
from app.ui.widgets.plain_text import PlainLabel

SOURCES = {
    Source.BROKER: "IBKR's own figure",
    Source.FILLS: "from the executions",
    Source.ESTIMATE: "an estimate",
    Source.UNKNOWN: "not known",
    Source.SKIPPED: "its calculation was switched off",
}


COLUMNS: tuple[Column[HistoryEntry, PlainContext], ...] = (
    time(
        *("time", "Time", attrgetter("when")),
        description="When TWS was read",
        is_hideable=False,
    ),
    word(
        *("change", "Change", lambda step: KINDS[step.kind][0]),
        description="What happened to the position",
        tone=lambda step, _: KINDS[step.kind][1],
    ),
    figure(
        *("quantity", "Quantity", attrgetter("quantity"), Formats.quantity),
        description="Shares or contracts from then on; negative where sold short",
    ),
    figure(
        *("average_cost", "Average cost", attrgetter("average_cost"), Formats.price),
        description="IBKR's average cost per share or contract from then on",
    ),
    figure(
        *("realized_pnl", "Realized P&L", attrgetter("realized_pnl"), Formats.gain),
        text=lambda step, context: realized_text(
            step.realized_pnl, step.realized_source, context.formats
        ),
        description="Profit or loss of all that had been closed by then",
        tone=lambda step, context: GAIN_TONES[context.formats.tone(step.realized_pnl)],
        tooltip=lambda step, _: realized_tooltip(step.realized_source),
        width=12,
    ),
    figure(
        *("run", "Run", attrgetter("run_id"), Formats.count),
        description="The number of the run that saw it",
        tone=lambda *_: MUTED,
        width=5,
    ),
    note(attrgetter("note")),
)

STEPS: TableSpec[HistoryEntry, PlainContext] = TableSpec(
    name="timeline",
    columns=COLUMNS,
    key=id,  # they are shown once
    tie_break=lambda _: 0,  # as they come
    search_text=attrgetter("note"),
    stretched="note",
    default=TableLayout(default_columns(COLUMNS)),
)


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
        self.setWindowTitle(f"Timeline — {position.instrument.description}")
        self.name = PlainLabel(position.instrument.description)
        self.name.setObjectName("timelineTitle")
        self.name.setIndent(0)
        self.values: dict[str, PlainLabel] = {}
        self.chart = TimelinePlot(timeline, formats)
        self.steps = TableModel(STEPS, PlainContext(formats), parent=self)
        self.steps.show(timeline.steps)
        self.table = FastTableView(self.steps, "Changes of this position")
        self.header_menu = HeaderMenu(self.table, saved)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 14, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(self._headline(position, formats))
        layout.addWidget(self.chart, 5)
        layout.addWidget(self.table, 4)
        self.resize(800, 660)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LocaleChange:
            self._reformat()

    def _reformat(self) -> None:
        for title, text in headline_facts(self._position, self._formats):
            self.values[title].setText(text)
        self.steps.reformat()
        self.chart.reformat()

    def _headline(self, position: Position, formats: Formats) -> QGridLayout:
        """The instrument, and below it a few facts with titles."""
        grid = QGridLayout()
        grid.setContentsMargins(16, 0, 16, 0)
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(2)
        facts = headline_facts(position, formats)
        grid.addWidget(self.name, 0, 0, 1, len(facts) + 1)
        for column, (title, text) in enumerate(facts):
            label = PlainLabel(title)
            label.setObjectName("quiet")
            value = PlainLabel(text)
            value.setFont(figures_font(value.font()))
            value.setAccessibleName(title)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, 1, column)
            grid.addWidget(value, 2, column)
            self.values[title] = value
        grid.setColumnStretch(len(facts), 1)
        source = position.realized_source
        realized = self.values["Realized P&L"]
        realized.setToolTip(NOTHING_CLOSED if source is None else REALIZED[source])
        set_tone(realized, GAIN_TONES[formats.tone(position.realized_pnl)])
        return grid


def headline_facts(position: Position, formats: Formats) -> tuple[tuple[str, str], ...]:
    """(title, text) of each fact."""
    realized = position_realized_text(position, formats)
    if position.realized_source is not None:
        currency, source = position.instrument.currency, SOURCES[position.realized_source]
        known = position.realized_pnl is not None
        realized = f"{realized} {currency} ({source})" if known else f"{realized} ({source})"
    closed = "Still open" if position.closed_at is None else formats.time(position.closed_at)
    return (
        ("Account", position.account),
        ("Type", type_name(position)),
        ("Opened", formats.time(position.opened_at)),
        ("Closed", closed),
        ("Realized P&L", realized),
    )
