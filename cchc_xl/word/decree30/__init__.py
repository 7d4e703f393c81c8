"""Measures a Word file against Nghị định 30/2020/NĐ-CP, Phụ lục I; the rules are data in nghi_dinh_30.toml."""

from cchc_xl.word.decree30.layout_findings import check_layout

__all__ = ["check_layout"]
