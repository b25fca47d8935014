"""The line above a table: what is shown, a chip for each filter and group, and the menus."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from app.domain.text.foreign_text import SYMBOL_LENGTH, limited
from app.domain.text.messages import tr
from app.ui.style.icons import icon
from app.ui.style.theme import current_colours
from app.ui.table.arranging.menus import (
    ColumnMenu,
    FilterMenu,
    GroupMenu,
    LayoutMenu,
    SavedLayoutMenu,
)
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.table.core.layout import Filter, TableLayout
from app.ui.table.model.table_model import TableModel
from app.ui.widgets.flow_layout import FlowLayout


class FilterBar(QWidget):
    """Chips and menus of one table.

    Args:
        saved: layouts under names; without them there is no menu for them.

    Attributes:
        by_chart: the filters that were picked in a chart; their chips say so.

    Signals:
        layout_wanted(TableLayout): a chip was removed, or something chosen in a menu.
    """

    layout_wanted = Signal(object)

    def __init__(
        self,
        model: TableModel[Any, Any],
        saved: SavedLayouts | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self.chips: list[QToolButton] = []
        self.by_chart: tuple[Filter, ...] = ()
        self.columns = ColumnMenu(model, self)
        self.filters = FilterMenu(model, self)
        self.groups = GroupMenu(model, self)
        menus: list[tuple[str, LayoutMenu]] = [
            (tr("Filter"), self.filters),
            (tr("Group"), self.groups),
            (tr("Columns"), self.columns),
        ]
        if saved is not None:
            self.saved = SavedLayoutMenu(model, saved, self)
            menus.append((tr("Layouts"), self.saved))
        self.buttons = tuple(self._button(title, menu) for title, menu in menus)
        self._flow = FlowLayout()
        flow = QWidget()
        flow.setLayout(self._flow)
        flow.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(flow, 1)
        for button in self.buttons:
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def _button(self, title: str, menu: LayoutMenu) -> QToolButton:
        menu.layout_wanted.connect(self.layout_wanted)
        button = QToolButton()
        button.setObjectName("plainTool")
        button.setText(title)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def show_layout(self, layout: TableLayout) -> None:
        """A chip for each filter and each group."""
        for chip in self.chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips.clear()
        spec, context = self._model.spec, self._model.context
        for each in layout.filters:
            kind = spec.filter_kind(each.kind)
            value = kind.text(each.value, context)
            # Translators: a filter and what it lets through, as in "Currency: USD".
            text = tr("{filter}: {value}", filter=kind.title, value=value)
            if each in self.by_chart:
                text = tr("Filtered by chart: {filter}", filter=text)
            self._add_chip(text, partial(self._remove_filter, each))
        for key in layout.groups:
            # Translators: what the rows are grouped by, as in "By Currency".
            text = tr("By {column}", column=spec.column(key).title)
            self._add_chip(text, partial(self._remove_group, key))
        if len(layout.filters) > 1:
            self._add_chip(tr("Clear all"), self.clear)

    def _add_chip(self, text: str, remove: Callable[[], None]) -> None:
        chip = QToolButton()
        chip.setObjectName("chip")
        chip.setText(limited(text, SYMBOL_LENGTH).replace("&", "&&"))
        chip.setAccessibleName(tr("Remove: {filter}", filter=text))
        chip.setToolTip(tr("Click to remove"))
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setIcon(icon("close", current_colours().muted))
        chip.clicked.connect(remove)
        self.chips.append(chip)
        self._flow.addWidget(chip)
        chip.show()

    def _remove_filter(self, wanted: Any) -> None:
        self.layout_wanted.emit(self._model.layout.with_filter(wanted, is_set=False))

    def _remove_group(self, key: str) -> None:
        now = self._model.layout
        self.layout_wanted.emit(now.grouped_by(*(group for group in now.groups if group != key)))

    @Slot()
    def clear(self) -> None:
        """Removes every filter."""
        self.layout_wanted.emit(replace(self._model.layout, filters=()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            for chip in self.chips:
                chip.setIcon(icon("close", current_colours().muted))
