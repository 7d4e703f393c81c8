"""Tells the writer of a template, in Vietnamese, what is wrong and in which paragraph it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from lxml import etree

from cchc_xl.errors import UserError
from cchc_xl.report.jinja_environment import similar_name
from cchc_xl.typed_text import shortened
from cchc_xl.word.word_xml import plain_text

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
