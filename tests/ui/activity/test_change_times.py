"""The column "Changed at": when a sync last found another quantity or cost."""

import pytest
from PySide6.QtCore import Qt

from app.domain.model.errors import StoreError
from app.ui.activity.change_times import ChangeTimesController, Times
from tests.store.trading import MSFT, held, snapshot
from tests.ui.conftest import PastDesk, until

TOOLTIP = Qt.ItemDataRole.ToolTipRole
FIRST, SECOND = snapshot(1, held(), held(MSFT)), snapshot(2, held(quantity="150"), held(MSFT))


async def read(past: PastDesk) -> ChangeTimesController:
    made = ChangeTimesController(past.kept, parent=past.window)
    made.found.connect(past.window.positions.show_change_times)
    past.controller.state_changed.connect(made.on_state_changed)
    made.start()
    await until(lambda: bool(past.window.positions.model.context.changed))
    return made


async def test_it_follows_each_sync(past: PastDesk) -> None:
    await past.take(FIRST)
    controller = await read(past)
    minutes = [past.cell(row, "changed_at", TOOLTIP).split(":")[1] for row in range(2)]
    assert minutes == ["01", "01"]
    before = past.window.positions.model.context.changed
    await past.take(SECOND)
    await until(lambda: past.window.positions.model.context.changed is not before)
    assert past.column("Symbol") == ["AAPL", "MSFT"]
    minutes = [past.cell(row, "changed_at", TOOLTIP).split(":")[1] for row in range(2)]
    assert minutes == ["02", "01"]
    past.sort("changed_at", is_descending=False)
    assert past.column("Symbol") == ["MSFT", "AAPL"]
    await controller.shutdown()


async def test_past_positions_have_a_dash_that_says_why(past: PastDesk) -> None:
    await past.take(FIRST, SECOND)
    controller = await read(past)
    past.history.show_as_of(1)
    await past.answered()
    assert past.column("Changed at") == ["—", "—"]
    assert "timeline shows every change" in past.cell(0, "changed_at", TOOLTIP)
    past.history.back_to_now()
    assert "—" not in past.column("Changed at")
    await controller.shutdown()


async def test_a_store_that_cannot_be_read_leaves_the_column_as_it_is(
    past: PastDesk, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def change_times(self) -> Times:
            raise StoreError("p.sqlite is locked.")

    found: list[object] = []
    controller = ChangeTimesController(Broken(), parent=past.window)
    controller.found.connect(found.append)
    with caplog.at_level("INFO"):
        controller.start()
        await until(lambda: "could not be read" in caplog.text)
    assert found == []
    await controller.shutdown()
