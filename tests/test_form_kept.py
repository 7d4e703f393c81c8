"""A form that is kept for the next click is never older than its declarations, and its absence harms nothing."""

from __future__ import annotations

import ast
import shutil
import zlib
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from cchc_xl.checks.declared_rules import rules_of
from cchc_xl.errors import DeclarationError
from cchc_xl.rules import rule_syntax
from cchc_xl.rules.rule_syntax import Comparison, Expression, Number, expression
from cchc_xl.schema import form_folder, kept, load_form
from cchc_xl.structs import replace


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept, "_folder", lambda: tmp_path / "nho")
    return tmp_path / "nho"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(form_folder(""), tmp_path / "bieu"))


def only_file(cache: Path) -> Path:
    (found,) = cache.iterdir()
    return found


def unread(*_: object, **__: object) -> None:
    raise AssertionError("the declarations were read again")


def rename(path: Path, old: str, new: str) -> None:
    edit(path, f'name = "{old}"', f'name = "{new}"')


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_what_is_kept_is_the_form_itself(cache: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_form(folder)
    monkeypatch.setattr(load_form, "_read", unread)
    again = load_form(folder)
    assert again == first
    assert again.info == first.info
    assert again.by_code.keys() == first.by_code.keys()


def test_a_kept_form_brings_its_expressions_read(cache: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_syntax, "_READ", {})
    form = load_form(folder)
    rules, read = rules_of(form), dict(rule_syntax._READ)
    texts = {row.required_if for row in form.indicators()} | {row.note_required_if for row in form.indicators()}
    assert read.keys() == (texts | {line.test for line in form.rule_lines()}) - {""}
    rule_syntax._READ.clear()
    # Where an assertion fails, pytest parses Python too.
    with monkeypatch.context() as patched:
        patched.setattr(load_form, "_read", unread)
        patched.setattr(ast, "parse", unread)
        recalled = rules_of(load_form(folder))
        with pytest.raises(AssertionError, match="read again"):
            expression("a <= b")
    assert recalled == rules
    assert read == rule_syntax._READ


@pytest.mark.parametrize("text", [
    "a.tu <= a.mau", "implies(a > 0.50, not (b == -1 or c != 0))", "a <= b <= 3 * previous(a) / 2",
    "follows(a, b, c - d)", "partition(a, b, c)", "count(a > 0) == b", "all(a >= 1) and any(b > c.tu)",
])
def test_every_kind_of_expression_comes_back_as_it_was(text: str) -> None:
    made = expression(text)
    back = msgspec.msgpack.decode(msgspec.msgpack.encode(made), type=Expression)
    assert (back, repr(back)) == (made, repr(made))


def test_what_does_not_come_back_as_it_was_is_not_kept(
    cache: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = Comparison("==", Number(Decimal("nan")), Number(Decimal("nan")))
    monkeypatch.setattr(kept, "expression", lambda text: replace(expression(text), test=never))
    load_form(folder)
    assert not cache.exists()


def test_a_file_of_an_older_layout_is_read_anew(cache: Path, folder: Path) -> None:
    form = load_form(folder)
    file = only_file(cache)
    whole = file.read_bytes()
    fields = msgspec.msgpack.decode(whole[4:])
    del fields["expressions"]
    data = msgspec.msgpack.encode(fields)
    file.write_bytes(zlib.crc32(data).to_bytes(4, "big") + data)
    assert load_form(folder) == form
    assert file.read_bytes() == whole


def test_a_changed_declaration_is_read_anew(cache: Path, folder: Path) -> None:
    before = load_form(folder)
    units = folder / "don_vi.toml"
    rename(units, before.units[0].name, "Đơn vị mới")
    assert load_form(folder).units[0].name == "Đơn vị mới"
    rename(units, "Đơn vị mới", before.units[0].name)
    assert load_form(folder) == before


def test_a_declaration_that_became_wrong_is_refused(cache: Path, folder: Path) -> None:
    form = load_form(folder)
    edit(folder / "don_vi.toml", f'id = "{form.units[1].id}"', f'id = "{form.units[0].id}"')
    with pytest.raises(DeclarationError):
        load_form(folder)


def test_other_units_make_another_form(cache: Path, folder: Path, tmp_path: Path) -> None:
    units = tmp_path / "khac.toml"
    shutil.copy(folder / "don_vi.toml", units)
    rename(units, load_form(folder).units[0].name, "Nơi khác")
    assert load_form(folder, units).units[0].name == "Nơi khác"
    assert load_form(folder).units[0].name != "Nơi khác"


@pytest.mark.parametrize("damage", [b"", b"\x00" * 40, b"cut", b"flipped"])
def test_a_damaged_file_is_harmless(cache: Path, folder: Path, damage: bytes) -> None:
    form = load_form(folder)
    file = only_file(cache)
    data = file.read_bytes()
    middle = len(data) - 1000
    flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1:]
    file.write_bytes({b"cut": data[:-100], b"flipped": flipped}.get(damage, damage))
    assert load_form(folder) == form
    assert file.read_bytes() == data


def test_another_program_does_not_use_it(cache: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_form(folder)
    monkeypatch.setattr(kept, "__version__", "khác")
    monkeypatch.setattr(load_form, "_read", unread)
    with pytest.raises(AssertionError, match="read again"):
        load_form(folder)


def test_without_a_folder_to_write_to_nothing_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = folder / "bieu_mau.toml"
    monkeypatch.setattr(kept, "_folder", lambda: taken / "nho")
    assert load_form(folder) == load_form(folder)


def test_the_folder_holds_a_few_files_at_most(cache: Path, tmp_path: Path) -> None:
    for number in range(3 * kept.SLOTS):
        kept.keep({f"{number}.toml": b""}, load_form(form_folder("")))
    assert len(list(cache.iterdir())) <= kept.SLOTS
