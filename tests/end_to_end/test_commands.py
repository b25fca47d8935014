"""The commands: usage, settings, unusable databases, signals, two at once."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.store.database.schema import APPLICATION_ID, MIGRATIONS
from app.store.store import SqliteStore
from tests.end_to_end.driver import (
    EXIT_S,
    REPOSITORY,
    Process,
    Program,
    Said,
    one_sentence,
    same,
)
from tests.end_to_end.scripted_tws import (
    ACCOUNT_UPDATES,
    POSITIONS,
    Contract,
    Held,
    ScriptedTws,
    Session,
    account_download,
    all_positions,
    nothing,
)

AAPL = Contract(265598, "AAPL")
LONG = Held(AAPL, "100", "150.0", "155.0", "15500.0", "500.0")


# -- wrong usage --


@pytest.mark.parametrize(
    "argv",
    [
        ["trade"],
        ["sync", "--all-accounts"],
        ["sync", "--port"],
        ["sync", "--port", "http"],
        ["sync", "--port", "0"],
        ["sync", "--port", "65536"],
        ["sync", "--timeout", "-1"],
        ["sync", "--timeout", "0"],
        ["sync", "--timeout", "nan"],
        ["sync", "--client-id", "0"],
        ["sync", "--client-id", "-1"],
        ["sync", "--client-id", "1.5"],
        ["sync", "--account", " "],
        ["runs", "latest"],
        ["positions", "--json", "--csv"],
        ["positions", "--csv", "--xlsx", "p.xlsx"],
        ["closes", "--json", "--xlsx", "c.xlsx"],
        ["closes", "--xlsx"],
        ["runs", "--csv", "--xlsx", "r.xlsx"],
        ["runs", "1", "--json", "--csv"],
        ["status", "--xlsx", "s.xlsx"],
        ["status", "now"],
        ["--port", "x"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_two(argv: list[str], program: Program, tws: ScriptedTws) -> None:
    said = program.call(argv)
    assert (said.code, said.out) == (2, "")
    assert said.err.strip()
    assert "Traceback" not in said.err
    assert tws.connections == 0


@pytest.mark.parametrize("options", [["--client-id", "0"], ["--port", "0"]], ids=" ".join)
def test_a_value_out_of_range_is_explained_in_one_sentence(
    options: list[str], program: Program
) -> None:
    said = program.call(["sync", *options])
    assert said.code == 2
    assert options[0] in one_sentence(said.err)


def test_a_run_that_does_not_exist_exits_with_one(program: Program) -> None:
    program.sync()
    said = program.run("runs", "77")
    assert said.code == 1
    assert "77" in one_sentence(said.err)


def test_version_and_help_exit_with_zero(program: Program) -> None:
    assert program.call(["--version"]).code == 0
    said = program.call(["--help"])
    assert said.code == 0
    for verb in ("sync", "status", "positions", "closes", "runs", "undo", "simulate"):
        assert verb in said.out


# -- settings --


def write_settings(program: Program, text: str) -> None:
    file = program.folder / "config" / "position-sync" / "settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")


def test_the_command_line_wins_over_the_environment_over_the_file(
    program: Program, tws: ScriptedTws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def client_id(*options: str) -> str:
        said = program.call(["sync", "--db", str(program.db), *options])
        assert said.code == 0, said
        return tws.client_ids[-1]

    write_settings(program, f"port = {tws.port}\n")
    assert client_id() == "17"
    shutil.rmtree(program.folder / "config")
    write_settings(program, f"port = {tws.port}\nclient_id = 31\n")
    assert client_id() == "31"
    monkeypatch.setenv("POSITION_SYNC_CLIENT_ID", "32")
    assert client_id() == "32"
    assert client_id("--client-id", "33") == "33"


def test_an_option_may_stand_before_the_verb(program: Program, tws: ScriptedTws) -> None:
    said = program.call(
        ["--port", str(tws.port), "--client-id", "5", "sync", "--db", str(program.db)]
    )
    assert said.code == 0, said
    assert tws.client_ids == ["5"]


def test_without_a_db_option_the_file_lies_in_the_users_data_folder(
    program: Program, tws: ScriptedTws
) -> None:
    said = program.call(["sync", "--port", str(tws.port)])
    assert said.code == 0
    assert (program.folder / "data" / "position-sync" / "positions.sqlite").is_file()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("port = ", "settings.toml"),
        ("prot = 7497", "prot"),
        ('port = "seven"', "port"),
        ("client_id = 0", "client_id"),
    ],
)
def test_an_invalid_settings_file_exits_with_two(
    text: str, named: str, program: Program, tws: ScriptedTws
) -> None:
    write_settings(program, text)
    said = program.call(["status"])
    assert said.code == 2
    assert named in one_sentence(said.err)
    assert tws.connections == 0


def test_an_invalid_variable_exits_with_two(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSITION_SYNC_TIMEOUT", "soon")
    said = program.call(["sync"])
    assert said.code == 2
    assert "POSITION_SYNC_TIMEOUT" in one_sentence(said.err)


# -- databases that are no good --


@pytest.fixture
def synced(program: Program, tws: ScriptedTws) -> Program:
    tws.held = [LONG]
    program.sync()
    return program


def expect_refused(said: Said) -> str:
    assert said.code == 1, said
    return one_sentence(said.err)


READS = ("positions", "closes", "runs", "status")


@pytest.mark.parametrize("verb", ["sync", *READS])
def test_a_file_that_is_not_a_database_is_named_and_left_alone(verb: str, program: Program) -> None:
    program.db.write_bytes(b"Dear diary, " * 500)
    before = program.db.read_bytes()
    assert str(program.db) in expect_refused(program.run(verb))
    assert program.db.read_bytes() == before


@pytest.mark.parametrize("verb", ["sync", "positions"])
def test_a_damaged_database_is_named(verb: str, synced: Program) -> None:
    content = bytearray(synced.db.read_bytes())
    for start in range(4096, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    synced.db.write_bytes(bytes(content))
    assert str(synced.db) in expect_refused(synced.run(verb))


def test_a_sync_without_a_usable_database_says_so_in_json_too(synced: Program) -> None:
    synced.execute("PRAGMA user_version = 99")
    said = synced.run("sync", "--json")
    assert (said.code, said.json["status"], said.json["run_id"]) == (1, "error", None)
    assert said.json["error"] == said.err.strip()


@pytest.mark.parametrize("verb", ["sync", *READS])
def test_a_newer_database_is_named_and_left_alone(verb: str, synced: Program) -> None:
    synced.execute("PRAGMA user_version = 99")
    before = synced.db.read_bytes()
    assert "newer" in expect_refused(synced.run(verb))
    assert synced.db.read_bytes() == before


@pytest.mark.parametrize("verb", ["sync", *READS])
def test_another_programs_database_is_left_alone(verb: str, program: Program) -> None:
    program.execute("CREATE TABLE bookmark (url TEXT)")
    before = program.db.read_bytes()
    assert "another program" in expect_refused(program.run(verb))
    assert program.db.read_bytes() == before


def test_a_folder_instead_of_the_database_is_explained(program: Program) -> None:
    program.db.mkdir()
    expect_refused(program.run("sync"))


def test_a_locked_database_is_waited_for_and_then_named(
    synced: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    defaults = SqliteStore.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "busy_timeout_s", 0.2)
    before = synced.rows("position", "close", "account_value", "run")
    with closing(sqlite3.connect(synced.db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        sentence = expect_refused(synced.run("sync"))
        assert synced.read("positions")[0]["con_id"] == AAPL.con_id
        other.execute("ROLLBACK")
    assert "locked" in sentence
    assert synced.rows(*before) == before
    assert synced.sync()["positions_updated"] == 1


NO_OVERRIDE = "import ctypes, os, sys; ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)"


@contextmanager
def read_only(*paths: Path) -> Iterator[None]:
    modes = {path: path.stat().st_mode for path in paths}
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def run_as_anyone(program: Program, *arguments: str) -> Said:
    """In a process that file modes bind, also where root runs the tests (prctl 24: it drops a
    capability, here the one to write what may not be written)."""
    argv = [sys.executable, "-m", "app", *program.arguments(*arguments)]
    if os.geteuid() == 0:
        launch = f"{NO_OVERRIDE}; os.execv(sys.argv[1], sys.argv[1:])"
        argv = [sys.executable, "-c", launch, *argv]
    done = subprocess.run(
        argv,
        cwd=REPOSITORY,
        env=program.environment(),
        capture_output=True,
        text=True,
        timeout=EXIT_S,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def test_a_database_that_changes_what_is_written_is_reported_on_stderr(synced: Program) -> None:
    synced.tws.held = [Held(AAPL, "77", "150.0", "155.0")]
    synced.execute(
        "CREATE TRIGGER bad AFTER UPDATE OF quantity ON position WHEN new.quantity = '77' "
        "BEGIN UPDATE position SET quantity = '7' WHERE id = new.id; END"
    )
    said = synced.run("sync", "--json")
    assert (said.code, said.json["status"]) == (0, "success")
    assert one_sentence(said.err).startswith(
        "After the sync the database does not hold what IBKR reported: 1 of 1 positions differs"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="file modes and capabilities are Linux's")
def test_a_read_only_database_is_explained(synced: Program) -> None:
    before = synced.db.read_bytes()
    with read_only(synced.db):
        said = run_as_anyone(synced, "sync", "--json")
    assert "read-only" in expect_refused(said)
    assert synced.db.read_bytes() == before


@pytest.mark.skipif(sys.platform != "linux", reason="file modes and capabilities are Linux's")
def test_a_read_only_folder_is_explained(synced: Program) -> None:
    with read_only(synced.folder, synced.db):
        said = run_as_anyone(synced, "sync", "--json")
    assert "read-only" in expect_refused(said)


def test_a_log_that_cannot_be_written_does_not_stop_a_command(synced: Program) -> None:
    shutil.rmtree(synced.folder / "state", ignore_errors=True)
    (synced.folder / "state").write_text("no folder")
    assert synced.sync()["positions_updated"] == 1


def test_the_log_names_no_account_and_no_quantity(program: Program, tws: ScriptedTws) -> None:
    tws.accounts = ["U7654321"]
    tws.held = [Held(AAPL, "98765", "150.0", "155.0", account="U7654321")]
    program.sync()
    tws.held = []
    program.sync()
    tws.always(POSITIONS, lambda session, _fields: session.drop())
    program.run("sync")
    logs = [file for file in (program.folder / "state").rglob("*") if file.is_file()]
    assert logs
    text = "".join(file.read_text(encoding="utf-8") for file in logs)
    assert "U7654321" not in text
    assert "98765" not in text


# -- reading what is not there, or may not be written --


def everything(folder: Path) -> dict[str, bytes]:
    """name -> content of every file except the log and SQLite's shared memory."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.endswith("-shm") and "state" not in file.parts
    }


@pytest.mark.parametrize("verb", [*READS, "undo"])
def test_a_missing_database_is_refused_and_not_created(verb: str, program: Program) -> None:
    said = program.run(verb)
    assert said.out == ""
    assert f"There is no database at {program.db}." in expect_refused(said)
    assert everything(program.folder) == {}


def test_before_the_first_sync_the_status_says_that_there_was_none(program: Program) -> None:
    said = program.call(["status", "--json", "--port", str(program.tws.port)])
    assert (said.code, said.err) == (0, "")
    assert said.json["last_sync_time"] is None
    assert said.json["stats"]["total_syncs"] == 0
    assert everything(program.folder) == {}
    said = program.call(["positions"])
    assert "position-sync sync" in expect_refused(said)
    assert everything(program.folder) == {}


@pytest.mark.parametrize("verb", ["positions", "closes"])
def test_a_database_after_a_failed_sync_has_empty_lists(verb: str, program: Program) -> None:
    program.tws.always(POSITIONS, lambda session, _fields: session.drop())
    program.sync(code=1)
    assert program.read(verb) == []
    assert program.run(verb).code == 0
    assert [run["status"] for run in program.read("runs")] == ["error"]


def test_reading_leaves_every_file_as_it_was(synced: Program) -> None:
    before = everything(synced.folder)
    for verb in READS:
        for options in ([], ["--json"]):
            assert synced.run(verb, *options).code == 0
    assert everything(synced.folder) == before


@pytest.mark.skipif(sys.platform != "linux", reason="file modes and capabilities are Linux's")
@pytest.mark.parametrize("is_old", [False, True])
def test_a_read_only_file_in_a_read_only_folder_can_be_read(is_old: bool, synced: Program) -> None:
    folder = synced.folder / "archive"
    folder.mkdir()
    synced.db = synced.db.rename(folder / "p.sqlite")
    if is_old:
        synced.db.unlink()
        with closing(sqlite3.connect(synced.db)) as old, old:
            for statement in (*MIGRATIONS[0], *MIGRATIONS[1]):
                old.execute(statement)
            old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            old.execute("PRAGMA user_version = 2")
    before = everything(synced.folder)
    with read_only(folder, synced.db):
        for verb in READS:
            said = run_as_anyone(synced, verb, "--json")
            assert (said.code, said.err) == (0, ""), verb
        positions = run_as_anyone(synced, "positions", "--json").json
        assert len(positions) == (0 if is_old else 1)
    assert everything(synced.folder) == before


@pytest.mark.skipif(sys.platform != "linux", reason="file modes and capabilities are Linux's")
def test_a_read_only_file_beside_a_log_can_be_read(synced: Program) -> None:
    folder = synced.folder / "archive"
    folder.mkdir()
    with closing(sqlite3.connect(synced.db, isolation_level=None)) as writer:
        writer.execute("UPDATE position SET quantity = '77'")
        for ending in ("", "-wal", "-shm"):
            shutil.copyfile(f"{synced.db}{ending}", folder / f"p.sqlite{ending}")
    synced.db = folder / "p.sqlite"
    with read_only(*folder.iterdir(), folder):
        (row,) = run_as_anyone(synced, "positions", "--json").json
        assert row["quantity"] == "77"
        assert run_as_anyone(synced, "status").code == 0


# -- without a display --


def test_the_demo_without_a_display_prints_one_synced_table(program: Program) -> None:
    process = Process(["--demo"], program.environment())
    said = process.said()
    assert said.code == 0, said
    one_sentence(said.err)
    header, rule, *rows, counts = said.out.splitlines()
    assert header.split()[:2] == ["Account", "Symbol"]
    assert set(rule) <= {"─", " ", "-"}
    assert rows
    edges = [rule.index("  ", start) for start in starts(rule)[:-1]]
    for line in (header, *rows):
        for edge in edges:
            assert line[edge : edge + 2] == "  ", line
    assert counts.startswith(f"Synced {len(rows)} positions: {len(rows)} created, 0 updated")


def starts(rule: str) -> list[int]:
    """The start of each column, from the line under the headings."""
    return [at for at in range(len(rule)) if rule[at] != " " and (at == 0 or rule[at - 1] == " ")]


def test_the_window_without_a_display_is_refused_with_a_next_step(program: Program) -> None:
    said = Process([], program.environment()).said()
    assert (said.code, said.out) == (1, "")
    assert "position-sync sync" in one_sentence(said.err)


def test_a_sync_loads_no_qt(program: Program) -> None:
    program.tws.held = [LONG]
    script = (
        "import sys\n"
        "from app.__main__ import main\n"
        "code = main(sys.argv[1:])\n"
        "loaded = [name for name in sys.modules if name.split('.')[0] in ('PySide6', 'qasync')]\n"
        "assert not loaded, loaded\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *program.arguments("sync")],
        cwd=REPOSITORY,
        env=program.environment(),
        capture_output=True,
        text=True,
        timeout=EXIT_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_closed_pipe_is_not_an_error(synced: Program) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        [sys.executable, "-m", "app", *synced.arguments("positions", "--json")],
        cwd=REPOSITORY,
        env=synced.environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writing)
    _, err = process.communicate(timeout=EXIT_S)
    assert err == ""
    assert process.returncode == 0


# -- ended from outside --


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=lambda sig: sig.name)
def test_a_signal_during_a_sync_leaves_the_rows_as_they_were(
    ending: signal.Signals, synced: Program, tws: ScriptedTws
) -> None:
    before = synced.rows("position", "close", "account_value", "account")
    tws.wait_until_alone()
    tws.always(POSITIONS, nothing)
    process = synced.start("sync", "--json")
    tws.wait_until_asked(POSITIONS, 2)

    process.send(ending)
    said = process.said()

    assert "Traceback" not in said.err
    assert said.code == 128 + ending
    one_sentence(said.err)
    assert synced.rows(*before) == before
    assert synced.integrity() == "ok"
    tws.behave()
    assert synced.sync()["positions_updated"] == 1


MANY = [
    Held(Contract(100_000 + number, f"S{number}"), "10", "5.0", "6.0") for number in range(3_000)
]
DOUBLED = [Held(held.contract, "20", "5.5", "6.0") for held in MANY]
QUANTITIES = "SELECT con_id, quantity, average_cost FROM position ORDER BY con_id"


def stored_quantities(program: Program) -> list[tuple[int, str, str]]:
    with closing(sqlite3.connect(program.db)) as database:
        return database.execute(QUANTITIES).fetchall()


@pytest.mark.parametrize("moment", ["while_reading", "before_the_write", "in_the_write"])
def test_a_killed_sync_leaves_everything_or_nothing(
    moment: str, program: Program, tws: ScriptedTws
) -> None:
    program.timeout_s = 20.0
    tws.held = MANY
    program.sync()
    before = stored_quantities(program)
    tws.wait_until_alone()
    answered = threading.Event()

    def answer(session: Session, fields: Sequence[str]) -> None:
        account_download(session, fields)
        answered.set()

    if moment == "while_reading":
        tws.always(POSITIONS, nothing)
    tws.always(ACCOUNT_UPDATES, answer)
    tws.held = DOUBLED
    process = program.start("sync")
    if moment == "while_reading":
        tws.wait_until_asked(POSITIONS, 2)
    else:
        assert answered.wait(EXIT_S)
    if moment == "in_the_write":
        wait_for_the_log(program.db, process)
    process.send(signal.SIGKILL)
    process.said()

    assert program.integrity() == "ok"
    after = stored_quantities(program)
    doubled = [(con_id, "20", "5.5") for con_id, *_ in before]
    assert after in (before, doubled)
    runs = program.rows("run")["run"]
    assert len(runs) == (1 if after == before else 2)
    tws.behave()
    tws.wait_until_alone()
    done = program.sync()
    assert done["positions_updated"] == len(MANY)
    assert done["increased"] == (len(MANY) if after == before else 0)


def wait_for_the_log(db: Path, process: Process) -> None:
    """Waits until SQLite's log has content, or the process has ended."""
    log = db.with_name(f"{db.name}-wal")
    deadline = time.monotonic() + EXIT_S
    while process.runs and time.monotonic() < deadline:
        if log.exists() and log.stat().st_size:
            return


# -- two at once --


@pytest.mark.parametrize("is_new", [True, False], ids=["on_a_new_file", "on_a_known_file"])
def test_two_syncs_at_once_store_each_position_once(
    is_new: bool, program: Program, tws: ScriptedTws
) -> None:
    tws.held = MANY[:50]
    if not is_new:
        program.sync()
    tws.held = [*DOUBLED[:49], LONG]
    tws.wait_until_alone()
    both = threading.Barrier(2)

    def together(session: Session, fields: Sequence[str]) -> None:
        both.wait(EXIT_S)
        all_positions(session, fields)

    tws.once(POSITIONS, together, together)

    said = [process.said() for process in [program.start("sync", "--json") for _ in range(2)]]

    codes = sorted(one.code for one in said)
    assert codes in ([0, 0], [0, 1]), said
    for one in said:
        if one.code:
            assert one.json["error"] == one_sentence(one.err)
    rows = program.read("positions")
    assert len(rows) == 50
    assert len({row["con_id"] for row in rows}) == 50
    assert all(same(row["quantity"], "20") for row in rows if row["con_id"] != AAPL.con_id)
    closes = program.read("closes")
    assert [close["con_id"] for close in closes] == ([] if is_new else [MANY[49].contract.con_id])
    assert len(program.read("runs")) == (2 if is_new else 3), said
    assert program.integrity() == "ok"
    assert len(set(tws.client_ids[-2:])) == 2
