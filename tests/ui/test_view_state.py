"""What the user looks at is one value, which every view gets once a change."""

from datetime import timedelta

from app.domain.history.position_history import PositionsAsOf
from app.domain.model.runs import Run, RunStatus, Trigger
from app.ui.view_state import CurrentView, ViewState
from tests.store.trading import MSFT, SAP, held, snapshot
from tests.ui.conftest import PastDesk
from tests.ui.fakes import NOW

PAST = PositionsAsOf(
    Run(Trigger.MANUAL, "All", NOW, 0.1, RunStatus.SUCCESS, id=1), NOW - timedelta(days=1), ()
)


def test_a_change_is_published_once_and_no_change_is_not() -> None:
    view = CurrentView("DU1")
    published: list[ViewState] = []
    view.changed.connect(published.append)
    view.choose_account("DU1")
    view.search("  ")
    view.show_as_of(None)
    assert not published
    view.choose_account("DU2")
    view.search(" aapl ")
    view.search("aapl")
    view.show_as_of(PAST)
    assert published == [
        ViewState("DU2"),
        ViewState("DU2", "aapl"),
        ViewState("DU2", "aapl", PAST),
    ]
    assert view.state is published[-1]


async def test_each_click_publishes_one_view_state_that_all_views_show(past: PastDesk) -> None:
    window, both = past.window, ["DU1", "DU2"]
    await past.take(snapshot(1, held(), held(MSFT), held(SAP, account="DU2"), accounts=both))
    published: list[ViewState] = []
    window.view.changed.connect(published.append)
    window.account_combo_box.setCurrentText("DU1")
    assert past.column("Symbol") == ["AAPL", "MSFT"]
    assert window.summary.whose.text() == "DU1"
    assert window.window_actions.sync_only.text() == "Sync &only DU1"
    window.search_field.setText("msft")
    assert past.column("Symbol") == ["MSFT"]
    assert window.positions.caption.text().startswith("1 of 2 positions")
    past.history.show_as_of(1)
    await past.answered()
    assert window.positions.as_of_bar.isVisible()
    assert not window.summary.isVisible()
    assert [state.as_of is not None for state in published] == [False, False, True]
    assert (published[-1].account, published[-1].search) == ("DU1", "msft")
