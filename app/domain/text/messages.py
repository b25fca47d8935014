"""The program's own texts in the user's language: English in the code, translated by gettext.

`tr` is for a text that is shown at once; `message` for one that is made before it is shown, or that
JSON, the database or the log get too. Those always have the English words: a `Message` is its
English text, and only what a person reads goes through `translated`.

The language is the one state here, as in every use of gettext: a process has one reader.
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import partial
from gettext import NullTranslations
from typing import Any, Self

Write = Callable[[Decimal | date], str]  # a datetime is a date


class Message(str):
    """A text of ours. It is its English words; `translated` makes those of the reader's language.

    Args:
        english: what every program gets to see.
        translate: makes the text in the language of the moment.
    """

    __slots__ = ("_translate",)
    _translate: Callable[[], str]

    def __new__(cls, english: str, translate: Callable[[], str]) -> Self:
        self = super().__new__(cls, english)
        self._translate = translate
        return self

    def in_language(self) -> str:
        """The text in the reader's language."""
        return self._translate()

    def __deepcopy__(self, _: object) -> Self:
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """What leaves the process is the English text."""
        return str, (str(self),)


class _Language:
    """What the texts are translated with.

    Attributes:
        write: a number or a time within a translated sentence.
    """

    def __init__(self) -> None:
        self.catalogue = NullTranslations()
        self.write: Write = str


_language = _Language()


def use_catalogue(catalogue: NullTranslations) -> None:
    """Texts are translated with this catalogue from now on; an empty one leaves them English."""
    _language.catalogue = catalogue


def write_values(write: Write) -> None:
    """Numbers and times within translated sentences are written so from now on."""
    _language.write = write


def tr(text: str, /, **values: object) -> str:
    """The text in the reader's language, now.

    Args:
        values: what stands for the names in braces; numbers and times are written as the reader's
            locale does.
    """
    return _filled(_language.catalogue.gettext(text), text, values)


def tr_plural(one: str, many: str, count: int, /, **values: object) -> str:
    """The form that fits the number. `{count}` is the number, unless `values` have it as a text."""
    found = _language.catalogue.ngettext(one, many, count)
    return _filled(found, one if count == 1 else many, {"count": count, **values})


def tr_in(context: str, text: str) -> str:
    """A word that needs a context to be translated, as "Close" does: a button's, or a table's."""
    return _language.catalogue.pgettext(context, text)


def message(text: str, /, **values: object) -> Message:
    """The text in English, and translated where it is shown."""
    return Message(text.format(**values) if values else text, partial(tr, text, **values))


def message_plural(one: str, many: str, count: int, /, **values: object) -> Message:
    """The form that fits the number; see `tr_plural`."""
    english = (one if count == 1 else many).format(**{"count": count, **values})
    return Message(english, partial(tr_plural, one, many, count, **values))


def message_in(context: str, text: str) -> Message:
    """A word with its context; see `tr_in`."""
    return Message(text, partial(tr_in, context, text))


def localized(english: str, value: Decimal | date) -> Message:
    """A number or a day within a sentence: `english`, unless the reader's locale writes it."""
    return Message(english, lambda: english if _language.write is str else _language.write(value))


def joined(parts: Iterable[str], separator: str = " ") -> Message:
    """Whole sentences, or the items of a list, one after the other; empty ones are left out."""
    kept = tuple(part for part in parts if part)
    return Message(separator.join(kept), partial(_joined, kept, separator))


def translated(text: str) -> str:
    """The text as the reader sees it; one that is none of ours stays as it is."""
    return text.in_language() if isinstance(text, Message) else text


def _joined(parts: tuple[str, ...], separator: str) -> str:
    return translated(separator).join(map(translated, parts))


def _filled(found: str, source: str, values: dict[str, Any]) -> str:
    """The translation with its values; a translator's slip in the braces shows the source."""
    if not values:
        return found
    shown = {name: _written(value) for name, value in values.items()}
    try:
        return found.format(**shown)
    except (KeyError, ValueError, IndexError):
        return source.format(**shown)


def _written(value: object) -> object:
    if isinstance(value, str):
        return translated(value)
    return _language.write(value) if isinstance(value, Decimal | date) else value
