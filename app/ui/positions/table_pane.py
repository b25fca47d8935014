"""The positions table with its totals, chips and menus; it owns how the user has arranged it."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.domain.history.unseen import SeenUntil, UnseenChanges
from app.domain.model.positions import Identity, Position
from app.domain.model.runs import Report
from app.domain.text.messages import tr
from app.ui.positions.context import PositionsContext
from app.ui.positions.spec import SPEC
from app.ui.positions.table import PositionsModel, PositionsTable
from app.ui.style.formatting import Formats
from app.ui.table.arranging.filter_bar import FilterBar
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.table.core.layout import Filter, TableLayout
from app.ui.table.view.totals_line import TotalsLine

CHANGED = Filter("changed", "changed")


class TablePane(QWidget):
    """Each choice of the user makes a new layout, which is shown and stored.

    Args:
        saved: where the layouts are stored; None for nowhere.

    Attributes:
        bar: chips and menus, for the page to place.
        unseen: the positions that syncs have changed since the user last looked at them -> how
            each was before; None for a new one.
        noted_run: the newest run whose changes were noted.

    Signals:
        arranged(): another layout is shown.
    """

    arranged = Signal()

    def __init__(
        self, formats: Formats, saved: SavedLayouts | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._saved = saved
        self._hidden: frozenset[str] = frozenset()
        self.unseen: dict[Identity, Position | None] = {}
        self.noted_run = 0
        self._unseen_runs: dict[Identity, int] = {}  # which one changed it first
        self.model = PositionsModel(SPEC, PositionsContext(formats), parent=self)
        self.table = PositionsTable(self.model)
        self.totals = TotalsLine(self.table)
        self.filters = FilterBar(self.model, saved)
        self.in_base = QToolButton()
        self.in_base.setObjectName("plainTool")
        self.in_base.setCheckable(True)
        self.in_base.setToolTip(tr("Show all amounts in the base currency, at IBKR's rates"))
        self.in_base.hide()
        self.bar = QWidget()
        self._arrange()
        self.table.layout_wanted.connect(self.set_layout)
        self.table.all_seen.connect(self._on_all_seen)
        self.table.clicked.connect(self._on_clicked)
        self.filters.layout_wanted.connect(self.set_layout)
        self.in_base.clicked.connect(self._show_in_base)
        if saved is not None:
            self.set_layout(saved.in_use)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(self.totals)
        line = QHBoxLayout(self.bar)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.filters, 1)
        line.addWidget(self.in_base, 0, Qt.AlignmentFlag.AlignTop)

    @Slot(object)
    def set_layout(self, layout: TableLayout) -> None:
        """Arranges the table by this layout, and stores it."""
        if layout != self.model.layout:
            self.update_context(is_in_base=layout.is_in_base)
            self.in_base.setChecked(layout.is_in_base)
            self.table.show_layout(layout, self._hidden)
            self.filters.show_layout(layout)
            if self._saved is not None:
                self._saved.keep(layout)
            self.arranged.emit()

    def update_context(self, **changed: object) -> None:
        self.model.set_context(replace(self.model.context, **changed))  # type: ignore[arg-type]

    def show_accounts(self, accounts: Collection[str]) -> None:
        """The column of the account says nothing while there is one account only."""
        hidden = frozenset() if len(accounts) > 1 else frozenset({"account"})
        if hidden != self._hidden:
            self._hidden = hidden
            self.table.show_layout(self.model.layout, hidden)

    def offer_base(self) -> None:
        """The switch is there where an amount would look different."""
        base = self.model.context.base_currency
        currencies = {row.value.instrument.currency for row in self.model.rows}
        # Translators: a button that shows all amounts in this currency, as in "In USD".
        self.in_base.setText(tr("In {currency}", currency=base))
        self.in_base.setVisible(bool(base) and not currencies <= {base})

    @Slot(bool)
    def _show_in_base(self, is_in_base: bool) -> None:
        self.set_layout(replace(self.model.layout, is_in_base=is_in_base))

    def note_changes(self, report: Report, touched: Collection[Identity]) -> None:
        """Keeps how the touched positions were before, until the user has seen them."""
        run_id = report.run.id or 0
        self.noted_run = max(self.noted_run, run_id)
        for change in report.changes:
            if change.after.identity in touched:
                self.unseen.setdefault(change.after.identity, change.before)
                self._unseen_runs.setdefault(change.after.identity, run_id)

    def restore_unseen(self, found: UnseenChanges, positions: Iterable[Position]) -> None:
        """Marks again what was not seen before a restart, or has changed meanwhile."""
        from app.ui.activity.unseen import as_before  # not needed for the first paint

        self.noted_run = max(self.noted_run, found.run_id)
        known = {position.identity: position for position in positions}
        for change in found.changes:
            if change.identity in known:
                self.unseen[change.identity] = as_before(known[change.identity], change.before)
                self._unseen_runs[change.identity] = change.run_id
        self.update_context(unseen=dict(self.unseen))

    def seen_until(self) -> SeenUntil | None:
        """What the user has seen; None before that is known."""
        if not self.noted_run:
            return None
        held = {row.value.identity: row.value.id for row in self.model.rows}
        pairs = ((held.get(one), self._unseen_runs[one]) for one in self.unseen)
        unseen = tuple((number, run_id) for number, run_id in pairs if number is not None)
        return SeenUntil(self.noted_run, unseen)

    @Slot()
    def show_changed(self) -> None:
        """Lists only what has changed since the user last looked, if anything has."""
        if self.unseen:
            self.set_layout(replace(self.model.layout, filters=(CHANGED,)))

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        """A click on a row says that its changes have been seen; while only changed rows are
        listed, it would take the row away."""
        position = self.model.value(index.row())
        is_listing_changes = CHANGED in self.model.layout.filters
        if position is not None and position.identity in self.unseen and not is_listing_changes:
            del self.unseen[position.identity]
            self.update_context(unseen=dict(self.unseen))

    @Slot()
    def _on_all_seen(self) -> None:
        self.unseen.clear()
        self.update_context(unseen={})
        self.set_layout(self.model.layout.with_filter(CHANGED, is_set=False))
