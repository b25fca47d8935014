"""The dialog with the timeline of one position: facts, a chart, and every change."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from app.domain.history.position_history import HistoryEntry, Timeline
from app.domain.model.positions import Position, Source
from app.ui.charts.quantity_cost_chart import QuantityCostChart
from app.ui.history.change_table import KINDS
from app.ui.positions.columns import realized_text, type_name
from app.ui.positions.tooltips import NOTHING_CLOSED, REALIZED
from app.ui.style.formatting import ALMOST, Formats
from app.ui.style.theme import GAIN_TONES, Colours, figures_font, set_tone
from app.ui.table.fast_table_view import FastTableView
from app.ui.table.text_model import Cell, TextColumn, TextModel
from app.ui.widgets.plain_text import PlainLabel

SOURCES = {
    Source.BROKER: "IBKR's own figure",
    Source.FILLS: "from the executions",
    Source.ESTIMATE: "an estimate",
    Source.UNKNOWN: "not known",
    Source.SKIPPED: "its calculation was switched off",
}


def realized_cell(step: HistoryEntry, formats: Formats) -> Cell:
    """Empty before anything was closed."""
    if step.realized_source is None:
        return Cell("")
    text = formats.gain(step.realized_pnl)
    if step.realized_source is Source.ESTIMATE and step.realized_pnl is not None:
        text = f"{ALMOST} {text}"
    tip = REALIZED[step.realized_source]
    return Cell(text, GAIN_TONES[formats.tone(step.realized_pnl)], tip)


COLUMNS: tuple[TextColumn[HistoryEntry], ...] = (
    TextColumn(
        "Time",
        148,
        lambda s, formats: Cell(formats.time(s.when), "", formats.exact_time(s.when)),
    ),
    TextColumn("Change", 92, lambda s, _: Cell(*KINDS[s.kind])),
    TextColumn("Quantity", 92, lambda s, f: Cell(f.quantity(s.quantity)), is_number=True),
    TextColumn("Average cost", 100, lambda s, f: Cell(f.price(s.average_cost)), is_number=True),
    TextColumn("Realized P&L", 116, realized_cell, is_number=True),
    TextColumn("Run", 62, lambda s, f: Cell(f.count(s.run_id), "muted"), is_number=True),
    TextColumn("Note", 120, lambda s, _: Cell(s.note, "muted", s.note)),
)


class TimelineDialog(QDialog):
    """Stays open beside the window; shows the timeline as of its opening."""

    def __init__(
        self,
        timeline: Timeline,
        formats: Formats,
        colours: Colours,
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
        self.chart = QuantityCostChart(timeline, formats, colours)
        self.steps = TextModel(COLUMNS, formats, colours, self)
        self.steps.show(timeline.steps)
        self.table = FastTableView(self.steps, "Changes of this position")
        self.table.set_widths(self.steps.widths)
        self.table.set_colours(colours)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 14, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(self._headline(position, formats))
        layout.addWidget(self.chart, 5)
        layout.addWidget(self.table, 4)
        self.resize(800, 660)

    def reformat(self) -> None:
        """Formats everything again."""
        for title, text in headline_facts(self._position, self._formats):
            self.values[title].setText(text)
        self.steps.reformat()
        self.chart.update()

    def set_colours(self, colours: Colours) -> None:
        self.steps.set_colours(colours)
        self.table.set_colours(colours)
        self.chart.set_colours(colours)

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
    realized = realized_text(position, formats)
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
