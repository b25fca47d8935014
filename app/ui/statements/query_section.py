"""The page's list of Flex Queries, with their test."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QTreeWidgetItem

from app.domain.fetching.queries import FlexQuery
from app.domain.text.messages import message, tr, translated
from app.ui.statements.check_view import CheckView
from app.ui.statements.controller import FetchController
from app.ui.statements.dialogs.guide_dialog import GuideDialog
from app.ui.statements.dialogs.query_dialog import QueryDialog
from app.ui.statements.lists import ListSection, ShortList
from app.ui.statements.state import KINDS, CheckState
from app.ui.widgets.enabling import enable

EMPTY = message(
    "No Flex Query is set up yet. Statements contain what TWS no longer has: executions of past "
    "weeks, assignments, exercises, expiries, and IBKR's own realized P&L. The guide shows how to "
    "make a query at IBKR."
)
NONE_CHOSEN = message("Choose a Flex Query in the list first")
TESTING = message("A query is being tested")


class QuerySection(ListSection):
    """Edits the queries; they are saved with the dialog.

    Signals:
        changed(): a query was added, changed or removed.
    """

    changed = Signal()

    def __init__(self, controller: FetchController) -> None:
        title = tr("Flex Queries")
        columns = (tr("Name"), tr("Query ID"), tr("Kind"), tr("Token"))
        super().__init__(title, ShortList(title, columns), translated(EMPTY))
        self._controller = controller
        self.queries: tuple[FlexQuery, ...] = ()
        self._tokens: tuple[str, ...] = ()
        self._is_showing = False
        self.add = self.add_button(tr("&Add…"), tr("Add a Flex Query"))
        self.edit = self.add_button(tr("&Edit…"), tr("Edit the chosen Flex Query"))
        self.remove = self.add_button(tr("&Remove"), tr("Remove the chosen Flex Query"))
        self.test = self.add_button(tr("&Test"), tr("Test the chosen Flex Query"))
        self.buttons.addStretch(1)
        self.guide = self.add_button(tr("&Guide…"), tr("How to set this up at IBKR"))
        self.result = CheckView()
        self.column.addWidget(self.result)
        self.add.clicked.connect(self._ask_new)
        self.edit.clicked.connect(self._ask_edit)
        self.remove.clicked.connect(self._remove)
        self.test.clicked.connect(self._test)
        self.guide.clicked.connect(self._open_guide)
        self.list.edit_wanted.connect(self._ask_edit)
        self.list.remove_wanted.connect(self._remove)
        self.list.currentItemChanged.connect(self._render_buttons)
        self.list.itemChanged.connect(self._on_switched)
        self.result.cancel.clicked.connect(self._cancel_test)
        controller.tester.progressed.connect(self._show_check)
        self.show_queries(())

    def show_queries(self, queries: Sequence[FlexQuery]) -> None:
        self.queries = tuple(queries)
        self._is_showing = True
        self.show_rows(
            [(one.name, one.query_id, KINDS[one.kind], one.token) for one in queries],
            [one.enabled for one in queries],
            tr("Ticked: fetched every day, and with “Fetch now”"),
        )
        self._is_showing = False
        self._render_buttons()

    def offer_tokens(self, names: tuple[str, ...]) -> None:
        """The tokens that a query can be asked with."""
        self._tokens = names

    def chosen(self) -> FlexQuery | None:
        number = self.list.chosen()
        return self.queries[number] if 0 <= number < len(self.queries) else None

    @Slot()
    def _render_buttons(self) -> None:
        is_any = self.chosen() is not None
        for button in (self.edit, self.remove):
            enable(button, is_any, translated(NONE_CHOSEN))
        is_testing = self.result.is_testing
        why_not = translated(TESTING if is_testing else NONE_CHOSEN)
        tip = tr("Fetches the query once, and says which boxes are missing; stores nothing")
        enable(self.test, is_any and not is_testing, why_not, tip)

    def _take(self, queries: Sequence[FlexQuery]) -> None:
        self.show_queries(queries)
        self.changed.emit()

    @Slot(QTreeWidgetItem, int)
    def _on_switched(self, item: QTreeWidgetItem, _column: int) -> None:
        number = self.list.indexOfTopLevelItem(item)
        if self._is_showing or not 0 <= number < len(self.queries):
            return
        is_on = item.checkState(0) is Qt.CheckState.Checked
        queries = list(self.queries)
        if queries[number].enabled is not is_on:
            queries[number] = replace(queries[number], enabled=is_on)
            self.queries = tuple(queries)
            self.changed.emit()

    @Slot()
    def _ask_new(self) -> None:
        taken = [query.name for query in self.queries]
        dialog = QueryDialog(None, taken, self._tokens, self)
        dialog.chosen.connect(self._add)
        dialog.open()

    @Slot(object)
    def _add(self, query: FlexQuery) -> None:
        self._take((*self.queries, query))
        self.list.choose(len(self.queries) - 1)

    @Slot()
    def _ask_edit(self) -> None:
        query = self.chosen()
        if query is None:
            return
        taken = [other.name for other in self.queries if other is not query]
        dialog = QueryDialog(query, taken, self._tokens, self)
        dialog.chosen.connect(self._replace)
        dialog.open()

    @Slot(object)
    def _replace(self, query: FlexQuery) -> None:
        queries = list(self.queries)
        queries[self.list.chosen()] = query
        self._take(queries)

    @Slot()
    def _remove(self) -> None:
        """Nothing that was imported is lost, and the dialog's Cancel brings it back."""
        query = self.chosen()
        if query is not None:
            self._take([other for other in self.queries if other is not query])

    @Slot()
    def _test(self) -> None:
        query = self.chosen()
        if query is not None:
            self._controller.tester.test(query)

    @Slot()
    def _cancel_test(self) -> None:
        self._controller.tester.cancel()
        self.result.clear()
        self._render_buttons()

    @Slot(object)
    def _show_check(self, state: CheckState) -> None:
        self.result.show_check(state)
        self._render_buttons()

    @Slot()
    def _open_guide(self) -> None:
        GuideDialog(self).show()
