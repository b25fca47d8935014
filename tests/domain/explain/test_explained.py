"""Every figure's formula comes to the figure itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.explain.model import (
    AllocatedFill,
    ExplainedClose,
    ExplainedField,
    Explanation,
    Number,
    Text,
)
from app.domain.explain.open_position import explain
from app.domain.explain.realized import NOTES, explain_close, explain_realized
from app.domain.model.instruments import plain
from app.domain.model.positions import Close, Position, Source, StoredClose
from app.domain.model.realized_pnl import (
    ClosingPortion,
    CostBasis,
    close_from_fills,
    close_without_fills,
)
from app.domain.model.snapshot import Fill
from tests.domain.make import T0, fill, minutes, option, position, stock

D = Decimal


# What takes a price or a cost. A quantity is always there; the daily P&L is only pushed.
COMPUTED = [
    s
    for s in ExplainedField
    if s not in (ExplainedField.REALIZED, ExplainedField.QUANTITY, ExplainedField.DAILY)
]


def said(text: Text) -> str:
    return "".join(part_text(part) for part in text)


def part_text(part: str | Number | datetime) -> str:
    if isinstance(part, Number):
        return "—" if part.value is None else plain(part.value)
    return f"{part:%H:%M}" if isinstance(part, datetime) else part


def rows(explanation: Explanation) -> dict[str, str]:
    return {said(row.label): said(row.value) for row in explanation.rows}


def valued(held: Position, value: str | None, unrealized: str | None = None) -> Position:
    return replace(
        held,
        market_value=None if value is None else D(value),
        unrealized_pnl=None if unrealized is None else D(unrealized),
    )


def test_a_market_value_is_price_times_quantity_times_multiplier() -> None:
    held = valued(position(-2, 150, instrument=option(), price="1.2345678"), "-246.91")
    found = explain(held, ExplainedField.MARKET_VALUE)
    assert found.title == "Market value, USD"
    assert found.subject == "AAPL 18 Dec 2026 200 C · DU1"
    assert said(found.numbers) == "1.2345678 × (-2) × 100 = -246.91356"
    assert rows(found)["IBKR's market value"] == "-246.91"
    assert rows(found)["Rounding"] == "0.00356"
    assert found.read_at == T0


def test_more_than_rounding_is_called_a_difference() -> None:
    held = valued(position(10, price=110), "1000")
    assert rows(explain(held, ExplainedField.MARKET_VALUE))["Difference from the formula"] == "-100"


def test_an_unrealized_pnl_is_value_less_cost() -> None:
    held = valued(position(-12, "1234.5", instrument=option()), "-14248", "566.01")
    found = explain(held, ExplainedField.UNREALIZED)
    assert said(found.numbers) == "-14248 − 1234.5 × (-12) = 566"
    assert rows(found)["IBKR's unrealized P&L"] == "566.01"
    assert rows(found)["Rounding"] == "0.01"
    percent = explain(held, ExplainedField.UNREALIZED_PCT)
    assert said(percent.numbers).startswith("566.01 ÷ 14814 × 100 = 3.82")


def test_an_average_cost_includes_the_multiplier() -> None:
    found = explain(position(2, 150, instrument=option()), ExplainedField.AVERAGE_COST)
    assert said(found.numbers) == "150 × 2 = 300"
    assert rows(found)["Entry price, per unit"] == "1.5"


@pytest.mark.parametrize("subject", COMPUTED)
def test_what_ibkr_did_not_give_is_a_dash_and_a_sentence(subject: ExplainedField) -> None:
    found = explain(position(10, None, price=None), subject)
    assert found.numbers == ()
    assert found.note.startswith("IBKR gave no ")
    assert "—" in rows(found).values()


def test_a_futures_value_is_said_to_be_notional() -> None:
    future = replace(stock(), sec_type="FUT", multiplier=D(50))
    assert "notional" in explain(position(1, instrument=future), ExplainedField.MARKET_VALUE).note


def explained(
    close: Close, fills: Sequence[tuple[Fill, Decimal]] = (), *, number: int = 1
) -> ExplainedClose:
    used = tuple(AllocatedFill(each.exec_id, quantity, each) for each, quantity in fills)
    stored = StoredClose(number, 1, 7, "DU1", option(), close)
    return ExplainedClose(stored, used, minutes(10))


def from_fills(sign: int, cost: str | None, *fills: tuple[Fill, str]) -> ExplainedClose:
    cost_basis = CostBasis(option(), sign, None if cost is None else D(cost))
    parts = [(each, D(quantity)) for each, quantity in fills]
    close = close_from_fills(cost_basis, [ClosingPortion(f, q) for f, q in parts], is_full=True)
    return explained(close, parts)


def test_ibkrs_own_figure_is_the_sum_of_its_executions() -> None:
    found = explain_close(
        from_fills(
            1,
            "100",
            (fill(-2, 3, realized="12.5", commission="1"), "2"),
            (fill(-3, 3, realized="-2.25", commission="1"), "3"),
        )
    )
    assert found.formula == "the sum of IBKR's realized P&L of its executions"
    assert said(found.numbers) == "12.5 − 2.25 = 10.25"
    assert rows(found)["Source"] == "IBKR's own"
    assert rows(found)["Realized P&L, stored"] == "10.25"
    assert found.read_at == minutes(10)
    assert [used.quantity for used in found.fills] == [2, 3]


def test_a_long_close_from_executions_shows_its_commission() -> None:
    found = explain_close(from_fills(1, "100", (fill(-5, 3, commission="1.5"), "4")))
    assert found.formula == "(exit price × multiplier − average cost) × quantity − commission"
    assert said(found.numbers) == "(3 × 100 − 100) × 4 − 1.2 = 798.8"
    assert "Difference from the formula" not in rows(found)


def test_a_commission_in_another_currency_comes_with_its_rate() -> None:
    paid = replace(fill(-5, 3, commission="1.5"), commission_currency="EUR")
    unknown = explain_close(from_fills(1, "100", (paid, "5")))
    label = f"Commission of {paid.exec_id}"
    assert rows(unknown)[label] == "1.5 EUR · not included: no exchange rate is known"
    converted = replace(paid, commission_rate=D("1.1"), commission_rate_at=T0)
    known = explain_close(from_fills(1, "100", (converted, "5")))
    assert rows(known)[label] == "1.5 EUR"
    assert rows(known)["IBKR's rate from EUR to USD"] == f"1.1 · {T0:%H:%M}"


def test_a_short_close_turns_the_difference() -> None:
    found = explain_close(from_fills(-1, "100", (fill(5, 3, commission="1.5"), "5")))
    assert said(found.numbers) == "(100 − 3 × 100) × 5 − 1.5 = -1001.5"


@pytest.mark.parametrize(("sign", "price"), [(1, "0.5"), (1, "2"), (-1, "0.5"), (-1, "2")])
def test_an_estimate_takes_the_last_known_price(sign: int, price: str) -> None:
    cost_basis = CostBasis(option(), sign, D(100))
    close = close_without_fills(cost_basis, D(2), D(price), at=T0, is_full=True)
    found = explain_close(explained(close))
    assert "last known price × multiplier" in found.formula
    numbers = found.numbers[-1]
    assert isinstance(numbers, Number)
    assert numbers.value == close.realized_pnl
    assert found.note == NOTES[Source.ESTIMATE]


def test_what_is_not_known_or_was_skipped_says_why() -> None:
    cost_basis = CostBasis(option(), 1, D(100))
    unknown = close_without_fills(cost_basis, D(2), None, at=T0, is_full=True)
    skipped = replace(unknown, source=Source.SKIPPED)
    for close, why in ((unknown, "no price"), (skipped, "turned off")):
        found = explain_close(explained(close))
        assert (found.formula, found.numbers) == ("", ())
        assert why in found.note
        assert rows(found)["Realized P&L, stored"] == "—"


def test_a_positions_realized_pnl_is_the_sum_of_its_closes() -> None:
    one = from_fills(1, "100", (fill(-2, 3, realized="12.5"), "2"))
    other = from_fills(1, "100", (fill(-1, 2, commission="1"), "1"))
    held = replace(position(5, instrument=option()), realized_pnl=D("111.5"))
    found = explain_realized(held, [one, other])
    assert said(found.numbers) == "12.5 + 99 = 111.5"
    assert list(rows(found).values()) == ["12.5", "99"]
    assert [label.split(" · ", 1)[1] for label in rows(found)] == [
        "2 · IBKR's own",
        "1 · computed from executions",
    ]
    assert len(found.fills) == 2


def test_a_sum_with_an_unknown_part_is_not_made_up() -> None:
    cost_basis = CostBasis(option(), 1, None)
    unknown = explained(close_without_fills(cost_basis, D(2), None, at=T0, is_full=False))
    known = from_fills(1, "100", (fill(-2, 3, realized="12.5"), "2"))
    found = explain_realized(position(5), [known, unknown])
    assert found.numbers == ()
    assert found.note == "The sum is not known, because a part of it is not."


def test_many_closes_are_counted_and_one_or_none_stands_for_itself() -> None:
    one = from_fills(1, "100", (fill(-2, 3, realized="12.5"), "2"))
    held = replace(position(5), realized_pnl=D("87.5"))
    assert said(explain_realized(held, [one] * 7).numbers) == "7 closes = 87.5"
    held = replace(position(5), realized_pnl=D("12.5"))
    assert explain_realized(held, [one]) == explain_close(one)
    assert explain_realized(position(5), []).note == "No part of this position has been closed yet."


def test_an_execution_that_is_not_stored_leaves_the_formula_without_numbers() -> None:
    one = from_fills(1, "100", (fill(-2, 3, realized="12.5"), "2"))
    lost = replace(one, fills=(AllocatedFill("x", D(2)),))
    found = explain_close(lost)
    assert found.numbers == ()
    assert rows(found)["Realized P&L, stored"] == "12.5"


prices = st.decimals("0.01", "9999", places=4)


@given(
    st.sampled_from([1, -1]),
    st.decimals("-500", "50000", places=8),
    st.lists(
        st.tuples(st.integers(1, 500), prices, st.decimals("0", "9", places=4) | st.none()),
        min_size=1,
        max_size=5,
    ),
)
def test_the_formula_of_a_close_comes_to_its_stored_figure(
    sign: int, cost: Decimal, trades: list[tuple[int, Decimal, Decimal | None]]
) -> None:
    fills = [
        (fill(-sign * n, str(price), commission=None if paid is None else str(paid)), str(n))
        for n, price, paid in trades
    ]
    one = from_fills(sign, str(cost), *fills)
    shown = explain_close(one).numbers[-1]
    assert isinstance(shown, Number)
    assert shown.value is not None
    assert one.stored.close.realized_pnl is not None
    assert abs(shown.value - one.stored.close.realized_pnl) < D("0.001")


def test_a_sum_that_is_not_the_tables_says_what_the_table_shows() -> None:
    one = from_fills(1, "100", (fill(-2, 3, realized="12.5"), "2"))
    found = explain_realized(replace(position(5), realized_pnl=D(9)), [one])
    assert rows(found)["In the table"] == "9"
    assert "The table shows what was known at its time" in found.note


def test_a_daily_pnl_is_ibkrs_and_a_missing_one_says_why() -> None:
    assert (
        rows(explain(replace(position(5), daily_pnl=D(7)), ExplainedField.DAILY))[
            "IBKR's daily P&L"
        ]
        == "7"
    )
    assert "while connected" in explain(position(5), ExplainedField.DAILY).note
