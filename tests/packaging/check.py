"""Checks the wheel as a trader gets it: built, installed by uv, and run from an empty folder.

It has an environment, a home and a folder of its own, with no checkout near (uv must be on the
PATH, and may download). Ends with code 1 if something is missing or a command fails.
"""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 300  # a first run downloads the libraries


def run(*command: str | Path, cwd: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S
    )
    if done.returncode:
        raise SystemExit(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def resources_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    for file in (ROOT / "resources").rglob("*"):
        name = f"app/{file.relative_to(ROOT).as_posix()}"
        if file.is_file() and "__pycache__" not in file.parts and name not in inside:
            raise SystemExit(f"{name} is not in the wheel")


def check(folder: Path) -> None:
    home, empty = folder / "home", folder / "empty"
    for made in (home, empty):
        made.mkdir()
    environment = {
        **os.environ,
        "UV_TOOL_DIR": f"{folder}/tools",
        "UV_TOOL_BIN_DIR": f"{folder}/bin",
        "UV_SYSTEM_CERTS": "1",  # as pyproject.toml says, which an installation does not read
    }
    environment.pop("VIRTUAL_ENV", None)
    run("uv", "build", "--wheel", "--out-dir", folder / "dist", cwd=ROOT, environment=environment)
    (wheel,) = (folder / "dist").glob("*.whl")
    resources_inside(wheel)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    run("uv", "tool", "install", "--python", python, wheel, cwd=empty, environment=environment)
    program = folder / "bin" / ("position-sync.exe" if sys.platform == "win32" else "position-sync")
    clean = {
        name: value
        for name, value in environment.items()
        if not name.startswith(("PYTHON", "XDG_", "POSITION_SYNC_"))
    }
    clean |= {"HOME": str(home), "LOCALAPPDATA": str(home), "APPDATA": str(home)}
    version = run(program, "--version", cwd=empty, environment=clean)
    synced = run(program, "sync", "--demo", cwd=empty, environment=clean)
    stored = json.loads(run(program, "positions", "--demo", "--json", cwd=empty, environment=clean))
    if not version.startswith("position-sync ") or "Synced" not in synced or not stored:
        raise SystemExit(f"unexpected: {version}{synced}{stored}")
    if any(empty.iterdir()):
        raise SystemExit(f"left in the current folder: {list(empty.iterdir())}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        check(Path(name))
