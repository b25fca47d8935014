"""The settings page of the connections: the choice, the fields, and the test."""

from dataclasses import replace

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QPushButton

from app.domain.connection.profile import DEFAULT, Connection, name_problem
from app.domain.connection.test_result import ConnectionTest, Target
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.text.messages import message, tr, translated
from app.settings.model import CONNECTION, Settings
from app.settings.profiles import (
    connection_named,
    is_overridden,
    with_chosen,
    with_connection,
    with_edits_saved,
    without_profile,
)
from app.ui.connect.connection_menu import ONLY_ONE
from app.ui.connect.controller import ConnectController
from app.ui.connect.test_steps_view import ConnectionTestView
from app.ui.settings.editors import FIELD_WIDTH, AccountEditor
from app.ui.settings.field import LABEL_WIDTH
from app.ui.settings.page import GAP, SettingsPage
from app.ui.style.sizes import scaled
from app.ui.widgets.enabling import FAULTY, enable
from app.ui.widgets.plain_text import PlainLabel

FIXED = message(
    "The connection is set outside of this window, on the command line or in the environment"
)
KEPT = message("The default connection cannot be removed")
QUESTION = message("A name for it, such as live or paper:")


LEAST_WIDTH = 160  # of the chooser, at the usual font


class ConnectionPage(SettingsPage):
    """Shows the fields of the chosen connection.

    Signals:
        switched(): another connection was chosen.
    """

    switched = Signal()

    def __init__(self, controller: ConnectController) -> None:
        super().__init__(CONNECTION)
        self._controller = controller
        self._settings = Settings()
        self._is_testing = False
        self.chooser = QComboBox()
        self.chooser.setAccessibleName(tr("Connection"))
        self._label = PlainLabel(tr("Connection"))
        self.add, self.remove = QPushButton(tr("Add…")), QPushButton(tr("Remove"))
        self.test = QPushButton(tr("Test connection"))
        self.steps = ConnectionTestView()
        self.steps.hide()
        self._arrange()
        self.chooser.activated.connect(self._switch)
        self.add.clicked.connect(self._ask_name)
        self.remove.clicked.connect(self._remove)
        self.test.clicked.connect(self._test)
        self.changed.connect(self._forget)
        controller.progressed.connect(self._show_test)
        controller.ended.connect(self._show_test)

    def _arrange(self) -> None:
        self._label.setBuddy(self.chooser)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._label)
        line.addSpacing(GAP - line.spacing())
        line.addWidget(self.chooser, 1)
        line.addWidget(self.add)
        line.addWidget(self.remove)
        line.addStretch(0)  # gets what is left once the chooser is as wide as the fields
        self.column.insertLayout(0, line)
        testing = QHBoxLayout()
        testing.addWidget(self.test)
        testing.addStretch(1)
        self.column.insertLayout(2, testing)
        self.column.insertWidget(3, self.steps)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def _fit(self) -> None:
        self._label.setMinimumWidth(scaled(self, LABEL_WIDTH))
        self.chooser.setMinimumWidth(scaled(self, LEAST_WIDTH))
        self.chooser.setMaximumWidth(scaled(self, FIELD_WIDTH))

    def show_settings(self, settings: Settings) -> None:
        self._settings = settings
        self.chooser.clear()
        self.chooser.addItems([connection.name for connection in settings.connections])
        self.chooser.setCurrentText(settings.connection)
        is_fixed = settings.demo or is_overridden(settings, "connection")
        why = translated(ONLY_ONE if settings.demo else FIXED)
        enable(self.chooser, not is_fixed, why)
        enable(self.add, not is_fixed, why)
        is_default = settings.connection == DEFAULT
        enable(self.remove, not is_fixed and not is_default, why if is_fixed else translated(KEPT))
        present = connection_named(settings, settings.connection)
        editor = self.fields["account"].editor
        if present is not None and isinstance(editor, AccountEditor):
            editor.offer(present.accounts)
        super().show_settings(settings)

    def filled(self, settings: Settings) -> Settings:
        """The settings with this page's connections and the chosen one."""
        own = super().filled(self._settings)
        values = {name: getattr(own, name) for name in (*self.fields, "connection", "connections")}
        return with_edits_saved(replace(settings, overrides=own.overrides, **values))

    def add_connection(self, name: str) -> None:
        """Adds a copy of the current connection; does nothing if the name is invalid or taken."""
        if not name_problem(name) and connection_named(self._settings, name) is None:
            present = self.filled(self._settings)
            copied = connection_named(present, present.connection) or Connection()
            made = replace(copied, name=name, account=ALL_ACCOUNTS, accounts=())
            self._go_to(with_chosen(with_connection(present, made), name))

    @Slot(int)
    def _switch(self, _: int) -> None:
        if self.chooser.currentText() != self._settings.connection:
            self._go_to(with_chosen(self.filled(self._settings), self.chooser.currentText()))

    @Slot()
    def _remove(self) -> None:
        self._go_to(without_profile(self._settings, self._settings.connection))

    @Slot()
    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(tr("Add a connection"))
        dialog.setLabelText(translated(QUESTION))
        dialog.textValueSelected.connect(self.add_connection)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _go_to(self, settings: Settings) -> None:
        self.show_settings(settings)
        self.switched.emit()

    @Slot()
    def _test(self) -> None:
        now = self.filled(self._settings)
        self._is_testing = True
        self._controller.test(Target(now.host, now.port, now.client_id, now.timeout))

    @Slot()
    def _forget(self) -> None:
        """Ends the test, which no longer matches the fields."""
        enable(self.test, self.is_valid(), translated(FAULTY))
        if self._is_testing:
            self._is_testing = False
            self._controller.cancel()
            self.steps.hide()

    @Slot(object)
    def _show_test(self, probe: ConnectionTest) -> None:
        if self._is_testing:
            self.steps.show_test(probe)
            self.steps.show()
