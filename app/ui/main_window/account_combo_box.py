"""The combo box that chooses the account to show, or all."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.text.messages import tr


class AccountComboBox(QComboBox):
    """Keeps its choice when accounts are added.

    Args:
        account: the account of the settings, chosen at first even if nothing of it is stored yet.

    Signals:
        chosen(str): an account number, or "All".
    """

    chosen = Signal(str)

    def __init__(self, account: str = ALL_ACCOUNTS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preset = account
        self.setObjectName("accountChooser")
        self.setAccessibleName(tr("Account"))
        self.setToolTip(tr("Account to show; the settings say which accounts a sync covers"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.addItem(tr("All accounts"), ALL_ACCOUNTS)
        if account != ALL_ACCOUNTS:
            self.addItem(account, account)
            self.setCurrentIndex(1)
        self.currentIndexChanged.connect(self._on_index_changed)

    def account(self) -> str:
        return str(self.currentData())

    def show_accounts(self, accounts: tuple[str, ...]) -> None:
        """Adds and removes only changed accounts; if the chosen one is gone, all are shown."""
        gone = [n for n in range(1, self.count()) if self.itemData(n) not in self._kept(accounts)]
        if self.currentIndex() in gone:
            self.setCurrentIndex(0)  # otherwise the box would choose a neighbour
        for place in reversed(gone):
            self.removeItem(place)
        for place, account in enumerate(accounts, start=1):
            if self.itemData(place) != account:
                self.insertItem(place, account, account)

    def offer(self, account: str, accounts: tuple[str, ...]) -> None:
        """Offers a new connection's accounts; chooses its configured one, or its only one."""
        only = accounts[0] if len(accounts) == 1 else ALL_ACCOUNTS
        self._preset = wanted = account if account != ALL_ACCOUNTS else only
        self.show_accounts(tuple(sorted({*accounts, wanted} - {ALL_ACCOUNTS})))
        self.setCurrentIndex(max(self.findData(wanted), 0))

    def _kept(self, accounts: tuple[str, ...]) -> tuple[str, ...]:
        return (*accounts, self._preset)

    @Slot(int)
    def _on_index_changed(self, _place: int) -> None:
        self.chosen.emit(self.account())
