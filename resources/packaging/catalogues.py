"""Brings the catalogues of texts (resources/locale) in step with the code.

`uv run python resources/packaging/catalogues.py` adds the new texts, takes the gone ones out, and
says what has to be translated. Needs Babel, which is among the tools for development.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "resources" / "locale"
NAME = "position-sync"
# function -> which of its arguments are texts ("c": their context), see app/domain/text/messages.py
KEYWORDS = {
    "tr": None,
    "tr_plural": (1, 2),
    "tr_in": ((1, "c"), 2),
    "message": None,
    "message_plural": (1, 2),
    "message_in": ((1, "c"), 2),
}
METHODS = [("api/**.py", "ignore"), ("**.py", "python")]  # the HTTP API speaks English
COMMENT = "Translators:"
# Lines of the header that change with every run, or that nobody fills in.
NOT_KEPT = re.compile(
    rb'^"(Project-Id|Report-|POT-|PO-|Last-|Language-Team|Generated)[^\n]*\n', re.MULTILINE
)
BRACES = re.compile(r"\{[^{}]*\}")


def texts_of_code() -> Catalog:
    """All texts that the code marks, as an empty catalogue."""
    found = Catalog(domain=NAME, charset="utf-8")
    for file, line, text, comments, context in extract_from_dir(
        ROOT / "app", method_map=METHODS, keywords=KEYWORDS, comment_tags=[COMMENT]
    ):
        place = [(f"app/{Path(file).as_posix()}", line)]
        found.add(text, locations=place, auto_comments=comments, context=context)
    return found


def catalogue_file(language: str) -> Path:
    return FOLDER / language / f"{NAME}.po"


def languages() -> tuple[str, ...]:
    return tuple(sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir()))


def stored(language: str) -> Catalog:
    """The catalogue of a language; an empty one if there is none yet."""
    file = catalogue_file(language)
    if not file.exists():
        return Catalog(locale=language, domain=NAME, fuzzy=False)
    with file.open("rb") as source:
        return read_po(source, locale=language, domain=NAME)


def updated(catalogue: Catalog, texts: Catalog) -> Catalog:
    """The catalogue with the texts of the code, and no others; a changed text is a new one."""
    catalogue.update(texts, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def faults(catalogue: Catalog) -> Iterator[str]:
    """What keeps a catalogue from being complete."""
    for entry in catalogue:
        if not entry.id:
            continue
        forms = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        if not all(forms):
            yield f"not translated: {entry.id!r}"
        elif entry.fuzzy:
            yield f"not certain: {entry.id!r}"
        elif not all(has_its_values(entry, form) for form in forms):
            yield f"other values in braces: {entry.id!r} -> {entry.string!r}"


def has_its_values(entry: Message, form: str) -> bool:
    """Whether a translation has the source's names in braces. A plural's forms may leave some out,
    as the source's do ("one position")."""
    if isinstance(entry.id, tuple):
        return set(BRACES.findall(form)) <= set(BRACES.findall("".join(entry.id)))
    return sorted(BRACES.findall(form)) == sorted(BRACES.findall(entry.id))


def write(language: str, catalogue: Catalog) -> None:
    """Without line numbers and dates, so that a change of the code does not change every line."""
    catalogue.header_comment = f"# The texts of Position Sync in {catalogue.locale.english_name}."
    for entry in catalogue:
        entry.locations = sorted({(file, None) for file, _ in entry.locations})
    text = BytesIO()
    write_po(text, catalogue, width=100, sort_by_file=True)
    catalogue_file(language).write_bytes(NOT_KEPT.sub(b"", text.getvalue()))


def main() -> int:
    texts = texts_of_code()
    missing = 0
    for language in languages():
        catalogue = updated(stored(language), texts)
        write(language, catalogue)
        for fault in faults(catalogue):
            missing += 1
            print(f"{language}: {fault}")
    print(f"{len(texts)} texts, {missing} to do")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
