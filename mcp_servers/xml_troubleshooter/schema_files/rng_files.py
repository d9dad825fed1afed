"""One RELAX NG grammar out of many files.

libxml2 opens included grammars by itself, without any check, so that they are put in their places here first (RELAX NG
specification, 4.6 and 4.7), and only files that the schema may read.
"""

from __future__ import annotations

from lxml import etree

from ..document.parsing import Element
from ..errors import SchemaError
from .resolver import SchemaSources, absolute, read

_RNG = "{http://relaxng.org/ns/structure/1.0}"
_LEVELS = 32  # of grammars including grammars: a circle would never end


def grammar(data: bytes, sources: SchemaSources) -> Element:
    """The grammar of a sources's schema file with every include and externalRef in its place.

    Raises SchemaError where a file cannot be read or may not be.
    """
    return inlined(_read(data, str(sources.schema), sources), sources)


def inlined(root: Element, sources: SchemaSources) -> Element:
    """A grammar that has been read, with every include and externalRef in its place; raises SchemaError."""
    return _inlined(root, str(sources.schema), sources, 0)


def _read(data: bytes, base: str, sources: SchemaSources) -> Element:
    if not base.endswith(".rnc"):
        return read(data, base, sources)
    from . import compact_syntax  # noqa: PLC0415 - few grammars are written in it

    try:
        return compact_syntax.parse(data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"))
    except (compact_syntax.CompactError, UnicodeDecodeError) as error:
        raise SchemaError(f"The schema is the broken side, not the document: {base}, {error}.") from None


def _inlined(root: Element, base: str, sources: SchemaSources, level: int) -> Element:
    for found in list(root.iter(f"{_RNG}include", f"{_RNG}externalRef")):
        address = absolute(base, found.get("href", ""))
        if level >= _LEVELS:
            raise SchemaError(
                f"The grammars of {sources.schema} include each other in a circle; break it at {address}."
            )
        path = sources.find(address)
        if path is None:
            raise SchemaError(
                f"The schema {base} needs {address}, which is not there or outside the allowed folders; put it beside "
                "the schema or add its folder to SCHEMA_DIRS."
            )
        inner = _inlined(_read(sources.content(path), str(path), sources), str(path), sources, level + 1)
        if found.get("ns") is not None and inner.get("ns") is None:
            inner.set("ns", found.get("ns", ""))
        if found.tag == f"{_RNG}externalRef":
            if inner.get("datatypeLibrary") is None:
                inner.set("datatypeLibrary", "")
        else:
            _override(inner, found)
        inner.tail = found.tail
        parent = found.getparent()
        if parent is None:
            return inner
        parent.replace(found, inner)
    return root


def _override(grammar: Element, include: Element) -> None:
    """Replace definitions of the included grammar by those of the same names inside the include."""
    grammar.tag = f"{_RNG}div"
    overridden = {_component(item) for item in include.iter(f"{_RNG}start", f"{_RNG}define")}
    for item in list(grammar.iter(f"{_RNG}start", f"{_RNG}define")):
        parent = item.getparent()
        if _component(item) in overridden and parent is not None:
            parent.remove(item)
    if grammar.get("datatypeLibrary") is None:
        grammar.set("datatypeLibrary", "")
    own = etree.SubElement(grammar, f"{_RNG}div")
    own.set("datatypeLibrary", inherited(include, "datatypeLibrary"))
    own.set("ns", inherited(include, "ns"))
    own.extend(list(include))


def _component(item: Element) -> str:
    return item.get("name", "").strip() if item.tag == f"{_RNG}define" else ""


def inherited(element: Element, attribute: str) -> str:
    """The value of an attribute that the nearest ancestor has, or the element itself; "" where none has."""
    return next(
        (value for node in (element, *element.iterancestors()) if (value := node.get(attribute)) is not None), ""
    )
