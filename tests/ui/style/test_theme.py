"""The theme of the system, or the one that the user chose."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.ui.style.theme import DARK, LIGHT, Theme, current_colours
from tests.ui.conftest import delete


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme()
    yield made
    made.choose("system")
    delete(made, qapp)


def test_a_chosen_theme_is_in_use_and_outlasts_a_change_of_the_system(theme: Theme) -> None:
    theme.choose("dark")
    assert current_colours() == DARK
    theme.on_scheme_changed(Qt.ColorScheme.Light)
    assert current_colours() == DARK
    theme.choose("light")
    theme.on_scheme_changed(Qt.ColorScheme.Dark)
    assert current_colours() == LIGHT


def test_after_a_return_to_the_system_scheme_it_follows_that_again(theme: Theme) -> None:
    theme.choose("dark")
    theme.choose("system")
    theme.on_scheme_changed(Qt.ColorScheme.Light)
    assert current_colours() == LIGHT
    theme.on_scheme_changed(Qt.ColorScheme.Dark)
    assert current_colours() == DARK
    theme.on_scheme_changed(Qt.ColorScheme.Light)
