"""The guard's share is the user's."""

import pytest

from app.domain.reconciliation.mass_close_guard import is_mass_close


@pytest.mark.parametrize(
    ("closing", "percent", "is_held"),
    [(5, 50, False), (6, 50, True), (2, 20, False), (3, 20, True), (9, 90, False), (10, 100, True)],
)
def test_more_than_the_chosen_share_of_ten_is_a_mass_close(
    closing: int, percent: int, is_held: bool
) -> None:
    assert is_mass_close(10, closing, percent) is is_held


def test_below_ten_positions_only_all_of_them_are_a_mass_close() -> None:
    assert not is_mass_close(9, 8, 1)
    assert is_mass_close(2, 2, 100)
    assert not is_mass_close(1, 1, 1)
