"""The charts of five years: 10,000 closes and a value each day, drawn and panned."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import thread_time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

import pyqtgraph
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QWidget
from qasync import QEventLoop

from app.domain.charts.money import ChartCurrency
from app.domain.charts.realized import RealizedClose
from app.domain.history.portfolio_history import PointSource, PortfolioPoint
from app.domain.model.positions import Source
from app.domain.model.statements import Deposit, DepositPeriod, KnownDeposits
from app.ui.charts.computing import ChartInput, Computed, compute
from app.ui.charts.drawing.plot import Plot
from app.ui.charts.sections.realized import RealizedSection
from app.ui.charts.sections.section import Section
from app.ui.charts.sections.value import ValueSection
from app.ui.charts.state import ChartKind
from app.ui.style.formatting import Formats
from tests.benchmarks.figures import Figure
from tests.benchmarks.scale import Scale
from tests.benchmarks.stalls import Stalls

DAYS = 5 * 365
CLOSES = 10_000
FIRST = datetime(2021, 11, 22, 15, tzinfo=UTC)
DRAWN_MS, STALL_MS = 150.0, 16.0
STEPS = 60  # of a pan
SOURCES = (Source.BROKER, Source.BROKER, Source.FILLS, Source.ESTIMATE)


def measure(scale: Scale) -> Iterator[Figure]:
    application = QApplication.instance() or QApplication(["benchmarks"])
    loop = QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        yield from loop.run_until_complete(drawn_and_panned(scale))


async def drawn_and_panned(scale: Scale) -> list[Figure]:
    days, closes = (60, 200) if scale.is_smoke else (DAYS, CLOSES)
    given = ChartInput(
        ChartKind.REALIZED,
        ChartCurrency("USD", is_base=True),
        closes=tuple(close(n, days / closes) for n in range(closes)),
        points=tuple(map(point, range(days))),
        deposits=deposits(days),
        accounts=("DU1",),
    )
    formats = Formats(QLocale("en_US"))
    drawn: dict[str, list[float]] = {"realized": [], "value": []}
    stalls: dict[str, list[float]] = {"opening realized": [], "opening value": []}
    pans: dict[str, list[float]] = {"realized": [], "value": []}
    floors: list[float] = []
    for _ in range(scale.rounds):
        floors.append(await panned_without_data(days))
        for name, section, kind in (
            ("realized", RealizedSection(formats, None), ChartKind.REALIZED),
            ("value", ValueSection(formats, None), ChartKind.VALUE),
        ):
            for part, height in ((section.view, 400), (section.lower, 200)):
                part.resize(1200, height)
                part.show()
            await asyncio.sleep(0)
            async with Stalls() as stalled:
                computed = await asyncio.to_thread(compute, replace(given, kind=kind))
                drawn[name].append(await draw(section, computed))
            stalls[f"opening {name}"].append(stalled.busiest_ms)
            plot = section.charts[0]
            assert isinstance(plot, Plot)
            pans[name].append(await panned(plot.panels[0].box, plot.graphics.viewport()))
            for widget in (section.view, section.lower):
                widget.close()
                widget.deleteLater()
    return [
        *(
            Figure(f"charts: draw {name}", "ms", tuple(took), "≤ 150 ms", DRAWN_MS)
            for name, took in drawn.items()
        ),
        *(
            Figure(f"charts: {name}, most work at a stretch", "ms", tuple(took), "")
            for name, took in stalls.items()
        ),
        *(
            Figure(f"charts: pan {name}, longest frame", "ms", tuple(took), "≤ 16 ms", STALL_MS)
            for name, took in pans.items()
        ),
        *(
            Figure(
                *(f"charts: pan {name}, than an empty plot", "ms", tuple(took), "≤ 2 ×", 2.0),
                floors=tuple(floors),
            )
            for name, took in pans.items()
        ),
    ]


async def draw(section: Section, computed: Computed) -> float:
    """From what was computed to the painted charts, with their figures and table rows; the time
    that this thread worked, because others share the machine."""
    begun = thread_time()
    section.show(computed, None)
    while section.model.is_showing:  # noqa: ASYNC110 - turns of the loop are what is measured
        await asyncio.sleep(0)
    QApplication.processEvents()
    return (thread_time() - begun) * 1000


async def panned(box: pyqtgraph.ViewBox, viewport: QWidget) -> float:
    """The longest that one step of a pan keeps this thread, painting included."""
    left, right = box.viewRange()[0]
    span = (right - left) / 2
    longest = 0.0
    for step in range(STEPS):
        begun = thread_time()
        start = left + span * step / STEPS
        box.setXRange(start, start + span, padding=0)
        viewport.repaint()
        if step:  # the first one zooms
            longest = max(longest, (thread_time() - begun) * 1000)
        await asyncio.sleep(0)
    return longest


async def panned_without_data(days: int) -> float:
    """The floor: pyqtgraph's own plot with nothing in it, of the same size."""
    empty = pyqtgraph.PlotWidget()
    empty.resize(1200, 400)
    empty.setXRange(FIRST.toordinal(), FIRST.toordinal() + days, padding=0)
    empty.show()
    await asyncio.sleep(0)
    longest = await panned(empty.getViewBox(), empty.viewport())
    empty.close()
    empty.deleteLater()
    return longest


def close(number: int, days: float) -> RealizedClose:
    at = FIRST + timedelta(days=number * days)
    amount = Decimal(number * 7919 % 200_000 - 95_000) / 100
    source = SOURCES[number % len(SOURCES)]
    opened = at - timedelta(days=3)
    return RealizedClose("DU1", f"S{number % 400}", "USD", opened, at, amount, source, Decimal(1))


def point(day: int) -> PortfolioPoint:
    value = Decimal(100_000 + day * 37 % 900 + day * 20)
    at = FIRST + timedelta(days=day)
    return PortfolioPoint(
        *(at, "DU1", "USD", value, value / 4, value, value / 10, Decimal(day)),
        PointSource.REPORTED,
    )


def deposits(days: int) -> KnownDeposits:
    """One each month, all of them known."""
    paid = tuple(
        Deposit("DU1", str(day), (FIRST + timedelta(days=day)).date(), "USD", Decimal(500))
        for day in range(0, days, 30)
    )
    period = DepositPeriod("DU1", FIRST.date(), (FIRST + timedelta(days=days)).date())
    return KnownDeposits(paid, (period,))
