"""WordprocessingML elements."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

from lxml import etree

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import serialise

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XML = "http://www.w3.org/XML/1998/namespace"

Element = etree._Element
OFF = ("0", "false", "off", "none")
"""What switches a property off that is on by its presence."""

TEXT_BEGIN, TEXT_END = '<w:t xml:space="preserve">', "</w:t>"
"""Around a text that keeps its blanks."""

_PREFIX, _TEXT, _BLANKS_STAY = {"w": W}, f"{{{W}}}t", {f"{{{XML}}}space": "preserve"}


def w(tag: str, *children: Element | None, **attributes: str | int) -> Element:
    """An element of the w: namespace; attribute names are of that namespace too, absent children are left out."""
    given = {name(key): str(value) for key, value in attributes.items()} if attributes else None
    made = etree.Element(name(tag), given, _PREFIX)
    for child in children:
        if child is not None:
            made.append(child)
    return made


def root(tag: str, *children: Element) -> Element:
    """The root element of a part, which declares the namespaces."""
    made = etree.Element(name(tag), nsmap={"w": W, "r": R})
    made.extend(children)
    return made


def text(content: str) -> Element:
    """w:t that keeps its blanks."""
    made = etree.Element(_TEXT, _BLANKS_STAY, _PREFIX)
    made.text = content
    return made


def plain_text(xml: str) -> str:
    """The letters of a piece of XML; a tag of a template may hold a bare <."""
    return unescape(re.sub("<[^<>]*>", "", xml))


def quoted(content: str) -> str:
    """Text as the value of an attribute, with its quotes; line breaks come back as they were."""
    for sign in "&<>\"'\n\r\t":
        if sign in content:
            content = content.replace(sign, f"&#{ord(sign)};")
    return f'"{content}"'


def reference(tag: str, identifier: str, **attributes: str) -> Element:
    """An element that points to another part by its relationship."""
    made = w(tag, **attributes)
    made.set(f"{{{R}}}id", identifier)
    return made


def remove(element: Element) -> None:
    """Takes an element out of what it stands in."""
    if (parent := element.getparent()) is not None:
        parent.remove(element)


to_bytes = serialise


@cache
def name(tag: str) -> str:
    """The full name of an element or attribute of the w: namespace."""
    return f"{{{W}}}{tag}"


def value(element: Element | None, attribute: str = "val") -> str:
    """An attribute of the w: namespace, empty where there is none."""
    return "" if element is None else element.get(name(attribute), "")


def parsed(data: bytes, where: str = "") -> Element:
    """The XML of a part as elements. Raises `UserError` where it is damaged."""
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError as error:
        raise UserError(where, f"tệp Word có phần bị hỏng ({error.msg}).", "Mở và lưu lại tệp bằng Word.") from error
