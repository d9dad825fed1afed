"""Static errors of stylesheets that libxslt reports only when a template runs, if at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...codes import Code
from ...diagnostics import Severity
from ...document.tokens import Attribute
from ...document.tree import Node
from ...facts.attribute_facts import misnamed, new_attribute
from ...facts.finding import Finding, Reading, local, of_element, of_value, space
from ...wellformedness.names.well_known_namespaces import well_known
from .complaints import Program, nearest, renamed_value
from .names_in_expressions import functions, prefixes

XSL = "http://www.w3.org/1999/XSL/Transform"
Expression = tuple[Node, Attribute, str]  # the element, its attribute, and the XPath in it without literals

# by XSLT 1.0, sections 2 to 16; attributes in other namespaces are always allowed
_ATTRIBUTES_1 = {
    "stylesheet": ("id", "extension-element-prefixes", "exclude-result-prefixes", "version"),
    "transform": ("id", "extension-element-prefixes", "exclude-result-prefixes", "version"),
    "output": (
        "method", "version", "encoding", "omit-xml-declaration", "standalone", "doctype-public", "doctype-system",
        "cdata-section-elements", "indent", "media-type",
    ),
    "key": ("name", "match", "use"),
    "attribute-set": ("name", "use-attribute-sets"),
    "variable": ("name", "select"),
    "param": ("name", "select"),
    "with-param": ("name", "select"),
    "template": ("match", "name", "priority", "mode"),
    "apply-templates": ("select", "mode"),
    "attribute": ("name", "namespace"),
    "call-template": ("name",),
    "copy": ("use-attribute-sets",),
    "copy-of": ("select",),
    "element": ("name", "namespace", "use-attribute-sets"),
    "for-each": ("select",),
    "if": ("test",),
    "when": ("test",),
    "message": ("terminate",),
    "number": (
        "level", "count", "from", "value", "format", "lang", "letter-value", "grouping-separator", "grouping-size",
    ),
    "processing-instruction": ("name",),
    "sort": ("select", "lang", "data-type", "order", "case-order"),
    "text": ("disable-output-escaping",),
    "value-of": ("select", "disable-output-escaping"),
}  # fmt: skip
_FUNCTIONS_1 = (  # of XPath 1.0, section 4, and XSLT 1.0, section 12
    "last", "position", "count", "id", "local-name", "namespace-uri", "name", "string", "concat", "starts-with",
    "contains", "substring-before", "substring-after", "substring", "string-length", "normalize-space", "translate",
    "boolean", "not", "true", "false", "lang", "number", "sum", "floor", "ceiling", "round", "document", "key",
    "format-number", "current", "unparsed-entity-uri", "generate-id", "system-property", "element-available",
    "function-available",
)  # fmt: skip
_NO_FUNCTIONS = ("node", "text", "comment", "processing-instruction", "and", "or", "div", "mod")
_FUNCTIONS_2 = (  # those of XPath 2.0 and XSLT 2.0 that stylesheets of 1.0 are often given
    "abs", "adjust-date-to-timezone", "adjust-dateTime-to-timezone", "analyze-string", "avg", "base-uri",
    "codepoints-to-string", "collection", "compare", "current-date", "current-dateTime", "current-group",
    "current-grouping-key", "current-time", "data", "day-from-date", "days-from-duration", "deep-equal",
    "distinct-values", "doc", "doc-available", "document-uri", "empty", "encode-for-uri", "ends-with", "error",
    "escape-html-uri", "exists", "format-date", "format-dateTime", "format-integer", "format-time", "head",
    "hours-from-dateTime", "if", "index-of", "insert-before", "json-doc", "json-to-xml", "lower-case", "matches",
    "max", "min", "month-from-date", "node-name", "normalize-unicode", "parse-json", "parse-xml", "regex-group",
    "remove", "replace", "resolve-uri", "reverse", "root", "round-half-to-even", "serialize", "static-base-uri",
    "string-join", "string-to-codepoints", "subsequence", "tail", "tokenize", "trace", "unordered", "unparsed-text",
    "unparsed-text-available", "upper-case", "year-from-date",
)  # fmt: skip
_FIRST = {  # the child that must precede all others, its parent, and the children that may precede it
    "param": ("template", ("param", "context-item")),
    "sort": ("for-each", ("sort",)),
}


def static_faults(program: Program, expressions: Sequence[Expression], version: str) -> Iterator[Finding]:
    """Undeclared prefixes, attributes and functions that XSLT 1.0 does not have, and elements in a wrong order."""
    own = [node for node in program.tree.nodes if space(node) == XSL]
    yield from _prefixes(program, expressions)
    for node in own:
        yield from _order(node)
    if version.startswith("1"):
        yield from _attributes(own)
        if "function-available" not in program.document.text:  # it asks before it calls
            yield from _functions(program, expressions)


def _prefixes(program: Program, expressions: Sequence[Expression]) -> Iterator[Finding]:
    root = program.tree.root
    told: set[str] = set()
    for node, item, expression in expressions:
        if "map" in expression and "{" in expression:
            continue  # of a map a colon parts keys from values
        for prefix in prefixes(expression):
            if prefix in node.scope or prefix in (*told, "xml"):
                continue
            told.add(prefix)
            words = f'The prefix "{prefix}" of the expression in {item.name} is declared nowhere around it.'
            words += f' Declare it on <{root.written}>: xmlns:{prefix}="…".'
            reading: Reading | None = None
            if (known := well_known(prefix, (), "")) and known[0][1]:
                uri = known[0][0]
                reason = f'"{prefix}" is declared on <{root.written}> as {uri}, which it commonly means.'
                edit = new_attribute(root, f'xmlns:{prefix}="{uri}"')
                provenance = f"fact: the namespace of {prefix}"
                reading = Reading(reason=reason, confidence=0.85, edits=(edit,), provenance=provenance)
            yield of_value(program.tree, node, item, words, code=Code.UNBOUND_PREFIX, reading=reading)


def _functions(program: Program, expressions: Sequence[Expression]) -> Iterator[Finding]:
    tree = program.tree
    told: set[str] = set()
    for node, item, expression in expressions:
        for name in functions(expression):
            if name in _FUNCTIONS_1 or name in _NO_FUNCTIONS or name in told:
                continue
            words = f"XSLT 1.0 has no function {name}()."
            if name in _FUNCTIONS_2:
                told.add(name)
                words += " A processor of XSLT 2.0 or later has it; one of 1.0 stops there."
                yield of_value(tree, node, item, words, code=Code.UNRESOLVED_REFERENCE, severity=Severity.WARNING)
                continue
            meant = nearest(name, _FUNCTIONS_1)
            raw = tree.text[item.value_start : item.value_end]
            if meant and raw.count(name) == 1:
                yield renamed_value(tree, node, item, raw.replace(name, meant[0]), words, safe=meant[1])
            else:
                yield of_value(tree, node, item, words, code=Code.UNRESOLVED_REFERENCE)


def _attributes(own: Sequence[Node]) -> Iterator[Finding]:
    """Misspelt attributes of XSLT elements; one that resembles no known name may be of a later version."""
    for node in own:
        known = _ATTRIBUTES_1.get(local(node), ())
        for item in node.attributes:
            if ":" in item.name or item.name == "xmlns" or item.name in known:
                continue
            meant = nearest(item.name, [name for name in known if node.attribute(name) is None])
            if meant is None:
                continue
            words = f"<{node.written}> has no attribute {item.name}; {meant[0]} comes close."
            yield misnamed(node, item, meant[0], words, confidence=0.92, safe=False)


def _order(node: Node) -> Iterator[Finding]:
    """A choose without when, or whose otherwise is not the last; parameters and sort keys behind other things."""
    children = [(local(child) if space(child) == XSL else "", child) for child in node.children]
    names = [name for name, _ in children]
    if local(node) == "choose" and "when" not in names:
        words = f"<{node.written}> lacks an xsl:when, of which it needs one: put it in, or leave the choice out."
        yield of_element(node, words, code=Code.MISSING_ELEMENT, expected=("when",))
    elif local(node) == "choose":
        for name, child in children[:-1]:
            if name == "otherwise":
                words = f"<{child.written}> must be the last in <{node.written}>, and the only one of its kind."
                yield of_element(child, words)
    for kind, (holder, allowed) in _FIRST.items():
        if local(node) != holder:
            continue
        before = next((at for at, name in enumerate(names) if name not in allowed), len(names))
        yield from (
            of_element(child, f"<{child.written}> must stand in front of all else in <{node.written}>. Move it there.")
            for name, child in children[before:]
            if name == kind
        )
