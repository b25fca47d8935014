"""The language is the one of the settings, else the first of the user's that there is."""

from datetime import date, datetime
from decimal import Decimal
from gettext import NullTranslations

import pytest

from app.domain.model.amounts import count_text
from app.domain.model.instruments import plain_text
from app.domain.model.statements import written
from app.domain.text.messages import message, translated
from app.platform.language import first_known, of_environment, use_language


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


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "1,312 on 31 Oct 2026 at 0.5, 2026-10-31 09:05:00"),
        ("de", "1.312 on 31.10.2026 at 0,5, 31.10.2026 09:05:00"),
        ("ja", "1,312 on 2026年10月31日 at 0.5, 2026年10月31日 09:05:00"),
    ],
)
def test_numbers_and_days_in_a_sentence_are_written_as_in_its_language(
    language: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.platform.language.catalogue", lambda _: NullTranslations())
    sentence = message(
        "{count} on {day} at {price}, {time}",
        count=count_text(1312),
        day=written(date(2026, 10, 31)),
        price=plain_text(Decimal("0.50")),
        time=datetime(2026, 10, 31, 9, 5),  # noqa: DTZ001 - as it is written
    )
    try:
        use_language(language)
        assert translated(sentence) == text
        assert sentence == "1,312 on 31 Oct 2026 at 0.5, 2026-10-31 09:05:00"
    finally:
        use_language("en")
