"""Texts are English for programs and in the reader's language for people."""

import copy
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from gettext import NullTranslations
from typing import ClassVar

import pytest

from app.domain.model.errors import StoreError
from app.domain.text.messages import (
    Message,
    joined,
    localized,
    message,
    message_in,
    message_plural,
    tr,
    tr_in,
    tr_plural,
    translated,
    use_catalogue,
    write_values,
)


class German(NullTranslations):
    """A few texts."""

    texts: ClassVar = {
        "Close": "Schließen",
        "{host} is silent. {reason}": "{reason} {host} schweigt.",
        "Port {port} answers.": "Port {hafen} antwortet.",
        "the door": "die Tür",
        "Cost: {cost}": "Kosten: {cost}",
        "Since {time}": "Seit {time}",
    }

    def gettext(self, message: str) -> str:
        return self.texts.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        known = {"{count} row": ("{count} Zeile", "{count} Zeilen")}
        one, many = known.get(msgid1, (msgid1, msgid2))
        return one if n == 1 else many

    def pgettext(self, context: str, message: str) -> str:
        return {("table", "Close"): "Glattstellung"}.get((context, message), message)


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    use_catalogue(German())
    write_values(lambda value: str(value).replace(".", ","))
    yield
    use_catalogue(NullTranslations())
    write_values(str)


@dataclass(frozen=True)
class Record:
    text: str


def test_a_message_is_english_for_programs_and_translated_for_people() -> None:
    text = message("{host} is silent. {reason}", host="tws", reason=message("the door"))
    assert text == "tws is silent. the door"
    assert json.dumps(asdict(Record(text))) == '{"text": "tws is silent. the door"}'
    assert translated(text) == "die Tür tws schweigt."
    assert translated("AAPL") == "AAPL"


def test_a_text_that_is_shown_at_once_is_in_the_language_of_the_moment() -> None:
    assert tr("Close") == "Schließen"
    assert tr_in("table", "Close") == "Glattstellung"
    assert translated(message_in("table", "Close")) == "Glattstellung"
    use_catalogue(NullTranslations())
    assert tr("Close") == "Close"


def test_a_message_follows_the_language_after_it_was_made() -> None:
    text = message("Close")
    use_catalogue(NullTranslations())
    assert translated(text) == "Close"


@pytest.mark.parametrize(
    ("count", "english", "shown"), [(1, "1 row", "1 Zeile"), (2, "2 rows", "2 Zeilen")]
)
def test_a_number_decides_the_form(count: int, english: str, shown: str) -> None:
    text = message_plural("{count} row", "{count} rows", count)
    assert (text, translated(text)) == (english, shown)
    assert tr_plural("{count} row", "{count} rows", count) == shown


def test_a_number_may_come_as_the_locale_writes_it() -> None:
    assert tr_plural("{count} row", "{count} rows", 1200, count="1.200") == "1.200 Zeilen"


def test_numbers_and_times_are_written_as_the_reader_does() -> None:
    assert message("Cost: {cost}", cost=Decimal("1.5")) == "Cost: 1.5"
    assert translated(message("Cost: {cost}", cost=Decimal("1.5"))) == "Kosten: 1,5"
    time = datetime(2026, 11, 14, 22, 5, 9, 500_000, tzinfo=UTC)
    assert translated(message("Since {time}", time=time)).endswith("09,500000+00:00")


def test_a_translation_with_a_wrong_name_in_its_braces_falls_back_to_english() -> None:
    assert tr("Port {port} answers.", port=7496) == "Port 7496 answers."


def test_sentences_are_joined_without_the_empty_ones() -> None:
    text = joined([message("Close"), "", message("the door")], ", ")
    assert (text, translated(text)) == ("Close, the door", "Schließen, die Tür")


def test_a_foreign_text_with_braces_stays_as_it_is() -> None:
    text = message("{host} is silent. {reason}", host="{port}", reason="{0}")
    assert (text, translated(text)) == ("{port} is silent. {0}", "{0} {port} schweigt.")


def test_a_copy_is_still_translated() -> None:
    record = Record(message("Close"))
    assert translated(copy.deepcopy(record).text) == "Schließen"
    assert isinstance(copy.copy(record.text), str)


def test_an_error_keeps_its_message_for_people_and_its_words_for_programs() -> None:
    error = StoreError(message("Close"))
    assert (str(error), translated(error.text)) == ("Close", "Schließen")
    assert type(str(error)) is str
    assert isinstance(error.text, Message)


def test_a_number_with_an_english_form_keeps_it_until_a_locale_writes_it() -> None:
    text = message("Cost: {cost}", cost=localized("1,312", Decimal(1312)))
    assert (text, translated(text)) == ("Cost: 1,312", "Kosten: 1312")
    write_values(str)
    assert translated(text) == "Kosten: 1,312"
