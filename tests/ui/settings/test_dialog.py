"""The settings dialog: entries, the notes below them, and what OK does to file and window."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time
from gettext import NullTranslations
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QWidget
from shiboken6 import isValid

from app.domain.connection.profile import Connection
from app.domain.connection.test_result import (
    ConnectionTest,
    ConnectionTestStep,
    DiscoveredEndpoint,
    Outcome,
    Step,
    Target,
)
from app.domain.text.messages import use_catalogue
from app.settings.model import CONNECTION, LOOK, SYNCING, Settings
from app.ui.connect.controller import ConnectController
from app.ui.settings.dialog import BUTTON, SettingsDialog
from app.ui.settings.field import SettingField
from tests.ui.conftest import delete, until

PAPER = Connection("paper", port=4002, accounts=("DU1", "DU2"))
LIVE = Connection("live", port=4001, client_id=5)


class FakeProber:
    """Finds one port, and ends each test as it was told."""

    def __init__(self) -> None:
        self.tested: list[Target] = []

    async def search(self, host: str, ports: tuple[int, ...]) -> tuple[DiscoveredEndpoint, ...]:
        return tuple(DiscoveredEndpoint(host, port) for port in ports)

    async def probe(
        self, target: Target, publish: Callable[[ConnectionTest], None]
    ) -> ConnectionTest:
        self.tested.append(target)
        failed = ConnectionTestStep(Step.PORT, Outcome.FAILED, "Nothing listens.", ("Start TWS.",))
        made = ConnectionTest(target).with_step(failed)
        publish(made)
        return made


class Desk:
    """A dialog over some settings, and what it kept."""

    def __init__(self, settings: Settings, reason: str = "") -> None:
        self.kept: list[Settings] = []
        self.reason = reason
        self.prober = FakeProber()
        self.controller = ConnectController(self.prober)
        self.dialog = SettingsDialog(
            settings, self.keep, self.controller, usual_path="/data/positions.sqlite"
        )
        self.dialog.open()

    def keep(self, settings: Settings) -> str:
        self.kept.append(settings)
        return self.reason

    def field(self, name: str) -> SettingField:
        (found,) = (page.fields[name] for page in self.dialog.pages if name in page.fields)
        return found

    def enter(self, name: str, text: str) -> None:
        editor = self.field(name).editor
        if isinstance(editor, QCheckBox):
            editor.setChecked(text == "on")
        elif isinstance(editor, QComboBox) and not editor.isEditable():
            editor.setCurrentIndex(editor.findData(text))
        else:
            editor.enter(text)

    def note(self, name: str) -> str:
        label = self.field(name).note
        return label.text() if not label.isHidden() else ""

    def is_enabled(self, button: BUTTON) -> bool:
        return self.dialog.buttons.button(button).isEnabled()

    def tab_of(self, name: str) -> int:
        return next(n for n, page in enumerate(self.dialog.pages) if name in page.fields)


@pytest.fixture
def open_desk(qapp: QApplication) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def open_it(settings: Settings | None = None, reason: str = "") -> Desk:
        made.append(Desk(settings or Settings(), reason))
        return made[-1]

    yield open_it
    for desk in made:
        if isValid(desk.dialog):
            delete(desk.dialog, qapp)
        delete(desk.controller, qapp)


def test_every_setting_of_the_declarations_has_a_field_with_its_value(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(Settings(port=4002, sync_every=15, sync_from=time(9, 30), theme="dark"))
    for name in ("port", "sync_every", "sync_from"):
        editor = desk.field(name).editor
        assert isinstance(editor, QLineEdit)
    assert [desk.field(name).editor.entry() for name in ("port", "sync_every", "sync_from")] == [
        "4002",
        "15",
        "09:30",
    ]
    assert desk.field("theme").editor.entry() == "dark"
    assert all(field.editor.accessibleName() for page in desk.dialog.pages
               for field in page.fields.values())  # fmt: skip


def test_an_invalid_entry_shows_its_reason_and_disables_ok_until_it_is_corrected(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk()
    assert (desk.is_enabled(BUTTON.Ok), desk.is_enabled(BUTTON.Apply)) == (True, False)
    desk.enter("port", "70000")
    assert desk.note("port") == "A whole number from 1 to 65535."
    assert (desk.is_enabled(BUTTON.Ok), desk.is_enabled(BUTTON.Apply)) == (False, False)
    assert not desk.dialog.tabs.tabIcon(desk.tab_of("port")).isNull()
    assert not desk.dialog.connection.test.isEnabled()
    desk.enter("port", "7496")
    assert desk.note("port") == ""
    assert (desk.is_enabled(BUTTON.Ok), desk.is_enabled(BUTTON.Apply)) == (True, True)
    assert desk.dialog.tabs.tabIcon(desk.tab_of("port")).isNull()


def test_apply_saves_the_entries_and_is_disabled_until_the_next_change(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk()
    desk.enter("theme", "dark")
    desk.enter("sync_on_trade", "on")
    desk.enter("sync_every", "30")
    desk.enter("sync_from", "9:30")
    desk.dialog.buttons.button(BUTTON.Apply).click()
    (kept,) = desk.kept
    assert (kept.theme, kept.sync_on_trade, kept.sync_every) == ("dark", True, 30)
    assert kept.sync_from == time(9, 30)
    assert desk.dialog.isVisible()
    assert not desk.is_enabled(BUTTON.Apply)


def test_ok_saves_and_closes_and_cancel_saves_nothing(open_desk: Callable[..., Desk]) -> None:
    desk, other = open_desk(), open_desk()
    for one in (desk, other):
        one.enter("port", "4001")
    desk.dialog.buttons.button(BUTTON.Ok).click()
    assert desk.kept[0].port == 4001
    assert desk.kept[0].connections[0].port == 4001
    other.dialog.buttons.button(BUTTON.Cancel).click()
    assert other.kept == []


def test_ok_without_a_change_writes_nothing(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(Settings(port=4002, connections=(Connection(port=4002), PAPER)))
    desk.dialog.buttons.button(BUTTON.Ok).click()
    assert desk.kept == []


def test_settings_that_cannot_be_saved_say_why_and_stay_open(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(reason="The settings file cannot be written (disk full).")
    desk.enter("port", "4001")
    desk.dialog.buttons.button(BUTTON.Ok).click()
    assert desk.dialog.isVisible()
    assert desk.dialog.error.text() == "The settings file cannot be written (disk full)."
    desk.reason = ""
    desk.dialog.buttons.button(BUTTON.Apply).click()
    assert desk.dialog.error.isHidden()


def test_what_the_command_line_or_a_variable_sets_is_grey_and_says_so(
    open_desk: Callable[..., Desk],
) -> None:
    overrides = (("port", "--port"), ("theme", "POSITION_SYNC_THEME"))
    desk = open_desk(Settings(port=9999, theme="dark", overrides=overrides))
    for name, source in overrides:
        assert not desk.field(name).editor.isEnabled()
        assert desk.note(name) == f"Set by {source}"
    desk.dialog.tabs.setCurrentIndex(desk.tab_of("theme"))
    desk.dialog.reset.click()
    assert desk.field("theme").editor.entry() == "dark"
    desk.enter("log_level", "debug")
    desk.dialog.buttons.button(BUTTON.Ok).click()
    assert desk.kept[0].connections[0].port == 7497


def test_the_demo_has_no_connection_to_set(open_desk: Callable[..., Desk]) -> None:
    names = ("connection", "host", "port", "client_id", "timeout", "account", "db")
    overrides = tuple((name, "--demo") for name in names)
    desk = open_desk(Settings(demo=True, overrides=overrides))
    assert not desk.dialog.connection.chooser.isEnabled()
    assert desk.note("db") == "Set by --demo"


def test_reset_restores_the_defaults_of_one_page_only(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(Settings(theme="dark", sync_every=5))
    desk.dialog.show_group(LOOK)
    desk.dialog.reset.click()
    assert desk.field("theme").editor.entry() == "system"
    assert desk.field("sync_every").editor.entry() == "5"


def test_what_has_no_effect_is_grey(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    desk.dialog.show_group(SYNCING)
    assert not desk.field("sync_weekdays_only").editor.isEnabled()
    desk.enter("sync_every", "10")
    assert desk.field("sync_weekdays_only").editor.isEnabled()
    desk.enter("sync_every", "many")
    assert not desk.field("sync_from").editor.isEnabled()
    desk.enter("notify_lost", "off")
    assert not desk.field("notify_lost_after").editor.isEnabled()


def test_no_database_means_the_usual_one(open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    desk = open_desk(Settings(db=tmp_path / "mine.sqlite"))
    desk.enter("db", "")
    assert desk.note("db") == ""
    desk.dialog.buttons.button(BUTTON.Ok).click()
    assert desk.kept[0].db is None


def test_another_connection_shows_its_own_fields_and_is_the_chosen_one(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(Settings(connections=(Connection(), PAPER, LIVE)))
    page = desk.dialog.connection
    desk.enter("port", "7496")
    page.chooser.setCurrentText("live")
    page.chooser.activated.emit(page.chooser.currentIndex())
    assert desk.field("port").editor.entry() == "4001"
    assert desk.field("client_id").editor.entry() == "5"
    desk.enter("client_id", "6")
    desk.dialog.buttons.button(BUTTON.Ok).click()
    (kept,) = desk.kept
    assert (kept.connection, kept.port, kept.client_id) == ("live", 4001, 6)
    assert [made.port for made in kept.connections] == [7496, 4002, 4001]
    assert kept.connections[2].client_id == 6


def test_the_accounts_that_were_seen_are_offered(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(Settings(connection="paper", port=4002, connections=(Connection(), PAPER)))
    editor = desk.field("account").editor
    assert isinstance(editor, QComboBox)
    assert [editor.itemText(n) for n in range(editor.count())] == ["All", "DU1", "DU2"]
    assert editor.currentText() == "All"


class German(NullTranslations):
    """One word."""

    def pgettext(self, context: str, message: str) -> str:
        return "Alle" if (context, message) == ("accounts", "All") else message


def test_all_accounts_stay_all_in_another_language(open_desk: Callable[..., Desk]) -> None:
    use_catalogue(German())
    try:
        desk = open_desk(Settings(connections=(Connection(accounts=("DU1",)),)))
        editor = desk.field("account").editor
        assert isinstance(editor, QComboBox)
        assert editor.currentText() == "Alle"
        entries = []
        for text in ("Alle", "All", "DU1", "U7"):
            editor.setCurrentText(text)
            entries.append(desk.dialog.filled().account)
        assert entries == ["All", "All", "DU1", "U7"]
    finally:
        use_catalogue(NullTranslations())


def test_a_connection_is_added_as_a_copy_and_removed(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(Settings(port=7496))
    page = desk.dialog.connection
    assert not page.remove.isEnabled()
    page.add_connection("my paper")
    page.add_connection("default")
    assert page.chooser.count() == 1
    page.add_connection("paper")
    assert page.chooser.currentText() == "paper"
    assert desk.field("port").editor.entry() == "7496"
    desk.enter("port", "4002")
    assert desk.is_enabled(BUTTON.Apply)
    desk.dialog.buttons.button(BUTTON.Apply).click()
    assert [made.port for made in desk.kept[0].connections] == [7496, 4002]
    page.remove.click()
    assert desk.field("port").editor.entry() == "7496"
    desk.dialog.buttons.button(BUTTON.Apply).click()
    assert [made.name for made in desk.kept[1].connections] == ["default"]


async def test_the_connection_is_tested_as_it_is_entered(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    desk.dialog.show_group(CONNECTION)
    page = desk.dialog.connection
    desk.enter("port", "4001")
    page.test.click()
    await until(lambda: not page.steps.isHidden())
    assert desk.prober.tested == [Target("127.0.0.1", 4001, 17, 10.0)]
    assert page.steps.texts[Step.PORT].text() == "Nothing listens."
    assert "Start TWS." in page.steps.advice.text()
    desk.enter("port", "4002")
    assert page.steps.isHidden()
    await desk.controller.shutdown()


def test_each_number_format_has_an_example(open_desk: Callable[..., Desk]) -> None:
    editor = open_desk().field("locale").editor
    assert isinstance(editor, QComboBox)
    texts = [editor.itemText(number) for number in range(editor.count())]
    assert "German:  −1.234.567,89" in texts
    assert "English (US):  −1,234,567.89" in texts


def test_the_dialog_has_no_field_wider_than_itself(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    for number, page in enumerate(desk.dialog.pages):
        desk.dialog.tabs.setCurrentIndex(number)
        widget: QWidget = page
        assert widget.minimumSizeHint().width() <= desk.dialog.width()


def test_a_setting_equal_to_the_saved_one_is_no_change(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(replace(Settings(), timeout=10.0))
    desk.enter("timeout", "10.0")
    assert not desk.is_enabled(BUTTON.Apply)
