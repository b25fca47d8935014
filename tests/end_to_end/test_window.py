"""The real window on a real store and a real socket: click, F5, Esc, close."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSettings, Qt
from pytestqt.qtbot import QtBot

from app.broker.simulator.market.market import Market
from app.broker.simulator.server.faults import Faults
from app.broker.simulator.server.server import SimulatedTws
from app.broker.tws_broker import Endpoint, TwsBroker
from app.domain.desktop.app_state import Phase, SyncState
from app.domain.model.positions import Position
from app.domain.model.runs import RunStatus
from app.flex.reader import read_statement
from app.store.store import SqliteStore
from app.sync.service import SyncService
from app.ui.closed.controller import ClosedController
from app.ui.history.controller import HistoryController
from app.ui.main_window.window import MainWindow
from app.ui.positions.columns import KEYS
from app.ui.sync.controller import SyncController
from tests.broker.simulated import demo_market
from tests.ui.conftest import until

ENDED = frozenset({Phase.SYNCED, Phase.FAILED, Phase.HELD, Phase.CANCELLED})
SHOWN = "account", "symbol", "type", "quantity", "average_cost", "market_price", "market_value"
SYMBOL, QUANTITY = "symbol", "quantity"


class Desk:
    """The whole program in the test's process: a window and its TWS."""

    def __init__(self, tws: SimulatedTws, store: SqliteStore, folder: Path, timeout_s: float):
        self.tws, self.store = tws, store
        self.broker = TwsBroker(Endpoint(tws.host, tws.port, 17, timeout_s))
        self.controller = SyncController(
            SyncService(self.broker, store, read_statement), store, self.broker
        )
        settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self.history = HistoryController(store)
        self.closed = ClosedController(store)
        self.window = MainWindow(settings, locale=QLocale("en_US"))
        self.window.work_with(self.controller, self.history, self.closed)
        self.window.resize(1500, 800)
        self.window.show()
        self.window.activateWindow()

    async def until(self, is_so: Callable[[SyncState], bool]) -> SyncState:
        """The first state from now on that meets the condition."""
        found: asyncio.Future[SyncState] = asyncio.get_running_loop().create_future()

        def look(state: SyncState) -> None:
            if is_so(state) and not found.done():
                found.set_result(state)

        self.controller.state_changed.connect(look)
        try:
            return await found
        finally:
            self.controller.state_changed.disconnect(look)

    async def sync(self) -> SyncState:
        """Clicks Sync and waits for the end."""
        self.window.window_actions.sync.trigger()
        return await self.until(lambda state: state.phase in ENDED)

    def column(self, key: str) -> list[str]:
        model = self.window.positions.model
        return [str(model.index(row, KEYS.index(key)).data()) for row in range(model.rowCount())]

    def lines(self) -> list[tuple[str, ...]]:
        """Account, instrument, quantity, cost, price and value, sorted."""
        columns = [self.column(key) for key in SHOWN]
        return sorted(zip(*columns, strict=True))

    @property
    def status(self) -> str:
        return self.window.status.message.text()


@asynccontextmanager
async def desk(
    folder: Path, *, market: Market | None = None, timeout_s: float = 5.0, **faults: object
) -> AsyncIterator[Desk]:
    tws = SimulatedTws(market or demo_market(), Faults(**faults))  # type: ignore[arg-type]
    await tws.start()
    store = SqliteStore(folder / "positions.sqlite")
    made = Desk(tws, store, folder, timeout_s)
    try:
        yield made
    finally:
        made.window.close()
        await made.controller.shutdown()
        await made.history.shutdown()
        await made.closed.shutdown()
        await made.broker.close()
        await store.close()
        await tws.stop()
        made.window.deleteLater()


def identities(positions: tuple[Position, ...]) -> set[tuple[str, int]]:
    return {position.identity for position in positions}


async def test_a_click_shows_and_stores_the_positions_of_tws(tmp_path: Path, qtbot: QtBot) -> None:
    market = demo_market()
    async with desk(tmp_path, market=market) as d:
        assert d.window.positions.empty_state.isVisible()
        qtbot.mouseClick(d.window.sync_button, Qt.MouseButton.LeftButton)
        assert not d.window.window_actions.sync.isEnabled()
        await d.until(lambda state: state.phase is Phase.SYNCED)
        assert d.window.window_actions.sync.isEnabled()
        assert d.status.startswith("Synced 18 positions: 18 created, 0 updated, 0 closed (")
        assert "AAPL 18 Dec 2026 200 C" in d.column(SYMBOL)
        assert "0.12345678" in d.column(QUANTITY)
        held = {holding.identity for holding in market.holdings()}
        assert identities(await d.store.positions()) == held


async def test_f5_finds_what_was_traded_meanwhile(tmp_path: Path, qtbot: QtBot) -> None:
    async with desk(tmp_path) as d:
        await d.sync()
        bought = d.tws.market.holdings("DU1234567")[0]
        d.tws.market.trade(bought.account, bought.instrument.con_id, -bought.quantity)
        d.tws.push()
        qtbot.keyClick(d.window, Qt.Key.Key_F5)
        await d.until(lambda state: state.phase is Phase.SYNCED)
        assert d.status.startswith("Synced 17 positions: 0 created, 17 updated, 1 closed (")
        assert d.window.positions.model.rowCount() == 17
        (close,) = await d.store.closes()
        assert close.close.quantity_closed == bought.quantity
        assert close.close.is_full_close


async def test_what_was_sold_since_a_run_is_there_again_as_of_that_run(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        await d.sync()
        before = d.lines()
        sold = d.tws.market.holdings("DU1234567")[0]
        d.tws.market.trade(sold.account, sold.instrument.con_id, -sold.quantity)
        d.tws.push()
        await d.sync()
        d.window.tabs.setCurrentWidget(d.window.history.page)
        page = d.window.history.page
        await until(lambda: page.model.rowCount() == 2)
        page.table.selectRow(1)
        await until(lambda: page.details.table.table.rowCount() == 18)
        page.details.as_of.click()
        await until(d.window.positions.as_of_bar.isVisible)
        assert d.lines() == before
        d.window.positions.as_of_bar.back.click()
        assert d.window.positions.model.rowCount() == 17


async def test_escape_ends_a_read_that_hangs(tmp_path: Path, qtbot: QtBot) -> None:
    async with desk(tmp_path, silent_positions=True, timeout_s=30) as d:
        d.window.window_actions.sync.trigger()
        await d.until(lambda state: state.connection.link == "connected")
        qtbot.keyClick(d.window, Qt.Key.Key_Escape)
        await d.until(lambda state: state.phase is Phase.CANCELLED)
        assert d.window.window_actions.sync.isEnabled()
        (run,) = await d.store.runs()
        assert run.status is RunStatus.CANCELLED


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"silent_positions": True}, "did not finish sending the positions"),
        ({"drop_after_rows": 4}, "closed the connection while sending the positions"),
        ({"notice_2110": True}, "lost its own connection to IBKR"),
    ],
)
async def test_a_failed_sync_keeps_the_old_rows_and_says_why(
    tmp_path: Path, fault: dict[str, object], sentence: str
) -> None:
    async with desk(tmp_path, timeout_s=0.3) as d:
        await d.sync()
        rows = d.column(SYMBOL)
        for name, value in fault.items():
            setattr(d.tws.faults, name, value)
        await d.broker.close()
        state = await d.sync()
        assert state.phase is Phase.FAILED
        assert sentence in d.window.positions.error_bar.text()
        assert d.column(SYMBOL) == rows
        assert d.window.window_actions.sync.isEnabled()
        for name in fault:
            setattr(d.tws.faults, name, getattr(Faults(), name))
        d.controller.retry()
        await d.until(lambda state: state.phase is Phase.SYNCED)
        assert not d.window.positions.error_bar.isVisible()


async def test_an_account_that_empties_at_once_is_held_until_the_user_confirms(
    tmp_path: Path, qtbot: QtBot
) -> None:
    async with desk(tmp_path) as d:
        await d.sync()
        d.tws.faults.raw_rows = tuple(
            ("61", "3", "DU1234567", str(h.instrument.con_id), h.instrument.symbol, "STK", "",
             "0.0", "", "", "", "USD", "", "", "0", "0")
            for h in d.tws.market.holdings()
        )  # fmt: skip
        state = await d.sync()
        assert state.phase is Phase.HELD
        assert len(state.held) == 18
        assert d.window.positions.held_bar.isVisible()
        assert d.window.positions.model.rowCount() == 18
        qtbot.mouseClick(d.window.positions.held_bar.close_them, Qt.MouseButton.LeftButton)
        await d.until(lambda state: state.phase is Phase.SYNCED)
        assert d.window.positions.model.rowCount() == 0
        assert len(await d.store.closes()) == 18


async def test_closing_the_window_during_a_sync_ends_cleanly_without_a_partial_write(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, silent_positions=True, timeout_s=30) as d:
        d.window.window_actions.sync.trigger()
        await d.until(lambda state: state.connection.link == "connected")
        d.window.close()
        async with asyncio.timeout(20):  # TWS would be waited for longer
            await d.controller.shutdown()
            await d.broker.close()
        (run,) = await d.store.runs()
        assert run.status is RunStatus.CANCELLED
        assert await d.store.positions() == ()


async def test_the_stored_positions_are_shown_before_any_network_access(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        await d.sync()
    async with desk(tmp_path, silent_handshake=True) as again:
        again.controller.start()
        await again.until(lambda state: bool(state.stored.positions))
        assert again.window.positions.model.rowCount() == 18
        assert "as of" in again.window.positions.caption.text()
        assert again.tws.requests.total() == 0


async def test_through_ten_moves_and_trades_the_window_says_that_it_matches_ibkr(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as d:
        for _ in range(11):
            state = await d.sync()
            assert state.phase is Phase.SYNCED
            assert d.window.sync_dock.values["Check"].text() == "Matches IBKR"
            assert [line for line in state.stored.balance_checks if not line.matches] == []
            assert {line.account for line in state.stored.balance_checks} == set(
                state.stored.accounts
            )
            assert not d.window.sync_dock.note.isVisible()
            d.tws.market.move_prices()
            d.tws.market.random_trade()
            d.tws.push()
