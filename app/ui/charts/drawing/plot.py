"""Plots over one time axis, one below the other, with a crosshair; on pyqtgraph."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QGraphicsView, QVBoxLayout, QWidget

from app.ui.charts.drawing.axes import AmountAxis, TimeAxis
from app.ui.charts.drawing.chart_view import NOWHERE, ChartView
from app.ui.charts.drawing.items import LevelItem
from app.ui.style.formatting import Formats

# Its work at the interpreter's end tears down widgets that Qt has torn down already.
pyqtgraph.setConfigOption("exitCleanup", False)

ROOM = 0.06  # above and below the values, of their span
LEAST_DAYS = 1 / 288  # that can be zoomed to
DRAG = 4  # pixels: less is a click
MOST_HEIGHT = 16_777_215  # Qt's own limit


@dataclass(slots=True)
class Panel:
    """One plot: its title, its axis and what it shows.

    Attributes:
        span: the least and the greatest value.
    """

    title: pyqtgraph.LabelItem
    axis: AmountAxis
    box: pyqtgraph.ViewBox
    crosshair: pyqtgraph.InfiniteLine
    zero: LevelItem
    text: str
    share: int
    span: tuple[float, float] = (0.0, 1.0)


class Plot(ChartView):
    """The subclass adds items to the panels, and says at which times there are points.

    Args:
        panels: title and share of the height of each, from top to bottom.
    """

    def __init__(
        self,
        name: str,
        formats: Formats,
        panels: Sequence[tuple[str, int]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, parent)
        self.formats = formats
        self._times: list[float] = []  # of the points, ascending
        self._extent = 0.0, 0.0  # all that there is to see
        self._pressed = QPointF()
        self.graphics = pyqtgraph.GraphicsView(background=None)
        self.graphics.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.graphics.setAccessibleName(name)
        self.graphics.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.grid = pyqtgraph.GraphicsLayout()
        self.grid.layout.setSpacing(0)
        self.grid.setContentsMargins(8, 4, 14, 4)
        self.graphics.setCentralItem(self.grid)
        self.times = TimeAxis(formats)
        self.panels = [self._panel(n, *panel) for n, panel in enumerate(panels)]
        for panel in self.panels[1:]:
            panel.box.setXLink(self.panels[0].box)
        self.grid.addItem(self.times, 2 * len(panels), 1)
        self.times.linkToView(self.panels[-1].box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.graphics)
        self.graphics.viewport().installEventFilter(self)
        self.graphics.viewport().setMouseTracking(True)

    def _panel(self, number: int, text: str, share: int) -> Panel:
        box = pyqtgraph.ViewBox(enableMenu=False)
        box.setMouseEnabled(x=True, y=False)
        box.setDefaultPadding(0)
        axis = AmountAxis(self.formats)
        axis.linkToView(box)
        title = pyqtgraph.LabelItem(justify="left")
        crosshair = pyqtgraph.InfiniteLine(angle=90)
        zero = LevelItem()
        crosshair.hide()
        for line in (zero, crosshair):
            box.addItem(line, ignoreBounds=True)
        self.grid.addItem(title, 2 * number, 1)
        self.grid.addItem(axis, 2 * number + 1, 0)
        self.grid.layout.setAlignment(axis, Qt.AlignmentFlag.AlignRight)
        self.grid.addItem(box, 2 * number + 1, 1)
        self.grid.layout.setRowStretchFactor(2 * number + 1, share)
        return Panel(title, axis, box, crosshair, zero, text, share)

    def set_points(self, times: Sequence[float], left: float, right: float) -> None:
        """What was zoomed to stays in view, unless another period is shown now.

        Args:
            times: of the points.
            left, right: all that there is to see.
        """
        self._times = list(times)
        right = max(right, left + LEAST_DAYS)
        begun, ended = self.panels[0].box.viewRange()[0]
        is_same_period = left == self._extent[0] and (begun, ended) != self._extent
        self._extent = left, right
        for panel in self.panels:
            low, high = panel.span
            is_zero_in_view = low <= 0 <= high
            bounds = QRectF(left, low, right - left, high - low)
            panel.zero.set_bounds(bounds if is_zero_in_view else QRectF())
            panel.box.setLimits(xMin=left, xMax=right, minXRange=min(LEAST_DAYS, right - left))
        if not is_same_period or ended > right:
            self.panels[0].box.setXRange(left, right, padding=0)
        self.go_to(NOWHERE)

    def set_span(self, panel: Panel, values: Sequence[float], *, with_zero: bool) -> None:
        """The amounts that a panel reaches over."""
        own = [*values, 0.0] if with_zero or not values else list(values)
        low, high = min(own), max(own)
        room = (high - low) * ROOM or abs(low) * ROOM or 1.0
        panel.span = low - room, high + room
        panel.box.setYRange(*panel.span, padding=0)

    def count(self) -> int:
        return len(self._times)

    def on_current(self) -> None:
        is_any = 0 <= self.current < len(self._times)
        for panel in self.panels:
            panel.crosshair.setVisible(is_any)
            if is_any:
                panel.crosshair.setValue(self._times[self.current])
        if is_any:
            self._bring_into_view(self._times[self.current])

    def _bring_into_view(self, time: float) -> None:
        left, right = self.panels[0].box.viewRange()[0]
        if not left <= time <= right:
            half = (right - left) / 2
            self.panels[0].box.setXRange(time - half, time + half, padding=0)

    def restyle(self) -> None:
        super().restyle()
        colours, font = self.colours, self.font()
        self.graphics.setBackground(QColor(colours.back))
        self.times.restyle(colours, font)
        for panel in self.panels:
            panel.axis.restyle(colours, font)
            self.write_title(panel)
            panel.crosshair.setPen(pyqtgraph.mkPen(colours.text, style=Qt.PenStyle.DashLine))
            panel.zero.colour = QColor(colours.neutral)
            panel.zero.update()

    def write_title(self, panel: Panel) -> None:
        size = f"{self.font().pointSizeF()}pt"
        panel.title.setText(panel.text, color=self.colours.text, size=size, bold=True)

    def show_panel(self, panel: Panel, *, is_shown: bool) -> None:
        """A hidden one leaves its room to the others."""
        for item in (panel.title, panel.axis, panel.box):
            item.setVisible(is_shown)
        row = 2 * self.panels.index(panel)
        layout = self.grid.layout
        layout.setRowStretchFactor(row + 1, panel.share if is_shown else 0)
        for each in (row, row + 1):
            layout.setRowMaximumHeight(each, MOST_HEIGHT if is_shown else 0)

    def reformat(self) -> None:
        """The locale is another one."""
        for axis in (self.times, *(panel.axis for panel in self.panels)):
            axis.picture = None
            axis.update()

    def paint_picture(self, painter: QPainter, size: QSize) -> None:
        current = self.current
        self.go_to(NOWHERE)
        painter.fillRect(QRectF(QPointF(), size), QColor(self.colours.back))
        scene = self.graphics.scene()
        scene.render(painter, QRectF(QPointF(), size), self.graphics.viewRect())
        self.go_to(current)

    def nearest(self, time: float) -> int:
        """The number of the point that is nearest to a time."""
        place = bisect_left(self._times, time)
        near = [n for n in (place - 1, place) if 0 <= n < len(self._times)]
        return min(near, key=lambda n: abs(self._times[n] - time), default=NOWHERE)

    def number_at(self, place: QPointF) -> int:
        """The point below or above a place of the view; `NOWHERE` outside of the plots."""
        scene = self.graphics.mapToScene(place.toPoint())
        for panel in self.panels:
            if panel.box.sceneBoundingRect().contains(scene):
                return self.nearest(panel.box.mapSceneToView(scene).x())
        return NOWHERE

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hovering moves the crosshair; a click picks its point, a drag only moves the plot."""
        if isinstance(event, QMouseEvent):
            place, kind = event.position(), event.type()
            is_left = event.button() is Qt.MouseButton.LeftButton
            if kind == QEvent.Type.MouseMove and not event.buttons():
                self.go_to(self.number_at(place))
            elif kind == QEvent.Type.MouseButtonPress and is_left:
                self._pressed = place
                self.setFocus(Qt.FocusReason.MouseFocusReason)
            elif kind == QEvent.Type.MouseButtonRelease and is_left:
                moved = (place - self._pressed).manhattanLength()
                if moved < DRAG and (number := self.number_at(place)) != NOWHERE:
                    self.go_to(number)
                    self.picked.emit(number)
        elif event.type() == QEvent.Type.Leave:
            self.go_to(NOWHERE)
        return super().eventFilter(watched, event)
