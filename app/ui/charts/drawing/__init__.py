"""Draws values as charts, on pyqtgraph where they have a time axis; it knows no store and no page.

Import it late: pyqtgraph and numpy take most of a second (`app.ui.charts.loading`).
"""
