"""What we use of xlsxwriter beyond its public interface, which another version may drop."""

import io
from pathlib import Path

import openpyxl
import pytest
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.export.excel_page import RowPage

NEWER = "xlsxwriter has no {} any more: see app/export/excel_page.py for what takes its place"


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (Worksheet, "_check_dimensions"),
        (Worksheet, "_write_single_row"),
        (Format, "_get_xf_index"),
    ],
)
def test_xlsxwriter_still_has_the_private_methods_that_rows_are_written_with(
    owner: type, name: str
) -> None:
    assert callable(getattr(owner, name, None)), NEWER.format(f"{owner.__name__}.{name}")


def test_xlsxwriter_still_writes_the_rows_of_a_page_to_a_file_of_its_own(tmp_path: Path) -> None:
    with Workbook(io.BytesIO(), {"constant_memory": True, "tmpdir": str(tmp_path)}) as book:
        page = book.add_worksheet("Page", RowPage)
        for name in ("fh", "row_data_fh"):
            file = getattr(page, name, None)
            assert hasattr(file, "write"), NEWER.format(f"Worksheet.{name}")
        assert page.fh is page.row_data_fh
        assert not book.fileclosed


def test_rows_stand_below_those_that_were_written_cell_by_cell(tmp_path: Path) -> None:
    """What the private methods have to do: flush the titles, know the size of the page."""
    path = tmp_path / "p.xlsx"
    with Workbook(str(path), {"constant_memory": True}) as book:
        page = book.add_worksheet("Page", RowPage)
        style = book.add_format({"num_format": "0.00"})._get_xf_index()
        page.write_string(0, 0, "Title")
        page.begin_rows(2, 3)
        page.add_row(2, [f's="{style}"><v>1.5</v></c>', ""])
        page.add_row(3, ["", f's="{style}"><v>2.5</v></c>'])
    read = openpyxl.load_workbook(path)["Page"]
    assert read.dimensions == "A1:B3"
    assert list(read.iter_rows(values_only=True)) == [("Title", None), (1.5, None), (None, 2.5)]
    assert read["A2"].number_format == "0.00"
