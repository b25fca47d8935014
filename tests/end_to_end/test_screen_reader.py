"""What a screen reader gets of the running window over AT-SPI, on a display and a bus of its own.

Needs Linux with Xvfb, D-Bus, at-spi2-core and the system's Python with pyatspi (on Debian: xvfb,
dbus-daemon, at-spi2-core, python3-pyatspi); skipped elsewhere.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
READER = "/usr/bin/python3"
LIMIT_S = 150
# Runs the window until the reader has what it waits for.
SCRIPT = """
"$1" -m app --demo --db "$2" >"$3" 2>&1 & window=$!
"$4" "$5" "Result: Successful" "Net liquidation: "
kill $window; wait $window
"""
# A screen reader says these by their children, or by what is typed into them.
NAMELESS = {"page tab list", "list", "menu bar"}
CONTAINERS = {"filler", "panel", "unknown", "layered pane", "scroll pane", "viewport"}

Node = dict[str, Any]


def missing() -> str:
    """What is not installed here; empty if all is."""
    programs = ("xvfb-run", "dbus-run-session", READER)
    absent = [name for name in programs if shutil.which(name) is None]
    if not absent:
        found = subprocess.run([READER, "-c", "import pyatspi"], capture_output=True, check=False)
        absent = [] if found.returncode == 0 else ["pyatspi"]
    return ", ".join(absent)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Node]]:
    if absent := missing():
        pytest.skip(f"not installed here: {absent}")
    folder = tmp_path_factory.mktemp("screen_reader")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("QT_")},
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "QT_QPA_PLATFORM": "xcb",
    }
    log = folder / "window.log"
    done = subprocess.run(
        [
            *("xvfb-run", "-a", "-s", "-screen 0 1500x900x24"),
            *("dbus-run-session", "--", "sh", "-c", SCRIPT, "sh"),
            *(sys.executable, str(folder / "demo.sqlite"), str(log)),
            *(READER, str(HERE / "accessible_tree.py")),
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    said = log.read_text(encoding="utf-8") if log.exists() else ""
    if "could not load the Qt platform plugin" in said.lower():
        pytest.skip("Qt finds no X11 libraries here")
    nodes = [json.loads(line) for line in done.stdout.splitlines() if line[:1] == "{"]
    assert nodes, f"{done.stderr}\n{said}"
    yield nodes


def names(tree: list[Node]) -> set[str]:
    return {node["name"] for node in tree if node["showing"]}


def test_values_are_heard_with_their_titles(tree: list[Node]) -> None:
    heard = names(tree)
    assert "Result: Successful" in heard
    net = [name for name in heard if name.startswith("Net liquidation: ")]
    assert len(net) == 1 and re.fullmatch(r"Net liquidation: [\d,.]+ USD", net[0]), net
    assert "Connection: Connected" in heard
    assert "Trading mode: DEMO" in heard
    values = [node for node in tree if node["name"] == "Result: Successful"]
    assert values[0]["labels"] == ["Result"]


def test_every_control_that_takes_the_focus_has_a_name(tree: list[Node]) -> None:
    controls = [node for node in tree if node["focusable"] and node["showing"]]
    assert len(controls) > 20
    nameless = [
        node for node in controls if not node["name"].strip() and node["role"] not in NAMELESS
    ]
    assert not nameless
    assert not [node for node in controls if node["role"] in CONTAINERS]


def test_no_description_is_markup(tree: list[Node]) -> None:
    described = [node["description"] for node in tree if node["description"]]
    assert described
    assert not [text for text in described if re.search(r"</?(table|td|tr|p|b)\b", text)]
