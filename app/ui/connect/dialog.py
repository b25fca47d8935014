"""The dialog that finds TWS on this computer, tests the connection and saves it."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.connection.profile import Connection
from app.domain.connection.test_result import ConnectionTest, DiscoveredEndpoint, Target
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.text.messages import message, tr, translated
from app.settings.model import Settings
from app.settings.profiles import connection_named
from app.ui.connect.controller import ConnectController
from app.ui.connect.endpoint_form import EndpointForm
from app.ui.connect.mode_badge import ModeBadge
from app.ui.connect.test_steps_view import ConnectionTestView
from app.ui.style.sizes import scaled
from app.ui.widgets.enabling import FAULTY, enable
from app.ui.widgets.fitted_dialog import ContentArea, FittedDialog
from app.ui.widgets.plain_text import PlainLabel

WIDTH = 600  # of the content, at the usual font
UNTESTED = message("Test the connection first: it can be used once every step has passed")
INTRODUCTION = message(
    "Position Sync reads from TWS or IB Gateway. It only reads: it never sends an order."
)


class ConnectDialog(FittedDialog):
    """Searches as soon as it opens, and tests the first endpoint found.

    Signals:
        connection_chosen(Connection): use this connection, which has passed its test.
        demo_wanted(): start the demo instead.
    """

    connection_chosen = Signal(object)
    demo_wanted = Signal()

    def __init__(
        self,
        controller: ConnectController,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Connect to TWS"))
        self._controller = controller
        self._settings = settings
        self._probe: ConnectionTest | None = None
        self.form = EndpointForm(settings)
        self.steps = ConnectionTestView()
        self.badge = ModeBadge()
        self.demo = QPushButton(tr("Try the demo"))
        self.use = QPushButton(tr("Use this connection"))
        self._arrange()
        self._connect()
        self._render()

    def begin(self) -> None:
        """Opens the dialog and starts the search."""
        self.open()
        self._search()

    def _arrange(self) -> None:
        introduction = PlainLabel(translated(INTRODUCTION))
        introduction.setWordWrap(True)
        introduction.setObjectName("quiet")
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        for part in (introduction, self.form, self.steps):
            column.addWidget(part)
        column.addStretch(1)
        self.area = ContentArea(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(14)
        layout.addWidget(self.area, 1)
        layout.addLayout(self._buttons())

    def present_room(self) -> QSize:
        return self.area.size()

    def needed_room(self, most: QSize) -> QSize:
        return self.area.needed_size(scaled(self, WIDTH), most)

    def _buttons(self) -> QHBoxLayout:
        self.use.setObjectName("primaryButton")
        self.use.setDefault(True)
        self.demo.setObjectName("linkButton")
        self.demo.setToolTip(
            tr("Opens Position Sync with a simulated TWS and a database of its own")
        )
        close = QPushButton(tr("Cancel"))
        close.clicked.connect(self.reject)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.demo)
        line.addStretch(1)
        for part in (self.badge, close, self.use):
            line.addWidget(part)
        for button in (self.demo, close):
            button.setAutoDefault(False)
        return line

    def _connect(self) -> None:
        controller, form = self._controller, self.form
        controller.searched.connect(self._show_found)
        controller.progressed.connect(self._show_test)
        controller.ended.connect(self._show_test)
        controller.failed.connect(form.show_reason)
        controller.search_failed.connect(form.show_reason)
        form.search_wanted.connect(self._search)
        form.test_wanted.connect(self._test)
        form.edited.connect(self._on_form_edited)
        self.use.clicked.connect(self._use)
        self.demo.clicked.connect(self.demo_wanted)
        self.finished.connect(controller.cancel)

    @Slot()
    def _search(self) -> None:
        settings = self._settings
        ports = (settings.port, *(connection.port for connection in settings.connections))
        self.form.show_search()
        self._controller.search(self.form.host.text().strip() or "127.0.0.1", ports)

    @Slot(object)
    def _show_found(self, found: tuple[DiscoveredEndpoint, ...]) -> None:
        self.form.show_found(found, is_untested=self._probe is None)

    @Slot()
    def _test(self) -> None:
        if not self.form.fault():
            self._controller.test(self.target())

    def target(self) -> Target:
        """The target that is entered; only for a form without a fault."""
        host, port = self.form.host.text().strip(), int(self.form.port.text())
        return Target(host, port, self._settings.client_id, self._settings.timeout)

    @Slot()
    def _on_form_edited(self) -> None:
        """Discards the test if host or port have changed."""
        probe = self._probe
        if probe is not None and (self.form.fault() or probe.target != self.target()):
            self._controller.cancel()
            self._probe = None
            self.steps.show_test(None)
        self._render()

    @Slot(object)
    def _show_test(self, probe: ConnectionTest) -> None:
        self._probe = probe
        self.steps.show_test(probe)
        self._render()

    def _render(self) -> None:
        probe = self._probe
        is_valid = self.form.is_valid()
        is_passed = probe is not None and probe.passed
        enable(self.use, is_passed and is_valid, translated(UNTESTED if is_valid else FAULTY))
        if probe is None:
            self.badge.hide()
        else:
            self.badge.show_mode(probe.mode)

    @Slot()
    def _use(self) -> None:
        if self._probe is None:
            return
        name, target = self.form.name.currentText(), self._probe.target
        accounts = self._probe.accounts
        known = connection_named(self._settings, name)
        account = known.account if known and known.account in accounts else ALL_ACCOUNTS
        self.connection_chosen.emit(
            Connection(
                name,
                target.host,
                target.port,
                target.client_id,
                target.timeout_s,
                account,
                accounts,
            )
        )
        self.accept()
