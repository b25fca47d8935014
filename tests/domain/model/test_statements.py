from datetime import date

import pytest

from app.domain.model.statements import ImportSummary, Statement, named, note, period

JANUARY, OCTOBER = date(2026, 1, 1), date(2026, 10, 31)


def said(imported: ImportSummary, *, completed: int = 0, healed: int = 0) -> str:
    statement = Statement(("U1", "U2"), JANUARY, OCTOBER, None, ())
    return note(statement, imported, completed=completed, healed=healed)


def test_a_note_says_what_is_new_and_what_was_restated() -> None:
    imported = ImportSummary(("U1", "U2"), 1312, 40, 1272)
    assert said(imported, completed=1, healed=5) == (
        "U1 and U2, 1 Jan to 31 Oct 2026: "
        "1,312 executions, 40 new, 1 completed, 5 positions corrected."
    )


def test_a_note_says_that_nothing_is_new() -> None:
    assert said(ImportSummary(("U1", "U2"), 1, 0, 1)).endswith(": 1 execution, nothing new.")


def test_a_note_names_the_accounts_that_were_left_out() -> None:
    assert said(ImportSummary(("U1",), 3, 1, 0)) == (
        "U1, 1 Jan to 31 Oct 2026: 3 executions, 1 new. "
        "2 of U2 left out: never synced into this database."
    )


def test_a_note_counts_cancels_and_names_those_without_a_match() -> None:
    imported = ImportSummary(("U1", "U2"), 3, 1, 2, cancelled=1, unmatched=1)
    assert said(imported, healed=1).endswith(
        ": 3 executions, 1 new, 1 cancelled, 1 position corrected. 1 cancel matches no known trade."
    )
    assert said(ImportSummary(("U1",), unmatched=1200)).endswith(
        ": 0 executions, nothing new. 1,200 cancels match no known trade."
    )


def test_a_note_does_not_blame_an_account_for_bonds_of_unknown_unit() -> None:
    assert said(ImportSummary(("U1",), 4, 1, 0, without_unit=2)).endswith(
        ": 4 executions, 1 new. 1 of U2 left out: never synced into this database. "
        "2 executions of bonds left out: sync while they are held, then import again."
    )


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (OCTOBER, OCTOBER, "31 Oct 2026"),
        (JANUARY, OCTOBER, "1 Jan to 31 Oct 2026"),
        (date(2025, 12, 1), JANUARY, "1 Dec 2025 to 1 Jan 2026"),
    ],
)
def test_a_period_names_its_year_once(first: date, last: date, text: str) -> None:
    assert period(first, last) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, ""), (1, "U0"), (2, "U0 and U1"), (3, "U0, U1 and U2"), (5, "U0, U1 and 3 more")],
)
def test_many_accounts_are_not_all_named(count: int, text: str) -> None:
    assert named([f"U{number}" for number in range(count)]) == text
