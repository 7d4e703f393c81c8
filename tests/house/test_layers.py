"""The rooms of the package: imports go down only, in the order that README gives, and a name says one thing."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "cchc_xl"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
ENGINE = "cchc_xl.live.uno_"
"""Its objects know each other as xlwings asks: an application its books, a book its sheets, a range its sheet."""


def layers() -> list[list[str]]:
    """The rooms as README lists them, from the top: each line is one layer."""
    block = re.search(r"```layers\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert block
    return [re.split(r"  +", line)[0].split() for line in block[1].splitlines()]


def room(module: str) -> str:
    """The folder of a module right below the package, or the module itself; the package's own face is "api"."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "api"


@cache
def imports(module: str) -> tuple[str, ...]:
    """The modules of the package that a module imports, also inside functions."""
    return tuple(_imports(module))


def _imports(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "cchc_xl":
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else str(node.module)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)


def test_every_room_has_its_layer() -> None:
    listed = [name for layer in layers() for name in layer]
    assert sorted(listed) == sorted({room(module) for module in MODULES if module != "cchc_xl.__main__"})


def test_imports_go_down_only() -> None:
    height = {name: number for number, layer in enumerate(reversed(layers())) for name in layer}
    upward = [
        f"{module} imports {other}"
        for module in MODULES if module != "cchc_xl.__main__"
        for other in imports(module)
        if room(module) != room(other) and height[room(other)] >= height[room(module)]
    ]
    assert upward == []


def test_no_module_imports_in_a_circle() -> None:
    graph = {
        module: {other for other in imports(module) if other != module}
        for module in MODULES if not module.startswith(ENGINE)
    }
    TopologicalSorter(graph).prepare()


def test_a_file_name_stands_for_one_thing() -> None:
    names = Counter(
        path.name for module, path in MODULES.items()
        if path.name not in ("__init__.py", "__main__.py") and room(module) not in ("cli", "live")
    )
    assert [name for name, times in names.items() if times > 1] == []
