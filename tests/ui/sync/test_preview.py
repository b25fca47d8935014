"""The preview in the window: what a sync would do, applied on a click and not before."""

from app.domain.model.runs import Counts, Report
from app.ui.sync.preview_dialog import PreviewDialog
from tests.ui.conftest import Desk
from tests.ui.fakes import closed, created, position, report
from tests.ui.sync.test_controller import previewed


async def shown(desk: Desk, outcome: Report) -> PreviewDialog:
    desk.window.window_actions.preview.trigger()
    await desk.finished(outcome)
    return desk.window.findChildren(PreviewDialog)[-1]


async def test_the_preview_lists_the_changes_and_applies_them_on_a_click(desk: Desk) -> None:
    new = created(position("AAPL"))
    dialog = await shown(desk, previewed(new))
    assert dialog.heading.text() == (
        "A sync of 1 position would do this: 1 created, 0 updated, 0 closed"
    )
    model = dialog.changes.model()
    assert "AAPL" in [model.index(0, column).data() for column in range(model.columnCount())]
    assert len(desk.service.requests) == 1
    dialog.apply.click()
    await desk.finished(report(Counts(1, 0, 0, 1), new))
    assert desk.service.requests[-1].basis is not None
    assert "Synced 1 position: 1 created" in desk.window.status.message.text()


async def test_cancelling_a_preview_changes_nothing(desk: Desk) -> None:
    dialog = await shown(desk, previewed())
    assert not dialog.nothing.isHidden()
    dialog.leave.click()
    assert desk.controller.state.preview is None
    assert len(desk.service.requests) == 1


async def test_a_preview_that_would_be_held_says_what_the_click_means(desk: Desk) -> None:
    gone = closed(position("AAPL"))
    dialog = await shown(desk, previewed(gone, held=(gone,)))
    assert "no trade explains it" in dialog.caution.text()
    assert dialog.apply.text() == "Mark as closed here and apply"
    dialog.leave.click()
