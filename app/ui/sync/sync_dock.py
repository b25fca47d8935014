"""The dock about the connection, the last sync and the figures over all syncs."""

from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QGridLayout,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.desktop.app_state import ConnectionState, Phase, PortfolioView, SyncState
from app.domain.model.runs import RunStatus, Statistics
from app.domain.text.messages import message_in, tr, tr_in, translated
from app.ui.connect import status_text
from app.ui.style.formatting import DASH, Formats
from app.ui.style.icons import icon
from app.ui.style.sizes import scaled
from app.ui.style.theme import current_colours, set_tone
from app.ui.sync.dock_lines import ALL_SYNCS, LINES, TOTALS
from app.ui.sync.reconciliation_text import check
from app.ui.sync.texts import LINKS, MODES, address, counts_text, result_text
from app.ui.widgets.plain_text import PlainLabel
from app.ui.widgets.value_label import RING, ValueLabel

RESULT_TONES = {
    RunStatus.SUCCESS: "gain",
    RunStatus.ERROR: "loss",
    RunStatus.HELD: "warning",
}
NO_ERROR = message_in("last error", "None")
LEAST_WIDTH = 236  # at the usual font
FEATURES = (
    QDockWidget.DockWidgetFeature.DockWidgetClosable
    | QDockWidget.DockWidgetFeature.DockWidgetMovable
)


class SyncDock(QDockWidget):
    """Labels on the left, values on the right; the last error in full; the totals folded.

    Tab reaches one value, Up and Down the others.
    """

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(tr("Last sync"), parent)
        self.setObjectName("lastSyncPanel")
        self.setFeatures(FEATURES)
        self._formats = formats
        self._last_sync: datetime | None = None
        self._last_fetch: datetime | None = None
        self._connection = ConnectionState()
        self.values: dict[str, ValueLabel] = {}
        self.connection_problem = self._prose("connectionProblem")
        self.connection_problem.hide()
        self.note = self._prose("note")
        set_tone(self.note, "warning")
        self.error = self._prose("lastError")
        self.fold = QToolButton()
        self.fold.setObjectName("foldSection")
        self.fold.setText(translated(ALL_SYNCS))
        self.fold.setCheckable(True)
        self.fold.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._totals, totals = section_grid()
        self._totals.hide()
        content = QWidget()
        content.setObjectName("panelContent")
        self._column = QVBoxLayout(content)
        self._area = QScrollArea()
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._fill(totals)
        self._area.setWidget(content)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._area)
        self.fold.toggled.connect(self._unfold)
        self._fit_to_font()

    def _fill(self, totals: QGridLayout) -> None:
        """Args: totals: the layout of the folded section."""
        self._column.setSpacing(0)
        below = {"Connection": self.connection_problem, "Last sync": self.note}
        for title, names in LINES.items():
            part, grid = section_grid()
            self._add_section(grid, title, names)
            self._column.addWidget(part)
            if title in below:
                self._column.addWidget(below[title])
            if title == "Statements":
                self._statements = part
        self._column.addWidget(heading(tr("Last error")))
        self._column.addWidget(self.error)
        self._column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        for title, names in TOTALS.items():
            self._add_section(totals, "" if title == ALL_SYNCS else title, names)
        self._column.addWidget(self._totals)
        self._column.addStretch(1)
        self.show_fetches(None, "", "", is_set_up=False)
        next(iter(self.values.values())).setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit_to_font()

    def _fit_to_font(self) -> None:
        side = scaled(self, 14)
        self._column.setContentsMargins(side, 0, side, side)
        self._area.setMinimumWidth(scaled(self, LEAST_WIDTH))
        name = "chevron-up" if self.fold.isChecked() else "chevron-down"
        self.fold.setIcon(icon(name, current_colours().muted))

    @Slot(bool)
    def _unfold(self, is_open: bool) -> None:
        self._totals.setVisible(is_open)
        self._fit_to_font()

    @Slot(int)
    def _step(self, step: int) -> None:
        """Goes to the next visible value, which is then the one that Tab reaches."""
        labels = [label for label in self.values.values() if label.isVisibleTo(self)]
        now = next(n for n, label in enumerate(labels) if label is self.sender())
        then = labels[min(max(now + step, 0), len(labels) - 1)]
        labels[now].setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        then.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        then.setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(then)

    def render_state(self, state: SyncState) -> None:
        self._render_connection(state)
        self._render_last_run(state)
        self._render_check(state.stored)
        self._render_totals(state.stored.statistics)

    def show_fetches(
        self, last: datetime | None, result: str, tone: str, *, is_set_up: bool
    ) -> None:
        """Args: last: when statements were fetched last. result, tone: what came of it."""
        self._last_fetch = last
        self.values["Last fetch"].setToolTip("" if last is None else self._formats.exact_time(last))
        self._set_value("Outcome", translated(result) or DASH, tone)
        self._statements.setVisible(is_set_up)

    def show_age(self, now: datetime) -> None:
        """Updates "2 min ago", and the text about a problem with the connection."""
        time = self._last_sync
        self._set_value("When", DASH if time is None else self._formats.ago(time, now))
        fetched = self._last_fetch
        self._set_value("Last fetch", DASH if fetched is None else self._formats.ago(fetched, now))
        text = status_text.full_text(self._connection, time, now, self._formats)
        if text != self.connection_problem.text():
            self.connection_problem.setText(text)
            self.connection_problem.setVisible(bool(text))

    def _add_section(self, grid: QGridLayout, title: str, names: tuple[str, ...]) -> None:
        if title:
            grid.addWidget(heading(translated(title)), grid.rowCount(), 0, 1, 2)
        for name in names:
            label = PlainLabel(translated(name))
            label.setObjectName("quiet")
            label.setContentsMargins(0, RING, 0, 0)
            value = ValueLabel(translated(name))
            value.step_wanted.connect(self._step)
            label.setBuddy(value)  # tells a screen reader that the two belong together
            line = grid.rowCount()
            grid.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, line, 1)
            self.values[name] = value

    def _prose(self, object_name: str) -> PlainLabel:
        """A label for sentences, over the whole width."""
        label = PlainLabel()
        label.setObjectName(object_name)
        label.setWordWrap(True)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return label

    def _render_connection(self, state: SyncState) -> None:
        self._connection = connection = state.connection
        tone = status_text.tone(connection)
        self._set_value(
            "Status",
            translated(LINKS[connection.link]),
            "" if tone == status_text.NEUTRAL else tone,
        )
        self._set_value("TWS", address(connection) or DASH)
        self._set_value("Mode", translated(MODES.get(connection.mode, DASH)))
        is_live = connection.callbacks_registered
        self._set_value(
            "Live updates", tr_in("live updates", "On") if is_live else tr_in("live updates", "Off")
        )

    def _render_last_run(self, state: SyncState) -> None:
        run = state.stored.statistics.last_run
        self._last_sync = state.stored.statistics.last_sync_time
        time = self._last_sync
        self.values["When"].setToolTip("" if time is None else self._formats.exact_time(time))
        if state.phase is Phase.SYNCING:
            self._set_value("Result", tr("Syncing…"))
        else:
            self._set_value(
                "Result", result_text(run), RESULT_TONES.get(run.status, "") if run else ""
            )
        self._set_value("Duration", DASH if run is None else self._formats.seconds(run.duration_s))
        is_done = run is not None and run.is_success
        self._set_value(
            "Changes", counts_text(run.counts, self._formats) if run and is_done else DASH
        )

    def _render_check(self, book: PortfolioView) -> None:
        """Shows the comparison with IBKR's figures, and the note of the last run."""
        found = check(book.balance_checks, book.accounts, self._formats)
        self._set_value("Check", found.text, found.tone)
        self.values["Check"].set_markup_tooltip(found.tooltip)
        run = book.statistics.last_run
        self.note.setText(translated(run.note) if run else "")
        self.note.setVisible(bool(self.note.text()))

    def _render_totals(self, statistics: Statistics) -> None:
        for name, number in (
            ("Syncs", statistics.total_syncs),
            ("Successful", statistics.successful_syncs),
            ("Failed", statistics.failed_syncs),
            ("Automatic", statistics.callback_triggers),
            ("Created", statistics.positions_created),
            ("Updated", statistics.positions_updated),
            ("Closed", statistics.positions_closed),
        ):
            self._set_value(name, self._formats.count(number))
        self.error.setText(translated(statistics.last_error or NO_ERROR))

    def _set_value(self, name: str, text: str, tone: str = "") -> None:
        label = self.values[name]
        if label.text() != text:
            label.setText(text)
        set_tone(label, tone)


def heading(title: str) -> PlainLabel:
    label = PlainLabel(title)
    label.setObjectName("sectionTitle")
    label.setIndent(0)
    return label


def section_grid() -> tuple[QWidget, QGridLayout]:
    """An empty section, and the layout of its lines."""
    part = QWidget()
    grid = QGridLayout(part)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(1)
    grid.setColumnStretch(1, 1)
    return part, grid
