"""Dialogs that are as large as what they show, but never larger than the screen."""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QStyle, QWidget

PASSES = 3  # another width may break a sentence elsewhere, which changes the height


class ContentArea(QScrollArea):
    """A widget that scrolls only where there is no room for all of it.

    Args:
        content: may be changed while it is shown.
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(content)

    def needed_size(self, least_width: int, most: QSize) -> QSize:
        """Of all the content and, if there is no room for that, of the scroll bars."""
        content, bar = self._content, bar_extent(self)
        width = min(max(least_width, content.sizeHint().width()), most.width())
        height = height_of(content, width)
        if height > most.height():
            width = min(width + bar, most.width())
            height = most.height()
        if content.minimumSizeHint().width() > width:
            height += bar
        return QSize(width, height).boundedTo(most)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # of the content
            self.updateGeometry()
            self._show_or_hide_bar()
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._show_or_hide_bar()
        super().resizeEvent(event)

    def _show_or_hide_bar(self) -> None:
        """Qt keeps the bar for sentences that break only because the bar is there."""
        content, width = self._content, self.width()
        has_room = content.minimumSizeHint().width() <= width
        has_room = has_room and height_of(content, width) <= self.height()
        policy = Qt.ScrollBarPolicy
        wanted = policy.ScrollBarAlwaysOff if has_room else policy.ScrollBarAsNeeded
        if self.verticalScrollBarPolicy() != wanted:
            self.setVerticalScrollBarPolicy(wanted)


def height_of(part: QWidget, width: int) -> int:
    """With its sentences broken at this width."""
    if part.hasHeightForWidth():
        return part.heightForWidth(width)
    return part.sizeHint().height()


def bar_extent(part: QWidget) -> int:
    """The width of a vertical scroll bar, the height of a horizontal one."""
    return part.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)


class FittedDialog(QDialog):
    """Opens as large as its content, and grows with it until the user has made it smaller.

    It does not shrink with its content, so that no button moves away from under the pointer.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fitted = QSize()

    def present_room(self) -> QSize:
        """What the content has now, of the dialog's size."""
        raise NotImplementedError

    def needed_room(self, most: QSize) -> QSize:
        """What the content needs to be seen whole, or with scroll bars if that is more than
        `most`."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:
        if not event.spontaneous():
            for _ in range(PASSES):
                self._resize(self._wanted_size())
        super().showEvent(event)  # finds its place by its size

    def event(self, event: QEvent) -> bool:
        is_handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self.grow()
        return is_handled

    def grow(self) -> None:
        """Gives the content the room that it needs now."""
        if self.size().boundedTo(self._fitted) != self._fitted:
            return  # the user has made it smaller
        wanted = self.size().expandedTo(self._wanted_size())
        if wanted != self.size():
            self._resize(wanted)
            self._stay_on_screen()

    def _wanted_size(self) -> QSize:
        around, most = self.size() - self.present_room(), self._largest_size()
        return around + self.needed_room(most - around)

    def _largest_size(self) -> QSize:
        """The screen's available area without a title bar."""
        title = self.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
        return self.screen().availableSize() - QSize(0, title)

    def _resize(self, size: QSize) -> None:
        self.resize(size)
        self._fitted = self.size()

    def _stay_on_screen(self) -> None:
        room, frame = self.screen().availableGeometry(), self.frameGeometry()
        left = max(min(frame.left(), room.right() + 1 - frame.width()), room.left())
        top = max(min(frame.top(), room.bottom() + 1 - frame.height()), room.top())
        if QPoint(left, top) != frame.topLeft():
            self.move(left, top)
