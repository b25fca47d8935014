"""The menus that arrange a table: columns, filters, groups, saved layouts.

Each choice makes a new layout.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from app.domain.text.messages import tr, translated
from app.ui.table.arranging.saved_layouts import DEFAULT_NAME, SavedLayouts
from app.ui.table.core.layout import Filter, TableLayout
from app.ui.table.model.table_model import TableModel
from app.ui.widgets.enabling import enable


class StayOpenMenu(QMenu):
    """Stays open while its checkable actions are clicked, so that several can be chosen."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.activeAction()
        if action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.activeAction()
        is_toggling = event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_toggling and action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
        else:
            super().keyPressEvent(event)


class LayoutMenu(StayOpenMenu):
    """A menu whose choices change the layout of a model.

    Signals:
        layout_wanted(TableLayout): the user has chosen something.
    """

    layout_wanted = Signal(object)

    def __init__(
        self, title: str, model: TableModel[Any, Any], parent: QWidget | None = None
    ) -> None:
        super().__init__(title, parent)
        self._model = model
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)

    @property
    def layout_now(self) -> TableLayout:
        return self._model.layout

    @Slot()
    def fill(self) -> None:
        """Makes the actions anew, from the model's rows and layout."""
        self.clear()
        for child in self.findChildren(QMenu):
            child.deleteLater()
        self.add_choices()

    def add_choices(self) -> None:
        raise NotImplementedError

    def add_check(self, menu: QMenu, text: str, *, is_on: bool) -> QAction:
        action = menu.addAction(translated(text).replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(is_on)
        return action


class ColumnMenu(LayoutMenu):
    """One checkable action a column; the one that names the row stays."""

    def __init__(self, model: TableModel[Any, Any], parent: QWidget | None = None) -> None:
        super().__init__(tr("&Columns"), model, parent)

    def add_choices(self) -> None:
        shown = self.layout_now.keys
        for column in self._model.spec.columns:
            action = self.add_check(self, column.title, is_on=column.key in shown)
            action.setToolTip(translated(column.description))
            action.toggled.connect(partial(self._toggle, column.key))
            if not column.is_hideable:
                action.setEnabled(False)
                action.setToolTip(tr("This column can't be hidden: it names the row"))
        self.addSeparator()
        self.addAction(tr("&Reset columns"), self._reset)

    def _toggle(self, key: str, is_on: bool) -> None:
        order = [column.key for column in self._model.spec.columns]
        self.layout_wanted.emit(self.layout_now.with_column(key, is_shown=is_on, order=order))

    @Slot()
    def _reset(self) -> None:
        """The columns' choice, order and widths; filters and groups stay, and the order of rows
        unless they can also be listed as they come."""
        default, now = self._model.spec.default, self.layout_now
        kept = tuple(key for key in now.sort if key.key in default.keys)
        sort = default.sort and (kept or default.sort)
        made = TableLayout(default.columns, sort, now.filters, now.groups, now.collapsed)
        self.layout_wanted.emit(made)
        self.fill()


class FilterMenu(LayoutMenu):
    """A submenu for each kind of filter, with its values."""

    def __init__(self, model: TableModel[Any, Any], parent: QWidget | None = None) -> None:
        super().__init__(tr("&Filter"), model, parent)

    def add_choices(self) -> None:
        values = [row.value for row in self._model.rows]
        context = self._model.context
        for kind in self._model.spec.filters:
            choices = kind.choices(values, context)
            menu: QMenu = self
            if len(choices) > 1:
                menu = StayOpenMenu(translated(kind.title), self)
                self.addMenu(menu)
            for value, text in choices:
                wanted = Filter(kind.key, value)
                action = self.add_check(menu, text, is_on=wanted in self.layout_now.filters)
                action.toggled.connect(partial(self._toggle, wanted))

    def _toggle(self, wanted: Filter, is_on: bool) -> None:
        self.layout_wanted.emit(self.layout_now.with_filter(wanted, is_set=is_on))


class GroupMenu(LayoutMenu):
    """What to group by, first and second; fold and unfold all."""

    def __init__(self, model: TableModel[Any, Any], parent: QWidget | None = None) -> None:
        super().__init__(tr("&Group by"), model, parent)

    def add_choices(self) -> None:
        groups = self.layout_now.groups
        for column in self._model.spec.columns:
            if column.is_groupable:
                action = self.add_check(self, column.title, is_on=column.key in groups)
                action.toggled.connect(partial(self._toggle, column.key))
        self.addSeparator()
        fold = self.addAction(tr("&Collapse all"), partial(self._fold_all, True))
        unfold = self.addAction(tr("&Expand all"), partial(self._fold_all, False))
        for action in (fold, unfold):
            action.setEnabled(bool(groups))

    def _toggle(self, key: str, is_on: bool) -> None:
        """Another group goes inside those that are there."""
        others = tuple(group for group in self.layout_now.groups if group != key)
        self.layout_wanted.emit(self.layout_now.grouped_by(*others, *((key,) if is_on else ())))

    def _fold_all(self, is_collapsed: bool) -> None:
        self.layout_wanted.emit(self._model.layout_folded(is_collapsed=is_collapsed))


class SavedLayoutMenu(LayoutMenu):
    """Chooses, saves, renames and deletes layouts by their names."""

    def __init__(
        self,
        model: TableModel[Any, Any],
        saved: SavedLayouts,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("&Layouts"), model, parent)
        self._saved = saved
        self._name: str = DEFAULT_NAME  # the one chosen last

    def add_choices(self) -> None:
        chosen = QActionGroup(self)
        for name in (DEFAULT_NAME, *self._saved.names):
            action = self.add_check(self, name, is_on=name == self._name)
            chosen.addAction(action)
            action.triggered.connect(partial(self._load, name))
        self.addSeparator()
        is_own = self._name != DEFAULT_NAME
        save = self.addAction(tr("&Save"), self._save)
        save_as = self.addAction(tr("Save &as…"), self._save_as)
        rename = self.addAction(tr("&Rename…"), self._rename)
        delete = self.addAction(tr("&Delete"), self._delete)
        save_as.setToolTip(tr("Columns, order, filters and groups, under a name you choose"))
        why_not = tr("The default layout can't be changed; save yours under a name")
        for action in (save, rename, delete):
            enable(action, is_own, why_not)

    def _load(self, name: str) -> None:
        self._name = name
        self.layout_wanted.emit(self._saved.load(name))

    @Slot()
    def _save(self) -> None:
        self._saved.save(self._name, self.layout_now)

    @Slot()
    def _delete(self) -> None:
        self._saved.delete(self._name)
        self._name = DEFAULT_NAME

    @Slot()
    def _save_as(self) -> None:
        self._ask(tr("Save layout"), "", self._save_under)

    @Slot()
    def _rename(self) -> None:
        self._ask(tr("Rename layout"), self._name, self._rename_to)

    def _save_under(self, name: str) -> None:
        self._name = self._saved.save(name, self.layout_now)

    def _rename_to(self, name: str) -> None:
        self._name = self._saved.rename(self._name, name)

    def _ask(
        self, title: str, text: str, take: Callable[[str], None], *, is_again: bool = False
    ) -> None:
        """Asks for a name; a name that cannot be used is asked for again."""
        again = tr("{title}: choose another name", title=title)
        dialog = QInputDialog(self.parentWidget())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setObjectName("layoutName")
        dialog.setWindowTitle(again if is_again else title)
        dialog.setLabelText(tr("Name:"))
        dialog.setTextValue(text)

        def on_accepted() -> None:
            try:
                take(dialog.textValue())
            except ValueError:
                self._ask(title, dialog.textValue(), take, is_again=True)

        dialog.accepted.connect(on_accepted)
        dialog.open()
