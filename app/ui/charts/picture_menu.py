"""The menu that copies or saves charts as pictures, and their data."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton, QWidget

from app.domain.text.messages import message, tr, translated
from app.ui.charts.drawing.chart_view import ChartView
from app.ui.charts.drawing.pictures import copy_picture, png_of, svg_of
from app.ui.charts.sections.section import Section

FORMATS = {
    "png": (message("PNG picture (*.png)"), png_of),
    "svg": (message("SVG picture (*.svg)"), svg_of),
}


class PictureMenu(QMenu):
    """Filled anew each time.

    Args:
        section: gives the one that is shown.

    Signals:
        picture_wanted(bytes, Path): a picture is to be written to a file.
        export_wanted(): the data is to be exported.
    """

    picture_wanted = Signal(object, object)
    export_wanted = Signal()

    def __init__(self, section: Callable[[], Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._section = section
        self.aboutToShow.connect(self.fill)

    @Slot()
    def fill(self) -> None:
        self.clear()
        section = self._section()
        for chart in section.charts if section.is_drawn else ():
            name = chart.accessibleName().replace("&", "&&")
            self.addAction(tr("Copy: {chart}", chart=name), partial(copy_picture, chart))
            for suffix in FORMATS:
                text = tr("Save as {format}: {chart}…", format=suffix.upper(), chart=name)
                self.addAction(text, partial(self.ask_where, chart, suffix))
            self.addSeparator()
        self.addAction(tr("Data as CSV, Excel or JSON…"), self.export_wanted.emit)

    def ask_where(self, chart: ChartView, suffix: str) -> QFileDialog:
        """Opens the save dialog for a picture."""
        place = QStandardPaths.StandardLocation.PicturesLocation
        folder = QStandardPaths.writableLocation(place) or str(Path.home())
        text, render = FORMATS[suffix]
        dialog = QFileDialog(self.parentWidget(), tr("Save picture"), folder, translated(text))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(f"{self._section().model.spec.name}.{suffix}")

        def save(name: str) -> None:
            self.picture_wanted.emit(render(chart), Path(name))

        dialog.fileSelected.connect(save)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog


class PictureButton(QToolButton):
    """Opens the menu. Args: section: gives the one that is shown."""

    def __init__(self, section: Callable[[], Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plainTool")
        self.setText(tr("Picture, data"))
        self.setAccessibleName(tr("Save or copy the chart as a picture, or its data"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.pictures = PictureMenu(section, self)
        self.setMenu(self.pictures)
