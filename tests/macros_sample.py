"""What the tests of macros share: oletools as the reader, a master with macros, and a look at a whole package."""

from __future__ import annotations

import posixpath
import warnings
import zipfile
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from lxml import etree

from cchc_xl.excel.ooxml_package import OFFICE_RELATIONSHIPS, parse


@cache
def olevba() -> ModuleType:
    """oletools' reader of macros, which takes long to import."""
    with warnings.catch_warnings():
        # oletools 0.60 still calls pyparsing by its former names.
        warnings.simplefilter("ignore", DeprecationWarning)
        return import_module("oletools.olevba")


def modules_in(name: str, data: bytes) -> dict[str, str]:
    """Name and source of every module, as olevba reads them."""
    parser = olevba().VBA_Parser(name, data=data)
    try:
        return {stream.rpartition("/")[2]: code for _, stream, _, code in parser.extract_macros()}
    finally:
        parser.close()


def read_parts(path: Path) -> dict[str, bytes]:
    """Every part of a package."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def package_faults(path: Path) -> list[str]:
    """What Office would repair: parts twice, without type or out of reach, relationships to nowhere."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    parts = read_parts(path)
    faults = [f"twice: {name}" for name in set(names) if names.count(name) > 1]
    faults += [f"no type: {name}" for name in parts if not _typed(parts, name)]
    reached = set()
    for name in (name for name in parts if name.endswith(".rels")):
        source = posixpath.join(posixpath.dirname(posixpath.dirname(name)), posixpath.basename(name)[: -len(".rels")])
        targets = _targets(source, parse(parts[name]))
        reached |= set(targets.values())
        faults += [f"{name}: {target} missing" for target in targets.values() if target not in parts]
        faults += _dangling(source, parts, set(targets))
    loose = set(parts) - reached - {"[Content_Types].xml"}
    return faults + [f"out of reach: {name}" for name in sorted(loose) if not name.endswith(".rels")]


def _typed(parts: dict[str, bytes], name: str) -> bool:
    types = parse(parts["[Content_Types].xml"])
    known = {node.get("PartName") for node in types} | {node.get("Extension") for node in types}
    return name == "[Content_Types].xml" or f"/{name}" in known or name.rpartition(".")[2] in known


def _targets(source: str, relationships: etree._Element) -> dict[str, str]:
    folder = posixpath.dirname(source)
    return {
        node.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, node.get("Target", ""))).lstrip("/")
        for node in relationships if node.get("TargetMode") != "External"
    }


def _dangling(source: str, parts: dict[str, bytes], identifiers: set[str]) -> list[str]:
    """References by relationship id that the part's relationships do not have."""
    if source not in parts:
        return []
    used = {node.get(f"{{{OFFICE_RELATIONSHIPS}}}id") for node in parse(parts[source]).iter()} - {None}
    return [f"{source}: {identifier} dangling" for identifier in used - identifiers]
