"""Account numbers do not leave the computer."""

import pytest

from app.domain.text.redaction import masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("account U1234567 and DU7654321", "account U…67 and DU…21"),
        ("U1234567A, F998877", "U…67A, F…77"),
        ("127.0.0.1:7497, client 17", "127.0.0.1:7497, client 17"),
        ("an unusual ACME-77", "an unusual A…77"),
        ("UTF8 DUTCH IBKR2026", "UTF8 DUTCH IBKR2026"),
    ],
)
def test_numbers_are_masked_and_nothing_else(text: str, shown: str) -> None:
    assert masked(text, ["ACME-77"]) == shown
