"""Any fault of the computer, the file or the program gives one sentence and no traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.driver import EXIT_S, REPOSITORY, Program, Said, one_sentence
from tests.end_to_end.scripted_tws import (
    POSITIONS,
    Contract,
    Held,
    ScriptedTws,
    nothing,
)

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="a matter of POSIX")
AAPL = Contract(265598, "AAPL")
LONG = Held(AAPL, "100", "150.0", "155.0", "15500.0", "500.0")
READS = ("status", "positions", "closes", "runs")


@pytest.fixture
def synced(program: Program, tws: ScriptedTws) -> Program:
    tws.held = [LONG]
    program.sync()
    return program


def write_settings(program: Program, text: str | bytes) -> Path:
    file = program.folder / "config" / "position-sync" / "settings.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


# -- damage that SQLite does not see --


@pytest.mark.parametrize(
    ("statement", "verbs"),
    [
        ("DROP TABLE run", ("status", "runs", "sync", "undo")),
        ("DROP TABLE account", ("positions", "sync")),
        ("UPDATE position SET quantity = 'abc'", ("positions", "sync")),
        ("UPDATE run SET started_at = 'gestern'", ("runs",)),
        ("UPDATE run SET taken_at = 'gestern'", ("status",)),
        ("PRAGMA user_version = 0", (*READS, "sync", "undo")),
        ("PRAGMA user_version = -5", (*READS, "sync", "undo")),
        (f"UPDATE position SET con_id = '{'9' * 30}'", ("positions", "sync")),
    ],
)
def test_a_damaged_file_is_named_by_every_verb_that_needs_it(
    statement: str, verbs: tuple[str, ...], synced: Program, expected_warnings: list[str]
) -> None:
    expected_warnings.append("the database is damaged")
    synced.execute(statement)
    for verb in verbs:
        said = synced.run(verb)
        assert said.code == 1, (verb, said)
        assert f"{synced.db} is damaged" in one_sentence(said.err), verb


# -- settings --


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("port = 7497\ndeep = " + "[" * 3000 + "]" * 3000, "line 2"),
        (b"port = 7497\nhost = '\xff\xfe'", "line 2"),
        ('locale = "ar_EG"', "locale"),
        ("port = 2020-01-01", "port"),
        ("timeout = 1" + "0" * 400, "timeout"),
        ("port = " + "9" * 5000, "line 1"),
        ("port = ", "line 1"),
        ("a = 1\nb", "line 2"),
        (f'host = "{"h" * 300}"', "host"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_an_invalid_settings_file_is_one_short_sentence(
    content: str | bytes, named: str, program: Program
) -> None:
    write_settings(program, content)
    said = program.call(["status"])
    assert said.code == 2, said
    sentence = one_sentence(said.err)
    assert named in sentence
    assert len(sentence) < 600
    for word in ("recursion", "codec", "digit limit", "datetime", "int(", "convert"):
        assert word not in sentence


@POSIX
@pytest.mark.parametrize("kind", ["a pipe", "a folder"])
def test_a_settings_path_that_is_not_a_file_is_reported(kind: str, program: Program) -> None:
    file = write_settings(program, "")
    file.unlink()
    if kind == "a pipe":
        os.mkfifo(file)
    else:
        file.mkdir()
    said = program.call(["status"])
    assert said.code == 2
    assert "it is not a file" in one_sentence(said.err)


@pytest.mark.parametrize("host", ["h" * 300, "a..b", "h" * 70 + ".com", "a b", "ü" * 80])
def test_an_impossible_host_is_refused_before_it_is_looked_up(
    host: str, program: Program, tws: ScriptedTws
) -> None:
    for verb in ("sync", "status"):
        said = program.call([verb, "--db", str(program.db), "--host", host])
        assert said.code == 2
        assert "--host" in one_sentence(said.err)
    assert tws.connections == 0


# -- the computer --


def launched(program: Program, *arguments: str, before: str = "", **more: str) -> Said:
    """Runs a command in a separate process, which first runs these lines of Python."""
    script = f"import sys\n{before}\nfrom app.__main__ import main\nsys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", script, *program.arguments(*arguments)],
        cwd=REPOSITORY,
        env=program.environment() | more,
        capture_output=True,
        text=True,
        timeout=EXIT_S,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


@POSIX
@pytest.mark.parametrize("verb", ["sync", "watch", *READS])
def test_an_invalid_time_zone_is_reported(verb: str, synced: Program) -> None:
    said = launched(synced, verb, TZ="UTC+25")
    assert (said.code, said.out) == (1, "")
    assert "TZ=UTC+25" in one_sentence(said.err)


@POSIX
@pytest.mark.parametrize("verb", ["sync", *READS])
def test_too_few_open_files_are_reported(verb: str, synced: Program) -> None:
    few = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (10, 10))"
    said = launched(synced, verb, before=few)
    assert (said.code, said.out) == (1, "")
    assert "10 files" in one_sentence(said.err)


@POSIX
def test_a_low_limit_of_open_files_is_raised_if_allowed(synced: Program) -> None:
    few = (
        "import resource; "
        "resource.setrlimit(resource.RLIMIT_NOFILE, (10, resource.getrlimit(7)[1]))"
    )
    assert launched(synced, "sync", before=few).code == 0


def test_a_bug_is_one_sentence_and_a_traceback_in_the_log(synced: Program) -> None:
    broken = (
        "import app.cli.text_output\n"
        "def as_table(*_): raise IndexError('list index out of range')\n"
        "app.cli.text_output.as_table = as_table\n"
    )
    said = launched(synced, "positions", before=broken)
    assert said.code == 1
    assert said.err.startswith("Position Sync itself failed; its log file has the details.")
    assert "Traceback" not in said.err
    log = synced.folder / "state" / "position-sync" / "log" / "position-sync-commands.log"
    assert "IndexError: list index out of range" in log.read_text(encoding="utf-8")


def test_a_bug_during_startup_is_one_sentence_too(synced: Program) -> None:
    broken = (
        "import app.cli.dispatch\n"
        "def load(*_): raise RecursionError\n"
        "app.cli.dispatch.load_settings = load"
    )
    said = launched(synced, "status", before=broken)
    assert said.code == 1
    assert said.err.startswith("Position Sync itself failed")
    assert "Traceback" not in said.err


def test_a_bug_on_a_thread_or_in_a_task_prints_no_traceback(synced: Program) -> None:
    broken = (
        "import asyncio, threading, app.cli.store_commands as verbs\n"
        "def fail(): raise IndexError('list index out of range')\n"
        "async def task(): fail()\n"
        "class Ending:\n"
        "    def __del__(self): fail()\n"
        "first = verbs.chosen_account\n"
        "def chosen(settings):\n"
        "    thread = threading.Thread(target=fail); thread.start(); thread.join()\n"
        "    Ending()\n"
        "    asyncio.get_running_loop().call_soon(fail)\n"
        "    return first(settings)\n"
        "verbs.chosen_account = chosen\n"
    )
    said = launched(synced, "positions", before=broken)
    assert said.code == 0
    assert "AAPL" in said.out
    assert "Traceback" not in said.err
    assert set(said.err.splitlines()) == {
        "Position Sync itself failed; its log file has the details. "
        "Try again, and if it fails again, report it."
    }


# -- signals --

SIGNALS = [
    pytest.param(getattr(signal, name), code, id=name, marks=POSIX)
    for name, code in (("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129))
    if hasattr(signal, name)
]


def run_statuses(program: Program) -> list[str]:
    return [run["status"] for run in program.read("runs")]


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_signal_during_a_sync_cancels_the_run_and_sets_the_exit_code(
    number: signal.Signals, code: int, synced: Program, tws: ScriptedTws
) -> None:
    tws.wait_until_alone()
    tws.always(POSITIONS, nothing)
    process = synced.start("sync")
    tws.wait_until_asked(POSITIONS, 2)
    process.send(number)
    said = process.said()
    assert said.code == code, said
    assert one_sentence(said.err).startswith("Interrupted")
    assert run_statuses(synced) == ["cancelled", "success"]


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_signal_ends_watch_in_order_and_cancels_its_run(
    number: signal.Signals, code: int, synced: Program, tws: ScriptedTws
) -> None:
    assert code
    tws.wait_until_alone()
    tws.always(POSITIONS, nothing)
    process = synced.start("watch")
    tws.wait_until_asked(POSITIONS, 2)
    process.send(number)
    said = process.said()
    assert (said.code, said.err) == (0, "")
    assert run_statuses(synced) == ["cancelled", "success"]


@POSIX
@pytest.mark.parametrize("times", [1, 2, 5])
def test_ctrl_c_during_the_write_leaves_one_correct_run(times: int, synced: Program) -> None:
    """The first signal arrives in the middle of the transaction."""
    signals = f"""
import os, signal, threading
import app.platform.interrupts as interrupts, app.store.write.commit_sync as apply
heard, on_signal, write = threading.Semaphore(0), interrupts.Interrupts._on_signal, apply.write
def hear(*args):
    on_signal(*args)
    heard.release()
def interrupted(*args, **more):
    for _ in range({times}):
        os.kill(os.getpid(), signal.SIGINT)
        heard.acquire(timeout={EXIT_S})
    return write(*args, **more)
interrupts.Interrupts._on_signal, apply.write = hear, interrupted
"""
    said = launched(synced, "sync", before=signals)
    assert "Traceback" not in said.err
    assert (said.code, run_statuses(synced)) == (0, ["success", "success"])


@POSIX
def test_a_process_that_ignores_hang_ups_keeps_ignoring_them(
    synced: Program, tws: ScriptedTws
) -> None:
    tws.wait_until_alone()
    tws.always(POSITIONS, nothing)
    deaf = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    script = f"{deaf}\nimport sys\nfrom app.__main__ import main\nsys.exit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", script, *synced.arguments("sync")],
        cwd=REPOSITORY,
        env=synced.environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    tws.wait_until_asked(POSITIONS, 2)
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=EXIT_S)
    assert process.returncode == 130, err


@POSIX
@pytest.mark.parametrize("moment", range(12))
def test_ctrl_c_while_it_starts_prints_no_traceback(moment: int, synced: Program) -> None:
    """At moments spread over the imports, counted by the modules looked for."""
    script = (
        "import os, signal, sys\n"
        "from app.__main__ import main\n"
        "class Finder:\n"
        "    count = 0\n"
        "    def find_spec(self, *_):\n"
        "        Finder.count += 1\n"
        f"        if Finder.count == {moment * 25 + 1}: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *synced.arguments("sync")],
        cwd=REPOSITORY,
        env=synced.environment(),
        capture_output=True,
        text=True,
        timeout=EXIT_S,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 130
    assert one_sentence(done.stderr).startswith("Interrupted")


# -- what others may read --


@POSIX
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_all_files_that_it_creates_are_private(
    mask: int, program: Program, tws: ScriptedTws
) -> None:
    tws.held = [LONG]
    said = launched(program, "sync", before=f"import os; os.umask({mask})")
    assert said.code == 0, said
    tws.wait_until_alone()
    watch = program.start("watch")
    tws.wait_until_asked(POSITIONS, 2)
    watch.send(signal.SIGTERM)
    watch.said()
    made = [program.db]
    for folder in ("data", "state"):
        made += (program.folder / folder).rglob("*")
    modes = {path: path.stat().st_mode & 0o777 for path in made}
    wrong = {
        path: oct(mode)
        for path, mode in modes.items()
        if mode != (0o700 if path.is_dir() else 0o600)
    }
    assert not wrong
    assert len([path for path in made if path.suffix == ".log"]) == 2
