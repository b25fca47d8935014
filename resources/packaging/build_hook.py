"""Compiles the catalogues of texts when the package is built, also for a checkout (hatchling)."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path(__file__).parents[1] / "locale"


class CatalogueHook(BuildHookInterface[Any]):
    """Writes each position-sync.po as the position-sync.mo beside it, which the program reads."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        for source in sorted(FOLDER.glob("*/position-sync.po")):
            with source.open("rb") as file:
                catalogue = read_po(file, locale=source.parent.name)
            with source.with_suffix(".mo").open("wb") as file:
                write_mo(file, catalogue)
