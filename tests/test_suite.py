"""What the suite itself promises: its outcome depends neither on the hour, the load nor on what
memory happens to be free."""

import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, settings

from app.broker.connection import manager
from app.domain.connection.maintenance_windows import Region
from app.domain.model.clock import utc_now

LOOK_AT_A_PICTURE = """
from PySide6.QtGui import QImage
from tests.ui.pixels import colours_of
picture = QImage(800, 600, QImage.Format.Format_ARGB32_Premultiplied)
picture.fill("#191d23")
print(*colours_of(picture))
"""


def test_no_property_test_is_timed() -> None:
    used = settings()
    assert used.deadline is None
    assert HealthCheck.too_slow in used.suppress_health_check


@pytest.mark.parametrize("region", list(Region))
def test_no_reset_of_ibkr_is_on_while_the_tests_run(region: Region) -> None:
    assert manager.reset_window(utc_now(), region) is None


def test_the_colours_of_a_picture_are_read_while_its_pixels_are_there() -> None:
    """With glibc, what is freed is unmapped at once here: whoever reads it still, dies."""
    environment = os.environ | {"MALLOC_MMAP_THRESHOLD_": "65536"}
    command = [sys.executable, "-c", LOOK_AT_A_PICTURE]
    said = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=50, env=environment
    )
    assert said.stdout.split() == ["#191d23"]
