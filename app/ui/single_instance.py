"""One window a database: a second start brings the first one to the front instead."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QDir, QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

CALL = b"show\n"
ANSWER = b"shown\n"
WAIT_MS = 2000


class SingleInstance(QObject):
    """Holds a database for one process, and hears of those that start after it.

    The lock decides who is first; the local socket only carries the call. A lock whose process has
    died counts for nothing.

    Signals:
        called(): another process was started with this database.
    """

    called = Signal()

    def __init__(self, database: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        key = f"{Path.home()}\0{database.resolve()}"
        self._name = f"position-sync-{hashlib.sha256(key.encode()).hexdigest()[:20]}"
        self._lock = QLockFile(QDir.temp().filePath(f"{self._name}.lock"))
        self._lock.setStaleLockTime(0)  # only a dead process makes it stale, never its age
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def acquire(self) -> bool:
        """Whether this process is the first; only a lock that another one holds says no."""
        if not self._lock.tryLock(0) and self._lock.error() is QLockFile.LockError.LockFailedError:
            return False
        QLocalServer.removeServer(self._name)  # what a killed process has left
        self._server.listen(self._name)
        return True

    def call(self) -> bool:
        """Brings the first process's window to the front; whether it answered."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(WAIT_MS):
            return False
        socket.write(CALL)
        return socket.waitForReadyRead(WAIT_MS) and socket.readAll().data() == ANSWER

    def release(self) -> None:
        self._server.close()
        self._lock.unlock()

    @Slot()
    def _answer(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.disconnected.connect(caller.deleteLater)
            caller.write(ANSWER)
            caller.flush()
            self.called.emit()
