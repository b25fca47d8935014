"""A second start with the same database brings the first window to the front."""

import sys
from pathlib import Path

from PySide6.QtCore import QProcess
from pytestqt.qtbot import QtBot

from app.ui.single_instance import SingleInstance

SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from app.ui.single_instance import SingleInstance
application = QCoreApplication([])
instance = SingleInstance(Path(sys.argv[1]))
is_first = instance.acquire()
if is_first:
    instance.listen()
print(is_first, False if is_first else instance.call(), flush=True)
if sys.argv[2:] == ["killed"]:
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
"""


def second(database: Path, qtbot: QtBot, *options: str) -> str:
    """What another process says: whether it is the first, and whether its call was answered."""
    process = QProcess()
    with qtbot.waitSignal(process.finished, timeout=20_000, check_params_cb=None):
        process.start(sys.executable, ["-c", SECOND, str(database), *options])
    return process.readAllStandardOutput().data().decode().strip()


def test_a_second_start_calls_the_first_window(tmp_path: Path, qtbot: QtBot) -> None:
    first = SingleInstance(tmp_path / "p.sqlite")
    calls: list[bool] = []
    first.called.connect(lambda: calls.append(True))
    assert first.acquire()
    first.listen()
    assert second(tmp_path / "p.sqlite", qtbot) == "False True"
    assert calls == [True]
    first.release()
    assert second(tmp_path / "p.sqlite", qtbot) == "True False"


def test_another_database_is_another_window(tmp_path: Path, qtbot: QtBot) -> None:
    first = SingleInstance(tmp_path / "p.sqlite")
    assert first.acquire()
    first.listen()
    assert second(tmp_path / "q.sqlite", qtbot) == "True False"
    first.release()


def test_what_a_killed_process_leaves_behind_blocks_nobody(tmp_path: Path, qtbot: QtBot) -> None:
    assert second(tmp_path / "p.sqlite", qtbot, "killed") == "True False"
    first = SingleInstance(tmp_path / "p.sqlite")
    assert first.acquire()
    first.listen()
    first.release()
