"""What each address answers: the JSON of the commands, to the letter, and the right status."""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.files import load_scenario
from app.domain.model.errors import StoreError
from app.domain.model.runs import Request, RunStatus, Trigger
from app.platform.paths import resource
from app.store.store import SqliteStore
from tests.api.serving import SYNC, Served, free_port, served
from tests.end_to_end.driver import REPOSITORY, user_folders
from tests.end_to_end.test_burst import same_as_tws
from tests.ui.conftest import until

STATUS = "/api/sync/status"


async def printed(folder: Path, verb: str, *options: str, port: int | None = None) -> str:
    """What the command prints, in another process."""
    where = ["--db", str(folder / "positions.sqlite"), "--port", str(port or free_port())]
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-W", "error", "-m", "app", verb, *options, "--json", *where],
        cwd=REPOSITORY,
        env={**os.environ, **user_folders(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in user_folders(tmp_path).items():
        monkeypatch.setenv(name, value)


async def traded(s: Served) -> None:
    """Syncs, some trades, syncs again."""
    await s.sync()
    for _ in range(6):
        s.tws.market.random_trade()
    await s.sync()


async def test_the_lists_are_those_of_the_commands_to_the_letter(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        await traded(s)
        account = (await s.store.view()).accounts[0]
        newest = (await s.store.runs())[0].id
        for path, verb, *options in (
            ("positions", "positions"),
            ("positions?closed=true", "positions", "--closed"),
            (f"positions?account_id={account}", "positions", "--account", account),
            ("closes", "closes"),
            (f"closes?account_id={account}", "closes", "--account", account),
            ("runs", "runs"),
            (f"runs/{newest}", "runs", str(newest)),
        ):
            answer = await s.get(f"/api/{path}")
            assert answer.status_code == 200
            assert answer.text == await printed(tmp_path, verb, *options), path
            assert answer.headers["content-type"] == "application/json"
        assert (await s.get("/api/positions")).json()
        assert (await s.get(f"/api/runs/{newest}")).json()["changes"]


async def test_the_status_is_that_of_the_command_to_the_letter(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        await s.sync()
        answer, text = await s.get(STATUS), await printed(tmp_path, "status", port=s.tws.port)
        assert answer.json() | {"last_sync_minutes_ago": 0} == json.loads(text) | {
            "last_sync_minutes_ago": 0
        }
        assert list(answer.json()) == list(json.loads(text))
        assert answer.json()["ibkr_connected"] is True


async def test_a_sync_answers_with_the_json_of_the_command(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        command = json.loads(await printed(tmp_path, "sync", port=s.tws.port))
        answer = await s.post()
        assert answer.status_code == 200
        row = answer.json()
        assert list(row) == list(command)
        assert list(row["stats"]) == list(command["stats"])
        assert [type(value) for value in row.values()] == [type(v) for v in command.values()]
        assert (row["status"], row["success"], row["account_id"]) == ("success", True, "All")
        assert (row["positions_created"], row["positions_updated"]) == (0, 18)
        assert row["stats"]["total_syncs"] == 2
        assert await same_as_tws(s.store, s.tws)
        assert [run.trigger for run in await s.store.runs()] == [Trigger.API, Trigger.CLI]


async def test_an_account_is_named_or_counted(tmp_path: Path) -> None:
    async with served(tmp_path) as s, s.client() as client:
        await s.sync()
        first, second = s.broker.connection.accounts
        for given, account in ((first, first), ("1", first), ("2", second), ("all", "All")):
            answer = await client.post(f"{SYNC}?account_id={given}")
            assert answer.json()["account_id"] == account
        of_second = (await client.get("/api/positions?account_id=2")).json()
        assert {row["account"] for row in of_second} == {second}
        for given in ("3", "0", "DU000", "99999999999999999999", "-1", "", "%F0%9F%92%A3"):
            answer = await client.post(f"{SYNC}?account_id={given}")
            assert answer.status_code == 404, given
            assert first in answer.json()["detail"]


async def test_realized_pnl_can_be_left_out(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        await s.post(f"{SYNC}?account_id=All&calculate_realized_pnl=false")
        await s.post(f"{SYNC}?account_id=All&calculate_realized_pnl=true")
        assert [one.calculate_pnl for one in s.asked] == [False, True]


@pytest.mark.parametrize(
    "query",
    [
        "acount_id=All",
        "account_id=1&account_id=2",
        "calculate_realized_pnl=maybe",
        "calculate_realized_pnl=",
    ],
)
async def test_what_is_not_understood_starts_no_sync(tmp_path: Path, query: str) -> None:
    async with served(tmp_path) as s:
        answer = await s.post(f"{SYNC}?{query}")
        assert answer.status_code == 422
        assert answer.json()["detail"].endswith(".")
        assert await s.store.runs() == ()


async def test_without_tws_a_sync_is_unavailable_and_says_why(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        await s.tws.go_down()
        answer = await s.post()
        assert answer.status_code == 503
        row = answer.json()
        assert row["detail"] == row["error"]
        assert row["detail"].startswith("Cannot reach TWS at")
        assert (row["status"], row["success"]) == ("error", False)
        assert (await s.get(STATUS)).json()["ibkr_connected"] is False


async def test_a_held_sync_is_a_conflict_with_the_list(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        await s.sync()
        before = await s.store.positions()
    scenario = load_scenario(resource("demo-scenario.json"))
    async with served(tmp_path, Market(replace(scenario, positions=(), fills=()))) as s:
        answer = await s.post()
        assert answer.status_code == 409
        row = answer.json()
        assert row["status"] == "held"
        assert len(row["held"]) == len(before)
        assert list(row["held"][0]) == ["account", "con_id", "symbol", "quantity"]
        assert "--allow-mass-close" in row["detail"]
        assert await s.store.positions() == before


async def test_a_database_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise StoreError("The disk is full. Free some space.")

    async with served(tmp_path) as s:
        monkeypatch.setattr(s.store, "apply", full)
        monkeypatch.setattr(s.store, "statistics", full)
        answer = await s.post()
        assert (answer.status_code, answer.json()["stats"]["failed_syncs"]) == (500, 1)
        assert answer.json()["detail"] == "The disk is full. Free some space."
        status = await s.get(STATUS)
        assert (status.status_code, list(status.json())) == (500, ["detail"])


async def test_a_hundred_requests_during_a_sync_join_it(tmp_path: Path) -> None:
    async with served(tmp_path) as s, s.client() as client:
        answers = await asyncio.gather(*(client.post(SYNC) for _ in range(100)))
        assert {answer.status_code for answer in answers} == {200}
        runs = await s.store.runs()
        assert len(runs) < 100
        assert {answer.json()["run_id"] for answer in answers} == {run.id for run in runs}
        assert len(s.asked) == len(runs)


async def test_a_sync_that_somebody_else_cancels_is_said(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        s.tws.faults.silent = True
        other = asyncio.create_task(s.service.run(Request(trigger=Trigger.MANUAL)))
        await until(lambda: s.service.is_under_way(Request(trigger=Trigger.API)))
        asking = asyncio.create_task(s.post())
        await until(lambda: bool(s.asked))
        other.cancel()
        answer = await asking
        assert (answer.status_code, list(answer.json())) == (503, ["detail"])
        assert answer.json()["detail"].startswith("The sync was cancelled")
        await asyncio.gather(other, return_exceptions=True)
        assert (await s.store.runs())[0].status is RunStatus.CANCELLED


async def test_a_list_is_read_again_after_every_write(tmp_path: Path) -> None:
    async with served(tmp_path) as s, s.client() as client:
        assert (await client.get("/api/runs")).json() == []
        await s.sync()
        assert len((await client.get("/api/runs")).json()) == 1
        await s.service.undo()
        assert (await client.get("/api/runs")).json()[0]["status"] == "undone"
        other = SqliteStore(tmp_path / "positions.sqlite")
        run = (await other.runs())[0]
        await other.record(run)
        await other.close()
        text = await printed(tmp_path, "runs")
        assert (await client.get("/api/runs")).text == text


async def test_a_run_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    async with served(tmp_path) as s, s.client() as client:
        for given in ("1", "0", "-1", "x", "9" * 400, "1.5", "%00", "²"):
            answer = await client.get(f"/api/runs/{given}")
            assert answer.status_code == 404, given
            assert list(answer.json()) == ["detail"]
        for path in ("/", "/api", "/api/", "/api/positions/", "/docs", "//api/runs", "/api/../x"):
            assert (await client.get(path)).status_code == 404, path


async def test_the_portfolio_has_the_sums_of_the_window(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        await traded(s)
        row = (await s.get("/api/portfolio")).json()
        view = await s.store.view()
        assert len(row["rows"]) == len(view.portfolio.rows)
        for found, own in zip(row["rows"], view.portfolio.rows, strict=True):
            assert found["account"] == own.account
            value = None if own.market_value is None else f"{own.market_value:f}"
            assert found["market_value"] == value
            total = own.realized.all.total
            assert found["realized"]["all"]["total"] == (None if total is None else f"{total:f}")
        assert [one["matches"] for one in row["balance_checks"]] == [
            check.matches for check in view.balance_checks
        ]
