"""The pane of details: built when first wanted, and following the selection of the tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRect, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from app.domain.history.closed_positions import ClosedPositionRow
from app.domain.model.notes import PositionNotes
from app.domain.model.positions import Identity, Position
from app.domain.text.messages import tr
from app.ui.closed.state import ClosedLine
from app.ui.detail.controller import DetailController
from app.ui.detail.state import DetailLayout, DetailState, DetailSubject, layout_of
from app.ui.notes_controller import NotesController
from app.ui.table.core.rows import GroupLine, TableRow
from app.ui.table.view.fast_table_view import FastTableView

if TYPE_CHECKING:
    from app.ui.detail.pane import DetailPane
    from app.ui.detail.splitter import DetailSplitter
    from app.ui.main_window.window import MainWindow

MESSAGE_MS = 15_000
MANY = 200  # selected rows; more are summed up once a second, not with every live figure
SECOND_MS = 1000


class DetailFeature(QObject):
    """Owns the pane, which reads nothing while it is hidden.

    Attributes:
        pane, splitter: None until the pane is first shown.

    Signals:
        explain_wanted(Position, ExplainedField, QRect), export_wanted(ExportSource): see
            `DetailPane`.
    """

    explain_wanted = Signal(object, object, QRect)
    export_wanted = Signal(object)

    def __init__(
        self, controller: DetailController, notes: NotesController, window: MainWindow
    ) -> None:
        super().__init__(window)
        self._controller, self._notes, self._window = controller, notes, window
        self._layout = layout_of(window.window_settings.detail)
        self._subject: DetailSubject | None = None
        self._known: tuple[str, ...] = ()
        self.pane: DetailPane | None = None
        self.splitter: DetailSplitter | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SECOND_MS)
        self._connect()
        action = window.window_actions.detail
        if self._layout.is_open:
            action.setChecked(True)

    def _connect(self) -> None:
        window = self._window
        window.window_actions.detail.toggled.connect(self._toggle)
        window.tabs.currentChanged.connect(self._on_tab_changed)
        window.closed.connect(self.commit)
        window.hidden_to_tray.connect(self.commit)
        self._later.timeout.connect(self.follow)
        for table in (window.positions.table, window.closed_page.table):
            table.selectionModel().selectionChanged.connect(self.follow)
            for signal in (table.table.shown, table.table.relisted):
                signal.connect(self.follow)
        window.positions.model.live_updated.connect(self._on_live)
        self._controller.state_changed.connect(self._on_read)
        self._notes.saved.connect(self._on_saved)
        self._notes.failed.connect(self._on_failed)

    @Slot()
    def commit(self) -> None:
        """Stores what is being written."""
        if self.pane is not None:
            self.pane.notes.commit()

    @Slot(bool)
    def _toggle(self, is_open: bool) -> None:
        self._keep(replace(self._layout, is_open=is_open))
        self._on_tab_changed()

    @Slot()
    def _on_tab_changed(self) -> None:
        is_shown = self._layout.is_open and self._table is not None
        if is_shown and self.pane is None:
            self._build()
        if self.pane is None:
            return
        if not is_shown:
            self.commit()
            self._controller.show(None)
            self._subject = None
        self.pane.setVisible(is_shown)
        self.follow()

    def _build(self) -> None:
        from app.ui.detail.pane import DetailPane
        from app.ui.detail.splitter import DetailSplitter

        window = self._window
        self.pane = pane = DetailPane(window.formats, window.window_settings.layouts_of)
        pane.fold(self._layout.folded)
        pane.explain_wanted.connect(self.explain_wanted)
        pane.export_wanted.connect(self.export_wanted)
        pane.chart_wanted.connect(self._controller.load_drawing)
        self._controller.drawing_loaded.connect(pane.draw)
        pane.folded.connect(self._on_folded)
        pane.notes.edit_wanted.connect(self._notes.edit)
        focused = QApplication.focusWidget()
        window.takeCentralWidget()
        self.splitter = DetailSplitter(window.tabs, pane, self._layout)
        window.setCentralWidget(self.splitter)
        self.splitter.arranged.connect(self._on_arranged)
        if focused is not None:
            focused.setFocus()

    @property
    def _table(self) -> FastTableView | None:
        """The table of the visible tab; None for a tab without positions."""
        page = self._window.tabs.currentWidget()
        if page is self._window.positions:
            return self._window.positions.table
        return self._window.closed_page.table if page is self._window.closed_page else None

    @Slot()
    def follow(self) -> None:
        """Shows what is selected now."""
        pane, table = self.pane, self._table
        if pane is None or table is None or pane.isHidden():
            return
        chosen = selected(table)
        if len(chosen) == 1:
            self._show(self._subject_of(chosen[0]))
        elif chosen:
            self._forget()
            self._sum_up(pane, chosen)
        elif self._subject is not None and pane.isAncestorOf(QApplication.focusWidget() or pane):
            self._show(self._again(self._subject))  # its row left while the user is writing
        else:
            self._forget()
            pane.show_nothing()

    def _forget(self) -> None:
        self._subject = None
        self._controller.show(None)

    def _sum_up(self, pane: DetailPane, chosen: list[Any]) -> None:
        from app.ui.detail.facts import close_sums, position_sums

        is_closed = isinstance(chosen[0], ClosedPositionRow)
        pane.show_sums(len(chosen), close_sums(chosen) if is_closed else position_sums(chosen))

    def _show(self, subject: DetailSubject) -> None:
        pane = self.pane
        if pane is None:
            return
        self._subject = subject
        if pane.notes.identity != subject.identity:
            pane.notes.commit()
            self._known = self._tags_in_use()
        self._controller.show(subject.position_id)
        pane.show_subject(subject, self._controller.state, self._known)

    def _subject_of(self, value: Position | ClosedPositionRow) -> DetailSubject:
        if isinstance(value, ClosedPositionRow):
            return DetailSubject(value.position_id, value.account, value.instrument)
        is_past = self._window.view.state.as_of is not None
        assert value.id is not None
        return DetailSubject(value.id, value.account, value.instrument, value, is_past)

    def _again(self, subject: DetailSubject) -> DetailSubject:
        """With the newest figures of a position whose row is not listed any more."""
        held = self._window.positions.model.all_values
        found = next((one for one in held if one.id == subject.position_id), None)
        return replace(subject, position=found)

    def _tags_in_use(self) -> tuple[str, ...]:
        noted = [position.notes for position in self._window.positions.model.all_values]
        closed = [row.value.row.notes for row in self._window.closed_page.model.rows]
        every = (notes.tag_texts for notes in (*noted, *closed) if notes is not None)
        return tuple({tag for tags in every for tag in tags})

    @Slot()
    def _on_live(self) -> None:
        table = self._table
        if self.pane is None or self.pane.isHidden() or table is None:
            return
        if sum(last - first + 1 for first, last in selected_ranges(table)) <= MANY:
            self.follow()
        elif not self._later.isActive():
            self._later.start()

    @Slot(object)
    def _on_read(self, state: DetailState) -> None:
        subject, pane = self._subject, self.pane
        if pane is not None and subject is not None and state.position_id == subject.position_id:
            pane.show_subject(subject, state, self._known)

    @Slot(object, object)
    def _on_saved(self, identity: Identity, notes: PositionNotes | None) -> None:
        if self.pane is not None:
            self.pane.notes.on_saved(identity, notes)
        self._window.history.controller.refresh_past()

    @Slot(object, object)
    def _on_failed(self, identity: Identity, why: str) -> None:
        if self.pane is not None:
            self.pane.notes.on_failed(identity, why)
        text = tr("The note or tag was not saved. {reason}", reason=why)
        self._window.statusBar().showMessage(text, MESSAGE_MS)

    @Slot()
    def _on_folded(self) -> None:
        if self.pane is not None:
            self._keep(replace(self._layout, folded=self.pane.folded_titles))

    @Slot(bool, int)
    def _on_arranged(self, is_beside: bool, size: int) -> None:
        if is_beside:
            self._keep(replace(self._layout, beside=size))
        else:
            self._keep(replace(self._layout, under=size))

    def _keep(self, layout: DetailLayout) -> None:
        self._layout = layout
        self._window.window_settings.keep_detail(layout.to_text())


def selected_ranges(table: FastTableView) -> list[tuple[int, int]]:
    """First and last line of each."""
    selection = table.selectionModel().selection()
    ranges = (selection.at(number) for number in range(selection.count()))
    return [(each.top(), each.bottom()) for each in ranges]


def selected(table: FastTableView) -> list[Any]:
    """The positions, or closed ones, of the selected rows and groups: each once."""
    model = table.table
    found: dict[object, TableRow[Any]] = {}
    for first, last in selected_ranges(table):
        for number in range(first, min(last + 1, len(model.lines))):
            line = model.line(number)  # with its newest figures
            for row in line.rows if isinstance(line, GroupLine) else (line,):
                found[row.key] = row
    values = (row.value for row in found.values())
    chosen = (value.row if isinstance(value, ClosedLine) else value for value in values)
    return list({key_of(value): value for value in chosen}.values())


def key_of(value: Position | ClosedPositionRow) -> int | None:
    return value.position_id if isinstance(value, ClosedPositionRow) else value.id
