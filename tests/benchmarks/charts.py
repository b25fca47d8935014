"""The charts of five years: 10,000 closes and a value each day, drawn and panned."""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.domain.charts.money import ChartCurrency
from app.domain.charts.realized import RealizedClose
from app.domain.history.portfolio_history import PortfolioPoint
from app.domain.model.positions import Source
from app.ui.charts.drawing.plot import Plot
from app.ui.charts.sections.realized import RealizedSection
from app.ui.charts.sections.section import ChartInput, Section
from app.ui.charts.sections.value import ValueSection
from app.ui.style.formatting import Formats
from tests.benchmarks.figures import Figure
from tests.benchmarks.scale import Scale

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
        ChartCurrency("USD"),
        tuple(close(n, days / closes) for n in range(closes)),
        points=tuple(map(point, range(days))),
        accounts=("DU1",),
    )
    formats = Formats(QLocale("en_US"))
    drawn: dict[str, list[float]] = {"realized": [], "value": []}
    stalls: dict[str, list[float]] = {"realized": [], "value": []}
    for _ in range(scale.rounds):
        realized, value = RealizedSection(formats, None), ValueSection(formats, None)
        for name, section, plot in (
            ("realized", realized, realized.plot),
            ("value", value, value.plot),
        ):
            section.view.resize(1200, 500)
            section.view.show()
            await asyncio.sleep(0)
            drawn[name].append(draw(section, given))
            stalls[name].append(await panned(plot))
            section.view.close()
            section.view.deleteLater()
            section.table.deleteLater()
    return [
        *(
            Figure(f"charts: draw {name}", "ms", tuple(took), "≤ 150 ms", DRAWN_MS)
            for name, took in drawn.items()
        ),
        *(
            Figure(f"charts: pan {name}, longest frame", "ms", tuple(took), "≤ 16 ms", STALL_MS)
            for name, took in stalls.items()
        ),
    ]


def draw(section: Section, given: ChartInput) -> float:
    """From what was read to the painted charts, with their figures and table rows."""
    begun = perf_counter()
    section.show_input(given)
    QApplication.processEvents()
    for chart in section.charts:
        chart.grab()
    return (perf_counter() - begun) * 1000


async def panned(plot: Plot) -> float:
    """The longest that one step of a pan keeps the window, painting included."""
    box = plot.panels[0].box
    left, right = box.viewRange()[0]
    span = (right - left) / 2
    longest = 0.0
    for step in range(STEPS):
        begun = perf_counter()
        start = left + span * step / STEPS
        box.setXRange(start, start + span, padding=0)
        plot.graphics.viewport().repaint()
        if step:  # the first one zooms
            longest = max(longest, (perf_counter() - begun) * 1000)
        await asyncio.sleep(0)
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
        at, "DU1", "USD", value, value / 4, value, value / 10, Decimal(day), "ibkr"
    )
