"""The log is private, never stops the program, and is shared by processes without loss."""

import logging
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.platform.logs import LogFile, RecentLines
from app.platform.paths import log_file
from app.platform.private_files import create_private
from tests.end_to_end.driver import own_log_handlers

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def logger_to(*handlers: logging.Handler) -> logging.Logger:
    logger = logging.Logger("app.under.test")
    for handler in handlers:
        logger.addHandler(handler)
    return logger


@POSIX
@pytest.mark.parametrize("mask", [0, 0o022, 0o077, 0o777], ids=oct)
def test_the_log_and_its_folders_are_private_under_any_umask(mask: int, tmp_path: Path) -> None:
    file = tmp_path / "state" / "log" / "p.log"
    handler = LogFile(file)
    with umask(mask):
        logger_to(handler).info("hello")
        handler.doRollover()
        logger_to(handler).info("again")
    handler.close()
    assert {path.name: mode(path) for path in file.parent.iterdir()} == {
        "p.log": 0o600,
        "p.log.1": 0o600,
    }
    assert mode(file.parent) == mode(file.parent.parent) == 0o700


@POSIX
@pytest.mark.parametrize("mask", [0, 0o777], ids=oct)
def test_a_new_file_is_private_under_any_umask(mask: int, tmp_path: Path) -> None:
    with umask(mask):
        create_private(tmp_path / "a" / "b" / "p.sqlite")
    assert mode(tmp_path / "a" / "b" / "p.sqlite") == 0o600
    assert mode(tmp_path / "a") == mode(tmp_path / "a" / "b") == 0o700


@POSIX
def test_a_log_that_others_could_read_becomes_private(tmp_path: Path) -> None:
    file = tmp_path / "p.log"
    file.write_text("old\n", encoding="utf-8")
    file.chmod(0o644)
    handler = LogFile(file)
    logger_to(handler).info("hello")
    handler.close()
    assert mode(file) == 0o600
    assert "old\n" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("what", ["a file for a folder", "a folder for a file"])
def test_a_log_that_cannot_be_written_prints_nothing(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log" / "p.log"
    if what == "a file for a folder":
        file.parent.write_text("no folder")
    else:
        file.mkdir(parents=True)
    logger = logger_to(LogFile(file), RecentLines())
    logger.info("one")
    logger.error("%d of two", "no number")
    streams = capsys.readouterr()
    assert (streams.out, streams.err) == ("", "")


def test_text_that_is_not_unicode_is_logged(tmp_path: Path) -> None:
    handler = LogFile(tmp_path / "p.log")
    logger_to(handler).info("the file %s", "\udcff.sqlite")
    handler.close()
    assert "\\udcff.sqlite" in (tmp_path / "p.log").read_text(encoding="utf-8")


@POSIX
def test_when_another_process_renames_the_log_the_next_line_goes_to_the_new_one(
    tmp_path: Path,
) -> None:
    file = tmp_path / "p.log"
    one, two = LogFile(file), LogFile(file)
    logger_to(one).info("first")
    logger_to(two).info("second")
    two.doRollover()
    logger_to(one).info("third")
    for handler in (one, two):
        handler.close()
    assert "third" in file.read_text(encoding="utf-8")
    assert "third" not in (tmp_path / "p.log.1").read_text(encoding="utf-8")


def test_window_watch_and_commands_have_a_log_each() -> None:
    names = [log_file(verb).name for verb in (None, "watch", "sync", "positions")]
    assert names == [
        "position-sync.log",
        "position-sync-watch.log",
        "position-sync-commands.log",
        "position-sync-commands.log",
    ]


def test_an_exception_is_logged_without_the_value_that_it_names(tmp_path: Path) -> None:
    handler = LogFile(tmp_path / "p.log")
    logger = logger_to(handler)
    try:
        try:
            raise ValueError("98765 of\nACME-" + "77, 43210")
        except ValueError as error:
            raise RuntimeError("the quantity 777") from error
    except RuntimeError:
        handler.formatter.hide(["ACME-77"])  # type: ignore[union-attr]
        logger.exception("a bug")
    handler.close()
    text = (tmp_path / "p.log").read_text(encoding="utf-8")
    assert "RuntimeError: the quantity •••" in text
    assert f'File "{__file__}", line ' in text
    for private in ("98765 of\n", "43210\n", "quantity 777\n", "ACME-77"):
        assert private not in text


def test_an_account_learned_later_is_masked_from_then_on(tmp_path: Path) -> None:
    from app.platform.logs import hide_in_log, log_to

    with own_log_handlers():
        log_to(tmp_path / "p.log")
        hide_in_log(["ACME-77", "All", ""])
        logging.getLogger("app.under.test").info("All of ACME-77")
    assert (tmp_path / "p.log").read_text(encoding="utf-8").endswith("All of A…77\n")


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_a_full_disk_does_not_stop_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    handler = LogFile(Path("/dev/full"))
    handler.maxBytes = 0
    logger_to(handler).info("hello")
    handler.close()
    assert capsys.readouterr().err == ""
