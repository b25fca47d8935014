"""The user's tags as chips, with a field that adds more."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QEvent, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QToolButton, QWidget

from app.domain.model.notes import tag_key
from app.domain.text.messages import tr
from app.ui.style.icons import icon
from app.ui.style.sizes import scaled
from app.ui.style.theme import current_colours
from app.ui.widgets.flow_layout import FlowLayout

FIELD_WIDTH, AROUND_HINT = 120, 24  # at the usual font
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class TagChip(QToolButton):
    """One tag; a click, Delete or Backspace removes it, Left and Right go to the next.

    Signals:
        removed(): it is to be removed.
        step_wanted(int): the user goes to the next (+1) or the one before (-1).
    """

    removed = Signal()
    step_wanted = Signal(int)

    def __init__(self, tag: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tag = tag
        self.setObjectName("chip")
        self.setText(tag.replace("&", "&&"))
        self.setAccessibleName(tr("Remove the tag {tag}", tag=tag))
        self.setToolTip(tr("Click to remove"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.clicked.connect(self.removed)
        self._set_icon()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif key in STEPS:
            self.step_wanted.emit(STEPS[key])
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._set_icon()

    def _set_icon(self) -> None:
        self.setIcon(icon("close", current_colours().muted))


class TagLine(QLineEdit):
    """Where a tag is typed.

    Signals:
        entered(): Enter was pressed, or the field was left.
        back(): Backspace or Left was pressed at the start; the argument says whether Backspace.
    """

    entered = Signal()
    back = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        is_at_start = self.cursorPosition() == 0 and not self.hasSelectedText()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif key == Qt.Key.Key_Backspace and is_at_start and not self.text():
            self.back.emit(True)
        elif key == Qt.Key.Key_Left and is_at_start:
            self.back.emit(False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.entered.emit()


class TagsField(QWidget):
    """Enter or a comma adds what is typed, Backspace in the empty field removes the last tag.

    Signals:
        add_wanted(str): a tag as typed.
        remove_wanted(str): one of those that are shown.

    Attributes:
        chips: of the tags that are shown.
    """

    add_wanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: list[TagChip] = []
        self._known = QStringListModel(self)
        self.line = TagLine()
        self.line.setObjectName("tagField")
        self.line.setPlaceholderText(tr("Add a tag"))
        self.line.setAccessibleName(tr("Add a tag"))
        self.line.setToolTip(tr("Enter or a comma adds it, Backspace removes the last one"))
        self._popup = QListView()  # made here: Qt's own would be of a class of its own
        self._popup.setAccessibleName(tr("Tags in use"))
        completer = QCompleter(self._known, self)
        completer.setPopup(self._popup)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self._take_completion, Qt.ConnectionType.QueuedConnection)
        self.line.setCompleter(completer)
        self._flow = FlowLayout()
        self.setLayout(self._flow)
        self._flow.addWidget(self.line)
        self.line.entered.connect(self.commit)
        self.line.textEdited.connect(self._split)
        self.line.back.connect(self._go_back)
        self._fit_to_font()

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(chip.tag for chip in self.chips)

    def show_tags(self, tags: Iterable[str]) -> None:
        """What is being typed stays."""
        wanted = tuple(tags)
        if wanted == self.tags:
            return
        focused = next((n for n, chip in enumerate(self.chips) if chip.hasFocus()), None)
        for chip in self.chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._flow.removeWidget(self.line)
        self.chips = [self._chip(tag) for tag in wanted]
        self._flow.addWidget(self.line)
        before: QWidget | None = None
        for part in (*self.chips, self.line):
            if before is not None:
                QWidget.setTabOrder(before, part)
            before = part
        if focused is not None:
            self._focus(min(focused, len(self.chips)))
        self.updateGeometry()

    def show_known(self, tags: Iterable[str]) -> None:
        """What is offered while typing: the tags in use anywhere."""
        self._known.setStringList(sorted(tags, key=str.casefold))

    def _chip(self, tag: str) -> TagChip:
        chip = TagChip(tag)
        chip.removed.connect(partial(self.remove_wanted.emit, tag))
        chip.step_wanted.connect(self._step)
        self._flow.addWidget(chip)
        chip.show()
        return chip

    @Slot()
    def commit(self) -> None:
        """Adds what is typed; the field is emptied by `clear` once that is allowed."""
        if text := self.line.text().strip():
            self.add_wanted.emit(text)

    def clear(self) -> None:
        self.line.clear()
        self._popup.hide()

    @Slot(str)
    def _split(self, text: str) -> None:
        *done, rest = text.split(",")
        if done:
            for tag in filter(None, map(str.strip, done)):
                self.line.setText(tag)
                self.add_wanted.emit(tag)
            if rest.strip() or not self.line.text():
                self.line.setText(rest.lstrip())

    @Slot(str)
    def _take_completion(self, tag: str) -> None:
        if tag_key(self.line.text()) == tag_key(tag):
            self.add_wanted.emit(tag)

    @Slot(bool)
    def _go_back(self, is_removing: bool) -> None:
        if is_removing and self.chips:
            self.remove_wanted.emit(self.chips[-1].tag)
        elif self.chips:
            self._focus(len(self.chips) - 1)

    @Slot(int)
    def _step(self, step: int) -> None:
        now = next(n for n, chip in enumerate(self.chips) if chip is self.sender())
        self._focus(max(now + step, 0))

    def _focus(self, number: int) -> None:
        """The chip, or the field after the last."""
        part = self.chips[number] if number < len(self.chips) else self.line
        part.setFocus(Qt.FocusReason.TabFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_to_font()

    def _fit_to_font(self) -> None:
        hint = self.line.fontMetrics().horizontalAdvance(self.line.placeholderText())
        self.line.setFixedWidth(max(scaled(self, FIELD_WIDTH), hint + scaled(self, AROUND_HINT)))
