"""A scripted TWS, and the program connected to it."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.driver import Program, user_folders
from tests.end_to_end.scripted_tws import ScriptedTws


@pytest.fixture
def tws() -> Iterator[ScriptedTws]:
    with ScriptedTws() as server:
        yield server


@pytest.fixture
def program(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    loop: asyncio.AbstractEventLoop,
    capsys: pytest.CaptureFixture[str],
    tws: ScriptedTws,
) -> Program:
    """The program, pointed at the scripted TWS; no setting of the developer's reaches it."""
    for name in [name for name in os.environ if name.startswith("POSITION_SYNC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in user_folders(tmp_path).items():
        monkeypatch.setenv(name, value)
    return Program(tmp_path, loop, capsys, tws)
