"""Schematron: rules over documents, written as .sch or compiled to XSLT.

libxslt runs those in XPath 1.0; for those in XPath 2 and 3, as most of e-invoicing has, Saxon does, which is an extra.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ..diagnostics import Severity
from ..document.parsing import Element, Tree, parser
from ..errors import SchemaError
from ..schema_files.resolver import SchemaSources, SourceResolver, absolute, read
from . import saxon
from .libxml2_errors import failed_assertion
from .subject import Subject
from .validator import Judgement

_SCH = "{http://purl.oclc.org/dsdl/schematron}"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_XS = "http://www.w3.org/2001/XMLSchema"
_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_OLD = "{http://www.ascc.net/xml/schematron}"  # Schematron 1.5, as far as it means the same
_XPATH1 = {"", "xslt", "xslt1", "xpath", "xpath1", "exslt"}
_BEYOND = {"xslt2": "2.0", "xpath2": "2.0", "xslt3": "3.0", "xpath3": "3.0", "xpath31": "3.0"}  # the version of XSLT
_MILD = {"warning", "warn", "info", "information", "hint"}
_LEVELS = 32  # of files including files
_FULL_PATH = "schematron-get-full-path"
# names and paths of a test, apart from its literals, functions, axes and operators
_LITERAL = re.compile(r"\"[^\"]*\"|'[^']*'")
_PATH = re.compile(
    r"(?:\.{1,2}/|//?)?@?[A-Za-z_][\w.\-]*(?::[A-Za-z_][\w.\-]*)?(?:/(?:\.\.|@?[A-Za-z_][\w.\-]*(?::[\w.\-]+)?))*"
)
_OPERATORS = {"and", "or", "div", "mod", "not", "true", "false"}
# how stylesheets beyond XSLT 1.0 write the names of a location: *:name[namespace-uri()='...'] or Q{...}name
_LOCATED = re.compile(r"\*:(?P<local>[^\s\[\]/]+)(?=\[namespace-uri)|Q\{(?P<space>[^}]*)\}(?P<name>[^\s\[\]/]+)")
_VALUES = 4  # values of a failed test that are shown
_LONGEST = 60  # characters of each


@dataclass(frozen=True, slots=True)
class Failure:
    """An assertion that does not hold: its test, what its author says about it, and the element it was made of.

    `attribute` is the attribute at fault, where the rule's context is one; `values` what the paths of the test yield.
    """

    test: str
    text: str
    element: Element
    attribute: str
    mild: bool
    values: tuple[tuple[str, str], ...]


class Rules:
    """A set of rules, ready to run."""

    def __init__(
        self, run: Callable[[Tree], Element | None], sources: SchemaSources, *, tells_fired: bool = True
    ) -> None:
        """`tells_fired` says that the output of `run` has every rule whose context occurs."""
        self._run = run
        self._tells_fired = tells_fired
        self._sources = sources

    def judge(self, subject: Subject) -> Judgement:
        """The verdict on the tree: every assertion that fails and every report that fires.

        The rules do not apply where the context of none of them occurs. Raises SchemaError where they cannot be run.
        """
        tree, places = subject.tree or subject.parse(), subject.places()
        output = self._output(tree)
        told = [
            failed_assertion(failure, places.of_path(tree.getpath(failure.element)))
            for failure in _failures(tree, output)
        ]
        if not told and self._tells_fired and next(output.iter(f"{_SVRL}fired-rule"), None) is None:
            return Judgement(applied=False, reason="no rule applies: the document has nothing that one is about")
        return Judgement(tuple(told), total=len(told), rejected=any(item.severity is Severity.ERROR for item in told))

    def _output(self, tree: Tree) -> Element:
        output = self._run(tree)
        if output is None or output.tag != f"{_SVRL}schematron-output":
            raise _unusable(
                self._sources, "the stylesheet does not write SVRL; compile the rules with an SVRL skeleton"
            )
        return output


def _failures(tree: Tree, output: Element) -> Iterator[Failure]:
    prefixes = {
        item.get("prefix", ""): item.get("uri", "")
        for item in output.iter(f"{_SVRL}ns-prefix-in-attribute-values")
        if item.get("prefix")
    }
    for item in output.iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report"):
        yield _failure(tree, item, prefixes)


def rules(data: bytes, sources: SchemaSources) -> Rules:
    """The rules in a .sch file or a compiled stylesheet; raises SchemaError, and lxml's XSLTParseError."""
    root = read(data, str(sources.schema), sources)
    for item in root.iter(f"{_OLD}*"):
        item.tag = _SCH + etree.QName(item).localname
    if root.tag in (f"{_XSL}stylesheet", f"{_XSL}transform"):
        by_libxslt = root.get("version", "1.0").startswith("1")
    elif root.tag == f"{_SCH}schema":
        by_libxslt = root.get("queryBinding", "").lower() in _XPATH1
        root = _compiled(_included(root, str(sources.schema), sources, 0), sources)
    else:
        raise _unusable(sources, f"the root is {root.tag!r}, neither an ISO Schematron schema nor a stylesheet")
    tells_fired = b"fired-rule" in etree.tostring(root)  # compact stylesheets leave these out
    return Rules(
        _by_libxslt(root, sources) if by_libxslt else _by_saxon(root, sources), sources, tells_fired=tells_fired
    )


def _compiled(root: Element, sources: SchemaSources) -> Element:
    """The stylesheet that a .sch file stands for."""
    from lxml import isoschematron  # noqa: PLC0415 - loads three stylesheets

    binding = root.get("queryBinding", "").lower()
    version = _BEYOND.get(binding)
    if version is None and binding not in _XPATH1:
        known = ", ".join(sorted(name for name in (*_XPATH1, *_BEYOND) if name))
        raise _unusable(sources, f"their query binding is {binding}, which is not known here; known are {known}")
    functions = list(root.iterchildren(f"{_XSL}function"))
    declared = {item.get("prefix") for item in root.iterchildren(f"{_SCH}ns")}
    if version:
        if "xs" not in declared:  # which other compilers of rules declare by themselves
            root.insert(0, root.makeelement(f"{_SCH}ns", {"prefix": "xs", "uri": _XS}))
        root.set("queryBinding", "xslt")  # the skeleton copies expressions, in whatever language, but refuses others
    for number, pattern in enumerate(root.iter(f"{_SCH}pattern")):
        if pattern.get("is-a") and not pattern.get("id"):  # without one, the skeleton leaves parameters in place
            pattern.set("id", f"pattern-{number}")
    expanded = isoschematron.iso_abstract_expand(root)
    compiled = isoschematron.iso_svrl_for_xslt1(expanded)
    for template in compiled.getroot().iter(f"{_XSL}template"):
        # the skeleton forgets the element that an attribute belongs to
        if template.get("match") == "@*" and template.get("mode") == _FULL_PATH:
            template.insert(
                0, template.makeelement(f"{_XSL}apply-templates", {"select": "parent::*", "mode": _FULL_PATH})
            )
    reader: etree.XMLParser[Any] = parser(resolver=SourceResolver(sources))
    stylesheet: Element = etree.fromstring(etree.tostring(compiled), reader, base_url=str(sources.schema))
    if version:
        stylesheet.set("version", version)
        stylesheet.extend(functions)
    return stylesheet


def _by_libxslt(root: Element, sources: SchemaSources) -> Callable[[Tree], Element | None]:
    # files are read through the resolver alone, which knows what is allowed
    access = etree.XSLTAccessControl(
        read_file=True, write_file=False, create_dir=False, read_network=False, write_network=False
    )
    stylesheet = etree.XSLT(root, access_control=access)

    def run(tree: Tree) -> Element | None:
        try:
            output: Element | None = stylesheet(tree).getroot()
        except etree.XSLTApplyError as error:
            raise _unusable(sources, str(error)) from None
        if sources.refused:
            raise _unusable(sources, f"they ask for {sources.refused[0]}, which lies outside the allowed folders")
        return output

    return run


def _by_saxon(root: Element, sources: SchemaSources) -> Callable[[Tree], Element | None]:
    if not saxon.installed():
        raise SchemaError(
            f"The rules in {sources.schema} are written in XPath 2 or later; install xml-troubleshooter[xslt2] to run "
            "them, or give them compiled to XSLT 1.0."
        )
    if next(root.iter(f"{_XSL}result-document"), None) is not None:
        raise _unusable(sources, "they write files (xsl:result-document), which no rules need")
    try:
        stylesheet = saxon.Stylesheet(etree.tostring(root, encoding="unicode"))
    except saxon.SaxonError as error:
        raise _unusable(sources, str(error)) from None

    def run(tree: Tree) -> Element | None:
        try:
            output = stylesheet.transform(etree.tostring(tree.getroot(), encoding="unicode", with_tail=False))
        except saxon.SaxonError as error:
            raise SchemaError(
                f"The rules in {sources.schema} break off at this document: {' '.join(str(error).split())} Rules take "
                "a document for granted that its XML Schema accepts: validate it against that first, and repair it."
            ) from None
        try:
            found: Element = etree.fromstring(output.encode(), parser())
        except etree.XMLSyntaxError:
            return None
        return found

    return run


def _included(root: Element, base: str, sources: SchemaSources, level: int) -> Element:
    for found in list(root.iter(f"{_SCH}include", f"{_SCH}extends")):
        href, parent = found.get("href"), found.getparent()
        if href is None or parent is None:
            continue
        path = sources.find(absolute(base, href.partition("#")[0])) if level < _LEVELS else None
        if path is None:
            raise _unusable(sources, f"they include {href}, which is not there or outside the allowed folders")
        inner = _included(read(sources.content(path), str(path), sources), str(path), sources, level + 1)
        pieces = list(inner) if found.tag == f"{_SCH}extends" else [inner]
        at = parent.index(found)
        parent[at : at + 1] = pieces
    return root


def _failure(tree: Tree, item: Element, prefixes: dict[str, str]) -> Failure:
    element, attribute = _located(tree, item.get("location", "/"), prefixes)
    text = " ".join("".join("".join(part.itertext()) for part in item.iter(f"{_SVRL}text")).split())
    if (identifier := item.get("id", "")) and identifier not in text:
        text = f"[{identifier}] {text}"
    mild = {item.get("role", "").lower(), item.get("flag", "").lower()} & _MILD
    test = item.get("test", "")
    return Failure(test, text, element, attribute, bool(mild), tuple(_values(test, element, prefixes)))


def _located(tree: Tree, location: str, prefixes: dict[str, str]) -> tuple[Element, str]:
    root: Element = tree.getroot()
    try:
        found: Any = tree.xpath(_LOCATED.sub(_in_xpath1, location), namespaces=prefixes)
    except etree.XPathError:
        return root, ""
    first = found[0] if isinstance(found, list) and found else root
    if isinstance(first, Element):
        return first, ""
    holder = first.getparent() if hasattr(first, "getparent") else None
    return (root, "") if holder is None else (holder, first.attrname if first.is_attribute else "")


def _in_xpath1(name: re.Match[str]) -> str:
    if name["local"]:
        return f"*[local-name()='{name['local']}']"
    return f"*[local-name()='{name['name']}' and namespace-uri()='{name['space']}']"


def _values(test: str, element: Element, prefixes: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What the paths of a test lead to from an element: the values that the assertion looked at."""
    bare = _LITERAL.sub("''", test)
    shown: set[str] = set()
    for match in _PATH.finditer(bare):
        path = match.group()
        if path in shown or path in _OPERATORS or bare[match.end() :].lstrip().startswith(("(", "::")):
            continue
        shown.add(path)
        try:
            found: Any = element.xpath(path, namespaces=prefixes)
        except etree.XPathError:
            continue
        if isinstance(found, list) and found:
            texts = [
                str(item.xpath("string()")) if isinstance(item, Element) else str(item) for item in found[:_LONGEST]
            ]
            value = ", ".join(" ".join(text.split()) for text in texts)
            yield path, value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
        if len(shown) == _VALUES:
            return


def _unusable(sources: SchemaSources, why: str) -> SchemaError:
    return SchemaError(f"The rules in {sources.schema} are the broken side, not the document: {' '.join(why.split())}.")
