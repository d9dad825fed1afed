"""RELAX NG's compact syntax, converted to its XML syntax (ISO/IEC 19757-2, annex C). Annotations are skipped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from ..document.parsing import Element

RNG = "http://relaxng.org/ns/structure/1.0"
_XSD = "http://www.w3.org/2001/XMLSchema-datatypes"
_XML = "http://www.w3.org/XML/1998/namespace"
_NAME = r"[^\W\d][\w.\-·]*"
_TOKEN = re.compile(
    rf"""(?P<blank>\s+|\#[^\n]*)
    |(?P<literal>\"{{3}}(?s:.*?)\"{{3}}|'{{3}}(?s:.*?)'{{3}}|\"[^\"\n]*\"|'[^'\n]*')
    |(?P<wild>{_NAME}:\*)|(?P<prefixed>{_NAME}:{_NAME})|(?P<quoted>\\{_NAME})|(?P<name>{_NAME})
    |(?P<sign>\|=|&=|>>|[=,{{}}()\[\]|&?*+~\-])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\x+\{([0-9A-Fa-f]{1,6})\}")
_COMBINED = {",": "group", "|": "choice", "&": "interleave"}
_REPEATED = {"?": "optional", "*": "zeroOrMore", "+": "oneOrMore"}
_ASSIGNED = {"=": "", "|=": "choice", "&=": "interleave"}
_KEYWORDS = frozenset({
    "attribute", "default", "datatypes", "div", "element", "empty", "external", "grammar", "include", "inherit", "list",
    "mixed", "namespace", "notAllowed", "parent", "start", "string", "text", "token",
})  # fmt: skip


class CompactError(ValueError):
    """A text is no compact syntax; the message has the line, the column and the cause."""

    def __init__(self, words: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"line {line}: {words}")
        self.words, self.line, self.column = words, line, column


class _Token(NamedTuple):
    kind: str
    text: str
    line: int
    column: int

    @property
    def keyword(self) -> str:
        """The token where it means itself: a sign or keyword."""
        return self.text if self.kind == "sign" or (self.kind == "name" and self.text in _KEYWORDS) else ""


def parse(text: str) -> Element:
    """The schema in XML. Raises CompactError."""
    try:
        return _Parser(text).schema()
    except RecursionError:
        raise CompactError("its patterns nest too deeply") from None


def _tokens(text: str) -> Iterator[_Token]:
    at, line, begins = 0, 1, 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise CompactError(f"{text[at]!r} cannot stand here", line, at - begins + 1)
        if match.lastgroup != "blank":
            yield _Token(match.lastgroup or "", match.group(), line, at - begins + 1)
        if newlines := match.group().count("\n"):
            line += newlines
            begins = text.rfind("\n", 0, match.end()) + 1
        at = match.end()
    yield _Token("end", "", line, at - begins + 1)


class _Parser:
    """Recursive descent over the grammar of the compact syntax."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text.replace("\r\n", "\n")))
        self._at = 0
        self._spaces = {"xml": _XML}
        self._libraries = {"xsd": _XSD}
        self._default: str | None = None

    # --- tokens

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _accept(self, *keywords: str) -> str:
        """The next token, taken, where it is one of these signs or keywords; else ""."""
        return self._take().keyword if self._next.keyword in keywords else ""

    def _expect(self, keyword: str) -> None:
        if not self._accept(keyword):
            self._fail(f"{keyword!r}")

    def _fail(self, wanted: str) -> None:
        found = self._next
        what = f"there is {found.text[:30]!r}" if found.text else "the text ends"
        raise CompactError(f"where {wanted} is expected, {what}", found.line, found.column)

    def _identifier(self) -> str:
        if self._next.kind not in ("name", "quoted"):
            self._fail("a name")
        return self._take().text.lstrip("\\")

    def _literal(self) -> str:
        pieces = []
        while True:
            if self._next.kind != "literal":
                self._fail("a text in quotation marks")
            text = self._take().text
            pieces.append(text[3:-3] if text[:3] in ('"""', "'''") and len(text) > 5 else text[1:-1])  # noqa: PLR2004
            if not self._accept("~"):
                return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), "".join(pieces))

    def _made(self, kind: str, *children: Element, **attributes: str) -> Element:
        made = etree.Element(f"{{{RNG}}}{kind}", attributes, nsmap={None: RNG})
        made.sourceline = self._tokens[max(self._at - 1, 0)].line  # type: ignore[misc]  # the stubs are wrong here
        made.extend(children)
        return made

    # --- annotations

    def _annotations(self) -> None:
        """Skip the annotations in brackets in front of a component."""
        while self._accept("["):
            depth = 1
            while depth:
                if self._next.kind == "end":
                    self._fail("']'")
                sign = self._take().keyword
                depth += (sign == "[") - (sign == "]")

    def _annotation_elements(self) -> None:
        """Skip elements of other vocabularies among the components of a grammar."""
        self._annotations()
        while self._next.kind in ("name", "quoted", "prefixed") and self._tokens[self._at + 1].text == "[":
            self._take()
            self._annotations()

    # --- declarations and grammars

    def schema(self) -> Element:
        while declared := self._accept("namespace", "default", "datatypes"):
            self._declaration(declared)
        self._annotation_elements()
        following = self._tokens[min(self._at + 1, len(self._tokens) - 1)].text
        empty = self._next.kind == "end"
        is_grammar = empty or self._next.keyword in ("start", "div", "include") or following in _ASSIGNED
        made = self._made("grammar", *self._components("")) if is_grammar else self._pattern()
        if self._next.kind != "end":
            self._fail("the end")
        if self._default is not None:
            made.set("ns", self._default)
        return made

    def _declaration(self, declared: str) -> None:
        if declared == "datatypes":
            prefix = self._identifier()
            self._expect("=")
            self._libraries[prefix] = self._literal()
            return
        if declared == "default":
            self._expect("namespace")
        named = self._next.keyword != "="
        prefix = self._identifier() if named else ""
        self._expect("=")
        uri = None if self._accept("inherit") else self._literal()
        if prefix and uri is not None:
            self._spaces[prefix] = uri
        if declared == "default":
            self._default = uri

    def _components(self, end: str) -> Iterator[Element]:
        """The components of a grammar, up to a sign (or the end of the text)."""
        while True:
            self._annotation_elements()
            if self._next.kind == "end" or self._next.keyword == end != "":
                return
            yield self._component()

    def _component(self) -> Element:
        match self._accept("start", "div", "include"):
            case "start":
                return self._assigned("start")
            case "div":
                return self._made("div", *self._body())
            case "include":
                made = self._made("include", href=self._literal(), **self._inherited())
                if self._next.keyword == "{":
                    made.extend(self._body())
                return made
        if self._next.keyword:
            self._fail("a definition")
        return self._assigned("define", name=self._identifier())

    def _body(self) -> list[Element]:
        self._expect("{")
        found = list(self._components("}"))
        self._expect("}")
        return found

    def _assigned(self, kind: str, **attributes: str) -> Element:
        sign = self._accept(*_ASSIGNED)
        if not sign:
            self._fail("'='")
        if _ASSIGNED[sign]:
            attributes["combine"] = _ASSIGNED[sign]
        return self._made(kind, self._pattern(), **attributes)

    def _inherited(self) -> dict[str, str]:
        if not self._accept("inherit"):
            return {}
        self._expect("=")
        return {"ns": self._bound(self._spaces, self._identifier())}

    def _bound(self, table: dict[str, str], prefix: str) -> str:
        if prefix not in table:
            used = self._tokens[max(self._at - 1, 0)]
            raise CompactError(f"the prefix {prefix!r} is not declared", used.line, used.column)
        return table[prefix]

    # --- patterns

    def _pattern(self) -> Element:
        found = [self._repeated()]
        sign = self._next.keyword if self._next.keyword in _COMBINED else ""
        while sign and self._accept(sign):
            found.append(self._repeated())
        if self._next.keyword in _COMBINED:
            self._fail(f"{sign!r} again (parentheses tell what belongs together)")
        return self._made(_COMBINED[sign], *found) if sign else found[0]

    def _repeated(self) -> Element:
        self._annotations()
        made = self._primary()
        while sign := self._accept(*_REPEATED, ">>"):
            if sign == ">>":
                self._take()  # the name of an annotation
                self._annotations()
            else:
                made = self._made(_REPEATED[sign], made)
        return made

    def _primary(self) -> Element:
        token = self._next
        if token.kind in ("literal", "prefixed") or token.keyword in ("string", "token"):
            return self._data()
        if token.kind in ("name", "quoted") and not token.keyword:
            return self._made("ref", name=self._identifier())
        match self._accept("element", "attribute", "list", "mixed", "grammar", "parent", "external", "empty", "text",
                           "notAllowed", "("):  # fmt: skip
            case "element" | "attribute" as kind:
                made = self._made(kind, self._name_class(attribute=kind == "attribute"))
                made.append(self._in_braces())
                return made
            case "list" | "mixed" as kind:
                return self._made(kind, self._in_braces())
            case "grammar":
                return self._made("grammar", *self._body())
            case "parent":
                return self._made("parentRef", name=self._identifier())
            case "external":
                return self._made("externalRef", href=self._literal(), **self._inherited())
            case "(":
                made = self._pattern()
                self._expect(")")
                return made
            case "":
                self._fail("a pattern")
            case kind:
                return self._made(kind)
        raise AssertionError("unreachable")

    def _in_braces(self) -> Element:
        self._expect("{")
        made = self._pattern()
        self._expect("}")
        return made

    def _data(self) -> Element:
        attributes: dict[str, str] = {}
        if self._next.kind != "literal":
            prefix, _, name = self._take().text.rpartition(":")
            attributes = {"type": name, "datatypeLibrary": self._bound(self._libraries, prefix) if prefix else ""}
        if self._next.kind == "literal":
            made = self._made("value", **attributes)
            made.text = self._literal()
            return made
        made = self._made("data", **attributes)
        if self._accept("{"):
            while not self._accept("}"):
                self._annotations()
                param = etree.SubElement(made, f"{{{RNG}}}param", name=self._identifier())
                self._expect("=")
                param.text = self._literal()
        if self._accept("-"):
            made.append(self._made("except", self._repeated()))
        return made

    # --- names

    def _name_class(self, *, attribute: bool) -> Element:
        found = [self._one_name(attribute=attribute)]
        while self._accept("|"):
            found.append(self._one_name(attribute=attribute))
        return self._made("choice", *found) if len(found) > 1 else found[0]

    def _one_name(self, *, attribute: bool) -> Element:
        self._annotations()
        if self._accept("("):
            made = self._name_class(attribute=attribute)
            self._expect(")")
            return made
        if self._accept("*"):
            return self._excepting(self._made("anyName"), attribute=attribute)
        if self._next.kind == "wild":
            uri = self._bound(self._spaces, self._take().text[:-2])
            return self._excepting(self._made("nsName", ns=uri), attribute=attribute)
        if self._next.kind == "prefixed":
            prefix, _, local = self._take().text.partition(":")
            made = self._made("name", ns=self._bound(self._spaces, prefix))
        else:
            local = self._identifier()
            made = self._made("name", **({"ns": ""} if attribute else {}))
        made.text = local
        return made

    def _excepting(self, made: Element, *, attribute: bool) -> Element:
        if self._accept("-"):
            made.append(self._made("except", self._one_name(attribute=attribute)))
        return made
