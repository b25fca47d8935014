"""Foreign text is made visible, and cut to a length."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.text.foreign_text import limited, padded, visible, visible_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ÜBER→株 A", "ÜBER→株 A"),
        ("a\tb\nc\rd", "a␉b␊c␍d"),
        ("\x1b[2J\x07\x00", "␛[2J␇␀"),
        ("\x7f\x85\x9b", "␡��"),
        ("\u202eEVIL\u2066\u200f\u2028\ud800", "�EVIL����"),
        ("no\u00a0break", "no\u00a0break"),
    ],
)
def test_a_sign_stands_for_each_character_that_acts(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_line_breaks_of_the_program_stay() -> None:
    assert visible_lines("a\nb\x1b") == "a\nb␛"


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_what_is_visible_never_acts_and_keeps_its_length(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert visible(shown) == shown
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert len(shown.splitlines()) <= 1


@settings(deadline=None)
@given(st.text(), st.integers(1, 20))
def test_a_limited_text_is_its_own_beginning(text: str, length: int) -> None:
    short = limited(text, length)
    assert len(short) <= length
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_spaces_fill_what_a_terminal_leaves_free_beside_wide_letters() -> None:
    assert padded("銘柄", 6) == "銘柄  "
    assert padded("ﾄﾚｰﾄﾞ", 6, is_right=True) == " ﾄﾚｰﾄﾞ"
    assert padded("AAPL", 4) == "AAPL"
