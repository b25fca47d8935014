"""The settings dialog, one page a group; it saves only valid settings."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.text.messages import message, tr, translated
from app.settings.model import AUTOMATION, CONNECTION, GROUPS, STATEMENTS, STORAGE, Settings
from app.settings.profiles import with_edits_saved
from app.ui.connect.controller import ConnectController
from app.ui.settings.api_control import ApiControl
from app.ui.settings.automation_page import AutomationPage
from app.ui.settings.connection_page import ConnectionPage
from app.ui.settings.page import SettingsPage
from app.ui.statements.controller import FetchController
from app.ui.statements.page import StatementsPage
from app.ui.style.icons import icon
from app.ui.style.theme import current_colours, set_tone
from app.ui.widgets.enabling import enable
from app.ui.widgets.fitted_dialog import ContentArea, FittedDialog
from app.ui.widgets.plain_text import PlainLabel

BUTTON = QDialogButtonBox.StandardButton
FAULTY = message("Correct what is marked in red first; its tab is marked too")
UNCHANGED = message("Nothing has been changed")


class SettingsDialog(FittedDialog):
    """Args:
    keep: saves and applies settings; returns why it could not, or "".
    usual_path: the database's path if none is chosen.
    api: the HTTP API; None where there is none.
    fetches: those of Flex statements; None for the demo.
    """

    def __init__(
        self,
        settings: Settings,
        keep: Callable[[Settings], str],
        controller: ConnectController,
        *,
        usual_path: str,
        api: ApiControl | None = None,
        fetches: FetchController | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Settings"))
        self._keep = keep
        self._settings = with_edits_saved(settings)
        self.connection = ConnectionPage(controller)
        self.automation = AutomationPage(api)
        self.statements = StatementsPage(fetches)
        special: dict[str, SettingsPage] = {
            CONNECTION: self.connection,
            STATEMENTS: self.statements,
            AUTOMATION: self.automation,
        }
        self.pages: tuple[SettingsPage, ...] = tuple(
            special.get(group) or SettingsPage(group, usual_path) for group in GROUPS
        )
        self.tabs = QTabWidget()
        self.areas: list[ContentArea] = []  # one a page
        self.error = PlainLabel()
        self.buttons = QDialogButtonBox(BUTTON.Ok | BUTTON.Apply | BUTTON.Cancel)
        self.reset = QPushButton(tr("Reset this page to defaults"))
        self._arrange()
        self._connect(controller)
        self._show(settings)

    def _arrange(self) -> None:
        self.tabs.setDocumentMode(True)
        self.tabs.setObjectName("pages")
        self.tabs.tabBar().setObjectName("pageTabs")
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.tabBar().setExpanding(False)
        for page in self.pages:
            area = ContentArea(page)
            self.areas.append(area)
            self.tabs.addTab(area, translated(page.group).replace("&", "&&"))
        self.error.setWordWrap(True)
        set_tone(self.error, "loss")
        self.error.hide()
        self.buttons.addButton(self.reset, QDialogButtonBox.ButtonRole.ResetRole)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())  # some desktops add icons
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 14, 14)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.error)
        layout.addWidget(self.buttons)

    def _connect(self, controller: ConnectController) -> None:
        for page in self.pages:
            page.changed.connect(self._render)
        self.connection.switched.connect(self._render)
        self.tabs.currentChanged.connect(self._on_page_changed)
        self.buttons.accepted.connect(self._save_and_close)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(BUTTON.Apply).clicked.connect(self.save)
        self.reset.clicked.connect(self._reset)
        self.finished.connect(controller.cancel)
        self.finished.connect(self.automation.unwatch)
        self.finished.connect(self.statements.end)

    def present_room(self) -> QSize:
        pages = self.areas[0].parentWidget()
        assert pages is not None
        return pages.size()

    def needed_room(self, most: QSize) -> QSize:
        """As wide as the widest page and the tabs, and as high as the present page."""
        widths = [page.sizeHint().width() for page in self.pages]
        width = max(*widths, self.tabs.tabBar().sizeHint().width())
        letter = self.fontMetrics().height()
        width = -(-width // letter) * letter  # or it would change with which tab is bold
        return self.areas[self.tabs.currentIndex()].needed_size(width, most)

    def add_to_storage(self, part: QWidget) -> None:
        """Shows something below the fields about the database."""
        page = next(page for page in self.pages if page.group == STORAGE)
        page.add_below_fields(part)

    def show_group(self, group: str) -> None:
        self.tabs.setCurrentIndex(GROUPS.index(group))

    def filled(self) -> Settings:
        """The settings with all entries."""
        made = self._settings
        for page in self.pages:
            made = page.filled(made)
        return made

    @Slot()
    def save(self) -> bool:
        """Returns whether it could be saved; shows why not."""
        made = self.filled()
        reason = "" if made == self._settings else self._keep(made)
        self.error.setText(translated(reason))
        self.error.setVisible(bool(reason))
        if not reason:
            self._settings = made
            self._render()
        return not reason

    @Slot()
    def _save_and_close(self) -> None:
        if self.save():
            self.accept()

    @Slot(int)
    def _on_page_changed(self, _: int) -> None:
        if self.isVisible():
            self.grow()

    @Slot()
    def _reset(self) -> None:
        self.pages[self.tabs.currentIndex()].reset()

    def _show(self, settings: Settings) -> None:
        for page in self.pages:
            page.show_settings(settings)
        self._render()

    @Slot()
    def _render(self) -> None:
        """Enables OK and Apply if all entries are valid, and marks the tabs with invalid ones."""
        is_valid = True
        warning = icon("warning", current_colours().loss)
        for number, page in enumerate(self.pages):
            is_valid = is_valid and page.is_valid()
            self.tabs.setTabIcon(number, QIcon() if page.is_valid() else warning)
        enable(self.buttons.button(BUTTON.Ok), is_valid, translated(FAULTY))
        is_new = is_valid and self.filled() != self._settings
        enable(
            self.buttons.button(BUTTON.Apply), is_new, translated(UNCHANGED if is_valid else FAULTY)
        )
