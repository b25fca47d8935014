"""`--xlsx`: what is stored, as typed cells with every digit, and its totals."""

import csv
import io
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.end_to_end.driver import Program, one_sentence
from tests.end_to_end.scripted_tws import Contract, Held, ScriptedTws

HELD = [
    Held(Contract(1, "=1+1"), "100", "150.0", "155.0", "15500.25", "500.5"),
    Held(Contract(2, "TINY"), "0.00000001", "0.1", "0.2", "0.000000002", "-0.000000001"),
    Held(Contract(3, "EUROS", currency="EUR"), "-7", "10.5", "11.25", "-78.75", "-5.25"),
    Held(Contract(4, "YEN", currency="JPY"), "3", "1", "123456789012.123456", "370370367036.37"),
    Held(Contract(5, "LB", currency="GBP"), "3", "1", "2", "6", "3"),
    Held(Contract(6, "FR", currency="CHF"), "3", "1", "2", "6", "3"),
]


def rows_of(path: Path, page: str) -> list[dict[str, object]]:
    titles, *rows = openpyxl.load_workbook(path)[page].iter_rows(values_only=True)
    return [dict(zip(map(str, titles), row, strict=True)) for row in rows]


def test_positions_are_those_of_the_csv_digit_by_digit(
    tws: ScriptedTws, program: Program, tmp_path: Path
) -> None:
    tws.held = HELD
    program.sync()
    path = tmp_path / "p.xlsx"
    said = program.run("positions", "--xlsx", str(path))
    assert (said.code, said.out, said.err) == (0, f"Wrote 6 rows to {path}.\n", "")
    text = program.run("positions", "--csv").out
    expected = list(csv.DictReader(io.StringIO(text, newline="")))
    found = rows_of(path, "Positions")
    assert [title for title in found[0] if not title.endswith("(exact)")] == list(expected[0])
    for row, line in zip(found, expected, strict=True):
        for key, written in line.items():
            value = row.get(f"{key} (exact)", row[key])
            if isinstance(value, datetime):
                there = datetime.fromisoformat(written)
                assert abs(value.astimezone() - there).total_seconds() < 0.001
            elif isinstance(value, int | float):
                assert Decimal(f"{value:.15g}") == Decimal(written)
            elif key.endswith(("_value", "_price", "_pnl", "_cost")) and value is not None:
                assert Decimal(str(value)) == Decimal(written)
            else:
                assert (value or "") == written.removeprefix("'")


def test_totals_are_by_currency_and_count_what_is_not_known(
    tws: ScriptedTws, program: Program, tmp_path: Path
) -> None:
    tws.held = HELD
    program.sync()
    path = tmp_path / "p.xlsx"
    assert program.run("positions", "--xlsx", str(path)).code == 0
    found = {row["currency"]: row for row in rows_of(path, "Totals") if row["positions"]}
    assert set(found) == {"CHF", "EUR", "GBP", "JPY", "USD"}
    assert found["USD"]["market_value"] == 15500.250000002
    assert found["USD"]["unrealized_pnl"] == 500.499999999
    assert found["EUR"]["market_value"] == -78.75


def test_closes_have_exact_and_estimated_sums_apart(
    tws: ScriptedTws, program: Program, tmp_path: Path
) -> None:
    tws.held = HELD[:3]
    program.sync()
    tws.held, tws.accounts = [], ["DU1"]
    program.sync("--allow-mass-close")
    path = tmp_path / "c.xlsx"
    assert program.run("closes", "--xlsx", str(path)).code == 0
    closes = program.read("closes")
    assert [row["symbol"] for row in rows_of(path, "Closes")] == [row["symbol"] for row in closes]
    totals = {row["currency"]: row for row in rows_of(path, "Totals") if row["closes"]}
    for currency, symbols in {"EUR": {"EUROS"}, "USD": {"=1+1", "TINY"}}.items():
        of_it = [row for row in closes if row["symbol"] in symbols]
        assert {row["source"] for row in of_it} == {"estimate"}
        expected = sum(Decimal(row["realized_pnl"]) for row in of_it)
        row = totals[currency]
        assert row["closes"] == len(of_it)
        assert row["realized, exact"] is None
        assert Decimal(str(row["realized, estimated"])) == expected
        assert row["realized_pnl: rows without a figure"] == 0
    path = tmp_path / "closed.xlsx"
    assert program.run("positions", "--closed", "--xlsx", str(path)).code == 0
    assert len(rows_of(path, "Closed positions")) == 3


def test_runs_are_typed_and_in_the_order_of_the_json(
    tws: ScriptedTws, program: Program, tmp_path: Path
) -> None:
    tws.held = HELD
    program.sync()
    tws.held = HELD[:4]
    program.sync()
    path = tmp_path / "r.xlsx"
    said = program.run("runs", "--xlsx", str(path))
    assert (said.code, said.out, said.err) == (0, f"Wrote 2 rows to {path}.\n", "")
    found, runs = rows_of(path, "Runs"), program.read("runs")
    assert [list(row) for row in found] == [list(row) for row in runs]
    for row, run in zip(found, runs, strict=True):
        started = row.pop("started_at")
        assert isinstance(started, datetime)
        there = datetime.fromisoformat(run.pop("started_at"))
        assert abs(started.astimezone() - there).total_seconds() < 0.001
        assert row == run
    assert [row["positions_created"] for row in found] == [0, 6]


def test_the_changes_of_a_run_have_the_figures_before_and_after_beside_each_other(
    tws: ScriptedTws, program: Program, tmp_path: Path
) -> None:
    tws.held = HELD[:2]
    program.sync()
    tws.held = [replace(HELD[0], quantity="120"), HELD[1]]
    run = program.sync()["run_id"]
    path = tmp_path / "r.xlsx"
    said = program.run("runs", str(run), "--xlsx", str(path))
    assert (said.code, said.out) == (0, f"Wrote 1 row to {path}.\n")
    (row,) = rows_of(path, "Changes")
    (change,) = program.read("runs", str(run))["changes"]
    assert (row["kind"], row["before.quantity"], row["after.quantity"]) == ("increased", 100, 120)
    (line,) = csv.DictReader(io.StringIO(program.run("runs", str(run), "--csv").out, newline=""))
    assert list(line) == list(row)
    for name in ("before", "after"):
        for key, value in change[name].items():
            assert line[f"{name}.{key}"] == (value or "")
    pages = openpyxl.load_workbook(path)
    notes = [str(row) for row in pages["Notes"].iter_rows(values_only=True)]
    assert f"run_id: {run}; trigger: cli" in notes[1]


@pytest.mark.parametrize("verb", ["positions", "closes", "runs"])
def test_a_file_that_cannot_be_written_is_one_sentence(
    verb: str, program: Program, tmp_path: Path
) -> None:
    program.sync()
    said = program.run(verb, "--xlsx", str(tmp_path / "none" / "p.xlsx"))
    assert (said.code, said.out) == (1, "")
    assert "(there is no such folder)" in one_sentence(said.err)


def test_the_database_is_not_written_over(program: Program) -> None:
    program.sync()
    said = program.run("positions", "--xlsx", str(program.db))
    assert said.code == 1
    assert "(it is a database)" in one_sentence(said.err)
    assert program.integrity() == "ok"
