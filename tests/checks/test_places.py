"""Passages and documents speak of the office's own places and units; books that were made from another's are asked."""

from __future__ import annotations

from contents import findings_of, form_2021, sample_content, with_texts

from cchc_xl.figures import Content, Text
from cchc_xl.rule_registry import Finding
from cchc_xl.values import Address, replace


def office(province: str, city: str) -> Content:
    info = {"tinh": f"tỉnh {province}", "dia_danh": city, "co_quan": f"Ủy ban nhân dân thành phố {city}"}
    places = {name: Text(text, Address("Thông tin chung", name)) for name, text in info.items()}
    content: Content = replace(sample_content(form_2021()), info=places)
    return content


def told(content: Content) -> list[Finding]:
    return [each for each in findings_of(content) if each.rule == "text_place"]


def test_the_texts_and_documents_of_an_office_are_its_own() -> None:
    assert told(office("Sóc Trăng", "Sóc Trăng")) == []
    assert told(sample_content(form_2021())) == []


def test_documents_of_another_province_are_told_once() -> None:
    (register,) = (each for each in told(office("Hậu Giang", "Ngã Bảy")) if "Sổ văn bản" in each.message)
    assert "số 142/KH-UBND của Ủy ban nhân dân tỉnh Sóc Trăng" in register.message
    assert len(register.cells) > 30


def test_other_places_and_units_are_told_but_parts_of_the_own_are_not() -> None:
    text = "Ở 02 phường và Phường 1 đã xong; 11 phường, Phường 12 chưa. Học tập thành phố Cần Thơ. Của tỉnh Đánh giá."
    (found,) = told(with_texts(office("Sóc Trăng", "Sóc Trăng"), {"kho_khan": text}))
    assert "“Khó khăn, hạn chế” nêu thành phố Cần Thơ, Phường 12, 11 phường, không đúng" in found.message
