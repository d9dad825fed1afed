"""The running of stylesheets of rules: their input, and the files that they may read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from ....document.parsing import Element, Tree, parser
from ....errors import SchemaError
from ....schema_files.resolver import SchemaSources, SourceResolver
from ... import saxon
from ..findings import RuleResult
from ..rule_sets.rule_files import unusable
from ..rule_sets.rule_set import RuleFault

_LARGEST = 64_000_000  # bytes of a file that a stylesheet reads


class XsltRules(ABC):
    """Rules as stylesheets, ready to run: by libxslt where that knows their XSLT, else by Saxon."""

    title = ""  # what the rules call themselves
    warnings: tuple[RuleFault, ...] = ()  # what is odd in them, though they can be run
    without_assertions = ""  # that they check nothing, and why

    def __init__(self, sources: SchemaSources) -> None:
        self._sources = sources
        self._plain: etree.XSLT | None = None  # for libxslt
        self._saxon: dict[bool, saxon.Stylesheet] = {}  # careful or not

    @abstractmethod
    def run(self, tree: Tree) -> RuleResult:
        """The result of the rules for a document; raises SchemaError where they cannot be run."""

    @abstractmethod
    def _for_saxon(self, *, careful: bool) -> saxon.Stylesheet:
        """The rules for Saxon; `careful` ones go on when a test cannot be evaluated, and report that."""

    @abstractmethod
    def _not_compiled(self, error: saxon.SaxonError, *, careful: bool) -> SchemaError:
        """The sentence for rules that Saxon cannot compile."""

    def settle(self) -> None:
        """Wait until the rules are compiled, where Saxon runs them. Raises SchemaError where they cannot be run."""
        if self._plain is None:
            self._compiled()

    def _compiled(self, *, careful: bool = False) -> saxon.Stylesheet:
        begun = self._begun(careful=careful)
        try:
            begun.settle()
        except saxon.SaxonError as error:
            raise self._not_compiled(error, careful=careful) from None
        return begun

    def _begun(self, *, careful: bool = False) -> saxon.Stylesheet:
        if careful not in self._saxon:
            if not saxon.installed():
                raise SchemaError(
                    f"The rules in {self._sources.schema} are written in XPath 2 or later; install "
                    "xml-troubleshooter[xslt2] to run them, or give them compiled to XSLT 1.0."
                )
            self._saxon[careful] = self._for_saxon(careful=careful)
        return self._saxon[careful]

    def _output(self, tree: Tree) -> Element | None:
        """The output of the rules for a document, without the tests that cannot be evaluated.

        Raises SchemaError, and lxml's XSLTApplyError for XSLT that libxslt cannot run when Saxon is not installed.
        """
        if self._plain is not None:
            try:
                return applied(self._plain, tree, self._sources)
            except etree.XSLTApplyError:
                if not saxon.installed() or self._sources.refused:
                    raise
                self._plain = None  # version 1.0 in name, but beyond what libxslt knows
        try:
            return output_tree(self._compiled().transform(serialised(tree)))
        except saxon.SaxonError as error:
            return self._carefully(tree, error)

    def _carefully(self, tree: Tree, error: saxon.SaxonError) -> Element | None:
        """The output of all tests but those that cannot be evaluated; raises SchemaError."""
        try:
            return output_tree(self._compiled(careful=True).transform(serialised(tree)))
        except (saxon.SaxonError, SchemaError):
            raise SchemaError(
                f"The rules in {self._sources.schema} break off at this document: {' '.join(str(error).split())}. "
                "Rules take a document for granted that its XML Schema accepts: validate it against that first, and "
                "repair it."
            ) from None


def stylesheet_tree(text: str, sources: SchemaSources) -> Element:
    """The tree of a stylesheet, in the place of the rules."""
    reader: etree.XMLParser[Any] = parser(resolver=SourceResolver(sources), huge=True)
    root: Element = etree.fromstring(text, reader, base_url=str(sources.schema))
    return root


def libxslt(root: Element) -> etree.XSLT:
    """A stylesheet, compiled by libxslt; raises lxml's XSLTParseError."""
    # files are read through the resolver alone, which knows what is allowed
    access = etree.XSLTAccessControl(
        read_file=True, write_file=False, create_dir=False, read_network=False, write_network=False
    )
    return etree.XSLT(root, access_control=access)


def applied(compiled: etree.XSLT, tree: Tree, sources: SchemaSources, **parameters: Any) -> Element | None:  # noqa: ANN401 - of XSLT
    """The output of libxslt for a document; raises lxml's XSLTApplyError, and SchemaError for a forbidden file."""
    output: Element | None = compiled(tree, **parameters).getroot()
    if sources.refused:
        raise unusable(sources, f"they ask for {sources.refused[0]}, which lies outside the allowed folders")
    return output


def documents(sources: SchemaSources) -> Callable[[str], str | None]:
    """Gives Saxon the text of a file beside the rules; None for one that is not there or not allowed."""

    def read(address: str) -> str | None:
        parts = urlsplit(address)
        path = sources.locate(unquote(parts.path) if parts.scheme == "file" else address)
        if path is None or path.stat().st_size > _LARGEST:
            return None
        try:
            root = etree.fromstring(sources.content(path), parser(resolver=SourceResolver(sources), huge=True))
        except etree.XMLSyntaxError as error:
            raise unusable(sources, f"they read {path}, which is not well-formed: {error}") from None
        return etree.tostring(root, encoding="unicode")

    return read


def serialised(tree: Tree) -> str:
    """A document as text, with the comments and instructions around its root, and without its DOCTYPE."""
    root: Element = tree.getroot()
    before = list(root.itersiblings(preceding=True))[::-1]
    return "".join(
        etree.tostring(item, encoding="unicode", with_tail=False) for item in (*before, root, *root.itersiblings())
    )


def why_unevaluated(told: Element) -> str:
    """The message of Saxon for a test that could not be evaluated."""
    return " ".join((told.text or "").split()).partition(". Found while ")[0]


def output_tree(text: str) -> Element | None:
    """The output of a stylesheet as a tree; None where it is no XML."""
    try:
        root: Element = etree.fromstring(text.encode(), parser(huge=True))
    except etree.XMLSyntaxError:
        return None
    return root
