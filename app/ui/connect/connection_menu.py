"""The menu of the named connections: shows which one is in use, and switches to another."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.text.messages import message, tr, translated
from app.settings.model import Settings

ONLY_ONE = message("The demo has one connection only")


class ConnectionMenu(QMenu):
    """One action per connection, with its address.

    Signals:
        chosen(str): the name of a connection other than the current one.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Co&nnection"), parent)
        self._present = ""
        self._group = QActionGroup(self)
        self.triggered.connect(self._choose)

    def show_connections(self, settings: Settings) -> None:
        """The demo has one connection only, and no choice."""
        self.clear()
        self._present = settings.connection
        for connection in settings.connections:
            place = f"{connection.host}:{connection.port}"
            action = self.addAction(f"{connection.name}   ({place})".replace("&", "&&"))
            action.setCheckable(True)
            action.setData(connection.name)
            self._group.addAction(action)
            action.setChecked(connection.name == settings.connection)
        self.setEnabled(not settings.demo)
        self.menuAction().setToolTip(translated(ONLY_ONE) if settings.demo else "")

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        if action.data() != self._present:
            self.chosen.emit(action.data())
