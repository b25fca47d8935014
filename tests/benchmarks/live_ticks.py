"""10,000 ticks a second for some seconds, from the broker's batch to a sorted, filtered, grouped
table."""

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from statistics import quantiles
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.broker.reading.update_batcher import UpdateBatcher
from app.broker.timing import Timing
from app.domain.desktop.app_state import PortfolioView, SyncState
from app.domain.model.positions import Position
from app.domain.portfolio.broker_updates import PriceUpdate
from app.ui.positions.market_data_controller import MarketDataController
from app.ui.positions.page import PositionsPage
from app.ui.style.formatting import Formats
from app.ui.table.core.layout import Filter
from app.ui.view_state import ViewState
from tests.benchmarks.figures import Figure
from tests.benchmarks.scale import Scale
from tests.benchmarks.stalls import Stalls
from tests.benchmarks.tables import position
from tests.benchmarks.ticks import ceiling
from tests.benchmarks.trading import holdings

A_SECOND = 10_000
STEP_S = 0.01
LASTS_S = 5.0
Lively = tuple[PositionsPage, UpdateBatcher]


def measure(scale: Scale) -> Iterator[Figure]:
    application = QApplication.instance() or QApplication(["benchmarks"])
    loop = QEventLoop(application)
    asyncio.set_event_loop(loop)
    held = tuple(position(n, one) for n, one in enumerate(holdings(scale.positions), 1))
    with loop:
        found = [loop.run_until_complete(ticked(held, scale)) for _ in range(scale.rounds)]
        most = loop.run_until_complete(at_most(held, scale.rounds))
        slices = [slowest_slice(held) for _ in range(scale.rounds)]
    late, shares = (tuple(each) for each in zip(*found, strict=True))
    yield Figure("ticks: 10,000 a second, p99 lateness", "ms", late, "< 5 ms", 5.0)
    yield Figure("ticks: 10,000 a second, of a core", "%", shares, "≤ 15 %", 15.0)
    yield most
    name = "table: reorder, longest slice"
    yield Figure(name, "ms", tuple(slices), "≤ 25 ms", 25.0)


def slowest_slice(held: tuple[Position, ...]) -> float:
    """The longest turn of the event loop while all rows get newer figures and come into another
    order, in milliseconds that its thread works: other programs do not change it."""
    with lively(held, 0.0, is_grouped=True) as (page, _):
        before = [one.market_value or Decimal(0) for one in page.model.values]
        page.model.tick([one.identity for one in held], turned)
        turns = [worked_ms(page.model.rearrange)]
        while page.model.is_busy:
            turns.append(worked_ms(QApplication.processEvents))
        turns.append(worked_ms(QApplication.processEvents))  # which paints
        after = [one.market_value for one in page.model.values]
        assert after == [-value for value in reversed(before)], "not in order"
    return max(turns)


def worked_ms(call: Callable[[], object]) -> float:
    begun = time.thread_time()
    call()
    return 1000 * (time.thread_time() - begun)


def turned(held: Position) -> Position:
    """With a value that turns the order by value around."""
    return replace(held, market_value=-(held.market_value or Decimal(0)))


@contextmanager
def lively(
    held: tuple[Position, ...], interval_s: float, *, is_grouped: bool = False
) -> Iterator[Lively]:
    """A sorted, filtered and perhaps grouped page, and the batch that feeds it."""
    page = PositionsPage(Formats(QLocale("en_US")))
    page.resize(1500, 900)
    page.show()
    page.render_state(SyncState(stored=PortfolioView(held, ("DU1",))))
    layout = page.model.layout.sorted_by("market_value").with_filter(Filter("side", "long"))
    page.pane.set_layout(layout.grouped_by("account") if is_grouped else layout)
    page.render_view(ViewState(search="S"))
    batch = UpdateBatcher(interval_s)
    following: Any = SimpleNamespace(watch_updates=batch.observers.add)
    live = MarketDataController(following)
    live.updated.connect(page.show_live)
    QApplication.processEvents()  # paints: the table stands before the ticks come
    with as_after_the_start():
        yield page, batch
    batch.discard()
    page.close()
    page.deleteLater()


@contextmanager
def as_after_the_start() -> Iterator[None]:
    """The collector looks only at what is new, as in the window."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


async def at_most(held: tuple[Position, ...], rounds: int) -> Figure:
    with lively(held, 0.0) as (page, batch):
        return await ceiling(page, held, batch, rounds)


async def ticked(held: tuple[Position, ...], scale: Scale) -> tuple[float, float]:
    """The 99th percentile of a 5 ms timer's lateness, and the processor's share in percent."""
    lasts_s = 0.3 if scale.is_smoke else LASTS_S
    ticks = [update(one, step) for step in (1, 2) for one in held]  # decoding is the wire's figure
    with lively(held, Timing().update_interval_s, is_grouped=True) as (page, batch):
        begun_cpu, begun, number = time.process_time(), time.perf_counter(), 0
        async with Stalls() as stalls:
            while (passed := time.perf_counter() - begun) < lasts_s:
                while number < passed * A_SECOND:
                    batch.price(ticks[number % len(ticks)])
                    number += 1
                await asyncio.sleep(STEP_S)
        share = 100 * (time.process_time() - begun_cpu) / (time.perf_counter() - begun)
        assert page.model.values[0].figures_at is not None, "no tick reached the table"
    return quantiles(stalls.all_ms, n=100)[98], share


def update(held: Position, step: int) -> PriceUpdate:
    price = (held.market_price or Decimal(0)) + step
    value = price * held.quantity * held.instrument.multiplier
    at = held.last_synced_at.replace(year=2027)
    return PriceUpdate(*held.identity, held.quantity, price, value, held.unrealized_pnl, at)
