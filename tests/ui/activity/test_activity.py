"""The line at the start about what changed meanwhile."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from app.domain.desktop.app_state import Phase, SyncState
from app.domain.history.position_history import ActivitySummary
from app.domain.portfolio.realized_totals import RealizedTotals
from app.ui.activity.bar import ActivityBar, activity_text
from app.ui.activity.controller import ActivityController
from app.ui.main_window.window_settings import WindowSettings
from app.ui.style.formatting import Formats
from tests.store.trading import AAPL, MSFT, at, held, opened, snapshot, synced
from tests.ui.conftest import ENGLISH, until
from tests.ui.fakes import NOW

FORMATS = Formats(ENGLISH)
REALIZED = {
    "EUR": RealizedTotals(None, Decimal("-20"), closes=2, unknown=1),
    "USD": RealizedTotals(Decimal("1234.5"), closes=1),
}


def test_the_sentence_tells_exact_and_estimated_apart() -> None:
    news = ActivitySummary(NOW - timedelta(days=2), 3, 1, REALIZED)
    text = activity_text(news, NOW, FORMATS)
    assert text.startswith("Since you last looked (21 Nov 2026")
    assert text.endswith(
        "): 3 opened, 1 closed, ≈ −20.00 EUR estimated, 1 close in EUR without a known P&L, "
        "realized +1,234.50 USD."
    )


def test_the_bar_stays_away_once_it_is_dismissed(qtbot: QtBot) -> None:
    bar = ActivityBar(FORMATS, lambda: NOW)
    qtbot.addWidget(bar)
    assert bar.isHidden()
    bar.show_activity(ActivitySummary(NOW, 1))
    assert not bar.isHidden()
    bar.dismiss.click()
    bar.show_activity(ActivitySummary(NOW, 2))
    assert bar.isHidden()


async def test_it_looks_at_the_start_and_after_the_first_sync(tmp_path: Path) -> None:
    found: list[ActivitySummary] = []
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL)))
        controller = ActivityController(store, at(0))
        controller.found.connect(found.append)
        controller.start()
        await until(lambda: len(found) == 1)
        await synced(store, snapshot(2, held(AAPL), held(MSFT)))
        for phase in (Phase.SYNCING, Phase.SYNCED, Phase.SYNCED):
            controller.on_state_changed(SyncState(phase))
        await until(lambda: len(found) == 2)
        await controller.shutdown()
    assert [activity.opened for activity in found] == [1, 2]


async def test_nothing_is_news_at_the_very_first_start(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL)))
        controller = ActivityController(store, None)
        controller.start()
        await controller.shutdown()


def test_the_time_of_the_last_look_is_remembered(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat)
    assert WindowSettings(settings).last_opened is None
    WindowSettings(settings).save_last_opened(NOW)
    assert WindowSettings(settings).last_opened == NOW
    settings.setValue("window/lookedAt", "yesterday")
    assert WindowSettings(settings).last_opened is None


def test_each_database_has_its_own_time_of_the_last_look(
    settings: QSettings, tmp_path: Path
) -> None:
    one, other = tmp_path / "one.sqlite", tmp_path / "other.sqlite"
    WindowSettings(settings, one).save_last_opened(NOW)
    assert WindowSettings(settings, one).last_opened == NOW
    assert WindowSettings(settings, tmp_path / "x" / ".." / "one.sqlite").last_opened == NOW
    assert WindowSettings(settings, other).last_opened is None
    assert str(tmp_path) not in " ".join(settings.allKeys())
