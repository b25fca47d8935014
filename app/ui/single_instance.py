"""One window per database: a second start brings the first one to the front instead."""

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QCryptographicHash,
    QDeadlineTimer,
    QDir,
    QLockFile,
    QObject,
    QThread,
    Signal,
    Slot,
)

from app.platform.private_files import FILE

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

CALL = b"show\n"
ANSWER = b"shown\n"
WAIT_MS = 2000
AGAIN_MS = 20


class SingleInstance(QObject):
    """Locks a database for one process, and notices when another process starts with it.

    The lock decides who is first; the local socket only carries the call, and is set up once the
    window is shown. The lock of a dead process is ignored.

    Attributes:
        is_first: this process holds the database.

    Signals:
        called(): another process was started with this database.
    """

    called = Signal()

    def __init__(self, database: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server: QLocalServer | None = None
        self._name_after(database)

    def _name_after(self, database: Path) -> None:
        key = os.fsencode(f"{Path.home()}\0{os.path.realpath(database)}")
        digest = QCryptographicHash.hash(key, QCryptographicHash.Algorithm.Sha256)
        self._name = f"position-sync-{bytes(digest.toHex().data()).decode()[:20]}"
        self._lock = QLockFile(QDir.temp().filePath(f"{self._name}.lock"))
        self._lock.setStaleLockTime(0)  # only a dead process makes it stale, never its age
        self.is_first = False

    def move_to(self, database: Path) -> bool:
        """Releases this database and locks the other one; returns whether it was free."""
        self.release()
        self._name_after(database)
        if self.acquire():
            self.listen()
        return self.is_first

    def acquire(self) -> bool:
        """Returns whether this process is the first: False only if another one holds the lock."""
        is_locked = self._lock.tryLock(0)
        if is_locked:
            with contextlib.suppress(OSError):
                Path(self._lock.fileName()).chmod(FILE)  # it names the program and the computer
        self.is_first = is_locked or self._lock.error() is not QLockFile.LockError.LockFailedError
        return self.is_first

    def listen(self) -> None:
        """Starts to listen for other processes."""
        from PySide6.QtNetwork import QLocalServer  # not needed for the first paint

        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        QLocalServer.removeServer(self._name)  # what a killed process has left
        self._server.listen(self._name)

    def call(self) -> bool:
        """Brings the first process's window to the front; returns whether it answered.

        It may have started just now and not listen yet, so this retries for WAIT_MS.
        """
        from PySide6.QtNetwork import QLocalSocket

        socket, deadline = QLocalSocket(), QDeadlineTimer(WAIT_MS)
        socket.connectToServer(self._name)
        while not socket.waitForConnected(deadline.remainingTime()):
            if deadline.hasExpired():
                return False
            QThread.msleep(AGAIN_MS)
            socket.connectToServer(self._name)
        socket.write(CALL)
        return socket.waitForReadyRead(WAIT_MS) and socket.readAll().data() == ANSWER

    def release(self) -> None:
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    @Slot()
    def _answer(self) -> None:
        assert self._server is not None
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.disconnected.connect(caller.deleteLater)
            caller.write(ANSWER)
            caller.flush()
            self.called.emit()
