"""Past positions stand in place of today's until the user goes back to now."""

from PySide6.QtCore import Qt

from tests.store.trading import AAPL, MSFT, SAP, execute, held, snapshot
from tests.ui.conftest import PastDesk, until

TOOLTIP = Qt.ItemDataRole.ToolTipRole


async def go_back_to(past: PastDesk, run_id: int) -> None:
    """As the user does: the tab, the run, the button."""
    page = await past.open_history()
    ids = [run.id for run in page.model.values]
    page.table.selectRow(ids.index(run_id))
    await past.answered()
    page.details.as_of.click()
    await past.answered()


async def test_a_past_run_is_shown_under_a_bar_that_says_so(past: PastDesk) -> None:
    await past.take(snapshot(1, held(), held(MSFT)), snapshot(2, held(quantity="150", price="20")))
    await go_back_to(past, 1)
    window, page = past.window, past.window.positions
    assert window.tabs.currentWidget() is page
    assert past.column("Symbol") == ["AAPL", "MSFT"]
    assert past.column("Quantity") == ["100", "100"]
    assert past.column("Market value") == ["1,200.00", "1,200.00"]
    assert page.as_of_bar.isVisible()
    text = page.as_of_bar.text()
    assert text.startswith("Positions as of 20 Nov 2026, ")
    assert text.endswith(" (run 1). Read only.")
    assert page.caption.text().startswith("2 positions · as of 20 Nov 2026, ")
    assert page.caption.text().endswith("(run 1)")
    assert not window.summary.isVisible(), "its figures are today's"


async def test_back_to_now_shows_the_newest(past: PastDesk) -> None:
    await past.take(snapshot(1, held()), snapshot(2, held(quantity="150")))
    await go_back_to(past, 1)
    past.window.positions.as_of_bar.back.click()
    assert past.column("Quantity") == ["150"]
    assert not past.window.positions.as_of_bar.isVisible()
    assert past.window.positions.caption.text().startswith("1 position · as of ")
    assert "run" not in past.window.positions.caption.text()
    await until(past.window.summary.isVisible)


async def test_a_sync_meanwhile_waits_until_the_user_is_back(past: PastDesk) -> None:
    await past.take(snapshot(1, held()), snapshot(2, held(quantity="150")))
    await go_back_to(past, 1)
    await past.take(snapshot(3, held(quantity="170"), held(SAP)))
    assert past.column("Quantity") == ["100"]
    assert past.window.positions.as_of_bar.isVisible()
    past.window.positions.as_of_bar.back.click()
    assert past.column("Symbol") == ["AAPL", "SAP"]
    assert past.column("Quantity") == ["170", "100"]


async def test_one_past_run_after_another_can_be_shown(past: PastDesk) -> None:
    await past.take(*(snapshot(n, held(quantity=f"{n}00")) for n in (1, 2, 3)))
    await go_back_to(past, 1)
    await go_back_to(past, 2)
    assert past.column("Quantity") == ["200"]
    assert "(run 2)" in past.window.positions.as_of_bar.text()
    assert past.window.tabs.currentWidget() is past.window.positions


async def test_prices_that_are_not_kept_are_a_dash_that_says_why(past: PastDesk) -> None:
    await past.take(snapshot(1, held()), snapshot(2, held()))
    execute(past.path, "DELETE FROM run_price WHERE run_id = 1")
    await go_back_to(past, 1)
    assert past.column("Market value") == ["—"]
    assert past.column("Average cost") == ["10.00"]
    tip = past.cell(0, "market_price", TOOLTIP)
    assert tip.startswith("The market prices of this run were not kept")
    assert "not kept" in past.window.positions.as_of_bar.text()
    past.window.positions.as_of_bar.back.click()
    assert past.column("Market price") == ["12.00"]
    assert past.cell(0, "market_price", TOOLTIP).startswith("As of the sync ")


async def test_a_run_after_which_nothing_was_held_says_so(past: PastDesk) -> None:
    await past.take(snapshot(1, held()), snapshot(2), snapshot(3, held()))
    await go_back_to(past, 2)
    page = past.window.positions
    assert page.stack.currentWidget() is page.no_match
    assert not page.no_match.link.isVisible()
    page.as_of_bar.back.click()
    assert page.table.isVisible()


async def test_account_and_search_narrow_past_positions_too(past: PastDesk) -> None:
    both = ["DU1", "DU2"]
    old = snapshot(1, held(AAPL), held(MSFT), held(SAP, account="DU2"), accounts=both)
    await past.take(old, snapshot(2, held(AAPL), accounts=both))
    await go_back_to(past, 1)
    past.window.account_combo_box.setCurrentText("DU1")
    assert past.column("Symbol") == ["AAPL", "MSFT"]
    past.window.search_field.setText("msft")
    assert past.column("Symbol") == ["MSFT"]
    assert past.window.positions.caption.text().startswith("1 of 2 positions · as of 20 Nov 2026")


async def test_a_run_that_was_undone_meanwhile_is_told_where_the_user_looks(
    past: PastDesk,
) -> None:
    await past.take(snapshot(1, held()))
    execute(past.path, "UPDATE run SET status = 'undone'")
    past.history.show_as_of(1)
    await past.answered()
    assert not past.window.positions.as_of_bar.isVisible()
    assert past.window.status.currentMessage().startswith("The positions of run 1 are not stored.")


async def test_undoing_the_run_that_is_shown_leads_back_to_now(past: PastDesk) -> None:
    await past.take(snapshot(1, held()), snapshot(2, held(quantity="150")))
    await go_back_to(past, 2)
    execute(past.path, "UPDATE run SET status = 'undone' WHERE id = 2")
    execute(past.path, "UPDATE position SET quantity = '100'")
    await past.load()
    await past.answered()
    assert not past.window.positions.as_of_bar.isVisible()
    assert past.column("Quantity") == ["100"]
