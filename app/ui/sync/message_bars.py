"""The bars of a failed sync and of a held one; neither is ever a modal box."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QWidget

from app.domain.desktop.app_state import Phase, SyncState
from app.domain.text.messages import tr, translated
from app.ui.style.formatting import Formats
from app.ui.sync.texts import held_list, held_text
from app.ui.widgets.message_bar import MessageBar


class ErrorBar(MessageBar):
    """Shown while the state is FAILED.

    Signals:
        retry_wanted(), dismissed(): a button was pressed.
    """

    retry_wanted = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("errorBar", "error", "loss", tr("Error"), parent)
        self.retry = self.add_button(tr("Retry"))
        self.details = self.add_button(tr("Details"))
        self.details.setCheckable(True)
        self.copy = self.add_button(tr("Copy details"))
        self.copy.hide()
        self.dismiss = self.add_dismiss_button()
        self._more.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.retry.clicked.connect(self.retry_wanted)
        self.dismiss.clicked.connect(self.dismissed)
        self.details.toggled.connect(self._unfold)
        self.copy.clicked.connect(self._copy)

    def render_state(self, state: SyncState) -> None:
        is_failed = state.phase is Phase.FAILED
        if is_failed:
            error = translated(state.error)
            self.show_message(error, state.detail or error)
        else:
            self.details.setChecked(False)
        self.setVisible(is_failed)

    @Slot(bool)
    def _unfold(self, is_open: bool) -> None:
        self._more.setVisible(is_open)
        self.copy.setVisible(is_open)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.more())


class HeldBar(MessageBar):
    """Shown while the state is HELD, with the list of what would be closed.

    Signals:
        close_wanted(), keep_wanted(): a button was pressed.
    """

    close_wanted = Signal()
    keep_wanted = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__("heldBar", "warning", "warning", tr("Sync held"), parent)
        self._formats = formats
        self._more.setAccessibleName(tr("Positions that would be closed"))
        self._more.show()
        self.keep = self.add_button(tr("Keep as open"))
        self.close_them = self.add_button(tr("Mark as closed here"))
        self.keep.clicked.connect(self.keep_wanted)
        self.close_them.clicked.connect(self.close_wanted)

    def render_state(self, state: SyncState) -> None:
        is_held = state.phase is Phase.HELD
        if is_held:
            self.show_message(held_text(len(state.held)), held_list(state.held, self._formats))
        self.setVisible(is_held)
