"""What a command does depends neither on its output stream nor on the terminal's encoding."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from app.domain.text.foreign_text import ERROR_LENGTH, SYMBOL_LENGTH
from tests.end_to_end.driver import EXIT_S, REPOSITORY, Program, Said, one_sentence
from tests.end_to_end.scripted_tws import POSITIONS, Contract, Held, Session

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell and /dev/full")
has_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")

TRADERS_SIGNS = Held(Contract(1, "ÜBER→株"), "100", "150.0", "155.0", "15500.0")
ESC, BEL, RLO, CSI = "\x1b", "\x07", "\u202e", "\x9b"
EVIL = Contract(2, f"A{ESC}]0;owned{BEL}{RLO}{CSI}2J", local_symbol=f"B{ESC}c")
FORMULA = Contract(3, "=1+1", local_symbol="@SUM(A1)\r\nx", exchange="+CMD", currency="-USD")

ENCODINGS: dict[str, Mapping[str, str]] = {
    "LC_ALL=C": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "ascii": {"PYTHONIOENCODING": "ascii:strict"},
    "cp1252": {"PYTHONIOENCODING": "cp1252:strict"},
}


def run(
    program: Program, verb: str, *options: str, redirect: str = "", env: Mapping[str, str] = {}
) -> Said:
    """Runs one command as a shell does.

    Args:
        redirect: what the shell does with its streams, such as ">&-".
    """
    command = [sys.executable, "-m", "app", *program.arguments(verb, *options)]
    if redirect:
        command = ["/bin/sh", "-c", f'exec "$@" {redirect}', "sh", *command]
    program.tws.wait_until_alone()
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        env=program.environment() | env,
        capture_output=True,
        timeout=EXIT_S,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode("latin-1"), done.stderr.decode("latin-1"))


@pytest.mark.parametrize("env", ENCODINGS.values(), ids=ENCODINGS)
def test_json_is_the_same_on_every_terminal(env: Mapping[str, str], program: Program) -> None:
    program.tws.held = [TRADERS_SIGNS]
    said = run(program, "sync", "--json", env=env)
    assert (said.code, said.err, json.loads(said.out)["success"]) == (0, "", True)
    said = run(program, "positions", "--json", env=env)
    assert said.out.isascii()
    assert json.loads(said.out)[0]["symbol"] == "ÜBER→株"


@pytest.mark.parametrize("env", ENCODINGS.values(), ids=ENCODINGS)
def test_a_terminal_that_knows_few_characters_shows_the_others_by_number(
    env: Mapping[str, str], program: Program
) -> None:
    program.tws.held = [TRADERS_SIGNS]
    said = run(program, "sync", env=env)
    assert (said.code, said.err) == (0, "")
    for verb, option in (("positions", ""), ("positions", "--csv"), ("runs", "1")):
        said = run(program, verb, *filter(None, [option]), env=env)
        assert (said.code, said.err) == (0, "")
        assert "BER\\u2192\\u682a" in said.out
    said = run(program, "status", env=env)
    assert (said.code, said.err) == (0, "")


@posix_only
@pytest.mark.parametrize(
    ("redirect", "reason"),
    [
        (">&-", "it is closed"),
        pytest.param(">/dev/full", "No space left on device", marks=has_full),
    ],
)
@pytest.mark.parametrize("option", ["--json", ""])
def test_a_stored_sync_whose_report_cannot_be_printed_exits_with_zero(
    redirect: str, reason: str, option: str, program: Program
) -> None:
    program.tws.held = [TRADERS_SIGNS]
    said = run(program, "sync", *filter(None, [option]), redirect=redirect)
    assert said.code == 0
    assert one_sentence(said.err) == (
        f"The output could not be written ({reason}). `position-sync runs` shows what was done."
    )
    assert [row["con_id"] for row in program.read("positions")] == [1]
    said = run(program, "undo", *filter(None, [option]), redirect=redirect)
    assert said.code == 0
    assert reason in one_sentence(said.err)
    assert program.read("positions") == []


@posix_only
@pytest.mark.parametrize("redirect", [">&-", pytest.param(">/dev/full", marks=has_full)])
def test_a_list_that_cannot_be_printed_exits_with_one(redirect: str, program: Program) -> None:
    program.tws.held = [TRADERS_SIGNS]
    program.sync()
    for command in (["status"], ["positions", "--csv"], ["closes", "--json"], ["runs"]):
        said = run(program, *command, redirect=redirect)
        assert said.code == 1, command
        assert "then run the command again." in one_sentence(said.err)
    said = run(program, "--help", redirect=redirect)
    if redirect != ">&-":  # argparse itself prints nothing where there is no stdout
        assert said.code == 1
        assert "could not be written" in one_sentence(said.err)


@posix_only
def test_without_any_stream_a_sync_is_still_stored(program: Program) -> None:
    program.tws.held = [TRADERS_SIGNS]
    assert run(program, "sync", redirect="<&- >&- 2>&-").code == 0
    assert program.integrity() == "ok"
    assert [row["con_id"] for row in program.read("positions")] == [1]


@posix_only
@has_full
def test_an_error_that_cannot_be_printed_keeps_its_exit_code(program: Program) -> None:
    assert run(program, "runs", "7", redirect="2>/dev/full").code == 1
    assert run(program, "sync", "--client-id", "0", redirect="2>/dev/full").code == 2


@posix_only
@pytest.mark.parametrize(
    ("redirect", "reason"),
    [
        (">&-", "it is closed"),
        pytest.param(">/dev/full", "No space left on device", marks=has_full),
    ],
)
@pytest.mark.parametrize("option", ["--json-lines", ""])
def test_a_watch_that_cannot_print_ends_with_a_sentence(
    redirect: str, reason: str, option: str, program: Program
) -> None:
    said = run(program, "watch", *filter(None, [option]), redirect=redirect)
    assert said.code == 1
    assert reason in one_sentence(said.err)


@posix_only
@pytest.mark.parametrize("verb", ["sync", "watch", "status"])
def test_a_reader_that_has_gone_is_not_an_error(verb: str, program: Program) -> None:
    program.tws.held = [TRADERS_SIGNS]
    program.sync()
    reading, writing = os.pipe()
    os.close(reading)
    program.tws.wait_until_alone()
    with subprocess.Popen(
        [sys.executable, "-m", "app", *program.arguments(verb)],
        cwd=REPOSITORY,
        env=program.environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(writing)
        _, err = process.communicate(timeout=EXIT_S)
    assert (process.returncode, err) == (0, b"")


def test_tables_and_sentences_do_not_control_the_terminal(program: Program) -> None:
    program.tws.held = [Held(EVIL, "100", "150.0", "155.0"), TRADERS_SIGNS]
    said = program.run("sync")
    assert "A␛]0;owned␇��2J" in said.out or "B␛c" in said.out
    outputs = [said.out]
    outputs += [program.run(*command).out for command in (["positions"], ["runs", "1"], ["closes"])]
    program.execute("UPDATE run SET status = 'error', error = ?", f"TWS says {ESC}[2J{RLO}{CSI}.")
    outputs += [program.run(verb).out for verb in ("runs", "status")]
    for text in outputs:
        assert all(character.isprintable() for line in text.splitlines() for character in line)
    assert "TWS says ␛[2J��." in outputs[-1]


def test_an_error_from_tws_does_not_control_the_terminal(program: Program) -> None:
    said = program.run("sync", "--account", f"U{ESC}[2J{RLO}")
    assert said.code == 1
    assert one_sentence(said.err).isprintable()


def test_a_spreadsheet_takes_no_text_for_a_formula(program: Program) -> None:
    program.tws.held = [Held(FORMULA, "-100", "150.0", "155.0", "-15500.0", "-500.0")]
    program.sync()
    text = program.run("positions", "--csv").out
    (row,) = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    assert (row["symbol"], row["currency"], row["exchange"]) == ("'=1+1", "'-USD", "'+CMD")
    assert row["local_symbol"] == "'@SUM(A1)\r\nx"
    assert (row["quantity"], row["market_value"]) == ("-100", "-15500.0")
    assert '"\'@SUM(A1)\r\nx"' in text
    program.tws.held = []
    program.tws.accounts = ["DU1"]
    program.sync("--allow-mass-close")
    text = program.run("closes", "--csv").out
    (row,) = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    assert (row["symbol"], row["quantity_closed"]) == ("'=1+1", "100")
    assert row["realized_pnl"].startswith("-"), "a number stays a number"


def test_texts_of_any_length_are_stored_short_and_stay_the_same(program: Program) -> None:
    long = Contract(5, "S" * 100_000, local_symbol="L" * 70, currency="USD", exchange="X" * 9_000)
    program.tws.held = [Held(long, "100", "150.0", "155.0", "15500.0")]
    assert program.sync()["positions_created"] == 1
    (row,) = program.read("positions")
    assert row["symbol"] == "S" * (SYMBOL_LENGTH - 1) + "…"
    assert (len(row["local_symbol"]), len(row["exchange"])) == (SYMBOL_LENGTH, SYMBOL_LENGTH)
    (stored,) = program.rows("instrument")["instrument"]
    assert max(len(text) for text in stored if isinstance(text, str)) == SYMBOL_LENGTH
    again = program.sync()
    assert (again["positions_updated"], again["positions_created"]) == (1, 0)
    program.tws.always(POSITIONS, lambda session, _: session.error(321, "E" * 200_000))
    said = program.run("sync")
    assert len(one_sentence(said.err)) < ERROR_LENGTH
    assert len(program.read("runs")[0]["error"]) < ERROR_LENGTH
    assert program.run("sync", "--account", "U" * 300).code == 2


def test_no_failure_is_printed_in_pythons_terms(program: Program) -> None:
    program.tws.held = [TRADERS_SIGNS]
    program.sync()
    for fields in (
        ("4", "2", "x"),
        ("15",),
        ("9", "1", "x"),
        ("61",),
        ("7", "8", "x"),
    ):

        def odd(session: Session, _: Sequence[str], fields: tuple[str, ...] = fields) -> None:
            session.send(*fields)
            session.send("62", "1")

        program.tws.always(POSITIONS, odd)
        said = program.run("sync")
        assert said.code == 1, fields
        one_sentence(said.err)
    settings = program.folder / "config" / "position-sync" / "settings.toml"
    settings.parent.mkdir(parents=True)
    for content in (b"\xff", b"port = ", b"port = [1, 2]", b"a = 1" + b"0" * 5000, b"[[[["):
        settings.write_bytes(content)
        said = program.run("status")
        assert said.code == 2, content
        one_sentence(said.err)
    settings.unlink()
    scenario = program.folder / "s.json"
    for content in (b"\xff", b"{", b"[]", b"{}"):
        scenario.write_bytes(content)
        said = program.run("simulate", "--scenario", str(scenario))
        assert said.code in (1, 2), content
        one_sentence(said.err)
    for argv in (["runs", "latest"], ["runs", "9" * 30], ["simulate", "--seed", "x"]):
        said = program.run(*argv)
        assert said.code == 2
        assert "int value" not in said.err


def test_a_host_that_does_not_exist_is_one_sentence(program: Program) -> None:
    for host in ("localhost", "no.such.host.invalid"):
        where = ["--db", str(program.db), "--host", host, "--port", "9", "--timeout", "5"]
        said = program.call(["sync", *where])
        assert said.code == 1
        assert "Connect call" not in one_sentence(said.err)
