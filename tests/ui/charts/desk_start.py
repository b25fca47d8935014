"""What another process runs: the window with every tab opened but the charts'."""

from pathlib import Path

from PySide6.QtCore import QSettings

from app.ui.charts.controller import ChartsController
from app.ui.charts.feature import ChartsFeature
from tests.store.trading import held, snapshot
from tests.ui.conftest import PastDesk


async def opened_all_but_charts(folder: Path) -> None:
    desk = PastDesk(
        QSettings(str(folder / "w.ini"), QSettings.Format.IniFormat), folder / "p.sqlite"
    )
    controller = ChartsController(desk.kept)
    feature = ChartsFeature(controller, desk.window)
    await desk.take(snapshot(0, held()))
    await desk.open_closed()
    await desk.open_history()
    print([row.value.instrument.symbol for row in desk.window.positions.model.rows])  # noqa: T201
    assert feature.page is None
    await controller.shutdown()
    await desk.end()
    desk.window.close()
