"""The Sync button: the window's one prominent control, with a turning icon while a run lasts."""

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget

from app.domain.desktop.app_state import Phase
from app.domain.text.messages import message, message_in, tr, translated
from app.ui.style.icons import icon
from app.ui.style.sizes import LARGE_ICON
from app.ui.style.theme import current_colours

FRAMES = 15
FRAME_MS = 60
READY = message_in("button", "Sync")
TEXTS = {
    Phase.SYNCING: message("Syncing…"),
    Phase.IMPORTING: message("Importing…"),
    Phase.UNDOING: message("Undoing…"),
    Phase.RESTORING: message("Restoring…"),
}


class SyncButton(QPushButton):
    """Shows the Sync action; disabled, and its icon turning, while a sync or an import runs."""

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._largest = QSize()
        self.setObjectName("syncButton")
        self._action = action
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Sync positions with TWS"))
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()
        self._frame = 0
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._turn)
        self._set_icon()

    def sizeHint(self) -> QSize:
        """The same width for every text, so that nothing beside it moves when a sync begins."""
        return super().sizeHint().expandedTo(self._largest)

    def show_phase(self, phase: Phase) -> None:
        self.setText(translated(TEXTS.get(phase, READY)))
        self.setEnabled(not phase.is_busy)
        if phase.is_busy:
            self._timer.start()
        else:
            self._timer.stop()
            self._frame = 0
            self._set_icon()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._set_icon()
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._measure()

    def _measure(self) -> None:
        """Each text is shown in turn: Qt's style alone knows what stands around it."""
        shown, sizes = self.text(), []
        for text in (READY, *TEXTS.values()):
            self.setText(translated(text))
            sizes.append(super().sizeHint())
        self._largest = max(sizes, key=QSize.width)
        self.setText(shown)

    @Slot()
    def _follow(self) -> None:
        """Copies the action's tips: what it does, or why it is disabled."""
        self.setToolTip(self._action.toolTip())
        self.setStatusTip(self._action.statusTip())

    @Slot()
    def _turn(self) -> None:
        self._frame = (self._frame + 1) % FRAMES
        self._set_icon()

    def _set_icon(self) -> None:
        colours = current_colours()
        angle = 180 * self._frame / FRAMES  # the icon looks the same after half a turn
        self.setIcon(
            icon(
                *("sync", colours.on_accent),
                disabled=colours.accent,
                angle=angle,
                length=LARGE_ICON,
            )
        )


class CancelButton(QPushButton):
    """Shows the Cancel action. The toolbar hides its place while nothing runs."""

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(tr("Cancel"), parent)
        self._action = action
        self.setObjectName("cancelButton")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()
        self._set_icon()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._set_icon()

    def _set_icon(self) -> None:
        colours = current_colours()
        self.setIcon(icon("cancel", colours.muted, disabled=colours.faint))

    def _follow(self) -> None:
        self.setToolTip(self._action.toolTip())
        self.setAccessibleName(self._action.text().replace("&", ""))
