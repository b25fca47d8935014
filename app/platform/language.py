"""Which language the texts are in, and where its catalogue is."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from app.domain.text.messages import use_catalogue, write_values
from app.platform.paths import resource

SYSTEM = "system"
SOURCE = "en"  # what the code is written in; it needs no catalogue
# language -> its own name
LANGUAGES = {SOURCE: "English", "de": "Deutsch", "ja": "日本語"}
CATALOGUE = "position-sync.mo"


def use_language(name: str, wanted: Iterable[str] = ()) -> str:
    """Shows all texts in a language from now on; returns which one it is.

    Args:
        name: one of `LANGUAGES`, or "system" for the first of the user's that there is.
        wanted: the user's languages, the best first, such as "de_AT"; those of the environment if
            none are given.
    """
    language = name if name in LANGUAGES else first_known(tuple(wanted) or of_environment())
    use_catalogue(catalogue(language))
    write_values(WRITERS.get(language, str))
    return language


def german(value: Decimal | date) -> str:
    """ "1.234,5", "31.10.2026"."""
    if isinstance(value, Decimal):
        return f"{value:,f}".translate(GERMAN_MARKS)
    return f"{value:%d.%m.%Y %H:%M:%S}" if isinstance(value, datetime) else f"{value:%d.%m.%Y}"


def japanese(value: Decimal | date) -> str:
    """ "1,234.5", "2026年10月31日"."""
    if isinstance(value, Decimal):
        return f"{value:,f}"
    day = f"{value.year}年{value.month}月{value.day}日"
    return f"{day} {value:%H:%M:%S}" if isinstance(value, datetime) else day


GERMAN_MARKS = str.maketrans(",.", ".,")
# language -> how a number or a time within a sentence is written; in English as it is.
WRITERS: Mapping[str, Callable[[Decimal | date], str]] = {"de": german, "ja": japanese}


def first_known(wanted: Iterable[str]) -> str:
    for name in wanted:
        language = name.replace("-", "_").partition("_")[0].lower()
        if language in LANGUAGES:
            return language
    return SOURCE


def of_environment(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The user's languages as gettext finds them: https://www.gnu.org/software/gettext/manual,
    "Locale Environment Variables". Windows has none of these variables."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next(filter(None, map(environment.get, names)), "")
    if locale.partition(".")[0] in ("C", "POSIX"):
        return ()
    if not locale:
        return of_windows()
    return tuple(filter(None, (*environment.get("LANGUAGE", "").split(":"), locale)))


def of_windows() -> tuple[str, ...]:
    """The language of the user's own Windows; none on other systems."""
    if sys.platform == "win32":
        import ctypes
        import locale

        number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return tuple(filter(None, [locale.windows_locale.get(number)]))
    return ()


@cache  # a command asks for it before and after it has read the settings
def catalogue(language: str) -> NullTranslations:
    """The texts of a language; without its file, as in a checkout that was not built, English."""
    if language != SOURCE:
        with suppress(OSError), catalogue_file(language).open("rb") as file:
            return GNUTranslations(file)
    return NullTranslations()


def catalogue_file(language: str) -> Path:
    return resource("locale") / language / CATALOGUE
