"""The program only ever sends the messages that the README names."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from app.bootstrap import Application
from app.broker.diagnosis.connection_test import probe, search
from app.broker.protocol.greeting import answers
from app.broker.simulator.market.market import Market
from app.broker.simulator.server.codes import ErrorCode
from app.broker.tws_broker import Endpoint, TwsBroker
from app.cli.unattended.watch import EventPrinter, watching
from app.cli.unattended.watch_events import as_text
from app.domain.connection.test_result import ConnectionTest, Target
from app.domain.desktop.app_state import LinkStatus
from app.domain.model.runs import Report, Request
from app.flex.reader import read_statement
from app.settings.model import Settings
from app.store.store import SqliteStore
from app.sync.service import SyncService
from tests.broker.between import Between, between
from tests.broker.broker_client import CLIENT_ID, FAST, AskedTws
from tests.broker.simulated import demo_market
from tests.end_to_end.driver import REPOSITORY
from tests.ui.conftest import until

PROMISE = re.compile(r"On the wire there are only\s+the messages ([\d, andto\s]+) of IBKR's API\.")
NUMBERS = re.compile(r"(\d+)(?: to (\d+))?")


def promised(readme: str) -> set[int]:
    """The numbers of the messages that the README names: "6, 7 and 92 to 94"."""
    found = PROMISE.search(readme)
    assert found is not None, "the README no longer says which messages are sent"
    named: set[int] = set()
    for first, last in NUMBERS.findall(found[1]):
        named |= set(range(int(first), int(last or first) + 1))
    return named


class TakenIds(AskedTws):
    """A TWS with some client ids in use by other programs."""

    def __init__(self, market: Market) -> None:
        super().__init__(market)
        self.taken: set[int] = set()

    def is_free(self, client_id: int) -> bool:
        return client_id not in self.taken and super().is_free(client_id)


class Life:
    """`watch` with a real store and a TWS that records each message."""

    def __init__(self, tws: TakenIds, wire: Between, folder: Path) -> None:
        self.tws, self.wire = tws, wire
        self.store = SqliteStore(folder / "positions.sqlite")
        self.endpoint = Endpoint("127.0.0.1", wire.port, CLIENT_ID, 20.0)
        self.broker = TwsBroker(self.endpoint, timing=FAST)
        self.service = SyncService(self.broker, self.store, read_statement)
        self.parts = Application(self.service, self.store, self.broker, None)

    @property
    def counted(self) -> Counter[int]:
        """Message number -> how often the app has sent it."""
        return Counter(int(fields[0]) for fields in self.wire.sent)

    async def connected_again(self, happening: Callable[[], None]) -> None:
        """Does something, then waits for a connection with all subscriptions."""
        before = self.counted
        happening()
        await until(lambda: self.counted[71] > before[71])
        await until(lambda: self.counted[94] >= before[94] + len(self.held))
        await until(lambda: self.broker.connection.callbacks_registered)

    @property
    def held(self) -> set[tuple[str, int]]:
        return {holding.identity for holding in self.tws.market.holdings()}

    async def sync(self, **options: object) -> Report:
        report = await self.service.run(Request(**options))  # type: ignore[arg-type]
        assert report.run.error is None
        return report

    async def lost_and_restored(self, code: ErrorCode) -> None:
        self.tws.send_notice(ErrorCode.CONNECTIVITY_LOST)
        await until(lambda: self.broker.connection.link is LinkStatus.STALE)
        assert (await self.service.run(Request())).run.error
        read = self.counted[61]
        if self.broker.connection.link is LinkStatus.STALE:
            self.tws.send_notice(code)
        await until(lambda: self.broker.connection.link is LinkStatus.CONNECTED)
        await until(lambda: self.counted[61] > read)


async def test_over_its_whole_life_exactly_the_messages_that_the_readme_names_are_sent(
    tmp_path: Path,
) -> None:
    tws = TakenIds(demo_market())
    await tws.start()
    async with between(tws.port) as wire:
        life = Life(tws, wire, tmp_path)
        settings = Settings(db=tmp_path / "positions.sqlite", sync_on_start=True)
        ended = asyncio.Event()
        async with watching(life.parts, settings, EventPrinter(as_text, ended), quiet_s=0.01):
            await until(lambda: life.counted[94] >= len(life.held))
            await of_all_kinds(life)
            await with_interruptions(life)
        await apart_from_the_connection(life)
        await life.broker.close()
        await life.store.close()
        await wire.alone()
    await tws.stop()

    assert set(life.counted) == promised((REPOSITORY / "README.md").read_text("utf-8"))
    ids = {int(fields[2]) for fields in wire.sent if fields[0] == "71"}
    assert {CLIENT_ID, CLIENT_ID + 1} <= ids <= set(range(CLIENT_ID, CLIENT_ID + 5))
    assert (tws.refused_orders, tws.bound_orders) == (0, 0)


async def of_all_kinds(life: Life) -> None:
    """Syncs of all accounts, of one, one that is previewed, one after trades, one that is left."""
    await life.sync()
    await life.sync(account_id="DU7654321")
    await life.sync(dry_run=True)
    gone = life.tws.market.holdings()[0]
    life.tws.market.trade(gone.account, gone.instrument.con_id, -gone.quantity)
    life.tws.tick(prices=3, trades=3)
    await until(lambda: life.counted[95] > 0)  # the P&L of what is closed is no longer asked for
    read = life.counted[61]
    left = asyncio.ensure_future(life.broker.snapshot(None))
    await until(lambda: life.counted[61] > read)
    left.cancel()
    with suppress(asyncio.CancelledError):
        await left
    await life.sync()


async def with_interruptions(life: Life) -> None:
    """TWS loses IBKR, the connection is cut, another program takes the client id."""
    for code in (ErrorCode.RESTORED, ErrorCode.RESTORED_DATA_LOST):
        await life.lost_and_restored(code)
        await life.sync()
    await life.connected_again(life.tws.drop_clients)
    await life.sync()
    life.tws.taken = {CLIENT_ID}
    await life.connected_again(life.tws.drop_clients)
    await life.sync()
    life.tws.send(("4", "2", "-1", "326", "Unable to connect as the client id is in use.", ""))
    await until(lambda: life.broker.connection.link is not LinkStatus.CONNECTED)
    await until(lambda: life.broker.connection.callbacks_registered)


async def apart_from_the_connection(life: Life) -> None:
    """The test of a connection, the search for one, `status`, and another TWS in the settings."""
    target = Target("127.0.0.1", life.wire.port, CLIENT_ID, 20.0)
    shown: list[ConnectionTest] = []
    assert (await probe(target, shown.append)).passed
    await search("127.0.0.1", (life.wire.port,))
    assert await asyncio.to_thread(answers, "127.0.0.1", life.wire.port, 20.0)
    await life.broker.use(life.endpoint)
    await life.sync()


def test_the_readme_is_parsed_correctly() -> None:
    text = "On the wire there are only\nthe messages 6, 49, 71 and 92 to 95 of IBKR's API."
    assert promised(text) == {6, 49, 71, 92, 93, 94, 95}
