"""LibreOffice opens what is written, and is run with a profile of its own."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from report_sample import TEMPLATE, controls, rendered_by

from cchc_xl import office
from cchc_xl.errors import UserError

needs_office = pytest.mark.skipif(not office.is_installed(), reason="LibreOffice is not installed")
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def planted(folder: Path) -> Path:
    """A workbook whose formula carries a wrong cached value."""
    path = folder / "so.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet["A1"], sheet["A2"], sheet["A3"] = 2, 3, "=SUM(A1:A2)"
    workbook.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"<v></v>", b"<v>999</v>").replace(b"<v />", b"<v>999</v>")
    assert b"999" in parts[name]
    with zipfile.ZipFile(path, "w") as archive:
        for each, data in parts.items():
            archive.writestr(each, data)
    return path


@pytest.mark.office
@needs_office
@needs_poppler
def test_the_report_becomes_a_pdf_of_a4_pages(tmp_path: Path) -> None:
    document, _ = rendered_by(TEMPLATE, tmp_path)
    pdf = tmp_path / "bao_cao.pdf"
    pdf.write_bytes(office.to_pdf(document))
    said = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    pages = said.split("\f")
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in pages[0]
    assert pages[1].split()[0] == "2", "the second page begins with its number"
    first_of_statistics = next(place for place, page in enumerate(pages) if "Phụ lục II\n" in page)
    assert pages[first_of_statistics + 1].split()[:2] == ["2", "STT"], "each appendix counts from 1, heads repeat"


@pytest.mark.office
@needs_office
def test_every_formula_is_computed_anew_whatever_the_file_says(tmp_path: Path) -> None:
    computed = office.converted(planted(tmp_path), "xlsx", tmp_path / "tinh_lai.xlsx")
    sheet = openpyxl.load_workbook(computed, data_only=True).active
    assert sheet is not None
    assert sheet["A3"].value == 5


@pytest.mark.office
@needs_office
def test_an_office_that_hangs_is_ended(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="quá 0 giây"):
        office.to_pdf(planted(tmp_path), timeout=0.01)


def test_a_missing_office_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "PROGRAMS", ())
    monkeypatch.setattr(office, "USUAL_PLACES", ())
    with pytest.raises(UserError, match="không có Word hay LibreOffice"):
        office.to_pdf(tmp_path / "a.docx")


@pytest.mark.office
@needs_office
def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="không có tệp này"):
        office.to_pdf(tmp_path / "a.docx")


def test_a_fresh_profile_that_asks_for_a_restart_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts: list[list[str]] = []

    def start(command: list[str], _timeout: float) -> tuple[int, str]:
        starts.append(command)
        if len(starts) == 1:
            return office.RESTART, ""
        out = Path(command[command.index("--outdir") + 1])
        out.mkdir()
        (out / "a.pdf").write_bytes(b"%PDF")
        return 0, ""

    monkeypatch.setattr(office, "office_program", lambda: "soffice")
    monkeypatch.setattr(office, "_started", start)
    (tmp_path / "a.docx").write_bytes(b"")
    assert office.to_pdf(tmp_path / "a.docx") == b"%PDF"
    assert len(starts) == 2


@pytest.mark.office
@needs_office
def test_a_template_saved_by_libreoffice_still_gives_every_figure(tmp_path: Path) -> None:
    resaved = office._converted(TEMPLATE, "docx", tmp_path, 60)
    document, result = rendered_by(resaved, tmp_path)
    original, wanted = rendered_by(TEMPLATE, tmp_path / "out")
    assert (result.figures, result.missing) == (wanted.figures, ())
    assert list(controls(document).items()) == list(controls(original).items())
