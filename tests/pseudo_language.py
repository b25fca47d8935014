"""A language that nobody speaks: accented and longer than English, in brackets.

Text outside the brackets was not translated; text that does not fit is cut in other languages, too.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations

from app.domain.text.messages import use_catalogue

BEGIN, END = "⟦", "⟧"
ACCENTED = str.maketrans("aceinosuyACEINOSUY", "àçéîñöšûýÀÇÉÎÑÖŠÛÝ")
LONGER = 0.35  # German and French are as much longer than English
HOLES = re.compile(r"(\{[^{}]*\}|&.|<[^<>]*>|\n|\([*][^()]*\))")
INSIDE = re.compile(f"{BEGIN}[^{BEGIN}{END}]*{END}")
MARKUP = re.compile(r"<[a-z/][^<>]*>")
WORD = re.compile(r"[^\W\d_]{2,}")


class PseudoLanguage(NullTranslations):
    """Every text in it can still be read."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002
        return pseudo(message)


def pseudo(text: str) -> str:
    """ "Sync &now" -> "⟦Šýñç &ñöw~~~⟧"; what stands in braces and a file dialog's patterns stay."""
    parts = HOLES.split(text)
    parts[::2] = [part.translate(ACCENTED) for part in parts[::2]]
    return f"{BEGIN}{''.join(parts)}{'~' * round(len(text) * LONGER)}{END}"


@contextmanager
def pseudo_language() -> Iterator[None]:
    """What is made meanwhile is in this language; English is used again afterwards."""
    use_catalogue(PseudoLanguage())
    try:
        yield
    finally:
        use_catalogue(NullTranslations())


def untranslated(text: str) -> list[str]:
    """The words of a text that stand outside all brackets, and are no markup."""
    text = MARKUP.sub(" ", text)
    while (shorter := INSIDE.sub(" ", text)) != text:
        text = shorter
    return WORD.findall(text)
