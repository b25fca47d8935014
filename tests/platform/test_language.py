"""The language is the one of the settings, else the first of the user's that there is."""

import pytest

from app.platform.language import first_known, of_environment


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, ()),
        ({"LANG": "de_AT.UTF-8"}, ("de_AT.UTF-8",)),
        ({"LANG": "de_AT.UTF-8", "LC_MESSAGES": "ja_JP"}, ("ja_JP",)),
        ({"LANG": "de_DE", "LC_ALL": "C.UTF-8"}, ()),
        ({"LANG": "fr_FR", "LANGUAGE": "ja:de"}, ("ja", "de", "fr_FR")),
        ({"LANG": "C", "LANGUAGE": "de"}, ()),
        ({"LANGUAGE": "de"}, ()),
    ],
)
def test_the_environment_names_languages_as_gettext_reads_it(
    environment: dict[str, str], wanted: tuple[str, ...]
) -> None:
    assert of_environment(environment) == wanted


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ((), "en"),
        (("de_AT.UTF-8",), "de"),
        (("de-CH",), "de"),
        (("fr_FR", "ja"), "ja"),
        (("fr_FR",), "en"),
        (("en_GB", "de"), "en"),
    ],
)
def test_the_first_known_language_is_taken(wanted: tuple[str, ...], language: str) -> None:
    assert first_known(wanted) == language
