"""The dock's check against IBKR, and the note of a run."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.desktop.app_state import ConnectionState, PortfolioView, SyncState
from app.domain.portfolio.balance_check import BalanceCheck
from app.ui.style.formatting import Formats
from app.ui.sync.sync_dock import SyncDock
from tests.ui.fakes import book, position

D = Decimal
NET = BalanceCheck("DU1", "Net liquidation (base)", "USD", D("1500.000001"), D("1500"), D("0.02"))
CASH_OFF = BalanceCheck(
    "DU1", "Net liquidation", "EUR", D("10"), D("99"), D("0.02"), "unsettled FX"
)
UNPRICED = BalanceCheck(
    "DU2", "Positions", "", D(3), D(1), D(0), "IBKR gave no price for a position"
)


@pytest.fixture
def panel(qtbot: QtBot) -> SyncDock:
    made = SyncDock(Formats(QLocale("en_US")))
    qtbot.addWidget(made)
    made.show()
    return made


def shown(panel: SyncDock, *lines: BalanceCheck) -> tuple[str, str, str]:
    """The text, tone and tooltip of the check."""
    content = replace(book(position("AAPL")), balance_checks=lines, accounts=("DU1", "DU2"))
    panel.render_state(SyncState(stored=content))
    label = panel.values["Check"]
    return label.text(), label.property("tone"), label.toolTip()


def test_before_any_figures_nothing_is_checked(panel: SyncDock) -> None:
    panel.render_state(SyncState(stored=PortfolioView()))
    assert panel.values["Check"].text() == "Not checked"
    assert "no account figures" in panel.values["Check"].toolTip()


def test_a_match_lists_every_figure_in_its_tooltip(panel: SyncDock) -> None:
    text, tone, tooltip = shown(panel, NET)
    assert (text, tone) == ("Matches IBKR", "gain")
    assert "Net liquidation (base)" in tooltip
    assert "1,500.00" in tooltip
    assert "0.00" in tooltip
    assert "Likely cause" not in tooltip
    assert "DU2: IBKR sent no account figures" in tooltip


def test_a_difference_is_shown_with_its_size_and_likely_cause(panel: SyncDock) -> None:
    text, tone, tooltip = shown(panel, NET, CASH_OFF, UNPRICED)
    assert (text, tone) == ("Off by 89.00 EUR", "warning")
    assert "−89.00" in tooltip
    assert "Likely cause: unsettled FX" in tooltip


def test_the_whole_accounts_difference_comes_first_and_a_count_last(panel: SyncDock) -> None:
    off = replace(NET, ours=D("1512.30"), account="DU2")
    assert shown(panel, UNPRICED, CASH_OFF, off)[0] == "Off by 12.30 USD"
    assert shown(panel, UNPRICED)[0] == "Off by 2 positions"
    assert shown(panel, replace(UNPRICED, ibkr=D(2)))[0] == "Off by 1 position"


def test_a_long_list_keeps_what_differs(panel: SyncDock) -> None:
    many = [replace(NET, account=f"DU{n}") for n in range(100, 180)]
    tooltip = shown(panel, *many, CASH_OFF)[2]
    assert tooltip.count("Net liquidation (base)") == 29
    assert "and 51 more that match" in tooltip
    assert "unsettled FX" in tooltip


def test_the_note_of_the_last_run_is_a_warning_in_full(panel: SyncDock) -> None:
    content = book(position("AAPL"))
    panel.render_state(SyncState(stored=content))
    assert not panel.note.isVisible()
    run = content.statistics.last_run
    assert run is not None
    noted = replace(run, note="After the sync the database does not hold what IBKR reported.")
    statistics = replace(content.statistics, last_run=noted)
    panel.render_state(SyncState(stored=replace(content, statistics=statistics)))
    assert panel.note.isVisible()
    assert panel.note.text() == noted.note
    assert panel.note.property("tone") == "warning"


def test_a_long_host_name_wraps_inside_the_dock(panel: SyncDock, qtbot: QtBot) -> None:
    long = ConnectionState(host="gateway" + "x" * 90 + ".example", port=7497)
    panel.resize(panel.minimumSizeHint().width(), 600)
    panel.render_state(SyncState(connection=long))
    value = panel.values["TWS"]
    one_line = value.fontMetrics().height() * 2
    qtbot.waitUntil(lambda: value.height() > one_line, timeout=30_000)
    assert value.height() >= value.heightForWidth(value.width())
    for label in filter(QWidget.isVisible, panel.values.values()):
        right = label.mapTo(panel, label.rect().topRight()).x()
        assert right < panel.width()


def test_a_screen_reader_hears_the_title_and_the_value(panel: SyncDock) -> None:
    panel.render_state(SyncState(stored=book(position("AAPL"))))
    value = panel.values["Result"]
    heard = QAccessible.queryAccessibleInterface(value)
    assert heard.text(QAccessible.Text.Name) == "Result: Successful"
    relations = heard.relations(QAccessible.RelationFlag.AllRelations)
    labels = [target.text(QAccessible.Text.Name) for target, _kind in relations]
    assert labels == ["Result"]


def test_the_check_is_described_without_markup(panel: SyncDock) -> None:
    shown(panel, NET)
    description = panel.values["Check"].accessibleDescription()
    assert "Net liquidation (base), USD, 1,500.00, 1,500.00, 0.00" in description.splitlines()
    assert "<" not in description


def test_what_was_synced_comes_before_the_totals_which_are_folded(panel: SyncDock) -> None:
    panel.render_state(SyncState(stored=book(position("AAPL"))))
    assert list(panel.values)[:8] == [
        *("Status", "TWS", "Mode", "Live updates"),
        *("When", "Result", "Check", "Changes"),
    ]
    assert panel.error.isVisible()
    assert not panel.values["Syncs"].isVisible()
    panel.fold.click()
    assert panel.values["Syncs"].isVisible()


def test_up_and_down_go_from_value_to_value(panel: SyncDock, qtbot: QtBot) -> None:
    panel.render_state(SyncState(stored=book(position("AAPL"))))
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow, timeout=30_000)
    first, second = panel.values["Status"], panel.values["TWS"]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert second.hasFocus()
    assert second.focusPolicy() == Qt.FocusPolicy.StrongFocus
    qtbot.keyClick(second, Qt.Key.Key_Up)
    assert first.hasFocus()
    qtbot.keyClick(first, Qt.Key.Key_Up)
    assert first.hasFocus()
