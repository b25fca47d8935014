"""Writes a sheet to a file, in the format that the user chose."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from app.export.replacing import replacing
from app.export.sheet import Sheet
from app.export.text_files import csv_lines, json_lines

STEP = 200  # rows between two reports
Step = Callable[[int], None]


class Format(StrEnum):
    """The value is the suffix of the file's name."""

    EXCEL = "xlsx"
    CSV = "csv"
    JSON = "json"


def write_sheet(sheet: Sheet, target: Path, wanted: Format, step: Step = lambda _: None) -> None:
    """May run on any thread.

    Args:
        step: called with the number of rows written so far, now and then; what it raises ends the
            writing, and the file stays as it was.

    Raises:
        ExportError: the file cannot be written.
    """
    with replacing(target) as file:
        if wanted is Format.EXCEL:
            from app.export.excel import write_excel

            write_excel(sheet, file, step)
        else:
            lines = csv_lines(sheet) if wanted is Format.CSV else json_lines(sheet)
            write_lines(lines, file, step)


def write_lines(lines: Iterator[str], file: BinaryIO, step: Step) -> None:
    for number, line in enumerate(lines):
        # A half of a surrogate pair, which UTF-8 cannot hold, becomes a question mark.
        file.write(f"{line}\n".encode(errors="replace"))
        if number % STEP == 0:
            step(number)
