"""What a writer of templates is helped with: the list of names, mistakes with their paragraph, comments in a copy."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree
from report_sample import ROOT, W, all_text, figures_of, sample

from cchc_xl import office
from cchc_xl.cli.command_app import app
from cchc_xl.errors import UserError
from cchc_xl.figures import Content, total
from cchc_xl.report.jinja_environment import ENVIRONMENT
from cchc_xl.report.quantity import Paper
from cchc_xl.report.template_check import as_finding, check_template, write_commented_copy
from cchc_xl.report.template_filters import FILTERS
from cchc_xl.report.template_names import FILTER_MEANINGS, names, vocabulary
from cchc_xl.rule_registry import Finding
from tests.kept_office import converted
from tools.template.build_template import build_template

TEMPLATES = sorted((ROOT / "templates").glob("*.docx"))
RECEIVED = "ho_so_huyen_tiep_nhan"


def template(folder: Path, *lines: str) -> Path:
    source = folder / "mau.txt"
    source.write_text("\n".join(("Đoạn đầu.", *lines, "@ket Hết./.")), encoding="utf-8")
    made = folder / "mau.docx"
    made.write_bytes(build_template(source))
    return made


def checked(made: Path) -> list[Finding]:
    empty = Content(sample().form, {})
    return [as_finding(each, made) for each in check_template(made, empty, total(empty.form, {}))]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.stem))
def test_the_templates_of_the_package_have_no_mistakes(path: Path) -> None:
    assert checked(path) == []


def test_every_name_of_the_report_is_listed_with_meaning_and_value() -> None:
    content = sample()
    words = {word.name: word for word in vocabulary(content.form, content, figures_of(content))}
    provided = names(content, figures_of(content), Paper(), draft=False)
    plain = {name for name in provided if not name.startswith("_") and name not in ("tt", "vb", "noi_dung")}
    grouped = {f"{group}.{name}" for group in ("tt", "vb", "noi_dung") for name in vars(provided[group])}
    assert {name for name in words if not name.startswith("| ")} == plain | grouped
    assert all(word.meaning for word in words.values())
    assert words[RECEIVED].value == "10.248"
    assert words["tt.nam"].value == "2021"
    assert words["vb.kh_pho_bien_phap_luat"].value.startswith("Kế hoạch số 12/KH-UBND ngày 21/01/2021")


def test_every_filter_has_a_meaning() -> None:
    assert set(FILTERS) <= set(FILTER_MEANINGS) <= set(ENVIRONMENT.filters)


@pytest.mark.parametrize(("line", "rule", "what", "remedy"), [
    ("Có {{ ho_so_huyen_tiep_nha }} hồ sơ", "mau.ten", "Không có tên “ho_so_huyen_tiep_nha”", f"“{RECEIVED}”"),
    ("Năm {{ tt.namm }}", "mau.ten", "Không có tên “tt.namm”", "“tt.nam”"),
    ("Theo {{ vb.kh_0_0 }}", "mau.ten", "Không có tên “vb.kh_0_0”", "“vb.kh_"),
    (f"Có {{{{ {RECEIVED} | viet_hoa }}}}", "mau.bo_loc", "Không có bộ lọc “viet_hoa”", "template names"),
    (f"Có {{{{ {RECEIVED} | dm('hồ sơ') }}}}", "mau.bo_loc", "Không có bộ lọc “dm”", "“dem”"),
    ("Có {{ tt.nam + }}", "mau.the", "Thẻ viết sai", "{{ tên }}"),
    ("Có {% if tt.nam > 1 %}x", "mau.the", "Thẻ {% if … %} chưa được đóng", "thẻ đóng"),
    ("Có {% endif %}", "mau.the", "Thẻ “{% endif %}” không có thẻ mở", "{% if"),
    ("Có {% lap %}", "mau.the", "Không có thẻ “{% lap %}”", "endfor"),
    ("Có {{ tt.nam }", "mau.the", "Thẻ viết dở ở “{{”", "cùng một đoạn"),
    ("{%p if so_la > 0 %}\nx\n{%p endif %}", "mau.ten", "Không có tên “so_la”", "template names"),
    ("{% for x in noi_dung.thuan_loi %}{{ y }}{{ x }}{% endfor %}", "mau.ten", "Không có tên “y”", ""),
    ("Có {{ tt.kinh_gui - 1 }}", "mau.the", "Phép tính với thứ không phải là số", ""),
])
def test_a_mistake_is_told_with_its_paragraph_and_what_to_do(
    tmp_path: Path, line: str, rule: str, what: str, remedy: str
) -> None:
    found = checked(template(tmp_path, line))
    assert [finding.rule for finding in found] == [rule]
    assert what in found[0].message
    assert f"“{line.splitlines()[0][:8]}" in found[0].message
    assert remedy in found[0].suggestion
    assert found[0].cells[0].sheet == "Thân văn bản"


def test_every_mistake_is_told_not_only_the_first(tmp_path: Path) -> None:
    lines = ("{{ a_la }}", "{{ b_la }} và {{ tt.nam | c_la }}", "{{ d_la + }}", "{% if e_la %}")
    found = checked(template(tmp_path, *lines))
    assert [finding.rule for finding in found] == ["mau.ten", "mau.ten", "mau.bo_loc", "mau.the", "mau.ten", "mau.the"]


def test_tags_that_tear_the_document_are_told(tmp_path: Path) -> None:
    found = checked(template(tmp_path, "{%p if tt.so_bao_cao %}", "Trong điều kiện {% endif %} lệch."))
    assert [finding.rule for finding in found] == ["mau.the"]
    assert "không khớp" in found[0].message


def test_a_copy_holds_a_comment_at_every_mistake(tmp_path: Path) -> None:
    made = template(tmp_path, "Có {{ so_la }} hồ sơ", "Có {{ tt.nam | viet_hoa }}")
    before = made.read_bytes()
    mistakes = check_template(made, sample(), figures_of(sample()))
    copy = write_commented_copy(made, mistakes)
    assert (copy.name, made.read_bytes()) == ("mau_gop_y.docx", before)
    with zipfile.ZipFile(copy) as archive:
        comments = etree.fromstring(archive.read("word/comments.xml"))
        document = etree.fromstring(archive.read("word/document.xml"))
    told = [all_text(comment) for comment in comments.findall(f"{W}comment")]
    assert ["so_la" in told[0], "viet_hoa" in told[1], len(told)] == [True, True, 2]
    for each in document.iter(f"{W}commentRangeStart"):
        paragraph = next(each.iterancestors(f"{W}p"))
        assert "so_la" in all_text(paragraph) or "viet_hoa" in all_text(paragraph)
    assert len(document.findall(f".//{W}commentReference")) == 2


@pytest.mark.office
@pytest.mark.skipif(not office.is_installed(), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_copy_with_its_comments(tmp_path: Path) -> None:
    made = template(tmp_path, "Có {{ so_la }} hồ sơ")
    copy = write_commented_copy(made, check_template(made, sample(), figures_of(sample())))
    resaved = converted(copy, "docx", tmp_path / "lai.docx")
    with zipfile.ZipFile(resaved) as archive:
        assert "so_la" in archive.read("word/comments.xml").decode()


def test_a_file_that_is_no_template_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "a.docx"
    broken.write_bytes(b"khong phai zip")
    with pytest.raises(UserError, match="không phải tệp Word"):
        checked(broken)


def test_the_command_lists_names_and_checks_templates(tmp_path: Path) -> None:
    listed = CliRunner().invoke(app, ["template", "names", "--form", "2021"])
    assert listed.exit_code == 0
    assert f"  {RECEIVED} " in listed.output
    wrong = str(template(tmp_path, "{{ so_la }}"))
    done = CliRunner().invoke(app, ["template", "check", "--form", "2021", wrong, "--json"])
    told = json.loads(done.output)
    assert [finding["rule"] for finding in told["findings"]] == ["mau.ten"]
    assert Path(told["copy"]).is_file()
    assert "không có lỗi" in CliRunner().invoke(app, ["template", "check", "--form", "2021", str(TEMPLATES[0])]).output
