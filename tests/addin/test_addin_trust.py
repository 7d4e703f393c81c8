"""Mark of the Web, Trusted Locations and the settings of a LibreOffice profile."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from cchc_xl.addin import libreoffice_profile, macro_trust
from cchc_xl.addin.macro_trust import Value, open_registry
from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import parse


class FakeRegistry:
    """A registry in memory."""

    def __init__(self, content: Mapping[str, Mapping[str, Value]] | None = None) -> None:
        self.content = {key: dict(values) for key, values in (content or {}).items()}

    def value(self, key: str, name: str) -> Value | None:
        return self.content.get(key, {}).get(name)

    def keys(self, key: str) -> list[str]:
        below = (other.removeprefix(key + "\\") for other in self.content if other.startswith(key + "\\"))
        return sorted({name.partition("\\")[0] for name in below})

    def write(self, key: str, values: Mapping[str, Value]) -> None:
        self.content.setdefault(key, {}).update(values)

    def delete(self, key: str) -> None:
        del self.content[key]


def location(path: str, below: int = 0) -> dict[str, Value]:
    return {"Path": path, "AllowSubFolders": below, "Description": "khác"}


@pytest.mark.parametrize(
    ("text", "marked"),
    [("[ZoneTransfer]\r\nZoneId=3\r\n", True), ("[ZoneTransfer]\r\nZoneId=4\r\n", True),
     ("[ZoneTransfer]\r\nZoneId=1\r\n", False), ("", False)],
)
def test_a_file_from_the_internet_is_known_by_its_zone(tmp_path: Path, text: str, marked: bool) -> None:
    file = tmp_path / "CCHC.xlsm"
    macro_trust.mark_file(file).write_text(text)
    assert macro_trust.is_marked(file) is marked


def test_a_file_without_a_zone_is_not_marked_and_a_mark_can_be_taken_off(tmp_path: Path) -> None:
    file = tmp_path / "CCHC.xlsm"
    assert not macro_trust.is_marked(file)
    macro_trust.mark_file(file).write_text("[ZoneTransfer]\nZoneId=3\n")
    macro_trust.unmark(file)
    assert not macro_trust.is_marked(file)
    macro_trust.unmark(file)


def test_a_folder_becomes_trusted_once_beside_the_locations_that_were_there() -> None:
    registry = FakeRegistry({macro_trust.LOCATIONS + r"\Location0": location("D:\\Khac\\")})
    assert macro_trust.trust(registry, r"C:\Báo cáo")
    assert registry.value(macro_trust.LOCATIONS + r"\Location1", "Path") == "C:\\Báo cáo\\"
    assert macro_trust.is_trusted(registry, r"C:\Báo cáo\2021")
    assert not macro_trust.trust(registry, r"c:\báo CÁO")
    assert len(registry.keys(macro_trust.LOCATIONS)) == 2


def test_a_location_covers_folders_below_it_only_where_it_says_so() -> None:
    places = {
        macro_trust.LOCATIONS + r"\L": location("C:\\A\\", 0),
        macro_trust.POLICY_LOCATIONS + r"\L": location("C:\\B", 1),
    }
    registry = FakeRegistry(places)
    assert macro_trust.is_trusted(registry, r"C:\A")
    assert not macro_trust.is_trusted(registry, r"C:\A\x")
    assert macro_trust.is_trusted(registry, r"C:\B\x")
    assert not macro_trust.is_trusted(registry, r"C:\BB")


def test_only_our_own_locations_are_taken_out_again() -> None:
    registry = FakeRegistry({macro_trust.LOCATIONS + r"\Location0": location("D:\\Khac\\")})
    macro_trust.trust(registry, r"C:\Báo cáo")
    assert macro_trust.distrust(registry) == ["C:\\Báo cáo\\"]
    assert registry.keys(macro_trust.LOCATIONS) == ["Location0"]


@pytest.mark.parametrize(
    ("key", "name", "value", "word"),
    [
        (macro_trust.POLICY, "VBAWarnings", 4, "Chính sách của cơ quan chặn mọi macro"),
        (macro_trust.SECURITY, "VBAWarnings", 4, "Thiết lập Trust Center của Excel chặn mọi macro"),
        (macro_trust.SECURITY, "VBAWarnings", 3, "chữ ký số"),
        (macro_trust.POLICY_LOCATIONS, "AllLocationsDisabled", 1, "tắt các thư mục tin cậy"),
    ],
)
def test_a_setting_that_blocks_macros_is_put_in_words(key: str, name: str, value: int, word: str) -> None:
    facts = macro_trust.obstacles(FakeRegistry({key: {name: value}}))
    assert len(facts) == 1
    assert word in facts[0]


def test_the_usual_settings_are_no_obstacle() -> None:
    assert macro_trust.obstacles(FakeRegistry({macro_trust.SECURITY: {"VBAWarnings": 2}})) == []


def test_there_is_a_registry_on_windows_only() -> None:
    import sys

    assert (open_registry() is not None) is (sys.platform == "win32")


OTHER = b"""<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="SecureURL" oor:op="fuse">
<value><it>file:///khac</it></value></prop></item>
<item oor:path="/org.openoffice.Office.Linguistic/General"><prop oor:name="UILocale" oor:op="fuse">
<value>vi</value></prop></item></oor:items>"""


def test_our_settings_join_those_of_the_user() -> None:
    text = libreoffice_profile.with_settings(OTHER, ["file:///S%E1%BB%95"], "cchc_an")
    assert libreoffice_profile.accepts(text, "cchc_an")
    assert b"<it>file:///khac</it><it>file:///S%E1%BB%95</it>" in text
    assert b"UILocale" in text
    assert libreoffice_profile.with_settings(text, ["file:///S%E1%BB%95"], "cchc_an") == text


def test_taking_our_settings_out_leaves_everything_else() -> None:
    text = libreoffice_profile.without_settings(libreoffice_profile.with_settings(OTHER, [], "cchc_an"), "cchc_an")
    assert not libreoffice_profile.accepts(text, "cchc_an")
    assert b"OfficeMenuBar" not in text
    assert b"UILocale" in text
    foreign = libreoffice_profile.with_settings(OTHER, [], "nguoi_khac")
    assert libreoffice_profile.accepts(libreoffice_profile.without_settings(foreign, "cchc_an"), "nguoi_khac")


def test_a_folder_is_trusted_with_those_below_it_and_no_other(tmp_path: Path) -> None:
    libreoffice_profile.set_up(tmp_path / "hồ sơ", [tmp_path], "p")
    text = libreoffice_profile.profile_settings_file(tmp_path / "hồ sơ").read_bytes()
    assert libreoffice_profile.trusts(text, tmp_path / "2021")
    assert not libreoffice_profile.trusts(text, tmp_path.with_name(tmp_path.name + "x"))
    assert parse(text).tag.endswith("items")


def test_a_pipe_belongs_to_one_user_and_its_name_is_ascii() -> None:
    assert libreoffice_profile.pipe_name("Nguyễn Văn An") == "cchc_Nguyen_Van_An"
    assert libreoffice_profile.connection("an") == "uno:pipe,name=cchc_an;urp;StarOffice.ComponentContext"


def test_a_libreoffice_that_runs_is_noticed_before_its_settings_are_written(tmp_path: Path) -> None:
    (tmp_path / "user").mkdir()
    (tmp_path / "user" / ".lock").touch()
    with pytest.raises(UserError, match="Đóng mọi cửa sổ LibreOffice"):
        libreoffice_profile.refuse_if_running(tmp_path)


def test_the_menu_of_libreoffice_has_the_verbs_of_the_ribbon() -> None:
    text = libreoffice_profile.with_settings(libreoffice_profile.EMPTY, [], "p").decode()
    source = (Path(__file__).parents[2] / "macros" / "libreoffice" / "chay.bas").read_text(encoding="utf-8")
    verbs = libreoffice_profile.verbs()
    assert len(verbs) == 7
    for verb, label in verbs:
        assert f"<value>{label}</value>" in text
        assert f"CCHC.Chay.{verb}?language=Basic&amp;location=application" in text
        assert f"Sub {verb}\n    ChayViec \"{verb}\"\nEnd Sub" in source


def test_macro_libraries_of_the_user_stay_beside_ours() -> None:
    other = b'><library:library library:name="Standard"/></library:libraries>'
    old = libreoffice_profile.EMPTY_LIST.replace(b"/>", other)
    listed = libreoffice_profile.listing(libreoffice_profile.listing(old, "script"), "script")
    assert listed.count(b'"CCHC"') == 1
    assert b"$(USER)/basic/CCHC/script.xlb/" in listed
    assert b'"Standard"' in libreoffice_profile.without_listing(listed)
    assert b'"CCHC"' not in libreoffice_profile.without_listing(listed)


@pytest.mark.parametrize("folder", [r"\\may-chu\bao cao", r"\\may-chu\bao cao\2026"])
def test_a_trusted_folder_on_the_network_counts_only_where_excel_heeds_such_folders(folder: str) -> None:
    registry = FakeRegistry()
    assert macro_trust.trust(registry, r"\\may-chu\bao cao")
    assert not macro_trust.is_trusted(registry, folder)
    assert macro_trust.allow_network(registry)
    assert macro_trust.is_trusted(registry, folder)
    assert not macro_trust.allow_network(registry)


def test_a_policy_against_trusted_folders_on_the_network_is_told() -> None:
    registry = FakeRegistry({macro_trust.POLICY_LOCATIONS: {macro_trust.NETWORK: 0}})
    assert "thư mục trên mạng" in " ".join(macro_trust.obstacles(registry))
