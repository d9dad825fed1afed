"""The XSLT made of a rule set, which writes its findings as short XML.

`<findings>` holds, as text, the number of every rule that applied to a node, once for each, and an element `a` for
every assertion that failed: `n` is its number, `at` the node, `s` holds the place of its subject, and there are
messages `m` where these are not the same wherever it fails. A place is made of the positions of elements (1/3/2) and,
behind them, an attribute (@{uri}name), the number of a text (#1), or of a comment or instruction (!1); "" is the
document itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import escape

from lxml import etree

from ....document.parsing import Element, parser
from ..rule_sets.rule_set import Assertion, Let, Message, Pattern, Place, Rule, RuleSet

OWN = "urn:xml-troubleshooter:rules"
ASKS, ASKED = "asks-for:", ":asked"  # how a stylesheet asks for a document that it was not given
_XSLT = "http://www.w3.org/1999/XSL/Transform"
# what is no code in an expression, the functions that read documents, and the names of variables
_LITERALS = r"\"[^\"]*\"|'[^']*'|\(:(?:[^:]|:(?!\)))*:\)"
_READS = re.compile(rf"{_LITERALS}|(?<![\w:$.\-])(?:fn:)?(document|doc|doc-available)(?=\s*\()")
_VARIABLE = re.compile(rf"{_LITERALS}|\$\s*([\w.\-]+)(?![\w.:\-])")
_PREDICATE = re.compile(r"\[[^\[\]]*\]")
_OTHER_NODES = re.compile(r"@|attribute|text\(|node\(|comment\(|processing-instruction\(|\$|^\s*\.|\|\s*\.|key\(|id\(")
_FIRST = 1_000_000  # the priority of templates that match before any rule


@dataclass(slots=True)
class Stylesheet:
    """Generated XSLT, and for each of its lines the place in the rules that it comes from."""

    text: str = ""
    places: list[Place | None] = field(default_factory=list)

    def place(self, line: int) -> Place | None:
        """The place in the rules that a line of the stylesheet, counted from 1, comes from; None without one."""
        return self.places[line - 1] if 0 < line <= len(self.places) else None


def stylesheet(rules: RuleSet, *, version: int, compatible: bool = False, careful: bool = False) -> Stylesheet:
    """The XSLT for a rule set, in `version` 1 or 3 of the language.

    `compatible` gives XPath 1.0's meaning to expressions in version 3. With `careful`, an assertion that cannot be
    evaluated is told of instead of ending the work: in version 3 as an element `e` (`n`, `at`, text); in version 1 the
    parameter `only`, the number of an assertion, runs that alone.
    """
    writer = _Writer(rules, version, compatible=compatible, careful=careful)
    writer.write()
    return Stylesheet("\n".join(writer.lines), writer.places)


class _Writer:
    def __init__(self, rules: RuleSet, version: int, *, compatible: bool, careful: bool) -> None:
        self.lines: list[str] = []
        self.places: list[Place | None] = []
        self._rules = rules
        self._modern = version > 1
        self._version = "3.0" if self._modern and not compatible else "1.0"
        self._careful = careful
        self._renamed: dict[str, str] = {}

    def _add(self, line: str, place: Place | None = None) -> None:
        self.lines.append(line)
        self.places += [place] * (line.count("\n") + 1)

    def write(self) -> None:
        rules = self._rules
        spaces = "".join(
            f" xmlns:{prefix}={_quoted(uri)}" for prefix, uri in rules.namespaces.items() if prefix and prefix != "xml"
        )
        self._add(
            f'<_x:stylesheet version="{self._version}" xmlns:_x="{_XSLT}" xmlns:_o="{OWN}"{spaces}'
            + (' xmlns:err="http://www.w3.org/2005/xqt-errors"' if "err" not in rules.namespaces else "")
            + (
                f" xpath-default-namespace={_quoted(rules.namespaces[''])}"
                if self._modern and "" in rules.namespaces
                else ""
            )
            + ' xmlns:_e="http://exslt.org/common">'
        )
        for declaration, place in rules.declarations:
            self._add(reading(declaration) if self._modern else declaration, place)
        self._add('<_x:output method="xml" indent="no" omit-xml-declaration="yes" encoding="UTF-8"/>')
        self._add(_MODERN if self._modern else _PLAIN)
        if self._careful and not self._modern:
            self._add('<_x:param name="_only" select="-1"/>')
        for name, match, use, place in rules.keys:
            self._add(f"<_x:key name={_quoted(name)} match={self._x(match)} use={self._x(use)}/>", place)
        twice = Counter(
            name
            for lets in (rules.lets, *(item.lets for item in rules.patterns))
            for name in {let.name for let in lets}
        )
        for let in rules.lets:
            self._let(let, let.name)
        self._start()
        number, rule_number = 0, 0
        for index, pattern in enumerate(rules.patterns):
            self._renamed = {let.name: f"{let.name}_{index}_" for let in pattern.lets if twice[let.name] > 1}
            for let in pattern.lets:
                self._let(let, self._renamed.get(let.name, let.name))
            for order, rule in enumerate(pattern.rules):
                self._rule(pattern, rule, _mode(index, order, pattern), len(pattern.rules) - order, rule_number, number)
                number += len(rule.assertions)
                rule_number += 1
            self._renamed = {}
        self._add("</_x:stylesheet>")

    def _start(self) -> None:
        """The template that sends the nodes of a document through every pattern."""
        self._add(f'<_x:template match="/" priority="{_FIRST}"><findings>')
        modes: list[str] = []
        for index, pattern in enumerate(self._rules.patterns):
            own = list(dict.fromkeys(_mode(index, order, pattern) for order, _ in enumerate(pattern.rules)))
            modes += own
            apply = "".join(f'<_x:apply-templates select={_nodes(pattern)} mode="{mode}"/>' for mode in own)
            self._add(self._elsewhere(pattern, apply) if pattern.documents else apply, pattern.place)
        self._add("</findings></_x:template>")
        nothing = f'<_x:template match="/|*|@*|text()|comment()|processing-instruction()" priority="-{_FIRST}"'
        for mode in modes:
            self._add(f'{nothing} mode="{mode}"/>')

    def _elsewhere(self, pattern: Pattern, apply: str) -> str:
        if self._modern:
            given = self._x(f"for $_d in ({pattern.documents}) return _o:document(string($_d))")
            return f"<_x:for-each select={given}>{apply}</_x:for-each>"
        return (
            f'<_x:variable name="_d" select={self._x(pattern.documents)}/><_x:choose>'
            f'<_x:when test="_e:object-type($_d) = \'node-set\'"><_x:for-each select="$_d">'
            f'<_x:for-each select="document(string(.))">{apply}</_x:for-each></_x:for-each></_x:when>'
            f'<_x:otherwise><_x:for-each select="document(string($_d))">{apply}</_x:for-each></_x:otherwise>'
            "</_x:choose>"
        )

    def _x(self, expression: str) -> str:
        """An expression of the rules as an attribute."""
        if self._renamed:
            expression = _VARIABLE.sub(
                lambda found: f"${self._renamed.get(found[1], found[1])}" if found[1] else found[0], expression
            )
        return _quoted(reading(expression) if self._modern else expression)

    def _let(self, let: Let, name: str) -> None:
        typed = f" as={_quoted(let.type)}" if let.type and self._modern else ""
        value = f" select={self._x(let.value)}/>" if let.value else f">{let.content}</_x:variable>"
        self._add(f"<_x:variable name={_quoted(name)}{typed}{value}", let.place)

    def _rule(self, pattern: Pattern, rule: Rule, mode: str, priority: int, rule_number: int, number: int) -> None:
        self._add(
            f'<_x:template match={self._x(rule.context)} mode="{mode}" priority="{priority}">'
            f"<_x:text>{rule_number} </_x:text>",
            rule.place,
        )
        apart = self._careful and self._modern
        if not apart:
            for let in rule.lets:
                self._let(let, let.name)
        for offset, assertion in enumerate(rule.assertions):
            if apart:
                self._add("<_x:try>")
                for let in self._needed(pattern, rule, assertion):
                    self._let(let, self._renamed.get(let.name, let.name))
                for let in rule.lets:
                    self._let(let, let.name)
                self._assertion(pattern, assertion, number + offset)
                self._add(
                    f'<_x:catch><_x:if test="starts-with($err:description, \'{ASKS}\')"><_x:sequence select="error('
                    f"QName('{OWN}', 'asks'), $err:description)\"/></_x:if>"
                    f'<e n="{number + offset}"><_x:attribute name="at" select="_o:at(.)"/>'
                    '<_x:value-of select="$err:description"/></e></_x:catch></_x:try>'
                )
            elif self._careful:
                self._add(f'<_x:if test="$_only = {number + offset}">')
                self._assertion(pattern, assertion, number + offset)
                self._add("</_x:if>")
            else:
                self._assertion(pattern, assertion, number + offset)
        self._add("</_x:template>")

    def _needed(self, pattern: Pattern, rule: Rule, assertion: Assertion) -> list[Let]:
        """The variables of the schema and the pattern that an assertion needs, for a place where their errors are
        caught: those of global ones are not.
        """
        known = {let.name: let for let in (*self._rules.lets, *pattern.lets) if let.value}
        texts = [assertion.test, *(let.value for let in rule.lets)]
        texts += [part.text for message in (assertion.message, *assertion.diagnostics) for part in message]
        needed: set[str] = set()
        while texts:
            for name in variables(texts.pop()):
                if name in known and name not in needed:
                    needed.add(name)
                    texts.append(known[name].value)
        return [replace(let, value=f"/ ! ({let.value})") for let in known.values() if let.name in needed]

    def _assertion(self, pattern: Pattern, assertion: Assertion, number: int) -> None:
        test, body = self._x(assertion.test), "".join(self._finding(pattern, assertion, number))
        self._add(
            f"<_x:if test={test}>{body}</_x:if>"
            if assertion.report
            else f"<_x:choose><_x:when test={test}/><_x:otherwise>{body}</_x:otherwise></_x:choose>",
            assertion.place,
        )

    def _finding(self, pattern: Pattern, assertion: Assertion, number: int) -> Iterator[str]:
        messages = (assertion.message, *assertion.diagnostics)
        if all(map(is_fixed, messages)):
            messages = ()
        if self._modern and not (messages or pattern.documents or assertion.subject):
            yield f'<_x:sequence select="_o:a(., {number})"/>'
            return
        at = '<_x:value-of select="_o:at(.)"/>' if self._modern else '<_x:call-template name="_o:at"/>'
        yield f'<a n="{number}"><_x:attribute name="at">{at}</_x:attribute>'
        if pattern.documents:
            of = '<_x:value-of select="base-uri(/)"/>' if self._modern else escape(pattern.documents)
            yield f'<_x:attribute name="of">{of}</_x:attribute>'
        if assertion.subject:
            yield f"<_x:for-each select={self._x(f'({assertion.subject})[1]')}><s>{at}</s></_x:for-each>"
        for message in messages:
            yield f"<m>{''.join(self._message(message))}</m>"
        yield "</a>"

    def _message(self, message: Message) -> Iterator[str]:
        for part in message:
            match part.kind:
                case "text":
                    yield f"<_x:text>{_quoted(part.text)[1:-1]}</_x:text>"
                case "value":
                    yield f"<_x:value-of select={self._x(part.text)}/>"
                case "name":
                    yield f"<_x:value-of select={self._x(f'name({part.text})')}/>"
                case _:
                    yield (reading(part.text) if self._modern else part.text).replace("\n", " ")


def variables(expression: str) -> list[str]:
    """The names of the variables in an expression."""
    return [name for name in _VARIABLE.findall(expression) if name]


def is_fixed(message: Message) -> bool:
    """Whether a message says the same wherever its assertion fails."""
    return all(part.kind == "text" for part in message)


def _quoted(text: str) -> str:
    """A text as the value of an attribute, on one line."""
    return f'"{" ".join(escape(text).splitlines())}"'


def _mode(index: int, order: int, pattern: Pattern) -> str:
    return f"m{index}-{order}" if pattern.group else f"m{index}"


def _nodes(pattern: Pattern) -> str:
    """The nodes that a pattern's contexts may match: elements alone, where no context speaks of anything else."""
    for rule in pattern.rules:
        context, before = rule.context, ""
        while context != before:
            context, before = _PREDICATE.sub("", context), context
        if _OTHER_NODES.search(context):
            return '"/ | //node() | //@*"'
    return '"/ | //*"'


def reading(expression: str) -> str:
    """An expression that asks for documents through our own functions, which read what they were given."""
    if "doc" not in expression:
        return expression
    return _READS.sub(lambda found: f"_o:{found[1]}" if found[1] else found[0], expression)


def given_documents() -> list[Element]:
    """The functions that `reading` puts in, as elements of a stylesheet."""
    return list(
        etree.fromstring(f'<_x:stylesheet xmlns:_x="{_XSLT}" xmlns:_o="{OWN}">{_MODERN}</_x:stylesheet>', parser())
    )


# how XSLT 1 names a place
_PLAIN = """<_x:template name="_o:at">
<_x:for-each select="ancestor-or-self::*"><_x:if test="position() &gt; 1">/</_x:if>
<_x:value-of select="count(preceding-sibling::*) + 1"/></_x:for-each>
<_x:choose><_x:when test="self::*"/><_x:when test="self::text()">#<_x:value-of
 select="count(preceding-sibling::text()) + 1"/></_x:when>
<_x:when test="self::comment() | self::processing-instruction()">!<_x:value-of
 select="count(preceding-sibling::comment() | preceding-sibling::processing-instruction()) + 1"/></_x:when>
<_x:when test="..">@{<_x:value-of select="namespace-uri()"/>}<_x:value-of select="local-name()"/></_x:when></_x:choose>
</_x:template>"""
# how XSLT 3 does, and how it gets at documents: those that it was given, or else by asking for them
_MODERN = f"""<_x:param name="_o:given" select="map{{}}"/>
<_x:function name="_o:at"><_x:param name="node"/><_x:for-each select="$node"><_x:value-of select="concat(
 string-join(for $step in ancestor-or-self::* return string(count($step/preceding-sibling::*) + 1), '/'),
 if (self::*) then '' else if (self::text()) then concat('#', count(preceding-sibling::text()) + 1)
 else if (self::comment() or self::processing-instruction())
 then concat('!', count(preceding-sibling::comment() | preceding-sibling::processing-instruction()) + 1)
 else if (..) then concat('@&#123;', namespace-uri(.), '&#125;', local-name(.)) else '')"/></_x:for-each></_x:function>
<_x:function name="_o:a"><_x:param name="node"/><_x:param name="n"/><a n="{{$n}}" at="{{_o:at($node)}}"/></_x:function>
<_x:function name="_o:document"><_x:param name="given"/><_x:for-each select="$given"><_x:sequence
 select="_o:one(., (if (. instance of node()) then base-uri(.) else (), static-base-uri())[1])"/>
</_x:for-each></_x:function>
<_x:function name="_o:document"><_x:param name="given"/><_x:param name="base"/><_x:for-each select="$given"><_x:sequence
 select="_o:one(., (base-uri($base), static-base-uri())[1])"/></_x:for-each></_x:function>
<_x:function name="_o:doc"><_x:param name="given"/><_x:sequence select="if (empty($given)) then ()
 else _o:one($given, static-base-uri())"/></_x:function>
<_x:function name="_o:doc-available"><_x:param name="given"/><_x:try><_x:sequence
 select="exists(_o:one($given, static-base-uri()))"/><_x:catch errors="*:FODC0002" select="false()"/></_x:try>
</_x:function>
<_x:function name="_o:one"><_x:param name="given"/><_x:param name="base"/>
<_x:variable name="address" select="replace(string(resolve-uri(string($given), string($base))), '#.*$', '')"/>
<_x:variable name="found" select="$_o:given($address)"/>
<_x:sequence select="if ($found instance of node()) then $found else if (empty($found))
 then error(QName('{OWN}', 'asks'), concat('{ASKS}', $address, '{ASKED}'))
 else error(QName('http://www.w3.org/2005/xqt-errors', 'FODC0002'),
 concat($given, ' is not there or outside the allowed folders'))"/></_x:function>"""
