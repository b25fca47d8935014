"""Finds the files of `resources/`: beside `app` in a checkout, inside it when installed."""

from pathlib import Path

HERE = Path(__file__).parents[1]


def resource(name: str) -> Path:
    """The path of a file of `resources/`."""
    installed = HERE / "resources" / name
    return installed if installed.exists() else HERE.parent / "resources" / name
