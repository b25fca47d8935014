"""The guard against a mass close: what is held, what is not, and how it is allowed."""

from dataclasses import replace

import pytest

from tests.end_to_end.driver import Program
from tests.end_to_end.holdings import LONG, SHORTED, SOLD_ALL, TSLA, X2
from tests.end_to_end.scripted_tws import Contract, Execution, Held, ScriptedTws

TEN = [Held(Contract(9000 + number, f"S{number}"), "10", "5.0", "6.0") for number in range(10)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([LONG, SHORTED], [], id="all_of_two"),
        pytest.param(TEN[:9], [], id="all_of_nine"),
        pytest.param(TEN, TEN[:4], id="six_of_ten"),
        pytest.param(
            [LONG, SHORTED, replace(LONG, account="DU2")],
            [replace(LONG, account="DU2")],
            id="all_of_one_account_of_two",
        ),
    ],
)
def test_a_mass_close_without_a_trade_is_held_until_it_is_allowed(
    tws: ScriptedTws, program: Program, before: list[Held], after: list[Held]
) -> None:
    tws.accounts = ["DU1", "DU2"]
    tws.held = before
    program.sync()
    stored = program.rows("position", "close", "change", "fill", "account_value", "account")
    tws.held = after

    said = program.run("sync", "--json")

    assert said.code == 3
    held = said.json
    assert (held["status"], held["success"]) == ("held", False)
    assert held["positions_closed"] == held["positions_created"] == 0
    assert "Traceback" not in said.err
    assert "--allow-mass-close" in said.err
    for position in before:
        vanished = position not in after
        listed = any(
            position.account in line and position.contract.symbol in line
            for line in said.err.splitlines()
        )
        assert listed == vanished, said.err
    assert program.rows(*stored) == stored
    assert [run["status"] for run in program.read("runs")].count("held") == 1
    assert program.read("status")["stats"]["failed_syncs"] == 0

    done = program.sync("--allow-mass-close")

    assert (done["status"], done["positions_closed"]) == ("success", len(before) - len(after))
    assert len(program.read("positions")) == len(after)


def test_a_held_sync_says_so_without_json_too(tws: ScriptedTws, program: Program) -> None:
    tws.held = [LONG, SHORTED]
    program.sync()
    tws.held = []
    said = program.run("sync")
    assert (said.code, said.out) == (3, "")
    assert "AAPL" in said.err
    assert "TSLA" in said.err


@pytest.mark.parametrize(
    ("before", "after", "fills"),
    [
        pytest.param([LONG], [], [], id="the_only_one"),
        pytest.param(TEN, TEN[:5], [], id="half_of_ten"),
        pytest.param(TEN[:9], TEN[:1], [], id="eight_of_nine"),
        pytest.param(
            [LONG, SHORTED],
            [],
            [
                SOLD_ALL,
                Execution(TSLA, "BOT", "50", "180.0", X2, commission="1.5", realized="998.5"),
            ],
            id="all_of_two_that_were_sold",
        ),
    ],
)
def test_fewer_closes_or_sold_positions_are_not_held(
    tws: ScriptedTws,
    program: Program,
    before: list[Held],
    after: list[Held],
    fills: list[Execution],
) -> None:
    tws.held = before
    program.sync()
    tws.held = after
    tws.trade(*fills)
    assert program.sync()["positions_closed"] == len(before) - len(after)
