"""Every text of the program is translated into every language that it offers."""

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from app.platform.language import LANGUAGES, SOURCE, catalogue

SCRIPT = Path(__file__).parents[1] / "resources" / "packaging" / "catalogues.py"
spec = spec_from_file_location("catalogues", SCRIPT)
assert spec is not None and spec.loader is not None
catalogues = module_from_spec(spec)
spec.loader.exec_module(catalogues)
code_texts = cache(catalogues.texts_of_code)
TRANSLATED = tuple(language for language in LANGUAGES if language != SOURCE)


def test_the_languages_that_are_offered_have_a_catalogue() -> None:
    assert catalogues.languages() == tuple(sorted(TRANSLATED))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_code_is_translated(language: str) -> None:
    in_step = catalogues.updated(catalogues.stored(language), code_texts())
    assert list(catalogues.faults(in_step)) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_no_text_that_the_code_lacks(language: str) -> None:
    texts = code_texts()
    left = {
        (entry.context, entry.id)
        for entry in catalogues.stored(language)
        if entry.id and texts.get(entry.id, entry.context) is None
    }
    assert left == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_the_one_of_the_source(language: str) -> None:
    """`uv run` builds it again when the source has changed."""
    compiled = catalogue(language)
    for entry in catalogues.stored(language):
        if isinstance(entry.id, str) and entry.id:
            found = (
                compiled.gettext(entry.id)
                if entry.context is None
                else compiled.pgettext(entry.context, entry.id)
            )
            assert found == entry.string


def test_a_translation_that_loses_a_value_is_found() -> None:
    made = catalogues.Catalog(locale="de")
    made.add("{count} of {all}", "{count} von allen")
    made.add(("{count} row", "{count} rows"), ("eine Zeile", "{count} Zeilen"))
    made.add("Close", "")
    assert [fault.partition(":")[0] for fault in catalogues.faults(made)] == [
        "other values in braces",
        "not translated",
    ]
