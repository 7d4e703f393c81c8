"""The named styles of a report: one for every kind of paragraph, so that officials change a look once.

Sizes, letters and positions: Nghị định 30/2020/NĐ-CP, Phụ lục I, Mục II and the sample table of Mục V, with the
sizes that go up together (Quốc hiệu 13, Tiêu ngữ 14, body 14).
"""

from __future__ import annotations

from dataclasses import dataclass

from cchc_xl.word.word_xml import Element, root, w

FONT = "Times New Roman"
LANGUAGE = "vi-VN"

FIRST_LINE = 720
"""First-line indent of the body: 1,27 cm."""


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style. Sizes in points, all lengths in twentieths of a point.

    `alias` is the Vietnamese name of a style that Word itself knows by an English one. `rule` draws a line above the
    (empty) paragraph.
    """

    id: str
    name: str
    size: float = 14
    bold: bool = False
    italic: bool = False
    align: str = "left"
    before: int = 0
    after: int = 0
    line: int = 240
    first_line: int = 0
    left: int = 0
    right: int = 0
    outline: int | None = None
    keep_next: bool = False
    rule: bool = False
    gray: bool = False
    alias: str = ""


def _heading(id: str, name: str, outline: int, *, bold: bool = True) -> Style:
    return Style(
        id, name, align="both", before=120, line=264, first_line=FIRST_LINE, outline=outline, keep_next=True, bold=bold
    )


def _rule(id: str, name: str, side: int, after: int = 0) -> Style:
    """A line as a paragraph border, centred: `side` is the blank left on either side."""
    return Style(id, name, size=2, align="center", before=80, after=after, left=side, right=side, rule=True)


BODY = Style("DoanVan", "Đoạn văn", align="both", before=120, line=264, first_line=FIRST_LINE)

STYLES: tuple[Style, ...] = (
    Style("QuocHieu", "Quốc hiệu", size=13, bold=True, align="center"),
    Style("TieuNgu", "Tiêu ngữ", size=14, bold=True, align="center"),
    _rule("KeTieuNgu", "Kẻ dưới Tiêu ngữ", side=1075),
    Style("CoQuanChuQuan", "Cơ quan chủ quản", size=13, align="center"),
    Style("CoQuanBanHanh", "Cơ quan ban hành", size=13, bold=True, align="center"),
    _rule("KeCoQuan", "Kẻ dưới cơ quan ban hành", side=1300),
    Style("SoKyHieu", "Số và ký hiệu", size=13, align="center", before=120),
    Style("DiaDanhNgay", "Địa danh và ngày tháng", size=14, italic=True, align="center", before=120),
    Style("DuThao", "Dự thảo", size=12, bold=True, align="right", after=60),
    Style("TenLoai", "Tên loại văn bản", bold=True, align="center", before=360, keep_next=True),
    Style("TrichYeu", "Trích yếu nội dung", bold=True, align="center", keep_next=True),
    _rule("KeTrichYeu", "Kẻ dưới trích yếu", side=3250, after=120),
    Style("KinhGui", "Kính gửi", align="center", before=240, after=120),
    BODY,
    _heading("Muc", "Mục (I II III)", 0),
    _heading("Khoan", "Khoản (1 2 3)", 1),
    _heading("TieuKhoan", "Tiểu khoản (1.1)", 2),
    _heading("Diem", "Điểm (a b c)", 3, bold=False),
    Style("Gach", "Gạch đầu dòng", align="both", before=120, line=264, first_line=FIRST_LINE),
    Style("Ket", "Câu kết thúc", align="both", before=120, after=240, line=264, first_line=FIRST_LINE, keep_next=True),
    Style("NoiNhanDau", "Nơi nhận", size=12, bold=True, italic=True),
    Style("NoiNhanDong", "Nơi nhận: từng dòng", size=11),
    Style("QuyenHanKy", "Quyền hạn và chức vụ người ký", bold=True, align="center", keep_next=True),
    Style("ChoKy", "Chỗ ký", align="center", keep_next=True),
    Style("HoTenKy", "Họ tên người ký", bold=True, align="center"),
    Style("PhuLucSo", "Phụ lục: số thứ tự", bold=True, align="center", outline=0, keep_next=True),
    Style("PhuLucTen", "Phụ lục: tên", bold=True, align="center", keep_next=True),
    Style("PhuLucKemTheo", "Phụ lục: kèm theo", italic=True, align="center", after=200, keep_next=True),
    Style("BangDau", "Bảng: đầu cột", size=12, bold=True, align="center", before=40, after=40, keep_next=True),
    Style("BangMuc", "Bảng: dòng mục", size=12, bold=True, before=40, after=40),
    Style("BangMucGiua", "Bảng: dòng mục căn giữa", size=12, bold=True, align="center", before=40, after=40),
    Style("BangChu", "Bảng: chữ", size=12, before=20, after=20),
    Style("BangGiua", "Bảng: giữa ô", size=12, align="center", before=20, after=20),
    Style("BangSo", "Bảng: số liệu", size=12, align="center", before=20, after=20),
    Style("BangGhiChu", "Bảng: ghi chú", size=11, before=20, after=20),
    Style("BieuDoTen", "Biểu đồ: tên", size=13, bold=True, align="center", before=240, after=60, keep_next=True),
    Style("BieuDo", "Biểu đồ", align="center"),
    Style("DongDieuKhien", "Dòng điều khiển của mẫu", size=9, gray=True),
    Style("NgatPhan", "Ngắt phần", size=1),
    Style("Header", "header", size=14, align="center", alias="Số trang"),
    Style("FootnoteText", "footnote text", size=11, align="both", alias="Chú thích cuối trang"),
)

FOOTNOTE_MARK = "FootnoteReference"


def styles_part() -> Element:
    """word/styles.xml."""
    return root(
        "styles", _defaults(), _normal(), _default_character(), _footnote_mark(), _default_table(),
        *(_paragraph_style(style) for style in STYLES),
    )


def _fonts() -> Element:
    return w("rFonts", ascii=FONT, hAnsi=FONT, eastAsia=FONT, cs=FONT)


def _defaults() -> Element:
    run = w("rPr", _fonts(), *_sizes(14), w("lang", val=LANGUAGE, eastAsia=LANGUAGE, bidi=LANGUAGE))
    paragraph = w("pPr", w("spacing", before=0, after=0, line=240, lineRule="auto"))
    return w("docDefaults", w("rPrDefault", run), w("pPrDefault", paragraph))


def _normal() -> Element:
    return w("style", w("name", val="Normal"), w("qFormat"), type="paragraph", default=1, styleId="Normal")


def _default_character() -> Element:
    return w(
        "style", w("name", val="Default Paragraph Font"), w("uiPriority", val=1), w("semiHidden"),
        type="character", default=1, styleId="DefaultParagraphFont",
    )


def _footnote_mark() -> Element:
    return w(
        "style", w("name", val="footnote reference"), w("aliases", val="Số chú thích"),
        w("basedOn", val="DefaultParagraphFont"), w("rPr", w("vertAlign", val="superscript")),
        type="character", styleId=FOOTNOTE_MARK,
    )


def _default_table() -> Element:
    margins = w(
        "tblCellMar", w("top", w=0, type="dxa"), w("left", w=85, type="dxa"),
        w("bottom", w=0, type="dxa"), w("right", w=85, type="dxa"),
    )
    return w(
        "style", w("name", val="Normal Table"), w("semiHidden"), w("tblPr", w("tblInd", w=0, type="dxa"), margins),
        type="table", default=1, styleId="TableNormal",
    )


def _paragraph_style(style: Style) -> Element:
    return w(
        "style",
        w("name", val=style.name),
        w("aliases", val=style.alias) if style.alias else None,
        w("basedOn", val="Normal"),
        w("qFormat"),
        _paragraph_look(style),
        _run_look(style),
        type="paragraph", styleId=style.id, **({} if style.alias else {"customStyle": 1}),
    )


def _paragraph_look(style: Style) -> Element:
    return w(
        "pPr",
        w("keepNext") if style.keep_next else None,
        _borders(style),
        w("spacing", before=style.before, after=style.after, line=style.line, lineRule="auto"),
        _indents(style),
        w("jc", val=style.align),
        None if style.outline is None else w("outlineLvl", val=style.outline),
    )


def _borders(style: Style) -> Element | None:
    return w("pBdr", w("top", val="single", sz=6, space=1, color="000000")) if style.rule else None


def _indents(style: Style) -> Element | None:
    lengths = {"left": style.left, "right": style.right, "firstLine": style.first_line}
    given = {side: length for side, length in lengths.items() if length}
    return w("ind", **given) if given else None


def _run_look(style: Style) -> Element:
    return w(
        "rPr",
        *((w("b"), w("bCs")) if style.bold else ()),
        *((w("i"), w("iCs")) if style.italic else ()),
        w("color", val="7F7F7F") if style.gray else None,
        *_sizes(style.size),
    )


def _sizes(points: float) -> tuple[Element, Element]:
    """Sizes are written in half points."""
    return w("sz", val=int(points * 2)), w("szCs", val=int(points * 2))
