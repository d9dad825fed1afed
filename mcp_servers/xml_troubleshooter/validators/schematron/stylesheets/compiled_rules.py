"""Rules that somebody compiled: a stylesheet that writes SVRL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from lxml import etree

from ....document.parsing import Element, Tree
from ....errors import SchemaError
from ....schema_files.resolver import SchemaSources, absolute, broken, read
from ... import saxon
from ..findings import NodePlace, RuleFinding, RuleResult, RuleScope, Unevaluated, is_mild
from ..rule_sets.rule_files import XSL, declared, unusable
from .guarded import UNEVALUATED, guard
from .running import XsltRules, documents, libxslt, why_unevaluated
from .stylesheet import OWN, given_documents, reading

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_FOUND = (f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
_FIRED = f"{_SVRL}fired-rule"
# how stylesheets beyond XSLT 1.0 write the names of a location: *:name[namespace-uri()='...'] or Q{...}name
_LOCATED = re.compile(r"\*:(?P<local>[^\s\[\]/]+)(?=\[namespace-uri)|Q\{(?P<space>[^}]*)\}(?P<name>[^\s\[\]/]+)")
_ID_IN_TEXT = re.compile(r"^\s*\[([^\]\s]+)\]")
# what makes a stylesheet more than itself: other stylesheets, files that it reads or writes
_MORE = re.compile(
    r"[<:](?:include|import|import-schema|use-package|result-document)[\s/>]"
    r"|\bdoc(?:ument)?(?:-available)?\s*\(|base-uri"
)
_NO_EXPRESSIONS = {"name", "version", "as", "mode", "priority", "prefix", "encoding", "href"}
_BINDINGS = {"1": "xslt", "2": "xslt2"}  # the query language of a stylesheet's tests, by its version
_ANY_ELEMENT = re.compile(r"match=[\"'](?://)?[*@]")
_LEVELS = 32  # of stylesheets that include each other
_SHOWN = 5  # faults that are told of


class CompiledRules(XsltRules):
    """A stylesheet of rules, ready to run; its assertions are known only from its output."""

    def __init__(self, root: Element, sources: SchemaSources) -> None:
        """Raises SchemaError where it cannot be run."""
        super().__init__(sources)
        self._text = etree.tostring(root, encoding="unicode", with_tail=False)
        self._tells_fired = "fired-rule" in self._text
        self._root = root
        self._binding = _BINDINGS.get(root.get("version", "1.0")[:1], "xslt3")
        if root.get("version", "1.0").startswith("1"):
            try:
                self._plain = libxslt(deepcopy(root))
            except etree.XSLTParseError as error:
                if not saxon.installed() or sources.refused:
                    raise broken(sources, error.error_log, str(error)) from None
        if self._plain is None:
            self._begun()

    def run(self, tree: Tree) -> RuleResult:
        """The result of the rules for a document; raises SchemaError where they cannot be run."""
        try:
            output = self._output(tree)
        except etree.XSLTApplyError as error:
            raise unusable(self._sources, str(error)) from None
        if output is None or output.tag != f"{_SVRL}schematron-output":
            raise unusable(self._sources, "the stylesheet does not write SVRL; compile the rules with an SVRL skeleton")
        self.title = output.get("title", "")
        prefixes = {
            item.get("prefix", ""): item.get("uri", "")
            for item in output.iter(f"{_SVRL}ns-prefix-in-attribute-values")
            if item.get("prefix")
        }
        fired = sum(1 for _ in output.iter(_FIRED)) if self._tells_fired else 0 if self._is_silent_about(tree) else -1
        unevaluated = [
            Unevaluated(each.get("id", ""), _located(tree, each.get("location", "/"), prefixes), why_unevaluated(each))
            for each in output.iter(UNEVALUATED)
        ]
        return RuleResult(
            tuple(_findings(tree, output, RuleScope(prefixes, binding=self._binding))), fired, tuple(unevaluated)
        )

    def _is_silent_about(self, tree: Tree) -> bool:
        """Whether the stylesheet names no element or namespace of the document, and does not match any element."""
        if _ANY_ELEMENT.search(self._text) or _MORE.search(self._text):
            return False
        names = [etree.QName(tag) for tag in {str(item.tag) for item in tree.iter(etree.Element)}]
        return not any((name.namespace or name.localname) in self._text for name in names)

    def _for_saxon(self, *, careful: bool) -> saxon.Stylesheet:
        sources = self._sources
        text = self._whole(careful=careful) if careful or _MORE.search(self._text) else self._text
        return saxon.Stylesheet(text, documents(sources))

    def _not_compiled(self, error: saxon.SaxonError, *, careful: bool) -> SchemaError:  # noqa: ARG002 - lines are the same
        first = self._root.sourceline or 1
        told = [f"line {line + first - 1}: {text}" for line, text in error.lines[:_SHOWN]]
        return unusable(self._sources, "; ".join(told) or str(error))

    def _whole(self, *, careful: bool) -> str:
        """The stylesheet with its included files; it asks us for documents, and its tests are guarded if `careful`."""
        sources = self._sources
        root = _included(deepcopy(self._root), str(sources.schema), sources, 0)
        if next(root.iter(f"{XSL}result-document"), None) is not None:
            raise unusable(sources, "they write files (xsl:result-document), which no rules need")
        _let_read(root)
        if careful:
            guard(root, _FOUND)
        root.set("{http://www.w3.org/XML/1998/namespace}base", sources.schema.as_uri())
        text = etree.tostring(root, encoding="unicode", with_tail=False)
        return re.sub(r"^<[^\s/>]+", rf'\g<0> xmlns:_o="{OWN}"', text)


def _included(root: Element, base: str, sources: SchemaSources, level: int) -> Element:
    """A stylesheet with those that it includes and imports in their places."""
    own = {key for item in root if (key := declared(item)) is not None}
    for item in list(root.iterchildren(f"{XSL}include", f"{XSL}import")):
        href = item.get("href", "")
        path = sources.find(absolute(base, href)) if level < _LEVELS else None
        if path is None:
            raise unusable(sources, f"they include {href}, which is not there or outside the allowed folders")
        inner = _included(read(sources.content(path), str(path), sources), str(path), sources, level + 1)
        imported = item.tag == f"{XSL}import"
        pieces = [piece for piece in inner if not (imported and declared(piece) in own)]
        for piece in pieces:
            if isinstance(piece.tag, str):
                piece.set("{http://www.w3.org/XML/1998/namespace}base", path.as_uri())
        at = root.index(item)
        root[at : at + 1] = pieces
    return root


def _let_read(root: Element) -> None:
    """Let a stylesheet ask for documents through our functions instead of those that read files."""
    found = False
    for item in root.iter(etree.Element):
        of_xslt = str(item.tag).startswith(XSL)
        for name, value in item.attrib.items():
            if "doc" in str(value) and (str(name) not in _NO_EXPRESSIONS if of_xslt else "{" in str(value)):
                new = reading(str(value))
                found = found or new != value
                item.set(name, new)
    if found:
        root.extend(given_documents())


def _findings(tree: Tree, output: Element, scope: RuleScope) -> Iterator[RuleFinding]:
    context = ""
    for item in output.iter(_FIRED, *_FOUND):
        if item.tag == _FIRED:
            context = item.get("context", "")
            continue
        text = " ".join(
            " ".join("".join(part.itertext()).split())
            for part in item.iter(f"{_SVRL}text", f"{_SVRL}diagnostic-reference")
        )
        named = _ID_IN_TEXT.match(text)
        flag = item.get("flag") or item.get("role") or ""
        yield RuleFinding(
            rule=item.get("id") or (named[1] if named else ""),
            test=item.get("test", ""),
            context=context,
            report=item.tag == _FOUND[1],
            message=text,
            flag=flag,
            mild=is_mild(item.get("flag") or "", item.get("role") or ""),
            node=_located(tree, item.get("location", "/"), scope.namespaces),
            subject=None,
            scope=scope,
        )


def _located(tree: Tree, location: str, prefixes: dict[str, str]) -> NodePlace:
    try:
        found: Any = tree.xpath(_LOCATED.sub(_in_xpath1, location), namespaces=prefixes)
    except etree.XPathError:
        return NodePlace((1,))
    first = found[0] if isinstance(found, list) and found else None
    if isinstance(first, Element) and isinstance(first.tag, str):
        return NodePlace.of(first)
    # of a comment, a text or an attribute
    holder = first.getparent() if first is not None and hasattr(first, "getparent") else None
    if holder is None:
        return NodePlace() if isinstance(first, Element) else NodePlace((1,))
    return NodePlace.of(holder, getattr(first, "attrname", None) or "")


def _in_xpath1(name: re.Match[str]) -> str:
    if name["local"]:
        return f"*[local-name()='{name['local']}']"
    return f"*[local-name()='{name['name']}' and namespace-uri()='{name['space']}']"
