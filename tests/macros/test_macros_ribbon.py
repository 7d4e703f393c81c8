"""The ribbon: valid by Microsoft's rules for what it uses, every callback there, every verb known."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from cchc_xl.macros.vba_source import own_modules
from cchc_xl.program import data_folder

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"

# The part of customUI14.xsd (MS-CUSTOMUI2) that the ribbon uses, with its limits: unique ids that are XML names, texts
# of at most 1024 characters, key tips of at most three, and one way only to say each thing.
SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{NAMESPACE}" targetNamespace="{NAMESPACE}"
 elementFormDefault="qualified">
<xs:simpleType name="Text"><xs:restriction base="xs:string"><xs:minLength value="1"/><xs:maxLength value="1024"/>
</xs:restriction></xs:simpleType>
<xs:simpleType name="KeyTip"><xs:restriction base="xs:token"><xs:pattern value="[A-Z0-9]{{1,3}}"/>
</xs:restriction></xs:simpleType>
<xs:simpleType name="Size"><xs:restriction base="xs:string">
<xs:enumeration value="normal"/><xs:enumeration value="large"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Identifier"><xs:restriction base="xs:NCName"><xs:maxLength value="1024"/>
</xs:restriction></xs:simpleType>
<xs:complexType name="Button">
<xs:attribute name="id" type="Identifier" use="required"/><xs:attribute name="tag" type="Text"/>
<xs:attribute name="label" type="Text"/><xs:attribute name="size" type="Size"/>
<xs:attribute name="imageMso" type="Identifier"/><xs:attribute name="keytip" type="KeyTip"/>
<xs:attribute name="onAction" type="Text" use="required"/><xs:attribute name="screentip" type="Text"/>
<xs:attribute name="supertip" type="Text"/></xs:complexType>
<xs:complexType name="Group"><xs:choice maxOccurs="unbounded"><xs:element name="button" type="Button"/></xs:choice>
<xs:attribute name="id" type="Identifier" use="required"/><xs:attribute name="label" type="Text"/></xs:complexType>
<xs:complexType name="Tab"><xs:sequence><xs:element name="group" type="Group" maxOccurs="100"/></xs:sequence>
<xs:attribute name="id" type="Identifier" use="required"/><xs:attribute name="label" type="Text"/>
<xs:attribute name="insertAfterMso" type="Identifier"/><xs:attribute name="getVisible" type="Text"/></xs:complexType>
<xs:element name="customUI"><xs:complexType><xs:sequence><xs:element name="ribbon"><xs:complexType><xs:sequence>
<xs:element name="tabs"><xs:complexType><xs:sequence><xs:element name="tab" type="Tab" maxOccurs="100"/></xs:sequence>
</xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType>
<xs:unique name="ids"><xs:selector xpath=".//*"/><xs:field xpath="@id"/></xs:unique></xs:element></xs:schema>"""

VERBS = ["tinh_lai", "kiem_tra", "nhan_bieu_mau", "xuat_bao_cao", "ky_moi", "doi_chieu", "tro_giup"]


@pytest.fixture(scope="module")
def ribbon() -> etree._Element:
    return etree.parse(data_folder("macros") / "ribbon.xml").getroot()


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(SCHEMA.encode()))


@pytest.fixture(scope="module")
def code() -> str:
    return "\n".join(module.source for module in own_modules())


def buttons(ribbon: etree._Element) -> list[etree._Element]:
    return list(ribbon.iter(f"{{{NAMESPACE}}}button"))


def test_the_ribbon_is_valid_by_the_schema(ribbon: etree._Element, schema: etree.XMLSchema) -> None:
    schema.assertValid(ribbon)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('id="cchc_kiem_tra"', 'id="cchc_tinh_lai"'),
        ('id="cchc_kiem_tra"', 'id="cchc kiem tra"'),
        ('keytip="K"', 'keytip="KTRA"'),
        ('size="large"', 'size="big"'),
        ('onAction="BamNut"', 'onClick="BamNut"'),
    ],
)
def test_the_schema_notices_what_excel_would_refuse(schema: etree.XMLSchema, good: str, bad: str) -> None:
    text = (data_folder("macros") / "ribbon.xml").read_text(encoding="utf-8")
    assert good in text
    assert not schema.validate(etree.fromstring(text.replace(good, bad, 1).encode()))


def test_the_tab_has_the_buttons_verbs_and_two_more(ribbon: etree._Element) -> None:
    labels = [button.get("label") for button in buttons(ribbon)]
    assert labels == ["Tính lại", "Kiểm tra", "Nhận biểu mẫu", "Xuất báo cáo Word", "Kỳ mới", "Đối chiếu", "Trợ giúp"]
    assert [button.get("tag") for button in buttons(ribbon)] == VERBS
    assert next(ribbon.iter(f"{{{NAMESPACE}}}tab")).get("label") == "CCHC"


def test_no_two_buttons_share_a_key(ribbon: etree._Element) -> None:
    keys = [button.get("keytip") for button in buttons(ribbon)]
    assert len(set(keys)) == len(keys)


def test_every_callback_exists_with_the_signature_that_office_calls(ribbon: etree._Element, code: str) -> None:
    actions = {button.get("onAction") for button in buttons(ribbon)}
    assert all(f"Public Sub {action}(control As IRibbonControl)\r\n" in code for action in actions)
    visible = {node.get("getVisible") for node in ribbon.iter() if node.get("getVisible")}
    assert visible
    signature = r"Public Sub {}\(control As IRibbonControl, ByRef \w+ As Variant\)"
    assert all(re.search(signature.format(name), code) for name in visible)


def test_buttons_on_the_sheet_call_verbs_that_the_ribbon_has(code: str) -> None:
    called = re.findall(r'^    ChayViec "(\w+)"', code, re.MULTILINE)
    assert called == VERBS[:5]


def test_every_verb_of_the_ribbon_is_a_function_that_python_has() -> None:
    from cchc_xl.live import verbs

    assert all(callable(getattr(verbs, verb)) for verb in VERBS)
