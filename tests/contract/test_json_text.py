"""JSON is written as the standard library writes it, to the letter."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contract.json_text import json_text, list_pieces
from app.domain.model.runs import RunStatus

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_a_value_is_written_as_json_dumps_does(value: object) -> None:
    assert json_text(value) == json.dumps(value, indent=2)


@given(st.lists(VALUES))
def test_the_pieces_of_a_list_make_the_whole_text(rows: list[object]) -> None:
    assert "".join(list_pieces(rows)) == json.dumps(rows, indent=2)


def test_a_named_value_is_its_text() -> None:
    assert json_text({"status": RunStatus.HELD}) == json.dumps({"status": "held"}, indent=2)


def test_what_has_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no JSON"):
        json_text(object())
