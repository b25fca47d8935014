"""Errors whose text is a sentence for the user, with a next step."""


class AppError(Exception):
    """An expected failure of the environment. Its text is shown to the user unchanged; its `str()`
    is the English one, for JSON, history and log.

    Args:
        kept: what history and log keep instead, if the text names accounts or quantities.
    """

    def __init__(self, text: str, *, kept: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.kept = text if kept is None else kept


class BrokerError(AppError):
    """TWS could not be reached, or did not give one complete read."""


class StoreError(AppError):
    """The database file could not be opened, read or written."""


class NoteError(AppError):
    """A note or a tag cannot be stored so, or the position that it is for is not known."""


class SettingsError(AppError):
    """A setting or a command-line argument has a value that cannot be used.

    Attributes:
        line: the line of the settings file, "Line 3: port = x"; empty where there is none.
    """

    line = ""


class UnusableEnvironmentError(AppError):
    """The computer lacks something that every command needs: a time zone, enough open files."""


class StaleSnapshotError(AppError):
    """The snapshot is older than the last one stored; nothing was written."""


class PreviewOutdatedError(AppError):
    """The store or TWS has changed since the preview; nothing was written."""


class UnconfirmedClosesError(AppError):
    """Positions vanished without a fill: the sync must read a second time. Nothing was written."""


class StatementError(AppError):
    """The file is not a Flex statement with executions, or lacks what an import needs."""


class ApiError(AppError):
    """The HTTP API cannot listen, or its token cannot be used."""
