"""The documentation in a schema of its elements and attributes, for people who do not know the schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from lxml import etree

from ..disk.bounds import read_file
from ..document.parsing import Element, parser
from ..validators.schema import Kind, load

_XS = "{http://www.w3.org/2001/XMLSchema}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_MARKS = {f"{_XS}element": "", f"{_XS}attribute": "@"}
_STEP = re.compile(r"(@?)(?:[^:/@\[]+:)?([^:/@\[]+)(?:\[\d+\])?$")


def meanings(schema: str, paths: Sequence[str], roots: tuple[Path, ...] = ()) -> dict[str, str]:
    """The documentation in an XSD of the values at these paths, by the path; without those that have none or several.

    Raises SchemaError.
    """
    loaded = load(schema, roots)
    if loaded.kind is not Kind.XSD:
        return {}
    wanted = {path: _last_steps(path) for path in paths}
    said: dict[str, set[tuple[str, str]]] = {name: set() for _, name in wanted.values()}
    for file in loaded.files:
        with suppress(etree.XMLSyntaxError):  # a DTD that a schema takes entities from
            for owner, name, declaration in _declared(etree.fromstring(read_file(file), parser())):
                if name in said and (text := _text(declaration)) is not None:
                    said[name].add((owner, text))
    found = {}
    for path, (parent, name) in wanted.items():
        inside = {text for owner, text in said[name] if owner in (parent, f"{parent}Type")}
        texts = inside or {text for _, text in said[name]}
        if len(texts) == 1 and (text := texts.pop()):
            found[path] = text
    return found


def _last_steps(path: str) -> tuple[str, str]:
    """The local names of a path's parent element, and of its last element or attribute ("@" before the latter)."""
    rest, _, last = path.rpartition("/")
    return _name(rest.rpartition("/")[2]), _name(last)


def _name(step: str) -> str:
    found = _STEP.match(step)
    return found[1] + found[2] if found else step


def _declared(root: Element) -> Iterator[tuple[str, str, Element]]:
    """Each declaration and each reference to one, after the name of its nearest named ancestor and its own name."""
    for declaration in root.iter(*_MARKS):
        owner = next((each.get("name", "") for each in declaration.iterancestors() if each.get("name")), "")
        name = (declaration.get("name") or declaration.get("ref") or "").rpartition(":")[2]
        yield owner, _MARKS[str(declaration.tag)] + name, declaration


def _text(declaration: Element) -> str | None:
    """The documentation, in English where there are several languages; of a structured one its definition.

    None where another place may have it: a reference leaves it to its declaration, a global declaration to references.
    """
    texts = declaration.findall(f"{_XS}annotation/{_XS}documentation")
    english = [each for each in texts if each.get(_LANGUAGE, "en").lower().startswith("en")]
    words: list[str] = []
    for each in english or texts[:1]:
        parts = list(each.iter("{*}Definition")) or [each]
        words += [word for part in parts for word in "".join(part.itertext()).split()]
    shared = declaration.get("ref") or (parent := declaration.getparent()) is None or parent.tag == f"{_XS}schema"
    return None if shared and not words else " ".join(words)
