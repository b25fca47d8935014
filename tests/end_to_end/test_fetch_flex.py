"""`fetch-flex` and `watch` against a fake Flex Web Service; and where the token is not written."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.text.redaction import Secret
from app.platform.credentials import FLEX_VARIABLE, Credentials, flex_secret_name
from app.settings.loader import load_settings
from tests.end_to_end.driver import (
    EXIT_S,
    REPOSITORY,
    Program,
    Said,
    one_sentence,
    own_log_handlers,
)
from tests.end_to_end.scripted_tws import Contract, Held, ScriptedTws
from tests.flex.files import account_statement, document, trade
from tests.flex.web_service import program as flex_program
from tests.flex.web_service.fake_service import TOKEN, FakeService, error, fake_service, text

SPY = Held(Contract(756733, "SPY"), "5", "500.0", "510.0", "2550.0", "50.0")
QUERY = '[flex_queries.trades]\nquery_id = "4711"\n'
STATEMENT = document(account_statement(trade(), account="DU1"))


@pytest.fixture
def ibkr() -> Iterator[FakeService]:
    with fake_service() as service:
        service.statements(text(STATEMENT))
        yield service


class Fetching:
    """The program with a Flex Query, and the fake service."""

    def __init__(
        self, program: Program, ibkr: FakeService, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.program = program
        self.ibkr = ibkr
        self._capsys = capsys
        self.configure(QUERY)

    def configure(self, content: str) -> None:
        folder = self.program.folder / "config" / "position-sync"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "settings.toml").write_text(content, encoding="utf-8")

    async def keep_token(self) -> None:
        kept = Credentials(self.program.folder / "data" / "position-sync", {})
        await kept.store(flex_secret_name("default"), Secret(TOKEN))

    def run(self, *options: str, verb: str = "fetch-flex") -> Said:
        """In this process, on the command's own loop."""
        self.program.tws.wait_until_alone()
        self._capsys.readouterr()
        loop = self.program._loop
        with own_log_handlers():
            try:
                code = flex_program.run(self.ibkr.base, self.program.arguments(verb, *options))
            except SystemExit as end:
                code = int(end.code or 0)
            finally:
                asyncio.set_event_loop(loop)
        streams = self._capsys.readouterr()
        return Said(code, streams.out, streams.err)

    def start(self, verb: str, *options: str, **environment: str) -> "subprocess.Popen[str]":
        """In a process of its own."""
        module = ["-W", "error", "-m", "tests.flex.web_service.program", self.ibkr.base]
        keyring = {"PYTHON_KEYRING_BACKEND": os.environ["PYTHON_KEYRING_BACKEND"]}
        return subprocess.Popen(
            [sys.executable, *module, *self.program.arguments(verb, *options)],
            cwd=REPOSITORY,
            env=self.program.environment() | keyring | environment,
            text=True,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def assert_token_is_only_in(self, *names: str) -> None:
        """Of all files that the program has written."""
        files = [file for file in self.program.folder.rglob("*") if file.is_file()]
        assert {".sqlite", ".log", ".toml"} <= {file.suffix for file in files}
        found = {file.name for file in files if TOKEN.encode() in file.read_bytes()}
        assert found == set(names)


@pytest.fixture
def fetching(
    program: Program,
    tws: ScriptedTws,
    ibkr: FakeService,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Fetching:
    """Synced once, so that the account is known; the token is in the environment."""
    tws.held = [SPY]
    program.sync()
    monkeypatch.setenv(FLEX_VARIABLE, TOKEN)
    return Fetching(program, ibkr, capsys)


def test_a_fetch_prints_what_it_stored_and_is_undoable(fetching: Fetching) -> None:
    said = fetching.run()
    assert (said.code, said.err) == (0, "")
    note = "Flex Query “trades”: DU1, 1 Nov to 30 Nov 2026: 1 execution, 1 new."
    assert said.out == f"{note}\n"
    newest = fetching.program.read("runs")[0]
    assert (newest["trigger"], newest["status"]) == ("flex", "success")
    undone = fetching.program.run("undo", str(newest["run_id"]))
    assert undone.code == 0
    assert fetching.program.rows("fill") == {"fill": []}


def test_the_json_has_each_window(fetching: Fetching) -> None:
    said = fetching.run("--json", "--from", "2025-01-01", "--to", "2026-06-30")
    assert (said.code, said.err) == (0, "")
    assert set(said.json) == {"status", "success", "fetches", "error"}
    assert (said.json["status"], said.json["error"]) == ("success", None)
    first, second = said.json["fetches"]
    assert set(first) == {"query", "from", "to", "success", "code", "error", "import"}
    assert (first["query"], first["from"], first["to"]) == ("trades", "2025-01-01", "2025-12-31")
    assert (second["from"], second["to"]) == ("2025-12-25", "2026-06-30")
    assert (first["import"]["fills_new"], second["import"]["fills_known"]) == (1, 1)
    asked = [asked for asked in fetching.ibkr.asked if asked.verb == "SendRequest"]
    assert [(one.parameters["fd"], one.parameters["td"]) for one in asked] == [
        ("20250101", "20251231"), ("20251225", "20260630"),
    ]  # fmt: skip


@pytest.mark.parametrize("code", [1012, 1014])
def test_a_refusal_exits_with_one_and_is_a_failed_run(code: int, fetching: Fetching) -> None:
    status = fetching.program.read("status")["stats"]
    rows = fetching.program.rows("position", "close", "change", "fill", "undo")
    fetching.ibkr.requests(error(code))
    said = fetching.run("--json")
    assert said.code == 1
    assert said.json["error"] == one_sentence(said.err)
    (fetch,) = said.json["fetches"]
    assert (fetch["success"], fetch["code"]) == (False, code)
    newest = fetching.program.read("runs")[0]
    assert (newest["trigger"], newest["status"], newest["error"]) == (
        "flex", "error", said.err.strip(),
    )  # fmt: skip
    assert fetching.program.read("status")["stats"] == status
    assert fetching.program.rows("position", "close", "change", "fill", "undo") == rows


def test_no_data_is_an_answer(fetching: Fetching) -> None:
    fetching.ibkr.requests(error(1003))
    said = fetching.run("--from", "2020-01-01", "--to", "2020-06-30")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Flex Query “trades”, 1 Jan to 30 Jun 2020: IBKR has no statement")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--query", "other"], "There is no Flex Query 'other'. The settings have trades."),
        (["--from", "2026-02-01", "--to", "2026-01-01"], "--from is after --to"),
        (["--to", "2026-01-01"], "--to needs --from"),
        (["--from", "2999-01-01"], "--from is 2999-01-01, but IBKR's newest statement is of"),
        (["--from", "yesterday"], "'yesterday' is not a day"),
        (["--demo"], "The demo has no Flex Web Service."),
    ],
)
def test_wrong_usage_is_said_and_exits_with_two(
    options: list[str], reason: str, fetching: Fetching
) -> None:
    said = fetching.run(*options)
    assert (said.code, said.out) == (2, "")
    assert reason in said.err
    assert fetching.ibkr.asked == []


def test_without_a_query_it_is_said_where_to_add_one(fetching: Fetching) -> None:
    fetching.configure("")
    assert "No Flex Query is set up" in one_sentence(fetching.run().err)
    fetching.configure(QUERY + "enabled = false\n")
    assert "No Flex Query is enabled" in one_sentence(fetching.run().err)
    assert fetching.run("--query", "trades").code == 0


def test_without_a_token_it_is_said_where_to_get_one(
    fetching: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FLEX_VARIABLE)
    said = fetching.run()
    assert said.code == 1
    assert "generate a new token" in one_sentence(said.err)
    assert fetching.ibkr.asked == []


async def test_a_process_fetches_with_the_stored_token_and_writes_it_nowhere(
    fetching: Fetching,
) -> None:
    await fetching.keep_token()
    fetching.ibkr.requests(error(1099, f"{TOKEN} is odd"))
    outputs = []
    for code in (1, 0):
        process = fetching.start("fetch-flex", "--json", POSITION_SYNC_LOG_LEVEL="debug")
        out, err = await asyncio.to_thread(process.communicate, timeout=EXIT_S)
        assert process.returncode == code, err
        outputs += [out, err]
    assert "1099" in outputs[1]
    assert TOKEN not in "".join(outputs)
    fetching.assert_token_is_only_in("flex-token-default.secret")


def test_a_fetch_that_a_signal_ends_leaves_nothing_half(fetching: Fetching) -> None:
    rows = fetching.program.rows("run", "fill")
    fetching.ibkr.requests(fetching.ibkr.hang)
    process = fetching.start("fetch-flex", POSITION_SYNC_FLEX_TOKEN=TOKEN)
    assert fetching.ibkr.is_hanging.wait(EXIT_S)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=EXIT_S)
    assert (process.returncode, out) == (143, "")
    assert "Interrupted" in one_sentence(err)
    assert fetching.program.rows("run", "fill") == rows
    fetching.assert_token_is_only_in()


def test_watch_fetches_once_and_prints_it(fetching: Fetching) -> None:
    fetching.configure(QUERY + "[flex_tokens.default]\nexpires = 2020-01-31\n")
    process = fetching.start("watch", "--json-lines", POSITION_SYNC_FLEX_TOKEN=TOKEN)
    assert process.stdout is not None
    events = []
    for line in process.stdout:
        events.append(json.loads(line))
        if events[-1]["event"] == "fetch_finished":
            break
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=EXIT_S)
    assert (process.returncode, err) == (0, "")
    named = {event["event"]: event for event in events}
    assert named["fetch_started"]["queries"] == ["trades"]
    assert named["token_expires"]["error"].startswith("The Flex token expired on 31 Jan 2020.")
    done = named["fetch_finished"]
    assert (done["query"], done["trigger"], done["status"]) == ("trades", "flex", "success")
    assert done["note"].startswith("Flex Query “trades”")
    assert TOKEN not in out + json.dumps(events)
    fetching.assert_token_is_only_in()


def test_the_settings_file_has_no_place_for_a_token(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    environment = {FLEX_VARIABLE: TOKEN}
    assert TOKEN not in repr(load_settings({}, environment, file))
