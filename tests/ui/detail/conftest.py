"""The window with its pane of details."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from tests.ui.conftest import delete
from tests.ui.detail.desk import DetailDesk


@pytest.fixture
def detail(
    qapp: QApplication, settings: QSettings, tmp_path: Path, loop: QEventLoop
) -> Iterator[DetailDesk]:
    made = DetailDesk(settings, tmp_path / "p.sqlite")
    yield made
    loop.run_until_complete(made.end())
    delete(made.window, qapp)
    delete(made.controller, qapp)
    delete(made.history, qapp)
