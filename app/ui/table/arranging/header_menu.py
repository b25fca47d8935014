"""How a table is arranged by its header alone, where no page has more to do with it."""

from PySide6.QtCore import QPoint, Slot

from app.ui.table.arranging.menus import ColumnMenu, GroupMenu
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.table.core.layout import TableLayout
from app.ui.table.view.fast_table_view import FastTableView


class HeaderMenu(ColumnMenu):
    """The columns, and what to group by where the table has such columns.

    Args:
        view: shows each layout that its user wants, by this menu or by the header.
        saved: where the layout is stored; None for nowhere.
    """

    def __init__(self, view: FastTableView, saved: SavedLayouts | None = None) -> None:
        super().__init__(view.table, view)
        self._view = view
        self._saved = saved
        view.header.customContextMenuRequested.connect(self.open_at)
        view.layout_wanted.connect(self._show)
        self.layout_wanted.connect(self._show)
        if saved is not None:
            view.show_layout(saved.in_use)

    @Slot(object)
    def _show(self, layout: TableLayout) -> None:
        self._view.show_layout(layout)
        if self._saved is not None:
            self._saved.keep(layout)

    @Slot(QPoint)
    def open_at(self, place: QPoint) -> None:
        """Args: place: in the header."""
        self.popup(self._view.header.viewport().mapToGlobal(place))

    def add_choices(self) -> None:
        super().add_choices()
        if any(column.is_groupable for column in self._model.spec.columns):
            groups = GroupMenu(self._model, self)
            groups.layout_wanted.connect(self.layout_wanted)
            self.addMenu(groups)
