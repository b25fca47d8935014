"""After a broken answer of TWS a sync is correct or says why not; the next one is correct.

`uv run pytest tests/end_to_end/test_mutated_frames.py --mutated-frames=1000` breaks more of them.
"""

import random
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.broker.diagnosis.connection_test import probe
from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.files import load_scenario
from app.broker.simulator.server.server import SimulatedTws
from app.broker.tws_broker import Endpoint, TwsBroker
from app.domain.connection.test_result import ConnectionTest, Target
from app.domain.desktop.app_state import LinkStatus
from app.domain.model.runs import Report, Request, RunStatus
from app.flex.reader import read_statement
from app.platform.paths import resource
from app.store.store import SqliteStore
from app.sync.service import SyncService
from tests.broker.between import Between, between
from tests.broker.broker_client import CLIENT_ID, FAST
from tests.end_to_end.driver import one_sentence
from tests.end_to_end.mutated import (
    Answered,
    Closed,
    OneBroken,
    Rows,
    closed_of,
    rows_of,
    unexplained,
    unexplained_closes,
)
from tests.ui.conftest import until

SHORT_S = 0.3  # for what never comes
HELD = 15  # at the least
TRIES = 20  # a busy computer can be slower than that
TIMED_OUT = ("within 0.3 s", "for 0.3 s")
KEPT = ("position", "close", "close_fill", "change", "account_value", "account", "fill")
WAYS = ("once", "once", "kept", "tested")


class Clock:
    """Everybody's. Executions have whole seconds, so nothing that matters is in the same one."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def go_on(self) -> None:
        self.at += timedelta(minutes=1)


@dataclass(frozen=True)
class Scene:
    """A market, and a database in which all is stored but its newest trades.

    Attributes:
        closed: what the newest trades have closed, beside what was closed before.
        answered: what TWS answers, by the way in which it is asked.
    """

    market: Market
    clock: Clock
    file: Path
    old: Rows
    true: Rows
    closed: Closed
    answered: dict[str, Answered]


@dataclass
class Stage:
    """The program with a TWS of which one answer is broken."""

    wire: Between
    file: Path
    store: SqliteStore
    broker: TwsBroker
    service: SyncService

    async def sync(self) -> Report:
        return await self.service.run(Request())

    async def rows(self) -> Rows:
        return rows_of(await self.store.positions())

    @property
    def target(self) -> Target:
        return Target("127.0.0.1", self.wire.port, CLIENT_ID, SHORT_S)

    async def closed(self) -> Closed:
        return closed_of(await self.store.closes())

    def stored(self) -> dict[str, list[tuple[object, ...]]]:
        with closing(sqlite3.connect(self.file)) as database:
            return {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in KEPT}

    def is_subscribed(self) -> bool:
        """Whether all that TWS pushes has come."""
        count = sum(kind == "95" for kind, _ in self.wire.answered)
        return count >= HELD and self.broker.connection.heartbeat_at is not None


@asynccontextmanager
async def stage(
    market: Market, file: Path, clock: Clock, timeout_s: float = SHORT_S
) -> AsyncIterator[Stage]:
    """Waits at the end until no connection is left."""
    tws = SimulatedTws(market, master_id=CLIENT_ID)
    await tws.start()
    async with between(tws.port) as wire:
        store = SqliteStore(file, clock=clock)
        endpoint = Endpoint("127.0.0.1", wire.port, CLIENT_ID, timeout_s)
        timing = replace(FAST, heartbeat_timeout_s=timeout_s, stale_s=0.05)
        broker = TwsBroker(endpoint, clock=clock, timing=timing, rng=random.Random(1))
        service = SyncService(broker, store, read_statement, clock=clock)
        try:
            yield Stage(wire, file, store, broker, service)
        finally:
            await broker.close()
            await store.close()
    await tws.stop()


async def prepared(folder: Path) -> Scene:
    clock = Clock()
    market = Market(load_scenario(resource("demo-scenario.json")), seed=7, clock=clock)
    later = market.holdings()[1::3]  # these are opened between the two syncs
    for held in later:
        market.trade(held.account, held.instrument.con_id, -held.quantity)
    for _ in range(6):
        market.random_trade()
    clock.go_on()
    file = folder / "before.sqlite"
    async with stage(market, file, clock, 20.0) as s:
        assert (await s.sync()).run.is_success
        old = await s.rows()
    clock.go_on()
    for held in later:
        market.trade(held.account, held.instrument.con_id, held.quantity)
    for _ in range(8):
        market.random_trade()
    gone = market.holdings()[0]
    market.trade(gone.account, gone.instrument.con_id, -gone.quantity)
    clock.go_on()
    answered: dict[str, Answered] = {}
    for way in sorted(set(WAYS)):
        after = shutil.copy(file, folder / f"{way}.sqlite")
        async with stage(market, after, clock, 20.0) as s:
            if way == "tested":
                assert (await probe(s.target, lambda _: None)).passed
            else:
                if way == "kept":
                    s.broker.keep_connected()
                assert (await s.sync()).run.is_success
                true, closed = await s.rows(), await s.closed()
                await until(lambda: way == "once" or s.is_subscribed())  # noqa: B023
            answered[way] = tuple(s.wire.answered)
    return Scene(market, clock, file, old, true, closed, answered)


SCENES: list[Scene] = []  # one a process


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "frame" in metafunc.fixturenames:
        metafunc.parametrize("frame", range(metafunc.config.getoption("mutated_frames")))


async def test_after_a_broken_answer_a_sync_is_right_or_says_why_not_and_the_next_one_is_right(
    frame: int, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if not SCENES:
        SCENES.append(await prepared(tmp_path_factory.mktemp("scene")))
    scene, chance = SCENES[0], random.Random(frame)
    way = chance.choice(WAYS)
    broken = OneBroken(chance, scene.answered[way])
    file = Path(shutil.copy(scene.file, tmp_path / "positions.sqlite"))
    async with stage(scene.market, file, scene.clock) as s:
        s.wire.change = broken
        if way == "tested":
            await one_test(s)
        else:
            await one_sync(s, scene, broken, is_kept=way == "kept")
        await is_right_again(s, scene, broken)


async def one_test(s: Stage) -> None:
    """Of the connection: each step says what it found, in sentences."""
    shown: list[ConnectionTest] = []
    made = await probe(s.target, shown.append)
    for check in made.steps:
        for text in filter(None, (check.text, *check.advice)):
            if made.failed is check:
                one_sentence(text.rstrip(",") + ("\n" if text[-1] in ".?!" else ".\n"))


async def one_sync(s: Stage, scene: Scene, broken: OneBroken, *, is_kept: bool) -> None:
    before = s.stored()
    if is_kept:
        s.broker.keep_connected()
    report = await s.sync()
    if report.run.note:
        one_sentence(report.run.note + "\n")
    if report.run.is_success:
        assert report.run.error is None
        if broken.is_done:
            assert not unexplained(await s.rows(), scene.old, scene.true, broken), str(broken)
        else:
            assert await s.rows() == scene.true, str(broken)
    else:
        assert report.run.status is RunStatus.ERROR, str(broken)
        one_sentence(f"{report.run.error}\n")
        assert s.stored() == before, str(broken)
    if is_kept:
        await until(lambda: broken.is_done or s.is_subscribed())


async def is_right_again(s: Stage, scene: Scene, broken: OneBroken) -> None:
    for _ in range(TRIES):
        if broken.loses_ibkr:  # until a new connection has asked how it stands
            await until(lambda: s.broker.connection.link is not LinkStatus.STALE)
        report = await s.sync()
        if report.run.is_success:
            break
        is_slow = any(text in str(report.run.error) for text in TIMED_OUT)
        assert is_slow, f"{report.run.error}\n{broken}"
    assert await s.rows() == scene.true, str(broken)
    assert not unexplained_closes(await s.closed(), scene.closed, broken), str(broken)
    assert (await probe(replace(s.target, timeout_s=20.0), lambda _: None)).passed
