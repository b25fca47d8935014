"""`undo` takes the newest sync back, and the next sync stores its changes again."""

from tests.end_to_end.driver import Program, one_sentence
from tests.end_to_end.scripted_tws import Contract, Held, ScriptedTws

AAPL = Contract(265598, "AAPL")
MSFT = Contract(272093, "MSFT")
LONG = Held(AAPL, "100", "150.0", "155.0", "15500.0", "500.0")
OTHER = Held(MSFT, "10", "400.0", "410.0", "4100.0", "100.0")


def test_undo_restores_the_positions(program: Program, tws: ScriptedTws) -> None:
    tws.held = [LONG, OTHER]
    program.sync()
    before = program.read("positions"), program.read("closes")
    tws.held = [Held(MSFT, "25", "402.0", "411.5", "10287.5", "237.5")]
    program.sync()
    after = program.read("positions"), [{**c, "run_id": 0} for c in program.read("closes")]

    said = program.run("undo", "--json")
    assert (said.code, said.json["run_id"], said.json["status"]) == (0, 2, "undone")
    assert (program.read("positions"), program.read("closes")) == before
    assert [run["status"] for run in program.read("runs")] == ["undone", "success"]
    assert program.integrity() == "ok"

    again = program.run("undo")
    assert (again.code, one_sentence(again.err)) == (1, "There is no sync that could be undone.")

    program.sync()
    positions, closes = program.read("positions"), program.read("closes")
    fresh = [{**position, "last_synced_at": None} for position in positions]
    assert fresh == [{**position, "last_synced_at": None} for position in after[0]]
    assert [c["symbol"] for c in closes] == [c["symbol"] for c in after[1]] == ["AAPL"]


def test_a_numbered_run_is_undone_only_if_it_is_the_newest(
    program: Program, tws: ScriptedTws
) -> None:
    tws.held = [LONG]
    program.sync()
    program.sync()
    for number in ("1", "3"):
        refused = program.run("undo", number)
        assert refused.code == 1, number
        one_sentence(refused.err)
    assert program.run("undo", "2").code == 0
    assert [run["status"] for run in program.read("runs")] == ["undone", "success"]
