"""Reads JSON objects strictly; errors name the missing, unknown or invalid key."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, cast

from app.domain.model.errors import SettingsError

T = TypeVar("T")


class JsonObjectReader:
    """Reads one JSON object; keeps its place in the file and the unread keys."""

    def __init__(self, raw: Any, place: str) -> None:
        if not isinstance(raw, dict):
            raise SettingsError(f"{place} is not an object")
        self._raw: dict[str, Any] = dict(raw)
        self._place = place

    def optional(self, key: str, read: Callable[[Any], T]) -> T | None:
        """The value of a key; None if it is missing."""
        if key not in self._raw:
            return None
        value = self._raw.pop(key)
        try:
            return read(value)
        except (TypeError, ValueError, InvalidOperation) as error:
            raise SettingsError(f"{self._place}.{key} is not valid: {value!r}") from error

    def required(self, key: str, read: Callable[[Any], T]) -> T:
        """The value of a required key."""
        if key not in self._raw:
            raise SettingsError(f"{self._place}.{key} is missing")
        return cast(T, self.optional(key, read))

    def text(self, key: str) -> str:
        """A text that may be empty or missing."""
        return self.optional(key, a_text) or ""

    def objects(self, key: str, read: Callable[["JsonObjectReader"], T]) -> tuple[T, ...]:
        """The objects of a list; none if the key is missing."""
        items = self.optional(key, a_list) or []
        readers = [
            JsonObjectReader(item, f"{self._place}.{key}[{i}]") for i, item in enumerate(items)
        ]
        return tuple(reader.read_fully(read) for reader in readers)

    def read_fully(self, read: Callable[["JsonObjectReader"], T]) -> T:
        """The result of `read`, which must read every key."""
        value = read(self)
        if self._raw:
            raise SettingsError(f"{self._place}.{min(self._raw)} is not known")
        return value


def a_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def a_text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError
    return value


def a_name(value: Any) -> str:
    if not a_text(value).strip():
        raise ValueError
    return a_text(value)


def a_number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise TypeError
    return value


def a_decimal(value: Any) -> Decimal:
    """A finite number from a text or an integer; a JSON float would not be exact."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise TypeError
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError
    return number


def a_positive(value: Any) -> Decimal:
    if a_decimal(value) <= 0:
        raise ValueError
    return a_decimal(value)


def not_zero(value: Any) -> Decimal:
    if not a_decimal(value):
        raise ValueError
    return a_decimal(value)


def amounts(value: Any) -> tuple[tuple[str, Decimal], ...]:
    """The (currency, amount) entries of an object."""
    if not isinstance(value, dict):
        raise TypeError
    return tuple((a_name(currency), a_decimal(amount)) for currency, amount in value.items())


def rates(value: Any) -> tuple[tuple[str, Decimal], ...]:
    """Positive amounts by currency."""
    return tuple((currency, a_positive(str(rate))) for currency, rate in amounts(value))


def a_time(value: Any) -> datetime:
    """A UTC time from an ISO text with a time zone."""
    moment = datetime.fromisoformat(a_text(value))
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)
