"""The layouts of the smaller tables: a restart shows them as the user left them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QRect, QSettings
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.domain.explain.model import ExplainedField
from app.ui.explain.controller import ExplainController
from app.ui.explain.popover import ExplainPopover
from app.ui.history.change_table import ChangesTable
from app.ui.history.timeline_dialog import TimelineDialog
from app.ui.table.core.layout import SortKey, TableLayout
from app.ui.table.view.fast_table_view import FastTableView
from tests.ui.conftest import Desk, PastDesk, delete, until
from tests.ui.explain.test_explain import a_close
from tests.ui.fakes import created, position
from tests.ui.history.test_page import STORY
from tests.ui.sync.test_controller import previewed
from tests.ui.sync.test_preview import shown as preview

Restart = Callable[[], PastDesk]


@pytest.fixture
def restart(
    past: PastDesk, qapp: QApplication, settings: QSettings, loop: QEventLoop
) -> Iterator[Restart]:
    """Makes the window that comes after a restart."""
    made: list[PastDesk] = []

    def again() -> PastDesk:
        made.append(PastDesk(settings, past.path))
        return made[-1]

    yield again
    for desk in made:
        loop.run_until_complete(desk.end())
        for part in (desk.window, desk.controller, desk.history):
            delete(part, qapp)


def arranged(table: FastTableView) -> TableLayout:
    """Arranges it as a user does: the order and the width of columns, one hidden, sorted."""
    before = table.table.layout
    first, *others = before.keys
    wanted = before.with_order([first, *reversed(others)]).with_column(others[1], is_shown=False)
    wanted = wanted.with_width(others[0], 333).sorted_by(first).sorted_by(first)
    table.layout_wanted.emit(wanted)
    assert wanted.sort == (SortKey(first, is_descending=True),)
    return wanted


def is_as(table: FastTableView, layout: TableLayout) -> bool:
    header, spec = table.header, table.table.spec
    seen = tuple(spec.columns[section].key for section in header.visible_sections())
    return table.table.layout == layout and seen == layout.keys


async def changes_of(desk: PastDesk) -> ChangesTable:
    await desk.load()
    return (await desk.open_history()).details.table


async def timeline_of(desk: PastDesk) -> TimelineDialog:
    desk.history.show_timeline(1)
    await until(lambda: bool(desk.window.findChildren(TimelineDialog)))
    return desk.window.findChildren(TimelineDialog)[-1]


async def test_the_changes_of_a_run(past: PastDesk, restart: Restart) -> None:
    await past.take(*STORY)
    wanted = arranged(await changes_of(past))
    again = await changes_of(restart())
    assert is_as(again, wanted)


async def test_the_steps_of_a_timeline(past: PastDesk, restart: Restart) -> None:
    await past.take(*STORY)
    wanted = arranged((await timeline_of(past)).table)
    again = await timeline_of(restart())
    assert is_as(again.table, wanted)
    assert [step.run_id for step in again.steps.values] == [3, 2, 1]


async def test_a_preview_lists_its_changes_as_the_history_does(desk: Desk) -> None:
    wanted = arranged(desk.window.history.page.details.table)
    dialog = await preview(desk, previewed(created(position("AAPL"))))
    assert is_as(dialog.changes, wanted)
    dialog.leave.click()


class Executions:
    """Explains one close again and again."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.controller = ExplainController(
            self, desk.window.formats, desk.window, desk.window.window_settings.layouts_of
        )

    async def explained_closes(self, position_id: int) -> tuple[Any, ...]:
        return (a_close(position_id=position_id),)

    async def open(self) -> ExplainPopover:
        before = len(self.desk.window.findChildren(ExplainPopover))
        self.controller.explain(position("AAPL"), ExplainedField.REALIZED, QRect(0, 0, 50, 20))
        await until(lambda: len(self.desk.window.findChildren(ExplainPopover)) > before)
        return self.desk.window.findChildren(ExplainPopover)[-1]


async def test_the_executions_behind_a_number(desk: Desk) -> None:
    explainer = Executions(desk)
    first = await explainer.open()
    assert first.table is not None
    wanted = arranged(first.table)
    second = await explainer.open()
    assert second.table is not None
    assert is_as(second.table, wanted)
    first.close()
    second.close()


async def test_reset_lists_them_as_they_come_again(past: PastDesk) -> None:
    await past.take(*STORY)
    dialog = await timeline_of(past)
    table, menu = dialog.table, dialog.header_menu
    wanted = arranged(table)
    menu.fill()
    next(action for action in menu.actions() if action.text() == "&Reset columns").trigger()
    assert table.table.layout == table.table.spec.default != wanted
