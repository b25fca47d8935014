"""Settings > Automation: the state of the API, its address, and its token."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from shiboken6 import isValid

from app.domain.desktop.api_state import ApiState, ApiStatus
from app.domain.model.errors import ApiError
from app.settings.model import AUTOMATION, Settings
from app.ui.connect.controller import ConnectController
from app.ui.settings.automation_page import COPIED, HIDDEN, RENEWED, AutomationPage
from app.ui.settings.dialog import BUTTON, SettingsDialog
from tests.ui.conftest import delete
from tests.ui.settings.test_dialog import FakeProber

LISTENING = ApiState(ApiStatus.LISTENING, 8000)
IN_USE = "Port 8000 is in use by another program. Choose another port."


class FakeApi:
    """An API whose state a test sets."""

    def __init__(self) -> None:
        self.state = ApiState()
        self.watchers: list[Callable[[ApiState], None]] = []
        self.number = 1
        self.error: ApiError | None = None

    def watch(self, watcher: Callable[[ApiState], None]) -> Callable[[], None]:
        self.watchers.append(watcher)
        return lambda: self.watchers.remove(watcher)

    def become(self, state: ApiState) -> None:
        self.state = state
        for watcher in self.watchers:
            watcher(state)

    def token(self) -> str:
        if self.error is not None:
            raise self.error
        return f"token-{self.number}"

    def renew_token(self) -> str:
        self.number += 1
        return self.token()


class Desk:
    """The dialog at its page, over a fake API."""

    def __init__(self) -> None:
        self.api, self.kept = FakeApi(), list[Settings]()
        self.controller = ConnectController(FakeProber())
        self.dialog = SettingsDialog(
            Settings(), self.keep, self.controller, usual_path="", api=self.api
        )
        self.dialog.show_group(AUTOMATION)
        self.dialog.open()

    def keep(self, settings: Settings) -> str:
        self.kept.append(settings)
        return ""

    @property
    def page(self) -> AutomationPage:
        return self.dialog.automation

    def answer(self, text: str) -> None:
        (box,) = (one for one in self.page.findChildren(QMessageBox) if one.isVisible())
        next(button for button in box.buttons() if button.text() == text).click()


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    made = Desk()
    yield made
    if isValid(made.dialog):
        delete(made.dialog, qapp)
    delete(made.controller, qapp)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_it_is_off_until_it_is_switched_on_and_saved(desk: Desk) -> None:
    assert desk.page.state.text() == "Off"
    assert not desk.page.copy_address.isEnabled()
    desk.page.fields["api_enabled"].editor.enter(True)
    desk.page.fields["api_port"].editor.enter("8010")
    desk.dialog.buttons.button(BUTTON.Apply).click()
    assert [(made.api_enabled, made.api_port) for made in desk.kept] == [(True, 8010)]


def test_the_state_follows_the_api(desk: Desk) -> None:
    desk.api.become(LISTENING)
    assert desk.page.state.text() == "Listening at http://127.0.0.1:8000"
    assert ">http://127.0.0.1:8000</a>" in desk.page.address.text()
    assert 'href="http://127.0.0.1:8000/api/docs"' in desk.page.documentation.text()
    desk.page.copy_address.click()
    assert (clipboard(), desk.page.note.text()) == ("http://127.0.0.1:8000", COPIED)
    desk.api.become(ApiState(ApiStatus.FAILED, 8000, IN_USE))
    assert desk.page.state.text() == IN_USE
    assert desk.page.address.text() == desk.page.documentation.text() == "—"
    assert not desk.page.copy_address.isEnabled()


def test_the_token_is_hidden_until_it_is_shown(desk: Desk) -> None:
    assert desk.page.token.text() == HIDDEN
    desk.page.show_token.click()
    assert (desk.page.token.text(), desk.page.show_token.text()) == ("token-1", "Hide")
    desk.page.show_token.click()
    assert (desk.page.token.text(), desk.page.show_token.text()) == (HIDDEN, "Show")
    desk.page.copy_token.click()
    assert (clipboard(), desk.page.token.text()) == ("token-1", HIDDEN)


def test_the_token_is_renewed_once_that_is_confirmed(desk: Desk) -> None:
    desk.page.show_token.click()
    desk.page.renew.click()
    desk.answer("Cancel")
    assert desk.api.number == 1
    desk.page.renew.click()
    desk.answer("Renew")
    assert (desk.page.token.text(), desk.page.note.text()) == ("token-2", RENEWED)


def test_a_token_that_cannot_be_read_is_said(desk: Desk) -> None:
    desk.api.error = ApiError("The token cannot be used. Delete it.")
    desk.page.show_token.click()
    assert desk.page.token.text() == HIDDEN
    assert desk.page.note.text() == "The token cannot be used. Delete it."


def test_a_closed_dialog_is_told_nothing(desk: Desk) -> None:
    assert len(desk.api.watchers) == 1
    desk.dialog.reject()
    assert desk.api.watchers == []


def test_all_of_it_is_reached_by_tab_and_has_a_name(desk: Desk, qapp: QApplication) -> None:
    desk.api.become(LISTENING)
    page = desk.page
    wanted: list[QWidget] = [page.fields["api_enabled"].editor, page.fields["api_port"].editor]
    wanted += [page.address, page.copy_address, page.documentation, page.token]
    wanted += [page.show_token, page.copy_token, page.renew]
    desk.dialog.activateWindow()
    wanted[0].setFocus()
    reached = {wanted[0]}
    for _ in range(30):
        QTest.keyClick(qapp.focusWidget() or desk.dialog, Qt.Key.Key_Tab)
        focused = qapp.focusWidget()
        if focused is not None:
            reached.add(focused)
    assert set(wanted) <= reached
    assert all(widget.accessibleName() for widget in wanted)
