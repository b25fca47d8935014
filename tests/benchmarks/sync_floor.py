"""The least that a sync demands: frames split, rows upserted, a plain model reset and painted."""

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QTableView

from tests.benchmarks.store_floor import FloorStore
from tests.benchmarks.wire_floor import FloorRow, connected, read

DISPLAY = int(Qt.ItemDataRole.DisplayRole)
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class PlainModel(QAbstractTableModel):
    """Rows as they come, in no order."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[FloorRow] = ()

    def show(self, rows: Sequence[FloorRow]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, _parent: Index = NOWHERE) -> int:
        return len(self._rows)

    def columnCount(self, _parent: Index = NOWHERE) -> int:
        return len(FloorRow._fields)

    def data(self, index: Index, role: int = DISPLAY) -> str | None:
        return str(self._rows[index.row()][index.column()]) if role == DISPLAY else None


class FloorDesk:
    """A file and a table."""

    def __init__(self, file: Path) -> None:
        self._store = FloorStore(file)
        self._model = PlainModel()
        self._view = QTableView()
        self._view.setModel(self._model)
        self._view.resize(1500, 900)
        self._view.show()

    async def sync(self, port: int, variant: int) -> float:
        """What one takes, in ms; connecting included."""
        begun = perf_counter()
        tws = await connected(port, variant)
        rows = await read(tws)
        self._store.write([stored(row) for row in rows])
        self._model.show(rows)
        self._view.viewport().repaint()
        took = (perf_counter() - begun) * 1000
        tws.close()
        return took

    def close(self) -> None:
        self._store.close()
        self._view.close()
        self._view.deleteLater()


def stored(row: FloorRow) -> tuple[object, ...]:
    return row.account, row.con_id, *map(str, row[3:])
