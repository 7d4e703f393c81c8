"""Writes the report: a Word template, the figures and people's texts become a Word document.

Every figure in the document is a content control that names its indicator; what is missing is highlighted. The writer
of a template is told in Vietnamese what is wrong and in which paragraph it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from lxml import etree
from markupsafe import escape

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import RELATIONSHIPS, Package
from cchc_xl.figures import Content, Figure
from cchc_xl.report.figure_marks import Marks, Shown
from cchc_xl.report.jinja_environment import compiled, similar_name, template_sources, with_line_breaks
from cchc_xl.report.quantity import Paper
from cchc_xl.report.report_tables import cell_styles
from cchc_xl.report.template_names import names
from cchc_xl.report.word_charts import CONTENT_TYPE, PARTS, RELATIONSHIP, relationship
from cchc_xl.typed_text import shortened
from cchc_xl.values import Struct
from cchc_xl.word.content_controls import Record, store
from cchc_xl.word.word_package import DOCUMENT, FOOTNOTES, MadePackage, members
from cchc_xl.word.word_xml import TEXT_BEGIN, TEXT_END, name, plain_text, to_bytes

SPENT: Mapping[type[Exception], str] = {
    MemoryError: "thẻ làm đầy bộ nhớ", RecursionError: "thẻ lồng nhau quá sâu hoặc tự gọi chính nó",
    TimeoutError: "thẻ tính quá lâu",
}
"""What a tag can use up."""

TEMPLATE_FAULTS = (
    TemplateError, UserError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError, MemoryError,
    RuntimeError, TimeoutError, AssertionError, NameError, SyntaxError,
)
"""What a tag can lead to: a name or filter that does not exist, a calculation with something that is no number."""

LONGEST_QUOTE = 160

_IN_VIETNAMESE = (
    (r"No filter named '(\w+)'.*", r"không có bộ lọc “\1”"),
    (r"No test named '(\w+)'.*", r"không có phép thử “\1”"),
    (r"Encountered unknown tag '(\w+)'.*", r"không có thẻ “{% \1 %}”, hoặc thẻ đứng sai chỗ"),
    (r"Unexpected end of template.*", r"thiếu thẻ đóng ({% endif %} hoặc {% endfor %})"),
    (r"expected token '(.+?)', got '(.+?)'.*", r"thẻ viết sai: cần “\1” nhưng gặp “\2”"),
    (r"unexpected (?:char )?['\"](.+?)['\"].*", r"thẻ viết sai ở “\1”"),
    (r"Expected an expression, got '(.+?)'.*", r"thẻ viết sai: thiếu tên hoặc số trước “\1”"),
    (r".*(?:required positional|positional argument|unexpected keyword|got multiple values).*",
     r"hàm hoặc bộ lọc thiếu hoặc thừa giá trị trong ngoặc"),
    (r".*(?:not iterable|not subscriptable|not callable).*", r"không lặp, không lấy phần, không gọi được thứ này"),
    (r".*(?:decimal\.|could not convert|invalid literal).*", r"tính với chữ không phải là số"),
    (r"unsupported operand type.*|can't multiply.*|can only concatenate.*", r"phép tính với thứ không phải là số"),
    (r".*not supported between instances.*", r"so sánh hai thứ không cùng loại"),
)
_BY_KIND: Mapping[type[Exception], str] = {
    TemplateSyntaxError: "thẻ viết sai", SecurityError: "không được dùng thuộc tính này trong mẫu",
    TypeError: "phép tính, hàm hoặc bộ lọc được dùng với thứ không hợp với nó",
    Exception: "thẻ có giá trị mà phép tính, hàm hoặc bộ lọc không dùng được",
}
"""What is said of all else that jinja and Python say in English."""

_TOKENS = {
    "end of print statement": "}}", "begin of print statement": "{{", "end of statement block": "%}",
    "begin of statement block": "{%", "begin of comment": "{#", "end of comment": "#}", "end of template": "hết mẫu",
    "template data / text": "chữ ngoài thẻ", "name": "tên", "string": "chữ trong ngoặc kép", "integer": "số",
    "float": "số",
}
"""How jinja calls what stands in a tag."""

_BLOCK = re.compile(r"\{%[-+]?\s*(end)?(?:if|for|set(?=\s+\w+\s*%)|with|macro|filter|call)\b")
_UNKNOWN = re.compile(r"không có tên “(\w+)”")


def template_fault(template: Path, source: str, error: Exception, known: Mapping[str, Any]) -> UserError:
    """The message for an error that jinja met in a part of the template."""
    line = _line_of(source, error)
    paragraph = _paragraph(source, line)
    what = error.what.rstrip(".") if isinstance(error, UserError) else translated(error)
    return UserError(
        template.name, f"{what}; ở đoạn: “{paragraph}”." if paragraph else f"{what}.", _remedy(error, paragraph, known)
    )


def xml_fault(template: Path, rendered: str) -> UserError:
    """The message for tags that tear the document apart, such as {% if %} and {% endif %} in different table cells."""
    paragraph = _paragraph(rendered, _line_of_tear(rendered))
    return UserError(
        template.name,
        f"các thẻ bao quanh nhau không khớp; gần đoạn: “{paragraph}”.",
        "Đặt {%p if … %} và {%p endif %} mỗi thẻ trên một dòng riêng; trong bảng dùng {%tr … %}.",
    )


def _line_of(source: str, error: Exception) -> int | None:
    """The line of the template where an error stands; for a tag never closed, the line of that tag."""
    if not isinstance(error, TemplateSyntaxError):
        return _line_of_frame(error)
    return _line_of_unclosed(source) if str(error).startswith("Unexpected end of template") else error.lineno


def _line_of_tear(rendered: str) -> int:
    """The first line of a rendered part that is not well-formed."""
    parser = etree.XMLParser(recover=True)
    etree.fromstring(rendered.encode(), parser)
    return next((entry.line for entry in parser.error_log), 0)


def _line_of_unclosed(source: str) -> int:
    """The line of the innermost block that no end tag closes."""
    open_lines: list[int] = []
    for tag in _BLOCK.finditer(source):
        if tag[1]:
            open_lines = open_lines[:-1]
        else:
            open_lines.append(source.count("\n", 0, tag.start()) + 1)
    return open_lines[-1] if open_lines else 0


def _line_of_frame(error: Exception) -> int:
    """Jinja puts the line of a run-time error into the traceback."""
    import traceback

    frames = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return (frames[-1] or 0) if frames else 0


def _paragraph(source: str, line: int | None) -> str:
    """The text of the paragraph on a line of the source, shortened."""
    lines = re.split(r"\r\n|\r|\n", source)
    if not line or line > len(lines):
        return ""
    text = plain_text(re.sub(r"</w:p>.*", "", lines[line - 1])).strip()
    return shortened(text, LONGEST_QUOTE)


def translated(error: Exception) -> str:
    """What jinja or Python says, in Vietnamese: by its words where they name a thing, else by its kind."""
    message = SPENT.get(type(error)) or str(error)
    for pattern, meaning in _IN_VIETNAMESE:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return re.sub("“(.+?)”", lambda each: f"“{_TOKENS.get(each[1], each[1])}”", found.expand(meaning))
    english = re.sub(r"'[^']*'|\"[^\"]*\"", "", message).isascii()
    return next(said for kind, said in _BY_KIND.items() if isinstance(error, kind)) if english else message


def _remedy(error: Exception, paragraph: str, known: Mapping[str, Any]) -> str:
    unknown = _UNKNOWN.search(str(error))
    if not isinstance(error, UndefinedError) or not unknown:
        return "Mở mẫu bằng Word, sửa thẻ trong đoạn này rồi làm lại."
    wanted = unknown[1]
    owner = re.search(rf"(\w+)\.{wanted}\b", paragraph)
    candidates = vars(known[owner[1]]) if owner and hasattr(known.get(owner[1]), "__dict__") else known
    meant = similar_name(wanted, list(candidates))
    return f"Có phải là “{meant}”?" if meant else "Xem danh sách tên dùng được rồi sửa trong mẫu."


STYLES = "word/styles.xml"
TOO_LARGE = "Bỏ thẻ lặp hoặc phép tính quá lớn trong mẫu rồi làm lại."


class RenderResult(Struct, frozen=True):
    """What was written: how many figures, which codes the text needed and did not have, which are not complete yet."""

    target: Path
    figures: int
    missing: tuple[str, ...]
    incomplete: tuple[str, ...]


def compose(
    template: Path, content: Content, figures: Mapping[str, Figure], target: Path, draft: bool = False
) -> tuple[Package, RenderResult]:
    """The report as it is to be written into `target`. `figures` are keyed by indicator code.

    Raises `UserError` in Vietnamese: where in the template an error stands.
    """
    paper = Paper()
    known = names(content, figures, paper, draft=draft)
    given = members(template)
    sources = template_sources(given)
    parts = {
        path: _part(template, path, sources[path], known, paper) if path in sources else data
        for path, data in given.items()
    }
    made = MadePackage(target, parts)
    _add_charts(made, paper.marks)
    _add_cell_styles(made, paper.marks)
    store(made, Record(tuple(paper.marks.written)))
    return made, _result(target, paper.marks)


def compose_limited(
    template: Path, content: Content, figures: Mapping[str, Figure], target: Path, draft: bool = False
) -> tuple[Package, RenderResult]:
    """The same as `compose`. Raises `UserError` where the template takes more than a report may."""
    from cchc_xl.limited_process import OverLimitError, limited

    try:
        data, result = limited(_composed, template, content, dict(figures), target, draft)
    except OverLimitError as error:
        raise UserError(template.name, "mẫu tính quá lâu hoặc dùng quá nhiều bộ nhớ.", TOO_LARGE) from error
    return Package(target, data), result


def _composed(
    template: Path, content: Content, figures: Mapping[str, Figure], target: Path, draft: bool
) -> tuple[bytes, RenderResult]:
    made, result = compose(template, content, figures, target, draft)
    return made.to_bytes(), result


def _part(template: Path, path: str, source: str, known: Mapping[str, Any], paper: Paper) -> bytes:
    paper.in_notes = path == FOOTNOTES
    try:
        rendered = compiled(source).render(known)
    except TEMPLATE_FAULTS as error:
        raise template_fault(template, source, error, known) from error
    if paper:  # What no condition has said of the figures that were asked for is said at the end.
        end = rendered.rfind("</w:p>")
        rendered = f"{rendered[:end]}<w:r>{TEXT_BEGIN}{escape(str(paper))}{TEXT_END}</w:r>{rendered[end:]}"
    try:
        return paper.marks.settle(with_line_breaks(rendered))
    except ExpatError as error:
        raise xml_fault(template, rendered) from error


def _add_charts(package: Package, marks: Marks) -> None:
    """Adds the part, relationship and content type of every chart that is shown."""
    for number, chart in enumerate(marks.pictures, 1):
        path = f"{PARTS}{number}.xml"
        package.write(path, chart.part())
        package.declare(path, CONTENT_TYPE)
        # The drawing in the text names its relationship already.
        named = {"Id": relationship(number), "Type": RELATIONSHIP, "Target": f"/{path}"}
        package.relationships(DOCUMENT).take(etree.Element(f"{{{RELATIONSHIPS}}}Relationship", named))


def _add_cell_styles(package: Package, marks: Marks) -> None:
    """Adds the styles of tables that are shown, where the template has none of that name."""
    if not marks.tables or STYLES not in package:
        return
    styles = package.tree(STYLES)
    known = {style.get(name("styleId")) for style in styles.iter(name("style"))}
    styles.extend(each for each in cell_styles() if each.get(name("styleId")) not in known)
    package.write(STYLES, to_bytes(styles))


def _result(target: Path, marks: Marks) -> RenderResult:
    def codes(kind: Shown) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for mark in marks.seen if mark.shown is kind for code in mark.codes))
    return RenderResult(target, len(marks.written), codes(Shown.MISSING), codes(Shown.PARTIAL))
