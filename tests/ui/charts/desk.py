"""A window over a real store, with the feature of the charts as the program builds it."""

from pathlib import Path

from PySide6.QtCore import QSettings

from app.domain.charts.ranges import ChartRange
from app.ui.charts.controller import ChartsController
from app.ui.charts.feature import ChartsFeature
from app.ui.charts.page import ChartsPage
from app.ui.charts.state import ChartKind
from tests.ui.conftest import PastDesk, until


class ChartsDesk(PastDesk):
    """Attributes:
    charts_controller, charts: as in the program.
    """

    def __init__(self, settings: QSettings, path: Path) -> None:
        super().__init__(settings, path)
        self.charts_controller = ChartsController(self.kept)
        self.charts = ChartsFeature(self.charts_controller, self.window)
        self.controller.state_changed.connect(self.charts_controller.on_state_changed)
        self.controller.state_changed.connect(self.charts.render_state)

    async def open_charts(
        self, kind: ChartKind, *, period: ChartRange = ChartRange.ALL
    ) -> ChartsPage:
        self.window.tabs.setCurrentIndex(3)
        await until(lambda: self.charts.page is not None)
        page = self.charts.page
        assert page is not None
        page.choices.show_kind(kind)
        page.choices.show_range(period)
        await self.charts_read()
        return page

    async def charts_read(self) -> None:
        await until(lambda: not self.charts_controller.is_reading)

    async def end(self) -> None:
        await self.charts_controller.shutdown()
        await super().end()
