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
from app.ui.positions import columns
from app.ui.positions.columns import TITLES
from app.ui.positions.model import CHANGED_ROLES, PositionsModel
from app.ui.style.formatting import Formats
from app.ui.style.theme import LIGHT
from tests.ui.fakes import NOW, position

DESCENDING = Qt.SortOrder.DescendingOrder
TOOLTIP, COLOUR = Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.ForegroundRole


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
    made = PositionsModel(Formats(QLocale("en_US")), LIGHT)
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield made
    tester.deleteLater()


def three() -> list[Position]:
    return [position(name, number=n) for n, name in enumerate(("CCC", "AAA", "BBB"), start=1)]


def texts(model: PositionsModel, column: int) -> list[str]:
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def test_a_sync_that_changes_nothing_says_nothing(model: PositionsModel) -> None:
    model.show(three())
    told = Told(model)
    model.show(three())
    assert (told.signals, told.cells) == ([], set())


def test_only_the_cells_that_changed_are_told(model: PositionsModel) -> None:
    model.show(three())
    told = Told(model)
    new = three()
    new[0] = replace(new[0], market_price=Decimal(111), unrealized_pnl=Decimal(101))
    model.show(new)
    assert told.cells == {(2, "Market price"), (2, "Unrealized P&L"), (2, "Unrealized %")}
    assert told.roles == {Qt.ItemDataRole(role) for role in CHANGED_ROLES}
    assert told.signals == []


def test_a_new_time_of_all_rows_is_told_at_once(model: PositionsModel) -> None:
    model.show(three())
    emitted: list[object] = []
    model.dataChanged.connect(lambda *_: emitted.append(1))
    told = Told(model)
    model.show([replace(held, last_sync=LastSync(NOW + timedelta(minutes=1))) for held in three()])
    assert told.cells == {(row, "Last synced") for row in range(3)}
    assert len(emitted) == 1


def test_positions_that_stay_as_they_are_show_when_they_were_last_synced(
    model: PositionsModel,
) -> None:
    last_sync = LastSync(NOW)
    held = [replace(one, last_sync=last_sync) for one in three()]
    model.show(held)
    before = texts(model, columns.LAST_SYNCED)
    told = Told(model)
    last_sync.at = NOW + timedelta(hours=1)
    model.show(held)
    assert told.cells == {(row, "Last synced") for row in range(3)}
    assert all(
        new != old for new, old in zip(texts(model, columns.LAST_SYNCED), before, strict=True)
    )


def test_live_figures_give_way_to_a_sync_that_found_nothing_new(model: PositionsModel) -> None:
    held = three()
    model.show(held)
    price = PriceUpdate(
        *held[0].identity, held[0].quantity, Decimal(777), None, None, NOW + timedelta(minutes=1)
    )
    model.tick(LiveOverlay(prices={held[0].identity: price}, changed=frozenset({held[0].identity})))
    assert "777.00" in texts(model, columns.MARKET_PRICE)
    held[0].last_sync.at = NOW + timedelta(minutes=2)
    model.show(held)
    assert "777.00" not in texts(model, columns.MARKET_PRICE)


def test_rows_come_and_go_where_they_stand(model: PositionsModel) -> None:
    model.show(three())
    told = Told(model)
    model.show([*three()[:2], position("AAB", number=9)])
    assert told.signals == ["out 1-1", "in 1-1"]
    assert texts(model, columns.SYMBOL) == ["AAA", "AAB", "CCC"]


def test_a_position_opened_again_is_another_row(model: PositionsModel) -> None:
    model.show([position("AAPL", number=1)])
    told = Told(model)
    model.show([replace(position("AAPL", number=1), id=2)])
    assert told.signals == ["out 0-0", "in 0-0"]


def test_numbers_sort_as_numbers_and_the_unknown_comes_last(model: PositionsModel) -> None:
    values = ("9", "100", None, "-20")
    model.show(
        [
            position(f"S{n}", number=n, market_value=None if v is None else Decimal(v))
            for n, v in enumerate(values)
        ]
    )
    model.sort(columns.MARKET_VALUE)
    assert texts(model, columns.MARKET_VALUE) == ["−20.00", "9.00", "100.00", "—"]
    model.sort(columns.MARKET_VALUE, DESCENDING)
    assert texts(model, columns.MARKET_VALUE) == ["100.00", "9.00", "−20.00", "—"]


def test_options_sort_by_expiry_after_their_stock(model: PositionsModel) -> None:
    def option(number: int, expiry: str) -> Position:
        held = position("AAPL", number=number)
        made = replace(held.instrument, sec_type="OPT", expiry=expiry, strike=Decimal(9), right="C")
        return replace(held, instrument=made)

    model.show([option(1, "20261219"), option(2, "20260105"), position("AAPL", number=3)])
    assert texts(model, columns.SYMBOL) == ["AAPL", "AAPL 5 Jan 2026 9 C", "AAPL 19 Dec 2026 9 C"]


def test_a_held_index_follows_its_position_when_rows_move(model: PositionsModel) -> None:
    model.show(three())
    model.sort(columns.MARKET_VALUE)
    first = QPersistentModelIndex(model.index(0, 0))
    symbol = model.position(0).instrument.symbol
    new = [
        replace(held, market_value=Decimal(5000)) if held.instrument.symbol == symbol else held
        for held in three()
    ]
    model.show(new)
    assert first.row() == 2
    assert model.position(2).instrument.symbol == symbol


def test_gains_and_losses_differ_in_colour(model: PositionsModel) -> None:
    gains = ("5", "-5", "0")
    model.show(
        [position(f"S{n}", number=n, unrealized_pnl=Decimal(v)) for n, v in enumerate(gains)]
    )
    colours = [model.index(row, columns.UNREALIZED).data(COLOUR) for row in range(3)]
    assert [colour and colour.name() for colour in colours] == [LIGHT.gain, LIGHT.loss, None]


def test_the_unknown_says_why(model: PositionsModel) -> None:
    model.show([position("AAPL", market_price=None)])
    assert model.index(0, columns.MARKET_PRICE).data() == "—"
    assert model.index(0, columns.MARKET_PRICE).data(TOOLTIP) == (
        "IBKR gave no price for this position"
    )
    assert "closed yet" in model.index(0, columns.REALIZED).data(TOOLTIP)


def test_an_estimate_is_marked_as_one(model: PositionsModel) -> None:
    model.show([position("AAPL", realized_pnl=Decimal("12.5"), realized_source=Source.ESTIMATE)])
    assert model.index(0, columns.REALIZED).data() == "≈ +12.50"
    assert "estimate" in model.index(0, columns.REALIZED).data(TOOLTIP)


def test_a_search_needs_every_word_and_an_account_its_rows(model: PositionsModel) -> None:
    model.show([*three(), position("AAA", account="DU2", number=4)])
    model.filter("All", "aaa stock")
    assert texts(model, columns.ACCOUNT) == ["DU1", "DU2"]
    model.filter("DU2", "aaa")
    assert texts(model, columns.ACCOUNT) == ["DU2"]
    model.filter("All", "")
    assert model.rowCount() == 4


def test_a_search_goes_on_over_a_sync(model: PositionsModel) -> None:
    model.show(three())
    model.filter("All", "aa")
    model.show([*three(), position("AAB", number=8), position("XYZ", number=9)])
    assert texts(model, columns.SYMBOL) == ["AAA", "AAB"]


def test_every_cell_that_changed_is_written_anew_and_no_other_is_lost(
    model: PositionsModel,
) -> None:
    held = position("AAPL")
    model.show([held])
    assert model.texts(0)[columns.SYMBOL] == "AAPL"
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
        model.show([held])
        fresh = PositionsModel(Formats(QLocale("en_US")), LIGHT)
        fresh.show([held])
        assert model.texts(0) == fresh.texts(0), name
    price = PriceUpdate(
        *held.identity, Decimal(11), Decimal(7), Decimal(77), Decimal(-9), NOW + timedelta(days=3)
    )
    live = LiveOverlay(prices={held.identity: price}, changed=frozenset({held.identity}))
    model.tick(live)
    fresh.show([overlay_position(held, live)])
    assert model.texts(0) == fresh.texts(0)
    assert "77.00" in model.texts(0)
