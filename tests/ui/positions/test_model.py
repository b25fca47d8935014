from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.domain.model.positions import LastSync, Position, Source
from app.domain.portfolio.broker_updates import PriceUpdate
from app.domain.portfolio.live_overlay import LiveOverlay, overlay_position
from app.ui.positions.columns import KEYS, TITLES
from app.ui.positions.context import PositionsContext, last_syncs
from app.ui.positions.spec import SPEC
from app.ui.positions.table import PositionsModel
from app.ui.style.formatting import Formats
from app.ui.table.core.layout import SortKey
from app.ui.table.model.list_model import CHANGED_ROLES
from tests.ui.fakes import NOW, position

CONTEXT = PositionsContext(Formats(QLocale("en_US")))
TOOLTIP = Qt.ItemDataRole.ToolTipRole


class Told:
    """What the model told its views."""

    def __init__(self, model: PositionsModel) -> None:
        self.signals: list[str] = []
        self.cells: set[tuple[int, str]] = set()
        self.roles: set[int] = set()
        model.dataChanged.connect(self._changed)
        model.rowsInserted.connect(lambda _, a, b: self.signals.append(f"in {a}-{b}"))
        model.rowsRemoved.connect(lambda _, a, b: self.signals.append(f"out {a}-{b}"))
        model.layoutChanged.connect(lambda *_: self.signals.append("moved"))
        model.modelReset.connect(lambda: self.signals.append("reset"))

    def _changed(self, first: QModelIndex, last: QModelIndex, roles: list[int]) -> None:
        self.roles.update(roles)
        for row in range(first.row(), last.row() + 1):
            for column in range(first.column(), last.column() + 1):
                self.cells.add((row, TITLES[column]))


@pytest.fixture
def model() -> Iterator[PositionsModel]:
    made = PositionsModel(SPEC, CONTEXT)
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield made
    tester.deleteLater()


def three() -> list[Position]:
    return [position(name, number=n) for n, name in enumerate(("CCC", "AAA", "BBB"), start=1)]


def texts(model: PositionsModel, key: str) -> list[str]:
    return [str(cell(model, row, key).data()) for row in range(model.rowCount())]


def cell(model: PositionsModel, row: int, key: str) -> QModelIndex:
    return model.index(row, KEYS.index(key))


def row_texts(model: PositionsModel, row: int = 0) -> list[str]:
    return [str(model.index(row, column).data()) for column in range(len(KEYS))]


def value(model: PositionsModel, row: int) -> Position:
    found = model.value(row)
    assert found is not None
    return found


def sort(model: PositionsModel, key: str, *, is_descending: bool = False) -> None:
    model.set_layout(replace(model.layout, sort=(SortKey(key, is_descending),)))


def show(model: PositionsModel, held: list[Position]) -> None:
    """As the page does it: with the times of the last syncs."""
    model.set_context(replace(model.context, synced=last_syncs(held)))
    model.show(held)


def tick(model: PositionsModel, live: LiveOverlay) -> None:
    model.tick(live.changed, lambda held: overlay_position(held, live))


def test_a_sync_that_changes_nothing_says_nothing(model: PositionsModel) -> None:
    show(model, three())
    told = Told(model)
    show(model, three())
    assert (told.signals, told.cells) == ([], set())


def test_only_the_cells_that_changed_are_told(model: PositionsModel) -> None:
    show(model, three())
    told = Told(model)
    new = three()
    new[0] = replace(new[0], market_price=Decimal(111), unrealized_pnl=Decimal(101))
    show(model, new)
    changed = "Market price", "Unrealized P&L", "Unrealized %", "P&L in base"
    assert told.cells == {(2, title) for title in changed}
    assert told.roles == {Qt.ItemDataRole(role) for role in CHANGED_ROLES}
    assert told.signals == []


def test_a_new_time_of_all_rows_is_told_at_once(model: PositionsModel) -> None:
    show(model, three())
    emitted: list[object] = []
    model.dataChanged.connect(lambda *_: emitted.append(1))
    told = Told(model)
    show(model, [replace(held, last_sync=LastSync(NOW + timedelta(minutes=1))) for held in three()])
    assert told.cells == {(row, "Last synced") for row in range(3)}
    assert len(emitted) == 1


def test_positions_that_stay_as_they_are_show_when_they_were_last_synced(
    model: PositionsModel,
) -> None:
    last_sync = LastSync(NOW)
    held = [replace(one, last_sync=last_sync) for one in three()]
    show(model, held)
    before = texts(model, "last_synced_at")
    told = Told(model)
    last_sync.at = NOW + timedelta(hours=1)
    show(model, held)
    assert told.cells == {(row, "Last synced") for row in range(3)}
    assert all(new != old for new, old in zip(texts(model, "last_synced_at"), before, strict=True))


def test_live_figures_give_way_to_a_sync_that_found_nothing_new(model: PositionsModel) -> None:
    held = three()
    show(model, held)
    price = PriceUpdate(
        *held[0].identity, held[0].quantity, Decimal(777), None, None, NOW + timedelta(minutes=1)
    )
    tick(
        model, LiveOverlay(prices={held[0].identity: price}, changed=frozenset({held[0].identity}))
    )
    assert "777.00" in texts(model, "market_price")
    held[0].last_sync.at = NOW + timedelta(minutes=2)
    show(model, held)
    assert "777.00" not in texts(model, "market_price")


def test_rows_come_and_go_where_they_stand(model: PositionsModel) -> None:
    show(model, three())
    told = Told(model)
    show(model, [*three()[:2], position("AAB", number=9)])
    assert told.signals == ["out 1-1", "in 1-1"]
    assert texts(model, "symbol") == ["AAA", "AAB", "CCC"]


def test_a_position_opened_again_is_another_row(model: PositionsModel) -> None:
    show(model, [position("AAPL", number=1)])
    told = Told(model)
    show(model, [replace(position("AAPL", number=1), id=2)])
    assert told.signals == ["out 0-0", "in 0-0"]


def test_numbers_sort_as_numbers_and_the_unknown_comes_last(model: PositionsModel) -> None:
    values = ("9", "100", None, "-20")
    show(
        model,
        [
            position(f"S{n}", number=n, market_value=None if v is None else Decimal(v))
            for n, v in enumerate(values)
        ],
    )
    sort(model, "market_value")
    assert texts(model, "market_value") == ["−20.00", "9.00", "100.00", "—"]
    sort(model, "market_value", is_descending=True)
    assert texts(model, "market_value") == ["100.00", "9.00", "−20.00", "—"]


def test_options_sort_by_expiry_after_their_stock(model: PositionsModel) -> None:
    def option(number: int, expiry: str) -> Position:
        held = position("AAPL", number=number)
        made = replace(held.instrument, sec_type="OPT", expiry=expiry, strike=Decimal(9), right="C")
        return replace(held, instrument=made)

    show(model, [option(1, "20261219"), option(2, "20260105"), position("AAPL", number=3)])
    assert texts(model, "symbol") == ["AAPL", "AAPL 5 Jan 2026 9 C", "AAPL 19 Dec 2026 9 C"]


def test_a_held_index_follows_its_position_when_rows_move(model: PositionsModel) -> None:
    show(model, three())
    sort(model, "market_value")
    first = QPersistentModelIndex(model.index(0, 0))
    symbol = value(model, 0).instrument.symbol
    new = [
        replace(held, market_value=Decimal(5000)) if held.instrument.symbol == symbol else held
        for held in three()
    ]
    show(model, new)
    assert first.row() == 2
    assert value(model, 2).instrument.symbol == symbol


def test_gains_and_losses_differ_in_colour(model: PositionsModel) -> None:
    gains = ("5", "-5", "0")
    show(
        model, [position(f"S{n}", number=n, unrealized_pnl=Decimal(v)) for n, v in enumerate(gains)]
    )
    rows = model.rows
    tones = [model.tone(row, KEYS.index("unrealized_pnl")) for row in rows]
    assert tones == ["gain", "loss", ""]


def test_the_unknown_says_why(model: PositionsModel) -> None:
    show(model, [position("AAPL", market_price=None)])
    assert cell(model, 0, "market_price").data() == "—"
    assert cell(model, 0, "market_price").data(TOOLTIP) == ("IBKR gave no price for this position")
    assert "closed yet" in cell(model, 0, "realized_pnl").data(TOOLTIP)


def test_an_estimate_is_marked_as_one(model: PositionsModel) -> None:
    show(model, [position("AAPL", realized_pnl=Decimal("12.5"), realized_source=Source.ESTIMATE)])
    assert cell(model, 0, "realized_pnl").data() == "≈ +12.50"
    assert "Estimated" in cell(model, 0, "realized_pnl").data(TOOLTIP)


def test_a_search_needs_every_word_and_an_account_its_rows(model: PositionsModel) -> None:
    show(model, [*three(), position("AAA", account="DU2", number=4)])
    model.filter("All", "aaa stock")
    assert texts(model, "account") == ["DU1", "DU2"]
    model.filter("DU2", "aaa")
    assert texts(model, "account") == ["DU2"]
    model.filter("All", "")
    assert model.rowCount() == 4


def test_a_search_goes_on_over_a_sync(model: PositionsModel) -> None:
    show(model, three())
    model.filter("All", "aa")
    show(model, [*three(), position("AAB", number=8), position("XYZ", number=9)])
    assert texts(model, "symbol") == ["AAA", "AAB"]


def test_every_cell_that_changed_is_written_anew_and_no_other_is_lost(
    model: PositionsModel,
) -> None:
    held = position("AAPL")
    show(model, [held])
    assert texts(model, "symbol")[0] == "AAPL"
    changed = {
        "quantity": Decimal(11),
        "average_cost": Decimal(101),
        "market_price": Decimal(111),
        "market_value": Decimal(1221),
        "unrealized_pnl": Decimal(110),
        "realized_pnl": Decimal(5),
        "realized_source": Source.ESTIMATE,
        "instrument": replace(held.instrument, symbol="MSFT", currency="EUR"),
        "opened_at": held.opened_at - timedelta(days=400),
        "last_sync": LastSync(NOW + timedelta(days=2)),
    }
    for name, value in changed.items():
        held = replace(held, **{name: value})
        show(model, [held])
        fresh = PositionsModel(SPEC, CONTEXT)
        show(fresh, [held])
        assert row_texts(model) == row_texts(fresh), name
    price = PriceUpdate(
        *held.identity, Decimal(11), Decimal(7), Decimal(77), Decimal(-9), NOW + timedelta(days=3)
    )
    live = LiveOverlay(prices={held.identity: price}, changed=frozenset({held.identity}))
    tick(model, live)
    show(fresh, [overlay_position(held, live)])
    assert row_texts(model) == row_texts(fresh)
    assert "77.00" in row_texts(model)
