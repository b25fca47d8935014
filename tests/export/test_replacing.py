"""A file is replaced by a whole one, or stays as it was."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.export.errors import ExportError
from app.export.replacing import replacing
from app.export.sheet import Kind
from app.export.writing import Format, write_sheet
from tests.export.reading import column_of, sheet_of

posix_only = pytest.mark.skipif(os.name != "posix", reason="has to do with POSIX files")
SHEET = sheet_of(Kind.TEXT, *(f"text {n}" for n in range(1_000)))
REPOSITORY = Path(__file__).parents[2]
# What a full disk does, of the only kind that needs no disk: no file may grow beyond this.
FULL_DISK = """
import resource, sys
from pathlib import Path
from app.export.errors import ExportError
from app.export.sheet import Heading, Kind, Sheet
from app.export.writing import Format, write_sheet
texts = tuple((f"{n * 7919 % 100003} {n}",) for n in range(20_000))
sheet = Sheet("Positions", (Heading("a", "A"),), texts)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
try:
    write_sheet(sheet, Path(sys.argv[1]), Format(sys.argv[2]))
except ExportError as error:
    print(error)
"""


@pytest.mark.parametrize("wanted", list(Format))
def test_an_old_file_is_replaced(wanted: Format, tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old", encoding="utf-8")
    write_sheet(SHEET, path, wanted)
    assert path.stat().st_size > 1_000
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("wanted", list(Format))
def test_what_ends_half_way_leaves_the_old_file_and_no_other(
    wanted: Format, tmp_path: Path
) -> None:
    class StoppedError(Exception):
        pass

    def stop(rows: int) -> None:
        if rows >= 400:
            raise StoppedError

    path = tmp_path / "out"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(StoppedError):
        write_sheet(SHEET, path, wanted, stop)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


@posix_only
@pytest.mark.parametrize("wanted", list(Format))
def test_a_full_disk_is_told_and_spoils_nothing(wanted: Format, tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", FULL_DISK, str(path), wanted.value],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == (
        f"{path} could not be written (File too large). "
        "Free some space there, or choose another place.\n"
    )
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def refused(path: Path) -> str:
    with pytest.raises(ExportError) as caught:
        write_sheet(SHEET, path, Format.EXCEL)
    return str(caught.value).replace(str(path), "FILE")


def test_a_read_only_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o444)
    assert refused(path) == (
        "FILE could not be written (it is read-only). Choose another name or folder."
    )
    assert path.read_text(encoding="utf-8") == "old"
    path.chmod(0o644)


def test_what_is_no_place_for_a_file_is_told(tmp_path: Path) -> None:
    assert "(it is a folder)" in refused(tmp_path)
    assert "(there is no such folder)" in refused(tmp_path / "none" / "out.xlsx")


@posix_only
def test_a_device_is_not_replaced() -> None:
    assert "(it is not a file)" in refused(Path(os.devnull))
    assert not Path(os.devnull).is_file()


def test_a_database_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "positions.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE position (id)")
    before = path.read_bytes()
    assert "(it is a database)" in refused(path)
    assert path.read_bytes() == before


def test_a_name_as_long_as_names_may_be(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 250 + ".xlsx")
    write_sheet(SHEET, path, Format.EXCEL)
    assert column_of(path)[0] == "text 0"


@posix_only
def test_a_link_stays_one_and_the_mode_too(tmp_path: Path) -> None:
    path, link = tmp_path / "real", tmp_path / "link"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    link.symlink_to(path)
    with replacing(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == "new"
    assert path.stat().st_mode & 0o777 == 0o640


@posix_only
def test_a_new_file_has_the_mode_that_all_files_get(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("", encoding="utf-8")
    with replacing(tmp_path / "out") as file:
        file.write(b"new")
    assert (tmp_path / "out").stat().st_mode == other.stat().st_mode
