"""The form for a connection: a discovered endpoint or another host and port, and a name."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.domain.connection.profile import name_problem
from app.domain.connection.test_result import DiscoveredEndpoint
from app.domain.text.messages import message, tr, translated
from app.settings.model import Settings
from app.settings.validation import validation_message
from app.ui.connect.discovered_list import DiscoveredList
from app.ui.style.sizes import scaled
from app.ui.style.theme import set_tone
from app.ui.widgets.enabling import enable
from app.ui.widgets.plain_text import PlainLabel

PORT_WIDTH = 90  # at the usual font
NAME_WIDTH = 220


class EndpointForm(QWidget):
    """Choosing a discovered row fills host and port.

    Signals:
        test_wanted(): test this host and port.
        search_wanted(): search again.
        edited(): host, port or name have changed.
    """

    test_wanted = Signal()
    search_wanted = Signal()
    edited = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._usual_port = settings.port
        self.found = DiscoveredList()
        self.search_button = QPushButton(tr("Search again"))
        self.host = QLineEdit(settings.host)
        self.port = QLineEdit(str(settings.port))
        self.test = QPushButton(tr("Test"))
        self.reason = PlainLabel()
        self.name = QComboBox()
        self._form = QFormLayout(self)
        self.name.addItems([connection.name for connection in settings.connections])
        self.name.setEditable(True)
        self.name.setCurrentText(settings.connection)
        self._arrange()
        self.found.chosen.connect(self._on_found_chosen)
        self.search_button.clicked.connect(self.search_wanted)
        self.test.clicked.connect(self.test_wanted)
        self.port.returnPressed.connect(self.test_wanted)
        self.host.textEdited.connect(self._on_endpoint_edited)
        self.port.textEdited.connect(self._on_endpoint_edited)
        self.name.currentTextChanged.connect(self._check)

    def _arrange(self) -> None:
        self.host.setAccessibleName(tr("Host"))
        self.port.setAccessibleName(tr("Port"))
        self.reason.setObjectName("fieldReason")
        set_tone(self.reason, "loss")
        self.name.setAccessibleName(tr("Save as"))
        self.name.setToolTip(tr("A name for this connection, such as live or paper"))
        listing, place = QHBoxLayout(), QHBoxLayout()
        listing.addWidget(self.found, 1)
        listing.addWidget(self.search_button, 0, Qt.AlignmentFlag.AlignTop)
        for part in (self.host, self.port, self.test):
            place.addWidget(part)
        for line in (listing, place):
            line.setSpacing(8)
        form = self._form
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(9)
        form.addRow(PlainLabel(tr("On this computer")), listing)
        form.addRow(PlainLabel(tr("Host and port")), place)
        name = PlainLabel(tr("Save as"))
        name.setBuddy(self.name)
        form.addRow(name, self.name)
        form.addRow(PlainLabel(), self.reason)
        form.setRowVisible(self.reason, False)
        for button in (self.test, self.search_button):
            button.setAutoDefault(False)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def _fit(self) -> None:
        self.port.setMaximumWidth(scaled(self, PORT_WIDTH))
        self.name.setMinimumWidth(scaled(self, NAME_WIDTH))

    def show_search(self) -> None:
        enable(self.search_button, is_enabled=False, why_not=tr("A search is under way"))
        self.show_reason(self.fault())
        self.found.show_search()

    def show_found(self, found: tuple[DiscoveredEndpoint, ...], *, is_untested: bool) -> None:
        """Shows the endpoints; before any test, selects the configured port or the first."""
        enable(self.search_button, is_enabled=True, why_not="")
        self.found.show_found(found)
        if found and is_untested:
            usual = (one for one in found if one.port == self._usual_port)
            self.found.choose(next(usual, found[0]))

    def fault(self) -> str:
        """Why host and port cannot be tested; empty if they can."""
        if reason := validation_message("host", self.host.text()):
            return message("Host: {reason}", reason=reason)
        reason = validation_message("port", self.port.text())
        return message("Port: {reason}", reason=reason) if reason else ""

    def is_valid(self) -> bool:
        return not self.fault() and not name_problem(self.name.currentText())

    @Slot(object)
    def show_reason(self, text: str) -> None:
        self.reason.setText(translated(text))
        self._form.setRowVisible(self.reason, bool(text))

    @Slot(object)
    def _on_found_chosen(self, found: DiscoveredEndpoint) -> None:
        self.host.setText(found.host)
        self.port.setText(str(found.port))
        self._check()
        self.test_wanted.emit()

    @Slot()
    def _on_endpoint_edited(self) -> None:
        self.found.setCurrentRow(-1)
        self._check()

    @Slot()
    def _check(self) -> None:
        self.show_reason(self.fault() or name_problem(self.name.currentText()))
        enable(self.test, not self.fault(), translated(self.fault()))
        self.edited.emit()
