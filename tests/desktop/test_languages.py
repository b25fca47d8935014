"""All that a person sees is translated, and has room: found with a language nobody speaks."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from app.broker.simulator.server.server import SimulatedTws
from app.desktop.window_session import WindowSession
from app.domain.connection.profile import Connection
from app.domain.desktop.app_state import Phase
from app.platform.language import LANGUAGES
from app.settings.model import Settings
from tests.broker.simulated import demo_market
from tests.desktop.conftest import Show
from tests.desktop.shown_texts import texts_of
from tests.pseudo_language import WORD, pseudo_language, untranslated
from tests.ui.conftest import until

# The same in every language: names, keys of a keyboard, units.
NAMES = frozenset(
    {
        *("Position", "Sync", "TWS", "IB", "Gateway", "IBKR", "Interactive", "Brokers", "Flex"),
        *("Query", "Excel", "CSV", "JSON", "Ctrl", "Shift", "Alt", "Esc", "KB", "default"),
        *LANGUAGES.values(),
    }
)
# Of the locale that dates are written in.
CALENDAR = frozenset(
    {QLocale().amText(), QLocale().pmText()}
    | {QLocale().monthName(month, QLocale.FormatType.ShortFormat) for month in range(1, 13)}
)
USUAL_SIZE = 1360, 820
Open = Callable[[WindowSession], object]
DIALOGS: dict[str, Open] = {
    "preview": lambda session: session.window.window_actions.preview.trigger(),
    "export": lambda session: session.window.window_actions.export.trigger(),
    "settings": lambda session: session.window.window_actions.settings.trigger(),
    "connect": lambda session: session.window.window_actions.connect_to.trigger(),
    "fetch": lambda session: session.window.window_actions.fetch.trigger(),
    "restore": lambda session: session.window.window_actions.restore.trigger(),
    "explain": lambda session: session.window.window_actions.explain.trigger(),
    "log": lambda session: session.window.window_actions.log.trigger(),
    "commands": lambda session: session.window.window_actions.commands.trigger(),
    "shortcuts": lambda session: session.window.window_actions.shortcuts.trigger(),
    "about": lambda session: session.window.window_actions.about.trigger(),
}


@asynccontextmanager
async def synced(settings: Settings, show: Show) -> AsyncIterator[WindowSession]:
    """A window in the pseudo-language that has synced with a simulated TWS, which it takes for a
    real one; the dialog of a first start is closed."""
    tws = SimulatedTws(demo_market())
    await tws.start()
    place = {"host": tws.host, "port": tws.port}
    made = replace(settings, demo=False, connections=(Connection(**place),), **place)
    with pseudo_language():
        async with show(made) as session:
            await until(lambda: bool(other_windows(session)))
            for dialog in other_windows(session):
                dialog.close()
            session.composition.controller.sync("All")
            await until(lambda: session.composition.controller.state.phase is Phase.SYNCED)
            yield session
    await tws.stop()


def other_windows(session: WindowSession) -> list[QWidget]:
    windows = QApplication.topLevelWidgets()
    return [one for one in windows if one.isVisible() and one is not session.window]


def assert_translated(windows: Iterable[QWidget], data: frozenset[str]) -> None:
    """No text has words that are neither translated nor data."""
    found = {
        f"{where}: {text}"
        for window in windows
        for where, text in texts_of(window)
        if set(untranslated(text)) - NAMES - CALENDAR - data
    }
    assert not found, "\n".join(sorted(found))


def assert_not_cut(windows: Iterable[QWidget]) -> None:
    """Labels and buttons have the room that their text needs."""
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    found = [
        f"{type(part).__name__} {part.objectName()}: {part.text()}"
        for window in windows
        for part in window.findChildren(QWidget)
        if isinstance(part, QLabel | QAbstractButton)
        and part.isVisible()
        and part.text()
        and part.width() < part.minimumSizeHint().width()
    ]
    assert not found, "\n".join(found)


def data_of(session: WindowSession) -> frozenset[str]:
    """The words of what is stored: accounts, instruments, currencies, files."""
    found = set(session.window.state.stored.accounts)
    found.add(str(Settings().database))
    for position in session.window.state.stored.positions:
        instrument = position.instrument
        found |= {instrument.description, instrument.currency, instrument.exchange}
        found |= {instrument.sec_type, instrument.local_symbol, instrument.trading_class}
    return frozenset(word for text in found for word in WORD.findall(text))


async def test_no_tab_has_a_text_of_its_own(settings: Settings, show: Show) -> None:
    async with synced(settings, show) as session:
        session.window.resize(*USUAL_SIZE)
        made = session.composition
        readers = (made.closed, made.history, made.charts_controller)
        for tab in range(session.window.tabs.count()):
            session.window.tabs.go_to(tab)
            await until(lambda: not any(reader.is_reading for reader in readers))
            assert_not_cut([session.window])
        assert_translated([session.window], data_of(session))


async def test_no_dialog_has_a_text_of_its_own(settings: Settings, show: Show) -> None:
    async with synced(settings, show) as session:
        for open_dialog in DIALOGS.values():
            session.window.tabs.go_to(0)
            open_dialog(session)
            await until(lambda: bool(other_windows(session)))
            opened = other_windows(session)
            assert_translated(opened, data_of(session))
            assert_not_cut(opened)
            for dialog in opened:
                dialog.close()
