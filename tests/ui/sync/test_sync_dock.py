"""The dock's check against IBKR, and the note of a run."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from app.domain.desktop.app_state import PortfolioView, SyncState
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
