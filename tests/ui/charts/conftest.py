"""The window with its charts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from tests.ui.charts.desk import ChartsDesk
from tests.ui.conftest import delete


@pytest.fixture
def charts(
    qapp: QApplication, settings: QSettings, tmp_path: Path, loop: QEventLoop
) -> Iterator[ChartsDesk]:
    made = ChartsDesk(settings, tmp_path / "p.sqlite")
    yield made
    loop.run_until_complete(made.end())
    delete(made.window, qapp)
    delete(made.controller, qapp)
    delete(made.history, qapp)
