"""How a table is arranged by its header alone, where no page has more to do with it."""

from PySide6.QtCore import QPoint, Slot

from app.ui.table.arranging.menus import ColumnMenu, GroupMenu
from app.ui.table.view.fast_table_view import FastTableView


class HeaderMenu(ColumnMenu):
    """The columns, and what to group by where the table has such columns.

    Args:
        view: shows each layout that its user wants, by this menu or by the header.
    """

    def __init__(self, view: FastTableView) -> None:
        super().__init__(view.table, view)
        self._view = view
        view.header.customContextMenuRequested.connect(self.open_at)
        view.layout_wanted.connect(view.show_layout)
        self.layout_wanted.connect(view.show_layout)

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
