"""A window over a real store, with the pane of details as the program builds it."""

from pathlib import Path

from PySide6.QtCore import QSettings

from app.domain.model.notes import PositionNotes
from app.domain.model.positions import Identity
from app.ui.detail.controller import DetailController
from app.ui.detail.feature import DetailFeature
from app.ui.detail.pane import DetailPane
from app.ui.notes_controller import NotesController
from app.ui.table.view.fast_table_view import FastTableView
from tests.ui.conftest import PastDesk, until


class DetailDesk(PastDesk):
    """Attributes:
    detail_controller, notes, detail: as in the program.
    answers: how many edits were saved or failed.
    """

    def __init__(self, settings: QSettings, path: Path) -> None:
        super().__init__(settings, path)
        self.detail_controller = DetailController(self.kept)
        self.notes = NotesController(self.kept)
        self.detail = DetailFeature(self.detail_controller, self.notes, self.window)
        self.answers = 0
        self.notes.saved.connect(self.controller.start)
        self.controller.state_changed.connect(self.detail_controller.on_state_changed)
        for signal in (self.notes.saved, self.notes.failed):
            signal.connect(self._count)

    def _count(self) -> None:
        self.answers += 1

    async def open_pane(self) -> DetailPane:
        self.window.window_actions.detail.setChecked(True)
        await until(self.pane.isVisible)
        return self.pane

    @property
    def pane(self) -> DetailPane:
        assert self.detail.pane is not None
        return self.detail.pane

    async def choose(self, *rows: int, table: FastTableView | None = None) -> None:
        """Selects these rows, and waits for what is read of them."""
        view = table or self.window.positions.table
        view.clearSelection()
        for row in rows:
            view.selectionModel().select(
                view.table.index(row, 0),
                view.selectionModel().SelectionFlag.Select
                | view.selectionModel().SelectionFlag.Rows,
            )
        await self.detail_read()

    async def detail_read(self) -> None:
        await until(lambda: not self.detail_controller.is_reading)

    async def answered_edits(self, number: int) -> None:
        """Waits until so many edits were answered, and the window has read again."""
        await until(lambda: self.answers >= number)
        await self.load()
        await self.answered()
        await self.detail_read()

    async def stored(self, identity: Identity) -> PositionNotes | None:
        return (await self.kept.notes()).get(identity)

    async def end(self) -> None:
        self.detail.commit()
        await self.detail_controller.shutdown()
        await self.notes.shutdown()
        await super().end()
