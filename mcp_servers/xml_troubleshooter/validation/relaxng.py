"""One RELAX NG grammar out of many files.

libxml2 opens included grammars by itself and asks nobody, so that they are put in their places here first (RELAX NG
specification, 4.6 and 4.7), and only from where the schema may read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from ..document.parsing import Element, parser
from ..errors import SchemaError
from .resolver import Shelf, absolute, read

_NAMESPACE = "http://relaxng.org/ns/structure/1.0"
_RNG = f"{{{_NAMESPACE}}}"
_BLAME = "The schema is the broken side, not the document: {}:"
_MARK = "included-grammar."
_LEVELS = 32  # of grammars including grammars: a circle would never end

_COMPACT = re.compile(
    r"""\#[^\n]*|\"{3}(?s:.*?)\"{3}|'{3}(?s:.*?)'{3}
    |(?<![\w.\-\\])(?P<how>include|external)\s+(?P<href>"[^"\n]*"|'[^'\n]*')(?P<inherit>\s+inherit\s*=\s*[\w.\-]+)?(?P<body>\s*\{)?
    |\"[^\"\n]*\"|'[^'\n]*'""",
    re.VERBOSE,
)


def grammar(data: bytes, shelf: Shelf) -> Element:
    """The grammar of a shelf's schema file with every include and externalRef in its place.

    Raises SchemaError where a file cannot be read or may not be.
    """
    return _inlined(_read(data, str(shelf.schema), shelf), str(shelf.schema), shelf, 0)


def _read(data: bytes, base: str, shelf: Shelf) -> Element:
    if base.endswith(".rnc"):
        data = _from_compact(data, base)
    return read(data, base, shelf)


def _inlined(root: Element, base: str, shelf: Shelf, level: int) -> Element:
    for found in list(root.iter(f"{_RNG}include", f"{_RNG}externalRef")):
        address = absolute(base, found.get("href", ""))
        if level >= _LEVELS:
            raise SchemaError(f"The grammars of {shelf.schema} include each other in a circle; break it at {address}.")
        path = shelf.find(address)
        if path is None:
            raise SchemaError(
                f"The schema {base} needs {address}, which is not there or outside the allowed folders; put it beside "
                "the schema or add its folder to SCHEMA_DIRS."
            )
        inner = _inlined(_read(path.read_bytes(), str(path), shelf), str(path), shelf, level + 1)
        if found.tag == f"{_RNG}externalRef":
            if found.get("ns") is not None and inner.get("ns") is None:
                inner.set("ns", found.get("ns", ""))
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
    """Put what an include holds in place of the included grammar's definitions of the same names."""
    grammar.tag = f"{_RNG}div"
    overridden = {_component(item) for item in include.iter(f"{_RNG}start", f"{_RNG}define")}
    for item in list(grammar.iter(f"{_RNG}start", f"{_RNG}define")):
        parent = item.getparent()
        if _component(item) in overridden and parent is not None:
            parent.remove(item)
    if grammar.get("datatypeLibrary") is None:
        grammar.set("datatypeLibrary", "")
    own = etree.SubElement(grammar, f"{_RNG}div")
    own.set("datatypeLibrary", _inherited(include, "datatypeLibrary"))
    own.set("ns", _inherited(include, "ns"))
    own.extend(list(include))


def _component(item: Element) -> str:
    return item.get("name", "").strip() if item.tag == f"{_RNG}define" else ""


def _inherited(element: Element, attribute: str) -> str:
    return next(
        (value for node in (element, *element.iterancestors()) if (value := node.get(attribute)) is not None), ""
    )


def _from_compact(data: bytes, base: str) -> bytes:
    """A compact grammar in XML.

    rnc2rng would fetch includes by itself and ignore what overrides them, so that they go through it as marks.
    """
    # few schemas are compact
    import rnc2rng  # type: ignore[import-untyped]  # noqa: PLC0415
    from rnc2rng.parser import ParseError  # type: ignore[import-untyped]  # noqa: PLC0415
    from rply.errors import LexingError  # type: ignore[import-untyped]  # noqa: PLC0415

    hrefs: list[tuple[str, str]] = []

    def mark(match: re.Match[str]) -> str:
        if not match["how"]:
            return match.group()
        hrefs.append((match["how"], match["href"][1:-1]))
        name = f"{_MARK}{len(hrefs) - 1}"
        if match["how"] == "external":
            return f" {name} {match['body'] or ''}"
        return f"div {{ {name} = empty " + ("" if match["body"] else "}")

    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        converted = rnc2rng.dumps(rnc2rng.loads(_COMPACT.sub(mark, text)))
    except ParseError as error:
        raise SchemaError(f"{_BLAME.format(base)} line {error.location[1] + 1} is no RELAX NG.") from None
    except AttributeError:  # how rnc2rng takes a text that ends in the middle
        raise SchemaError(f"{_BLAME.format(base)} it ends before a pattern is complete.") from None
    except (LexingError, UnicodeDecodeError, AssertionError) as error:
        raise SchemaError(f"{_BLAME.format(base)} it cannot be read ({error}).") from None
    return _unmarked(etree.fromstring(converted.encode(), parser()), hrefs)


def _unmarked(root: Element, hrefs: Sequence[tuple[str, str]]) -> bytes:
    """The grammar with includes and external references in place of their marks."""
    for item in list(root.iter(f"{_RNG}ref", f"{_RNG}define")):
        name = item.get("name", "")
        parent = item.getparent()
        if not name.startswith(_MARK) or parent is None:
            continue
        how, href = hrefs[int(name.removeprefix(_MARK))]
        if how == "external":
            item.tag = f"{_RNG}externalRef"
            item.attrib.clear()
            item.set("href", href)
        elif item.tag == f"{_RNG}define":
            parent.remove(item)
            parent.tag = f"{_RNG}include"
            parent.set("href", href)
    return etree.tostring(root)
