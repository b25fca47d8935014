"""Saves and deletes Flex tokens, and says where each is; their text is never read back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.domain.fetching.failures import CredentialsError
from app.domain.text.messages import message
from app.domain.text.redaction import Secret
from app.platform.credentials import Credentials, SecretPlace, flex_secret_name
from app.ui.statements.state import NO_TOKEN, PLACES
from app.ui.tasks import TaskGroup, error_text

NOT_FOUND = message(
    "Something went wrong inside Position Sync, and it is not known which tokens are saved. The "
    "log has the details."
)
NOT_SAVED = message(
    "Something went wrong inside Position Sync, and the token was not saved. The log has the "
    "details."
)
NOT_DELETED = message(
    "Something went wrong inside Position Sync, and the token was not deleted. The log has the "
    "details."
)


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where a token is; None if it is not saved. Attributes: problem: why that is not known."""

    place: SecretPlace | None = None
    problem: str = ""

    @property
    def text(self) -> str:
        if self.problem:
            return message("Cannot be read")
        return NO_TOKEN if self.place is None else PLACES[self.place]


class TokenController(QObject):
    """One change after the other.

    Signals:
        places_found(Mapping[str, TokenPlace]): by the tokens' names.
        changed(str, str): a token's name; why it could not be saved or deleted, or ""; declared
            as an object, since a Qt string would not be translated.
    """

    places_found = Signal(object)
    changed = Signal(str, object)

    def __init__(self, credentials: Credentials, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._credentials = credentials
        self._tasks = TaskGroup()

    def look(self, names: Collection[str]) -> None:
        """Reads where these are; a locked keyring may ask the user first."""

        async def places() -> Mapping[str, TokenPlace]:
            return {name: await self._place(name) for name in names}

        def fail(error: Exception) -> None:
            text = error_text(error, NOT_FOUND, "looking for tokens")
            self.places_found.emit(dict.fromkeys(names, TokenPlace(problem=text)))

        self._tasks.latest("places", places, self.places_found.emit, fail)

    def save(self, name: str, secret: Secret) -> None:
        self._tasks.begin(self._save(name, secret), "save a Flex token")

    def delete(self, name: str) -> None:
        self._tasks.begin(self._delete(name), "delete a Flex token")

    async def shutdown(self) -> None:
        await self._tasks.end()

    async def _place(self, name: str) -> TokenPlace:
        try:
            stored = await self._credentials.read(flex_secret_name(name))
        except CredentialsError as error:
            return TokenPlace(problem=error.text)
        return TokenPlace(None if stored is None else stored.place)

    async def _save(self, name: str, secret: Secret) -> None:
        try:
            await self._credentials.store(flex_secret_name(name), secret)
            reason = ""
        except Exception as error:
            reason = error_text(error, NOT_SAVED, "saving a token")
        self.changed.emit(name, reason)

    async def _delete(self, name: str) -> None:
        try:
            await self._credentials.delete(flex_secret_name(name))
            reason = ""
        except Exception as error:
            reason = error_text(error, NOT_DELETED, "deleting a token")
        self.changed.emit(name, reason)
