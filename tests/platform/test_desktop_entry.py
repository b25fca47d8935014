"""Desktop entries are read back as the Desktop Entry Specification says: any path is started."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.platform.desktop.desktop_entry import desktop_entry, own_command

UNESCAPED = {"\\\\": "\\", "\\n": "\n", "\\t": "\t", "\\r": "\r"}
ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^ "]+)', re.DOTALL)
RESERVED = set(" \t\n\"'\\><~|&;$*?#()`")
ODD = '/opt/my "py" $x%/`a`\\b\'c/é'


def read_entry(content: bytes) -> dict[str, str]:
    """Its values, without the escapes that each of them may have."""
    heading, *lines = os.fsdecode(content).splitlines()
    assert heading == "[Desktop Entry]"
    pairs = (line.partition("=") for line in lines)
    return {
        key: re.sub(r"\\.", lambda found: UNESCAPED[found.group()], value)
        for key, _, value in pairs
    }


def arguments(line: str) -> list[str]:
    """Those of an Exec value."""
    found = []
    for match in ARGUMENT.finditer(line):
        quoted, plain = match.groups()
        if plain is not None:
            assert not RESERVED & set(plain)
        text = plain if quoted is None else re.sub(r'\\(["`$\\])', r"\1", quoted)
        assert not re.search(r"(?<!%)%(?!%)", text.replace("%%", ""))
        found.append(text.replace("%%", "%"))
    return found


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1))
def test_any_command_is_read_back(command: list[str]) -> None:
    command = [argument.replace("\0", "") or "x" for argument in command]
    lines = desktop_entry(command).decode().split("\n")
    values = dict(line.partition("=")[::2] for line in lines)
    line = re.sub(r"\\.", lambda found: UNESCAPED[found.group()], values["Exec"])
    assert arguments(line) == command


def test_a_dollar_sign_is_escaped_twice_as_the_specification_wants() -> None:
    """It names this very case: a single backslash before it is no escape that a value may have."""
    assert b'\nExec="/opt/a \\\\$b"\n' in desktop_entry(["/opt/a $b"])


def test_a_menu_hides_the_entry_once_the_program_is_gone() -> None:
    assert read_entry(desktop_entry([ODD, "-m", "app"]))["TryExec"] == ODD


def test_a_plain_command_has_no_quotes() -> None:
    assert read_entry(desktop_entry(["position-sync"]))["Exec"] == "position-sync"


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="needs desktop-file-utils")
@pytest.mark.parametrize("program", ["position-sync", ODD])
def test_the_entry_is_valid(tmp_path: Path, program: str) -> None:
    file = tmp_path / "position-sync.desktop"
    file.write_bytes(desktop_entry([program, "-m", "app"]))
    done = subprocess.run(["desktop-file-validate", file], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_script_that_was_called_starts_this_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "position-sync.exe" if sys.platform == "win32" else "position-sync"
    called, beside = tmp_path / "bin" / name, tmp_path / "environment" / name
    for script in (called, beside):
        script.parent.mkdir()
        script.touch()
    monkeypatch.setattr(sys, "argv", [str(called), "--demo"])
    monkeypatch.setattr(sys, "executable", str(beside.with_name("python")))
    assert own_command() == [str(called)]
    called.unlink()
    assert own_command() == [str(beside)]
    beside.unlink()
    assert own_command() == [str(beside.with_name("python")), "-m", "app"]


def test_a_build_starts_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "position-sync"))
    assert own_command() == [str(tmp_path / "position-sync")]
    window = tmp_path / "Position Sync.exe"
    window.touch()
    assert own_command() == [str(window)]


def test_the_entry_speaks_every_language_of_the_program() -> None:
    lines = desktop_entry(["position-sync"]).decode().splitlines()
    keys = [line.partition("=")[0] for line in lines]
    assert {"Comment", "Comment[de]", "Comment[ja]", "GenericName[de]"} <= set(keys)
    assert "Comment[en]" not in keys
