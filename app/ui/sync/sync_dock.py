"""The dock about the connection, the last sync and the figures over all syncs."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QGridLayout, QScrollArea, QWidget

from app.domain.desktop.app_state import ConnectionState, Phase, PortfolioView, SyncState
from app.domain.model.runs import RunStatus, Statistics
from app.ui.connect import status_text
from app.ui.style.formatting import DASH, Formats
from app.ui.style.theme import figures_font, set_tone
from app.ui.sync.reconciliation_text import check
from app.ui.sync.texts import LINKS, MODES, address, counts_text, result_text
from app.ui.widgets.plain_text import PlainLabel

RESULT_TONES = {
    RunStatus.SUCCESS: "gain",
    RunStatus.ERROR: "loss",
    RunStatus.HELD: "warning",
}
# section -> its lines
LINES = {
    "Connection": ("Status", "TWS", "Mode", "Callbacks"),
    "Last sync": ("When", "Result", "Check", "Took", "Did"),
    "All syncs": ("Syncs", "Successful", "Failed", "By callback"),
    "Positions over all syncs": ("Created", "Updated", "Closed"),
}
LEAST_WIDTH = 236
FEATURES = (
    QDockWidget.DockWidgetFeature.DockWidgetClosable
    | QDockWidget.DockWidgetFeature.DockWidgetMovable
)


class SyncDock(QDockWidget):
    """Labels on the left, values on the right; the last error in full at the end."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__("Last sync", parent)
        self.setObjectName("lastSyncPanel")
        self.setFeatures(FEATURES)
        self._formats = formats
        self._last_sync: datetime | None = None
        self._connection = ConnectionState()
        self.values: dict[str, PlainLabel] = {}
        content = QWidget()
        content.setObjectName("panelContent")
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(14, 4, 14, 14)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self.connection_problem = self._prose("connectionProblem")
        self.connection_problem.hide()
        self.note = self._prose("note")
        set_tone(self.note, "warning")
        below = {"Connection": self.connection_problem, "Last sync": self.note}
        for title, names in LINES.items():
            self._add_section(title, names)
            if title in below:
                self._grid.addWidget(below[title], self._grid.rowCount(), 0, 1, 2)
        self._add_error()
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumWidth(LEAST_WIDTH)
        self.setWidget(area)

    def render_state(self, state: SyncState) -> None:
        self._render_connection(state)
        self._render_last_run(state)
        self._render_check(state.stored)
        self._render_totals(state.stored.statistics)

    def show_age(self, now: datetime) -> None:
        """Updates "2 min ago", and the text about a problem with the connection."""
        time = self._last_sync
        self._set_value("When", DASH if time is None else self._formats.ago(time, now))
        text = status_text.full_text(self._connection, time, now, self._formats)
        if text != self.connection_problem.text():
            self.connection_problem.setText(text)
            self.connection_problem.setVisible(bool(text))

    def _add_section(self, title: str, names: tuple[str, ...]) -> None:
        self._add_heading(title)
        for name in names:
            label = PlainLabel(name)
            label.setObjectName("quiet")
            value = PlainLabel(DASH)
            value.setFont(figures_font(value.font()))
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setAccessibleName(name)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            line = self._grid.rowCount()
            self._grid.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, line, 1)
            self.values[name] = value
        self.values[names[-1]].setWordWrap(True)

    def _add_heading(self, title: str) -> None:
        heading = PlainLabel(title)
        heading.setObjectName("sectionTitle")
        heading.setIndent(0)
        self._grid.addWidget(heading, self._grid.rowCount(), 0, 1, 2)

    def _add_error(self) -> None:
        self._add_heading("Last error")
        self.error = self._prose("lastError")
        self._grid.addWidget(self.error, self._grid.rowCount(), 0, 1, 2)

    def _prose(self, object_name: str) -> PlainLabel:
        """A label for sentences, over the whole width."""
        label = PlainLabel()
        label.setObjectName(object_name)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _render_connection(self, state: SyncState) -> None:
        self._connection = connection = state.connection
        tone = status_text.tone(connection)
        self._set_value(
            "Status", LINKS[connection.link], "" if tone == status_text.NEUTRAL else tone
        )
        self._set_value("TWS", address(connection) or DASH)
        self._set_value("Mode", MODES.get(connection.mode, DASH))
        self._set_value("Callbacks", "Registered" if connection.callbacks_registered else "Off")

    def _render_last_run(self, state: SyncState) -> None:
        run = state.stored.statistics.last_run
        self._last_sync = state.stored.statistics.last_sync_time
        time = self._last_sync
        self.values["When"].setToolTip("" if time is None else self._formats.exact_time(time))
        if state.phase is Phase.SYNCING:
            self._set_value("Result", "Syncing…")
        else:
            self._set_value(
                "Result", result_text(run), RESULT_TONES.get(run.status, "") if run else ""
            )
        self._set_value("Took", DASH if run is None else self._formats.seconds(run.duration_s))
        is_done = run is not None and run.is_success
        self._set_value("Did", counts_text(run.counts, self._formats) if run and is_done else DASH)

    def _render_check(self, book: PortfolioView) -> None:
        """Shows the comparison with IBKR's figures, and the note of the last run."""
        found = check(book.balance_checks, book.accounts, self._formats)
        self._set_value("Check", found.text, found.tone)
        self.values["Check"].set_markup_tooltip(found.tooltip)
        run = book.statistics.last_run
        self.note.setText(run.note if run else "")
        self.note.setVisible(bool(self.note.text()))

    def _render_totals(self, statistics: Statistics) -> None:
        for name, number in (
            ("Syncs", statistics.total_syncs),
            ("Successful", statistics.successful_syncs),
            ("Failed", statistics.failed_syncs),
            ("By callback", statistics.callback_triggers),
            ("Created", statistics.positions_created),
            ("Updated", statistics.positions_updated),
            ("Closed", statistics.positions_closed),
        ):
            self._set_value(name, self._formats.count(number))
        self.error.setText(statistics.last_error or "None")

    def _set_value(self, name: str, text: str, tone: str = "") -> None:
        label = self.values[name]
        if label.text() != text:
            label.setText(text)
        set_tone(label, tone)


NARROW = 1120  # device-independent pixels


class DockFolding:
    """Hides a dock when the window becomes narrow; otherwise leaves it as the user set it."""

    def __init__(self, dock: QDockWidget) -> None:
        self._dock = dock
        self._was_narrow = False
        self._is_folded = False

    def fit(self, width: int) -> None:
        """Args: width: the window's, in device-independent pixels."""
        is_narrow = width < NARROW
        if is_narrow == self._was_narrow:
            return
        self._was_narrow = is_narrow
        if is_narrow and not self._dock.isHidden():
            self._dock.hide()
            self._is_folded = True
        elif not is_narrow:
            self.unfold()

    def unfold(self) -> None:
        """Shows what was folded; a dock that the user has closed stays closed."""
        if self._is_folded:
            self._dock.show()
        self._is_folded = False
