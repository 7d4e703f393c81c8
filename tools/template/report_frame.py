"""The parts of a report around its text: header table, signature block and appendices, with jinja tags for all values.

Positions and letters: Nghị định 30/2020/NĐ-CP, Phụ lục I, Mục II and V. Officials reword all of it in Word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from cchc_xl.word.word_xml import Element, w
from tools.template.source_text import Line
from tools.template.template_blocks import (
    Footnotes,
    cell,
    control,
    control_row,
    from_line,
    paragraph,
    row,
    section,
    section_end,
    table,
    written,
)

HEADER_COLUMNS = (3770, 5584)
SIGNATURE_COLUMNS = (4354, 5000)

CONTACT_COLUMNS = (800, 3287, 2300, 2800, 1900, 3200)
STATISTICS_COLUMNS = (760, 5400, 1960, 1400, 4767)
STATISTICS_HEADS = ("STT", "Nội dung", "Đơn vị tính", "Số liệu", "Ghi chú")

TABLE_STYLE = "BangChu"

ENCLOSED = (
    "(Kèm theo Báo cáo số {{ tt.so_bao_cao | so_van_ban }}/{{ tt.ky_hieu }} {{ tt.ngay_ky | ngay_dai }} "
    "của {{ tt.co_quan }})"
)


def body(lines: Sequence[Line], footnotes: Footnotes, headers: tuple[str, str]) -> Element:
    """w:body of the whole report. `headers` are the relationship ids of the first page's header and the others'.

    It begins with a paragraph as small as Word allows: LibreOffice sets a whole empty line above a table in its place.
    """
    tables = [line for line in lines if line.style == TABLE_STYLE]
    text = [line for line in lines if line.style != TABLE_STYLE]
    appendices = number_tables(tables) if tables else (
        *contacts(), section_end(section(*headers, landscape=True)), *statistics()
    )
    return w(
        "body",
        written("NgatPhan"),
        header_table(),
        *_text(text, footnotes),
        signature_table(),
        section_end(section(*headers)),
        *appendices,
        section(*headers, landscape=True),
    )


def number_tables(lines: Sequence[Line]) -> Iterator[Element]:
    """The tables of number columns of a form, each named by a line @bang, instead of the two usual appendices."""
    yield from _appendix_title("Phụ lục", "{{ phu_luc_2.ten | upper }}")
    for line in lines:
        name = line.spans[0].text.strip()
        yield written("BangGhiChu", f"Đơn vị tính: {{{{ {name}.don_vi_tinh }}}}")
        yield written("BangChu", f"{{{{ {name} }}}}")
    yield written("NgatPhan")


def _text(lines: Sequence[Line], footnotes: Footnotes) -> Iterator[Element]:
    """The paragraphs of the source; the rule stands under the last line of the trích yếu."""
    for style, group in groupby(lines, key=lambda line: line.style):
        yield from (from_line(line, footnotes) for line in group)
        if style == "TrichYeu":
            yield written("KeTrichYeu")


def header_table() -> Element:
    """Agency, Quốc hiệu and Tiêu ngữ; number, place and date (ô số 1 to 4)."""
    left, right = HEADER_COLUMNS
    agency = cell(
        left,
        control("{%p if tt.co_quan_chu_quan %}"),
        written("CoQuanChuQuan", "{{ tt.co_quan_chu_quan | upper | hai_dong }}"),
        control("{%p endif %}"),
        written("CoQuanBanHanh", "{{ tt.co_quan | upper | hai_dong }}"),
        written("KeCoQuan"),
    )
    nation = cell(
        right,
        written("QuocHieu", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        written("TieuNgu", "Độc lập - Tự do - Hạnh phúc"),
        written("KeTieuNgu"),
    )
    number = cell(left, written("SoKyHieu", "Số: {{ tt.so_bao_cao | so_van_ban }}/{{ tt.ky_hieu }}"))
    place = cell(right, written("DiaDanhNgay", "{{ tt.dia_danh }}, {{ tt.ngay_ky | ngay_dai }}"))
    return table(HEADER_COLUMNS, row(agency, nation), row(number, place), ruled=False)


def signature_table() -> Element:
    """Nơi nhận on the left (ô số 9b), the signer on the right (ô số 7)."""
    left, right = SIGNATURE_COLUMNS
    recipients = cell(
        left,
        written("NoiNhanDau", "Nơi nhận:"),
        control("{%p for noi in tt.noi_nhan | tung_dong %}"),
        written("NoiNhanDong", "{{ noi }}"),
        control("{%p endfor %}"),
    )
    signer = cell(
        right,
        control("{%p for dong in tt.quyen_han_ky | tung_dong %}"),
        written("QuyenHanKy", "{{ dong }}"),
        control("{%p endfor %}"),
        written("QuyenHanKy", "{{ tt.chuc_vu_nguoi_ky }}"),
        *(written("ChoKy") for _ in range(5)),
        written("HoTenKy", "{{ tt.nguoi_ky }}"),
    )
    return table(SIGNATURE_COLUMNS, row(recipients, signer, whole=True), ruled=False)


def contacts() -> Iterator[Element]:
    """Phụ lục I: who is in charge, with contacts."""
    widths = CONTACT_COLUMNS
    yield from _appendix_title("Phụ lục I", "{{ phu_luc_1.ten | upper }}")
    heads = row(
        *(cell(width, written("BangDau", f"{{{{ phu_luc_1.cot[{place}] }}}}"), align="center")
          for place, width in enumerate(widths)),
        header=True, whole=True,
    )
    styles = ("BangGiua", *["BangChu"] * (len(widths) - 1))
    cells = (
        cell(width, written(style, f"{{{{ dong[{place}] }}}}"), align="center")
        for place, (width, style) in enumerate(zip(widths, styles, strict=True))
    )
    lines = control_row("{%tr for dong in phu_luc_1.dong %}", widths), row(*cells, whole=True)
    yield table(widths, heads, *lines, control_row("{%tr endfor %}", widths), ruled=True)


def statistics() -> Iterator[Element]:
    """Phụ lục II: the sections of the form as one table; the charts begin a page of their own after it."""
    widths = STATISTICS_COLUMNS
    yield from _appendix_title("Phụ lục II", "{{ phu_luc_2.ten | upper }}")
    heads = (
        cell(width, written("BangDau", head), align="center")
        for width, head in zip(widths, STATISTICS_HEADS, strict=True)
    )
    yield table(widths, row(*heads, header=True, whole=True), *_statistics_rows(), ruled=True)
    yield written("NgatPhan")
    yield control("{%p for hinh in bieu_do %}")
    yield control("{%p if loop.first %}")
    yield written("BieuDoTen", "{{ hinh.ten }}", new_page=True)
    yield control("{%p else %}")
    yield written("BieuDoTen", "{{ hinh.ten }}")
    yield control("{%p endif %}")
    yield written("BieuDo", "{{ hinh }}")
    yield control("{%p endfor %}")


def _statistics_rows() -> Iterator[Element]:
    """Four looks of a line: titles and others, each with a note that fits on a page or a long one."""
    looks = (
        ("{%tr if dong.la_tieu_de and not dong.dai %}",
         _statistics_row("BangMucGiua", "BangMuc", whole=True, with_next=True)),
        ("{%tr elif dong.la_tieu_de %}", _statistics_row("BangMucGiua", "BangMuc")),
        ("{%tr elif not dong.dai %}", _statistics_row("BangGiua", "BangChu", whole=True)),
        ("{%tr else %}", _statistics_row("BangGiua", "BangChu")),
    )
    yield control_row("{%tr for dong in phu_luc_2.dong %}", STATISTICS_COLUMNS)
    for condition, line in looks:
        yield from (control_row(condition, STATISTICS_COLUMNS), line)
    yield from (control_row(f"{{%tr {end} %}}", STATISTICS_COLUMNS) for end in ("endif", "endfor"))


def _statistics_row(number: str, label: str, *, whole: bool = False, with_next: bool = False) -> Element:
    """A row of the statistics. Only a row with a long note is split between pages; a title stays with what follows."""
    fields = (
        (number, "stt"), (label, "noi_dung"), ("BangGiua", "don_vi_tinh"), ("BangSo", "so_lieu"),
        ("BangGhiChu", "ghi_chu"),
    )
    return row(
        *(cell(width, written(style, f"{{{{ dong.{field} }}}}", with_next=with_next), align="center")
          for width, (style, field) in zip(STATISTICS_COLUMNS, fields, strict=True)),
        whole=whole,
    )


def _appendix_title(number: str, title: str) -> Iterator[Element]:
    yield written("PhuLucSo", number)
    yield written("PhuLucTen", title)
    yield written("PhuLucKemTheo", ENCLOSED)


def first_header() -> tuple[Element, ...]:
    """The header of a section's first page: no number, only the mark of a draft."""
    return (*_draft_mark(), paragraph("Header"))


def page_header() -> tuple[Element, ...]:
    """The header of every other page: the page number, centred (Mục II.7)."""
    fields = (
        w("r", w("fldChar", fldCharType="begin")),
        w("r", _with_text("instrText", " PAGE ")),
        w("r", w("fldChar", fldCharType="separate")),
        w("r", _with_text("t", "2")),
        w("r", w("fldChar", fldCharType="end")),
    )
    return (paragraph("Header", *fields), *_draft_mark())


def _draft_mark() -> tuple[Element, ...]:
    return control("{%p if du_thao %}"), written("DuThao", "DỰ THẢO"), control("{%p endif %}")


def _with_text(tag: str, content: str) -> Element:
    made = w(tag)
    made.text = content
    return made
