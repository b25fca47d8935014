"""The naive way, as the peer: stock ib_insync, a query and a save for each position, and a sorted
QSortFilterProxyModel."""

from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

import peewee
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtCore import QSortFilterProxyModel as Proxy
from PySide6.QtWidgets import QTableView

DISPLAY = Qt.ItemDataRole.DisplayRole
TIMEOUT_S = 120.0
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
FIELDS = ("account", "con_id", "symbol", "quantity", "average_cost", "market_price", "market_value")


class Position(peewee.Model):
    account = peewee.TextField()
    con_id = peewee.IntegerField()
    symbol = peewee.TextField()
    quantity = peewee.DecimalField(max_digits=20, decimal_places=8)
    average_cost = peewee.DecimalField(max_digits=20, decimal_places=8)
    market_price = peewee.DecimalField(max_digits=20, decimal_places=8)
    market_value = peewee.DecimalField(max_digits=20, decimal_places=8)

    class Meta:
        indexes = ((("account", "con_id"), True),)


class Rows(QAbstractTableModel):
    """What is in the table, asked for cell by cell."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Position] = []

    def show(self, rows: list[Position]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, _parent: Index = NOWHERE) -> int:
        return len(self._rows)

    def columnCount(self, _parent: Index = NOWHERE) -> int:
        return len(FIELDS)

    def data(self, index: Index, role: int = DISPLAY) -> str | None:
        if role != DISPLAY:
            return None
        return str(getattr(self._rows[index.row()], FIELDS[index.column()]))


class NaiveDesk:
    """A file and a table."""

    def __init__(self, file: Path) -> None:
        self._database = peewee.SqliteDatabase(
            str(file), pragmas={"journal_mode": "wal", "synchronous": "normal"}
        )
        self._database.bind([Position])
        self._database.create_tables([Position])
        self._model, self._proxy, self._view = Rows(), Proxy(), QTableView()
        self._proxy.setSourceModel(self._model)
        self._proxy.sort(FIELDS.index("symbol"))
        self._view.setModel(self._proxy)
        self._view.resize(1500, 900)
        self._view.show()

    async def sync(self, port: int, variant: int) -> float:
        """What one takes, in ms; connecting included."""
        from ib_insync import IB

        begun = perf_counter()
        ib: Any = IB()  # type: ignore[no-untyped-call]
        await ib.client.connectAsync("127.0.0.1", port, 10 + variant, TIMEOUT_S)
        await ib.reqPositionsAsync()
        await ib.reqAccountUpdatesAsync("DU1")
        costs = {(held.account, held.contract.conId): held.avgCost for held in ib.positions()}
        with self._database.atomic():
            for item in ib.portfolio():
                save(item, costs[item.account, item.contract.conId])
        self._model.show(list(Position.select()))
        self._view.viewport().repaint()
        took = (perf_counter() - begun) * 1000
        ib.disconnect()
        return took

    def close(self) -> None:
        self._database.close()
        self._view.close()
        self._view.deleteLater()


def save(item: Any, cost: float) -> None:
    contract = item.contract
    stored, _ = Position.get_or_create(
        account=item.account,
        con_id=contract.conId,
        defaults=dict.fromkeys(FIELDS[3:], 0) | {"symbol": contract.symbol},
    )
    stored.quantity = Decimal(str(item.position))
    stored.average_cost = Decimal(str(cost))
    stored.market_price = Decimal(str(item.marketPrice))
    stored.market_value = Decimal(str(item.marketValue))
    stored.save()
