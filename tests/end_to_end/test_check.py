"""`position-sync check`: the user's own audit of the file, which it never changes."""

from tests.end_to_end.driver import Program
from tests.end_to_end.scripted_tws import Contract, Held, ScriptedTws

AAPL = Contract(265598, "AAPL")
LONG = Held(AAPL, "100", "150.0", "155.0", "15500.0", "500.0")
LESS = Held(AAPL, "60", "150.0", "155.0", "9300.0", "300.0")


def test_a_correct_file_is_reported_as_correct(program: Program, tws: ScriptedTws) -> None:
    tws.held = [LONG]
    program.sync()
    tws.held = [LESS]
    program.sync()
    said = program.run("check")
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "All figures match what IBKR reported: 1 position, 1 close and 0 executions checked.\n"
    )
    assert program.run("check", "--json").json == {
        "ok": True, "identities": 1, "positions": 1, "closes": 1, "executions": 0,
        "discrepancies": [],
    }  # fmt: skip


def test_a_figure_changed_by_hand_is_named_and_changes_the_exit_code(
    program: Program, tws: ScriptedTws
) -> None:
    tws.held = [LONG]
    program.sync()
    program.execute("UPDATE position SET quantity = '101'")
    said = program.run("check", "--json")
    assert said.code == 1
    (one,) = said.json["discrepancies"]
    assert (one["con_id"], one["symbol"]) == (265598, "AAPL")
    assert one["what"].startswith("quantity of the position opened ")
    assert (one["stored"], one["derived"]) == ("101", "100")
    text = program.run("check")
    assert text.code == 1
    assert "AAPL in " in text.out
    assert "stored 101, derived 100" in text.out
