"""The dialog that finds TWS on this computer, tests the connection and takes it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.connections import Connection, name_fault
from app.domain.probing import Found, Probe, Target
from app.settings import Settings
from app.settings_checks import fault
from app.settings_connections import connection_named
from app.ui.badge import ModeBadge
from app.ui.checks_view import ChecksView
from app.ui.connect_controller import ConnectController
from app.ui.found_list import FoundList
from app.ui.theme import Colours

WIDTH = 620
INTRODUCTION = (
    "Position Sync reads from TWS or IB Gateway on this computer. "
    "It only reads: it never sends an order."
)


class ConnectDialog(QDialog):
    """Looks as soon as it opens, and tests what it finds first.

    Signals:
        connection_chosen(Connection): one that passed its test is to be used.
        demo_wanted(): the demo instead.
    """

    connection_chosen = Signal(object)
    demo_wanted = Signal()

    def __init__(
        self,
        controller: ConnectController,
        settings: Settings,
        colours: Colours,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Connect to TWS")
        self.setMinimumWidth(WIDTH)
        self._controller = controller
        self._settings = settings
        self._probe: Probe | None = None
        self.found = FoundList(colours)
        self.host = QLineEdit(settings.host)
        self.port = QLineEdit(str(settings.port))
        self.name = QComboBox()
        self.reason = QLabel()
        self.checks = ChecksView(colours)
        self.badge = ModeBadge()
        self.test = QPushButton("Test")
        self.look = QPushButton("Look again")
        self.demo = QPushButton("Try the demo")
        self.use = QPushButton("Use this connection")
        self._arrange()
        self._connect()
        self._offer_names()
        self._render()

    def begin(self) -> None:
        """Opens, and looks."""
        self.open()
        self._search()

    def _arrange(self) -> None:
        introduction = QLabel(INTRODUCTION)
        introduction.setWordWrap(True)
        introduction.setObjectName("quiet")
        self.host.setAccessibleName("Host")
        self.port.setAccessibleName("Port")
        self.port.setMaximumWidth(90)
        self.reason.setObjectName("fieldReason")
        self.name.setEditable(True)
        self.name.setAccessibleName("Save as")
        self.name.setToolTip("A name for this connection, such as live or paper")
        place = QHBoxLayout()
        place.addWidget(self.host, 1)
        place.addWidget(self.port)
        place.addWidget(self.test)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setVerticalSpacing(9)
        listing = QHBoxLayout()
        listing.addWidget(self.found, 1)
        listing.addWidget(self.look, 0, Qt.AlignmentFlag.AlignTop)
        form.addRow("On this computer", listing)
        form.addRow("Host and port", place)
        form.addRow("", self.reason)
        form.addRow("Save as", self.name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(14)
        layout.addWidget(introduction)
        layout.addLayout(form)
        layout.addWidget(self.checks)
        layout.addStretch(1)
        layout.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self.use.setObjectName("primaryButton")
        self.use.setDefault(True)
        self.demo.setObjectName("linkButton")
        self.demo.setToolTip("Opens Position Sync with a simulated TWS and a database of its own")
        close = QPushButton("Cancel")
        close.clicked.connect(self.reject)
        line = QHBoxLayout()
        line.addWidget(self.demo)
        line.addStretch(1)
        line.addWidget(self.badge)
        for button in (close, self.use):
            line.addWidget(button)
        for button in (self.test, self.look, self.demo, close):
            button.setAutoDefault(False)
        return line

    def _connect(self) -> None:
        controller = self._controller
        controller.searched.connect(self._show_found)
        controller.progressed.connect(self._show_probe)
        controller.ended.connect(self._show_probe)
        controller.failed.connect(self._show_bug)
        self.found.chosen.connect(self._take)
        self.look.clicked.connect(self._search)
        self.test.clicked.connect(self._test)
        self.port.returnPressed.connect(self._test)
        self.host.textEdited.connect(self._forget)
        self.port.textEdited.connect(self._forget)
        self.name.currentTextChanged.connect(self._render)
        self.use.clicked.connect(self._use)
        self.demo.clicked.connect(self.demo_wanted)
        self.finished.connect(controller.cancel)

    def _offer_names(self) -> None:
        self.name.addItems([connection.name for connection in self._settings.connections])
        self.name.setCurrentText(self._settings.connection)

    @Slot()
    def _search(self) -> None:
        ports = tuple(connection.port for connection in self._settings.connections)
        self.found.show_search()
        self._controller.search(self.host.text().strip() or "127.0.0.1", ports)

    @Slot(object)
    def _show_found(self, found: tuple[Found, ...]) -> None:
        self.found.show_found(found)
        if found and self._probe is None:
            self.found.choose(next((f for f in found if f.port == self._settings.port), found[0]))

    @Slot(object)
    def _take(self, found: Found) -> None:
        self.host.setText(found.host)
        self.port.setText(str(found.port))
        self._test()

    @Slot()
    def _test(self) -> None:
        self._forget()
        if not self._fault():
            self._controller.test(
                Target(
                    self.host.text().strip(),
                    int(self.port.text()),
                    self._settings.client_id,
                    self._settings.timeout,
                )
            )

    @Slot()
    def _forget(self) -> None:
        """What was tested was another place."""
        self._controller.cancel()
        self._probe = None
        self.checks.show_probe(None)
        self._render()

    @Slot(object)
    def _show_probe(self, probe: Probe) -> None:
        self._probe = probe
        self.checks.show_probe(probe)
        self._render()

    @Slot(str)
    def _show_bug(self, text: str) -> None:
        self._forget()
        self.reason.setText(text)
        self.reason.show()

    @Slot()
    def _render(self) -> None:
        reason = self._fault() or name_fault(self.name.currentText())
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        self.test.setEnabled(not self._fault())
        is_good = self._probe is not None and self._probe.passed
        self.use.setEnabled(is_good and not reason)
        if self._probe is not None:
            self.badge.show_mode(self._probe.mode)
        else:
            self.badge.hide()

    def _fault(self) -> str:
        if reason := fault("host", self.host.text()):
            return f"Host: {reason}"
        reason = fault("port", self.port.text())
        return f"Port: {reason}" if reason else ""

    @Slot()
    def _use(self) -> None:
        assert self._probe is not None
        name, target = self.name.currentText(), self._probe.target
        known = connection_named(self._settings, name)
        account = known.account if known and known.account in self._probe.accounts else "All"
        self.connection_chosen.emit(
            Connection(
                name,
                target.host,
                target.port,
                target.client_id,
                target.timeout_s,
                account,
                self._probe.accounts,
            )
        )
        self.accept()
