"""The window is made again in another language, and everything behind it goes on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from app.domain.desktop.app_state import Phase
from app.domain.text.messages import localized, translated
from app.platform.language import LANGUAGES
from app.settings.model import Settings
from app.ui.application import use_window_language
from app.ui.main_window.window import MainWindow
from app.ui.positions.columns import KEYS
from tests.desktop.conftest import Show
from tests.ui.conftest import until

CANCEL = QMessageBox.StandardButton.Cancel


def symbols(window: MainWindow) -> list[str]:
    model, column = window.positions.model, KEYS.index("symbol")
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


async def test_the_window_changes_its_language_and_keeps_what_it_shows(
    settings: Settings, show: Show
) -> None:
    async with show(settings) as session:
        old = session.window
        session.composition.controller.sync("All")
        await until(lambda: session.composition.controller.state.phase is Phase.SYNCED)
        old.search_field.setText("A")
        old.tabs.setCurrentIndex(2)
        before = symbols(old)
        old.resize(old.width(), 700)
        assert session.composition.settings.keep(replace(settings, language="de")) == ""
        await until(lambda: session.window is not old)
        new = session.window
        await until(lambda: bool(new.isVisible() and symbols(new) == before))
        assert (new.tabs.currentIndex(), new.search_field.text()) == (2, "A")
        assert new.height() == 700
        session.composition.controller.sync("All")
        await until(lambda: session.composition.controller.state.stored.statistics.total_syncs == 2)


async def test_a_sync_in_progress_ends_before_the_window_changes(
    settings: Settings, show: Show
) -> None:
    async with show(settings) as session:
        old = session.window
        session.composition.controller.sync("All")
        await until(lambda: session.composition.controller.state.phase is Phase.SYNCING)
        session.composition.settings.keep(replace(settings, language="ja"))
        assert session.window is old
        await until(lambda: session.window is not old)
        await until(lambda: bool(symbols(session.window)))
        statistics = session.composition.controller.state.stored.statistics
        assert statistics.last_run is not None and statistics.last_run.is_success


@pytest.fixture
def languages(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[QApplication]:
    """The program as if it spoke Arabic, too; English again afterwards."""
    monkeypatch.setitem(LANGUAGES, "ar", "العربية")
    yield qapp
    use_window_language(qapp, "en")
    QLocale.setDefault(QLocale.c())


def test_a_language_written_from_the_right_mirrors_the_window(languages: QApplication) -> None:
    use_window_language(languages, "ar")
    assert languages.layoutDirection() is Qt.LayoutDirection.RightToLeft
    use_window_language(languages, "de")
    assert languages.layoutDirection() is Qt.LayoutDirection.LeftToRight


def test_months_and_qts_own_dialogs_speak_the_chosen_language(languages: QApplication) -> None:
    use_window_language(languages, "ja")
    assert QLocale().standaloneMonthName(11) == "11月"
    assert (
        QMessageBox(QMessageBox.Icon.NoIcon, "", "", CANCEL).button(CANCEL).text() == "キャンセル"
    )
    use_window_language(languages, "en")
    assert QLocale().standaloneMonthName(11) == "November"
    box = QMessageBox(QMessageBox.Icon.NoIcon, "", "", CANCEL)
    assert box.button(CANCEL).text().replace("&", "") == "Cancel"


async def test_figures_within_sentences_are_written_in_the_chosen_number_format(
    settings: Settings, show: Show
) -> None:
    async with show(replace(settings, language="ja", locale="de_DE")):
        text = localized("1,312.5", Decimal("1312.5"))
        assert (text, translated(text)) == ("1,312.5", "1.312,5")
        assert translated(localized("31 Oct 2026", date(2026, 10, 31))) == "31. Okt. 2026"
