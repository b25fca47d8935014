"""A label that gives way: what does not fit is in the tooltip; its text stays the whole one."""

from pytestqt.qtbot import QtBot

from app.ui.widgets.elided_label import ElidedLabel

TEXT = "18 positions · as of 5:28 PM"


def test_a_text_that_does_not_fit_is_in_the_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel(TEXT)
    qtbot.addWidget(label)
    label.resize(label.sizeHint())
    label.show()
    assert (label.text(), label.toolTip()) == (TEXT, "")
    label.resize(label.minimumSizeHint())
    assert label.minimumSizeHint().width() < label.sizeHint().width() / 2
    assert TEXT in label.toolTip()
    assert label.accessibleDescription() == TEXT
    label.setText("18")
    assert label.toolTip() == ""
