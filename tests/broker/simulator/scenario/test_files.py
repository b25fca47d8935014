"""Scenario files: what is read, refused, and written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.files import dump_scenario, load_scenario
from app.domain.model.errors import SettingsError
from tests.broker.simulator.desk import AAPL, DEMO, NOON, D, demo_market


def test_the_demo_scenario_has_what_the_demo_shows() -> None:
    scenario = load_scenario(DEMO)
    held = [position.con_id for position in scenario.positions]
    instruments = {listing.instrument.con_id: listing.instrument for listing in scenario.listings}
    kinds = {instruments[con_id].sec_type for con_id in held}
    assert len(scenario.accounts) == 2
    assert 14 <= len(held) <= 20
    assert kinds == {"STK", "OPT", "FUT", "CRYPTO"}
    assert {instruments[con_id].currency for con_id in held} == {"USD", "EUR", "GBP"}
    assert any(position.quantity < 0 for position in scenario.positions)
    assert D("0.12345678") in [position.quantity for position in scenario.positions]
    assert set(instruments) - set(held)


def test_a_dumped_scenario_loads_as_it_was(tmp_path: Path) -> None:
    m = demo_market()
    for _ in range(40):
        m.move_prices()
        m.random_trade()
    path = tmp_path / "deep" / "state.json"
    dump_scenario(m.scenario(), path)
    assert load_scenario(path) == m.scenario()
    assert [file.name for file in path.parent.iterdir()] == ["state.json"]


def test_a_resumed_market_continues_where_the_other_stopped(tmp_path: Path) -> None:
    first = demo_market()
    for _ in range(40):
        first.random_trade()
    dump_scenario(first.scenario(), tmp_path / "state.json")
    resumed = Market(load_scenario(tmp_path / "state.json"), seed=1, clock=lambda: NOON)
    assert resumed.rows() == first.rows()
    assert resumed.accounts == first.accounts
    assert resumed.executions() == first.executions()
    fill = resumed.trade("DU1234567", AAPL.con_id, D(1))
    assert fill.exec_id not in {known.exec_id for known in first.executions()}


def test_a_failed_dump_keeps_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(SettingsError, match="Cannot write the scenario"):
        dump_scenario(load_scenario(DEMO), tmp_path / "file" / "state.json")
    assert (tmp_path / "file").read_text() == "old"


def first_instrument(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda raw: raw["instruments"][0].update(values)


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (first_instrument(price="much"), r"instruments\[0\].price is not valid: 'much'"),
        (first_instrument(price=1.5), r"instruments\[0\].price is not valid: 1.5"),
        (first_instrument(price="-1"), r"instruments\[0\].price is not valid"),
        (first_instrument(price="NaN"), r"instruments\[0\].price is not valid"),
        (first_instrument(con_id="1"), r"instruments\[0\].con_id is not valid"),
        (first_instrument(symbol=""), r"instruments\[0\].symbol is not valid"),
        (first_instrument(colour="red"), r"instruments\[0\].colour is not known"),
        (first_instrument(currency="CHF"), r"the rate of CHF is not listed"),
        (lambda raw: raw["instruments"][0].pop("price"), r"instruments\[0\].price is missing"),
        (lambda raw: raw["instruments"].append(raw["instruments"][0]), r"con_id 265598 is there"),
        (lambda raw: raw.update(accounts=[]), "there is no account"),
        (lambda raw: raw.update(accounts={}), "accounts is not valid"),
        (lambda raw: raw.update(last_exec_id="7"), "last_exec_id is not valid"),
        (lambda raw: raw["rates"].update(EUR="0"), "rates is not valid"),
        (lambda raw: raw["holdings"][0].update(con_id=5), "con_id 5 is not listed"),
        (lambda raw: raw["holdings"][0].update(account="X"), "account X is not listed"),
        (lambda raw: raw["holdings"][0].update(quantity=0), r"holdings\[0\].quantity is not valid"),
        (lambda raw: raw["holdings"].append("x"), r"holdings\[18\] is not an object"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(
    tmp_path: Path, spoil: Callable[[dict[str, Any]], object], complaint: str
) -> None:
    raw = json.loads(DEMO.read_text(encoding="utf-8"))
    spoil(raw)
    (tmp_path / "wrong.json").write_text(json.dumps(raw))
    with pytest.raises(SettingsError, match=complaint) as caught:
        load_scenario(tmp_path / "wrong.json")
    assert "wrong.json" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null"])
def test_a_file_that_is_not_a_scenario_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "wrong.json").write_bytes(content)
    with pytest.raises(SettingsError, match="cannot be used"):
        load_scenario(tmp_path / "wrong.json")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"Cannot read the scenario .*nothing\.json"):
        load_scenario(tmp_path / "nothing.json")
