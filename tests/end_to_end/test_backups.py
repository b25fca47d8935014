"""`backup` and `restore`: from the command line, against a window or `watch` that runs."""

import os
import signal
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.end_to_end.driver import Program, one_sentence
from tests.end_to_end.holdings import AAPL, LONG
from tests.end_to_end.scripted_tws import Held, ScriptedTws


def symbols(program: Program) -> list[tuple[str, str]]:
    return [(row["symbol"], row["quantity"]) for row in program.read("positions")]


def test_a_backup_is_made_and_restored_and_the_file_before_it_is_kept(
    program: Program, tws: ScriptedTws
) -> None:
    tws.held = [LONG]
    program.sync()
    made = program.read("backup")
    assert Path(made["file"]).parent == program.folder / "backups"
    assert (made["content"]["open_positions"], made["content"]["runs"]) == (1, 1)
    tws.held = [Held(AAPL, "150", "150.0", "155.0", "23250.0", "750.0")]
    program.sync()
    assert symbols(program) == [("AAPL", "150")]
    restored = program.read("restore", made["file"])
    assert symbols(program) == [("AAPL", "100")]
    assert restored["content"]["runs"] == 1
    assert program.run("check").code == 0
    program.read("restore", restored["backup_of_before"])
    assert symbols(program) == [("AAPL", "150")]
    assert program.run("undo").code == 0
    assert symbols(program) == [("AAPL", "100")]


def test_a_backup_may_go_to_a_new_file_and_never_over_another(program: Program) -> None:
    program.sync()
    target = program.folder / "mine.sqlite"
    said = program.run("backup", str(target))
    assert (said.code, said.out, said.err) == (0, f"Backup made: {target}\n", "")
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    before = target.read_bytes()
    for there in (target, program.db, program.folder):
        said = program.run("backup", str(there))
        assert said.code == 1
        assert "exists already" in one_sentence(said.err)
    assert target.read_bytes() == before
    assert not (program.folder / "backups").exists()


def test_without_a_database_there_is_nothing_to_back_up(program: Program) -> None:
    said = program.run("backup")
    assert said.code == 1
    assert "There is no database at" in one_sentence(said.err)
    assert not program.db.exists()


def test_the_backups_folder_can_be_set(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    program.sync()
    monkeypatch.setenv("POSITION_SYNC_BACKUP_FOLDER", str(program.folder / "elsewhere"))
    made = program.read("backup")
    assert Path(made["file"]).parent == program.folder / "elsewhere"


@pytest.mark.parametrize("content", [b"", b"no database at all", b"\0" * 9000])
def test_what_is_no_database_is_not_restored(program: Program, content: bytes) -> None:
    program.sync()
    before = program.db.read_bytes()
    file = program.folder / "other"
    file.write_bytes(content)
    said = program.run("restore", str(file))
    assert said.code == 1
    assert "is not a database of Position Sync" in one_sentence(said.err)
    assert program.db.read_bytes() == before


def test_the_demo_is_not_backed_up(program: Program) -> None:
    for argv in (["backup", "--demo"], ["restore", "x", "--demo"]):
        said = program.call(argv)
        assert said.code == 1
        assert "demo" in one_sentence(said.err)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no such signals")
def test_it_is_not_restored_under_a_running_watch(program: Program, tws: ScriptedTws) -> None:
    tws.held = [LONG]
    program.sync()
    made = program.read("backup")
    watch = program.start("watch", "--json-lines")
    assert "connected" in watch.line()
    said = program.start("restore", made["file"]).said()
    assert said.code == 1
    assert "is in use by another program" in one_sentence(said.err)
    watch.send(signal.SIGTERM)
    assert watch.said().code == 0
    assert program.run("restore", made["file"]).code == 0


def test_a_damaged_database_is_replaced_by_its_backup(program: Program, tws: ScriptedTws) -> None:
    tws.held = [LONG]
    program.sync()
    made = program.read("backup")
    program.db.write_bytes(b"\xff" * 50_000)
    said = program.run("sync")
    assert said.code == 1
    assert "position-sync restore FILE" in said.err
    said = program.run("restore", made["file"])
    assert said.code == 0, said
    assert symbols(program) == [("AAPL", "100")]
    with closing(sqlite3.connect(program.db)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
