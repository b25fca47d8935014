"""After Qt, modules are imported without their source being read."""

import subprocess
import sys

LOOK = """
import linecache
import PySide6.QtCore
from app.desktop.qt_imports import import_qt
import_qt()
import json.tool
from PySide6.QtWidgets import QLabel
print([file for file in linecache.cache if "json" in file], QLabel.setText.__name__)
"""


def test_no_source_is_read_at_the_imports_after_qt() -> None:
    command = [sys.executable, "-c", LOOK]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=50)
    assert said.stdout.split() == ["[]", "setText"]
