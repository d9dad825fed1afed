"""Schematron: rules over documents, written as .sch or compiled to XSLT.

libxslt runs those in XPath 1.0; for those in XPath 2 and 3, as most of e-invoicing has, Saxon does, which is an extra.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from ...document.parsing import Element, Tree
from ...errors import SchemaError
from ...schema_files.resolver import SchemaSources
from .. import saxon
from ..subject import Subject
from ..validator import Judgement
from .findings import NodePlace, RuleFinding, RuleResult, RuleScope, Unevaluated, is_mild
from .rule_diagnostics import Teller
from .rule_sets.embedded import rules_inside
from .rule_sets.expanding import expanded
from .rule_sets.rule_files import SCH, STYLESHEETS, Piece, RuleFiles, unusable
from .rule_sets.rule_set import XPATH1, Place, RuleSet
from .stylesheets.compiled_rules import CompiledRules
from .stylesheets.running import XsltRules, applied, documents, libxslt, stylesheet_tree, why_unevaluated
from .stylesheets.stylesheet import Stylesheet, stylesheet, variables

_BEYOND = {"xslt2", "xpath2", "xslt3", "xpath3", "xpath31"}
_NEEDS_SAXON = re.compile(rb"\sversion\s*=\s*[\"'][23]|\squeryBinding\s*=\s*[\"'](?i:xslt|xpath)[23]")
_HEAD = 10_000  # bytes in which the root of rules must start
_DECLARED = re.compile(r"<(?:\w+:)?(?:variable|param)\b[^>]*?\sname=[\"']([\w.:\-]+)")
_BOUND = re.compile(r"\b(?:for|some|every|let)\s+\$")  # later versions of XPath declare variables themselves
_TITLE = 48  # characters, at most, of a title that names a rule set in results
_UNKNOWN = "Cannot find a "  # how Saxon's words for an unknown function begin
_NAMED = 5  # faults of rules that are told of


class SchematronRules(XsltRules):
    """A Schematron schema, ready to run."""

    def __init__(self, rule_set: RuleSet, sources: SchemaSources) -> None:
        """Raises SchemaError where the rules cannot be run."""
        super().__init__(sources)
        self.rule_set = rule_set
        self.title = rule_set.title
        self.warnings = tuple(fault for fault in rule_set.faults if fault.mild)
        self._numbered = list(rule_set.numbered())
        functions = tuple(text for text, _ in rule_set.declarations)
        self._scopes = {
            id(rule): RuleScope(
                rule_set.namespaces, (*rule_set.lets, *pattern.lets), rule.lets, functions, rule_set.binding
            )
            for pattern in rule_set.patterns
            for rule in pattern.rules
        }
        if not self._numbered:
            what = f"their phase {rule_set.phase} has" if rule_set.phase else "the rules have"
            odd = [f"line {fault.place.line}: {fault.text}" for fault in self.warnings[:_NAMED]]
            said = f"{what} neither assert nor report, so that nothing is checked"
            self.without_assertions = "; ".join([said, *odd])
        if rule_set.binding in XPATH1:
            self._plain = self._with_libxslt()
        if self._plain is None:
            self._begun()

    def run(self, tree: Tree) -> RuleResult:
        """The result of the rules for a document; raises SchemaError where they cannot be run."""
        if not self._numbered:
            return RuleResult((), 0)
        try:
            return self._result(self._output(tree))
        except etree.XSLTApplyError as error:
            return self._one_by_one(tree, str(error))

    def _carefully(self, tree: Tree, error: saxon.SaxonError) -> Element | None:
        if _UNKNOWN in str(error) and self.rule_set.binding in XPATH1:
            strict = self._generated(careful=False, strict=True)
            try:
                self._stylesheet(strict).settle()
            except saxon.SaxonError as named:  # with its line
                raise self._broken(strict, named.lines, str(named)) from None
        return super()._carefully(tree, error)

    def _with_libxslt(self) -> etree.XSLT | None:
        """The rules for libxslt; None where it cannot run them and Saxon can."""
        generated = stylesheet(self.rule_set, version=1)
        if undeclared := next(_undeclared(self.rule_set), None):
            name, place = undeclared
            raise unusable(self._sources, f"the variable {name} is not declared", place)
        at = None
        prefixes = {prefix: uri for prefix, uri in self.rule_set.namespaces.items() if prefix}
        try:
            for let in self.rule_set.variables():  # libxslt reads them when it needs them
                at = let.place
                etree.XPath(let.value or "0", namespaces=prefixes)
            return libxslt(stylesheet_tree(generated.text, self._sources))
        except etree.XPathSyntaxError as error:
            if saxon.installed():
                return None
            raise unusable(self._sources, str(error), at) from None
        except (etree.XSLTParseError, etree.XMLSyntaxError) as error:
            if saxon.installed():
                return None
            log = [(entry.line, entry.message) for entry in error.error_log if entry.level_name in ("ERROR", "FATAL")]
            raise self._broken(generated, log, str(error)) from None

    def _for_saxon(self, *, careful: bool) -> saxon.Stylesheet:
        return self._stylesheet(self._generated(careful=careful))

    def _not_compiled(self, error: saxon.SaxonError, *, careful: bool) -> SchemaError:
        return self._broken(self._generated(careful=careful), error.lines, str(error))

    def _generated(self, *, careful: bool, strict: bool = False) -> Stylesheet:
        """The rules as XSLT 3; `strict` ones take no unknown function, which those for XPath 1 may name uncalled."""
        compatible = self.rule_set.binding in XPATH1 and not strict
        return stylesheet(self.rule_set, version=3, compatible=compatible, careful=careful)

    def _stylesheet(self, generated: Stylesheet) -> saxon.Stylesheet:
        base = f'xml:base="{self._sources.schema.as_uri()}" version='
        return saxon.Stylesheet(generated.text.replace("version=", base, 1), documents(self._sources))

    def _broken(self, generated: Stylesheet, lines: list[tuple[int, str]], otherwise: str) -> SchemaError:
        """The sentence for rules that do not compile: the faults at the rules' own lines."""
        faults: dict[str, None] = {}
        first = None
        for line, message in lines:
            place = generated.place(line)
            first = first or place
            faults[f"line {place.line}: {message}" if place is not None and first is not place else message] = None
        return unusable(self._sources, "; ".join(list(faults)[:_NAMED]) or otherwise, first)

    def _one_by_one(self, tree: Tree, why: str) -> RuleResult:
        """The same with libxslt, which knows no other way than to run each assertion alone."""
        generated = stylesheet(self.rule_set, version=1, careful=True)
        careful = libxslt(stylesheet_tree(generated.text, self._sources))
        findings: list[RuleFinding] = []
        unevaluated: list[Unevaluated] = []
        fired = 0
        for number, (_, _, assertion) in enumerate(self._numbered):
            try:
                part = self._result(applied(careful, tree, self._sources, _only=str(number)))
            except etree.XSLTApplyError as error:
                words = " ".join(str(error).split()) or why
                unevaluated.append(Unevaluated(assertion.id or assertion.test, NodePlace((1,)), words))
            else:
                findings += part.findings
                fired = part.fired
        return RuleResult(tuple(findings), fired, tuple(unevaluated))

    def _result(self, output: Element | None) -> RuleResult:
        if output is None:
            raise unusable(self._sources, "they yield nothing")
        findings, unevaluated = [], []
        fired = len((output.text or "").split())
        for item in output:
            fired += len((item.tail or "").split())
            _, rule, assertion = self._numbered[int(item.get("n", "0"))]
            node = NodePlace.read(item.get("at", ""))
            if item.tag == "e":
                unevaluated.append(Unevaluated(assertion.id or assertion.test, node, why_unevaluated(item)))
                continue
            other = item.find("s")
            subject = NodePlace.read(other.text or "") if other is not None else None
            said = ["".join(part.itertext()) for part in item.iterfind("m")]
            said = said or ["".join(part.text for part in one) for one in (assertion.message, *assertion.diagnostics)]
            message = " ".join(dict.fromkeys(text for one in said if (text := " ".join(one.split()))))
            findings.append(
                RuleFinding(
                    rule=assertion.id,
                    test=assertion.test,
                    context=rule.context,
                    report=assertion.report,
                    message=message,
                    flag=assertion.severity or assertion.flag or assertion.role,
                    mild=is_mild(assertion.severity, assertion.flag, assertion.role),
                    node=node,
                    subject=subject,
                    scope=self._scopes[id(rule)],
                    place=assertion.place,
                    document=item.get("of", ""),
                )
            )
        return RuleResult(tuple(findings), fired, tuple(unevaluated))


@dataclass(frozen=True, eq=False)
class Rules:
    """A set of rules as a validator; `engine` runs them, and explains their findings.

    Findings are marked with `name`; without one, with the title of the rules, or the name of their file.
    """

    engine: XsltRules
    path: Path
    name: str = ""

    def judge(self, subject: Subject) -> Judgement:
        """The verdict on the tree; the rules do not apply where the context of none of them occurs.

        A test that could not be evaluated is reported and counts as an error, because it may be one. Raises SchemaError
        where the rules cannot be run.
        """
        tree = subject.completed()
        result = self.engine.run(tree)
        if result.applies_to_nothing:
            reason = self.engine.without_assertions
            reason = reason or "no rule applies to this document: it has nothing that one is about"
            return Judgement(applied=False, reason=reason)
        title = " ".join(self.engine.title.split())
        called = self.name or (title if 0 < len(title) <= _TITLE and "@" not in title else self.path.stem)
        told = Teller(subject.document, tree, subject.locator(), called).told(result)
        total = len(result.findings) + len(result.unevaluated)
        rejected = bool(result.unevaluated) or any(not found.mild for found in result.findings)
        odd = [f"{fault.place.file.name}, line {fault.place.line}: {fault.text}" for fault in self.engine.warnings]
        return Judgement(tuple(told), total=total, rejected=rejected, oddities=odd)


def rules(data: bytes, sources: SchemaSources) -> Rules:
    """The rules in a .sch file or a compiled stylesheet; raises SchemaError."""
    if _NEEDS_SAXON.search(data[:_HEAD]):
        saxon.warm_up()
    files = RuleFiles(sources)
    root = files.root(data)
    tag = root.element.tag
    if tag in STYLESHEETS:
        return Rules(CompiledRules(root.element, sources), sources.schema)
    if root.name not in ("schema", "library"):
        name = etree.QName(root.element)
        where = f"in the namespace {name.namespace}" if name.namespace else "in no namespace"
        raise unusable(
            sources,
            f"the root is {name.localname} {where}, neither a schema in Schematron's namespace ({SCH[1:-1]}) nor a "
            "stylesheet",
        )
    return Rules(_runnable(root, files, sources), sources.schema)


def rules_in_grammar(paths: Sequence[Path], sources: SchemaSources) -> Rules | None:
    """The rules that the files of a grammar hold in annotations; None where they hold none. Raises SchemaError."""
    files = RuleFiles(sources)
    root = rules_inside(paths, sources, files)
    return None if root is None else Rules(_runnable(root, files, sources), sources.schema)


def _runnable(root: Piece, files: RuleFiles, sources: SchemaSources) -> SchematronRules:
    """The rules of a schema, ready to run; raises SchemaError."""
    binding = root.get("queryBinding").lower()
    if binding not in _BEYOND | XPATH1:
        known = ", ".join(sorted(name for name in (*XPATH1, *_BEYOND) if name))
        raise unusable(sources, f"their query binding is {binding}, which is not known here; known are {known}")
    rule_set = expanded(root, files)
    if faults := [fault for fault in rule_set.faults if not fault.mild]:
        others = [f"line {fault.place.line}: {fault.text}" for fault in faults[1:_NAMED]]
        raise unusable(sources, "; ".join([faults[0].text, *others]), faults[0].place)
    return SchematronRules(rule_set, sources)


def _undeclared(rule_set: RuleSet) -> Iterator[tuple[str, Place]]:
    """Variables that expressions of XPath 1 name and nothing declares: libxslt sees it when it needs them."""
    top = {let.name for let in rule_set.lets}
    top |= {name for text, _ in rule_set.declarations for name in _DECLARED.findall(text)}
    for pattern, rule, assertion in rule_set.numbered():
        known = top | {let.name for let in (*pattern.lets, *rule.lets)}
        for expression, place in (
            *((let.value, let.place) for let in rule.lets),
            (rule.context, rule.place),
            (assertion.test, assertion.place),
        ):
            if not _BOUND.search(expression):
                yield from ((name, place) for name in variables(expression) if name not in known)
