"""Constructs that nest, chain or go in circles, in every language that is read."""

# ruff: noqa: E501 - rows of a table, each with a text that is one thing

from __future__ import annotations

import base64
from collections.abc import Iterator

from benchmarks.trust.tricks import DEEP, OK, SOUND, TYPED, XSI, Trick, alone, fixed, judged
from tests.validators.test_attacks import CATALOG, RNG, SCH, XS, XSL, XSL3, _sch, _xsl

_MANY = 100_000
_ELEMENT, _CONDITION = "<element name='r'>", "<xsl:if test='1'>"


def nesting() -> Iterator[tuple[str, Trick]]:
    """Constructs that nest, chain or go in circles, in every language that is read."""
    for part in (_documents, _xsd, _relaxng, _dtds, _tests, _schematron, _programs, _catalogs, _messages):
        yield from part()


def _documents() -> Iterator[tuple[str, Trick]]:
    n = _MANY
    for name, text in {
        "elements": "<a>" * n + "</a>" * n,
        "elements that are not closed": "<a>" * n,
        "elements and one fault inside": "<a>" * n + "&" + "</a>" * n,
        "elements of many names": "".join(f"<a{k}>" for k in range(n))
        + "".join(f"</a{k}>" for k in reversed(range(n))),
        "elements with namespaces": '<p:a xmlns:p="u">' * 20_000 + "</p:a>" * 20_000,
    }.items():
        yield f"{name}, as a file", alone(text, never=SOUND)
        yield f"{name}, repaired", fixed(text, never=("valid",))
    tree = "<r>" * n + "</r>" * n
    yield "elements by XSD", judged("s.xsd", TYPED, tree, never=SOUND)
    yield "elements by RELAX NG", judged("s.rng", f'<element {RNG} name="r"><empty/></element>', tree, never=SOUND)
    yield "elements by DTD", judged("s.dtd", "<!ELEMENT r EMPTY>", tree, never=SOUND)
    yield "elements by a compact grammar", judged("s.rnc", "start = element r { empty }", tree, never=SOUND)
    yield "elements by Schematron", judged("s.sch", _sch("1"), tree, never=SOUND)
    yield "elements by Schematron of XPath 2", judged("s.sch", _sch("1", "xslt2"), tree, never=SOUND)


def _xsd() -> Iterator[tuple[str, Trick]]:
    deep = DEEP
    sequences = f"{'<xs:sequence>' * deep}<xs:element name='a'/>{'</xs:sequence>' * deep}"
    yield "sequences", judged("s.xsd", _xsd_of(sequences))
    yield "choices", judged("s.xsd", _xsd_of(sequences.replace("sequence", "choice")))
    local = "<xs:complexType><xs:sequence><xs:element name='a'>" * 2000
    ends = "</xs:element></xs:sequence></xs:complexType>" * 2000
    yield "local types", judged("s.xsd", f"<xs:schema {XS}><xs:element name='r'>{local}{ends}</xs:element></xs:schema>")
    groups = "".join(
        f"<xs:group name='g{k}'><xs:sequence><xs:group ref='g{k + 1}'/></xs:sequence></xs:group>" for k in range(deep)
    )
    last = f"<xs:group name='g{deep}'><xs:sequence><xs:element name='a'/></xs:sequence></xs:group>"
    yield "groups in a chain", judged("s.xsd", _xsd_of("<xs:group ref='g0'/>", groups + last))
    types = "".join(
        f"<xs:complexType name='t{k}'><xs:complexContent><xs:extension base='t{k + 1}'/></xs:complexContent>"
        "</xs:complexType>"
        for k in range(deep)
    )
    head = f"<xs:schema {XS}><xs:element name='r' type='t0'/>{types}"
    yield "types in a chain", judged("s.xsd", f"{head}<xs:complexType name='t{deep}'/></xs:schema>")
    yield "types in a circle", judged("s.xsd", f"{head.replace(f't{deep}', 't0')}</xs:schema>", never=SOUND)
    simple = "".join(
        f"<xs:simpleType name='t{k}'><xs:restriction base='t{k + 1}'/></xs:simpleType>" for k in range(deep)
    )
    tail = f"<xs:simpleType name='t{deep}'><xs:restriction base='xs:int'/></xs:simpleType></xs:schema>"
    yield (
        "simple types in a chain",
        judged("s.xsd", f"<xs:schema {XS}><xs:element name='r' type='t0'/>{simple}{tail}", "<r>x</r>", never=SOUND),
    )
    heads = "".join(f"<xs:element name='e{k}' substitutionGroup='e{k + 1}'/>" for k in range(deep))
    yield (
        "substitutions in a circle",
        judged(
            "s.xsd",
            f"<xs:schema {XS}><xs:element name='r'/>{heads}<xs:element name='e{deep}' substitutionGroup='e0'/>"
            "</xs:schema>",
        ),
    )
    chain = {
        f"s{k}.xsd": f"<xs:schema {XS}><xs:include schemaLocation='s{k + 1}.xsd'/></xs:schema>" for k in range(400)
    }
    yield (
        "includes in a chain",
        judged(
            "s.xsd",
            OK.replace("<xs:e", "<xs:include schemaLocation='s0.xsd'/><xs:e"),
            files=chain | {"s400.xsd": f"<xs:schema {XS}/>"},
        ),
    )
    for kind in ("include", "redefine"):
        yield (
            f"an XSD that {kind}s itself",
            judged("s.xsd", OK.replace("<xs:e", f"<xs:{kind} schemaLocation='s.xsd'/><xs:e")),
        )
        yield (
            f"two that {kind} each other",
            judged(
                "s.xsd",
                OK.replace("<xs:e", f"<xs:{kind} schemaLocation='t.xsd'/><xs:e"),
                files={"t.xsd": f"<xs:schema {XS}><xs:{kind} schemaLocation='s.xsd'/></xs:schema>"},
            ),
        )
    newer = OK.replace(XS, f'{XS} xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning" vc:minVersion="1.1"')
    yield (
        "an XSD 1.1 that overrides itself",
        judged("s.xsd", newer.replace("<xs:e", "<xs:override schemaLocation='s.xsd'/><xs:e")),
    )
    yield (
        "an assertion of parentheses",
        judged(
            "s.xsd",
            newer.replace(
                "/></xs:s",
                f"><xs:complexType><xs:assert test='{'(' * deep}1{')' * deep}'/></xs:complexType></xs:element></xs:s",
                1,
            ),
        ),
    )


def _relaxng() -> Iterator[tuple[str, Trick]]:
    deep = DEEP
    rng = f"<grammar {RNG}><start>{{}}</start>{{}}</grammar>"
    groups = f"{'<group>' * deep}<element name='r'><empty/></element>{'</group>' * deep}"
    yield "groups of RELAX NG", judged("s.rng", rng.format(groups, ""))
    yield "interleaves of RELAX NG", judged("s.rng", rng.format(groups.replace("group", "interleave"), ""))
    inner = f"{3000 * _ELEMENT}<empty/>{'</element>' * 3000}"
    yield "elements of RELAX NG", judged("s.rng", rng.format(inner, ""), never=SOUND)
    defines = "".join(f"<define name='d{k}'><ref name='d{k + 1}'/></define>" for k in range(deep))
    yield (
        "definitions in a chain",
        judged(
            "s.rng",
            rng.format(
                "<ref name='d0'/>", f"{defines}<define name='d{deep}'><element name='r'><empty/></element></define>"
            ),
        ),
    )
    yield (
        "names of names",
        judged(
            "s.rng",
            rng.format(
                f"<element><choice>{'<choice>' * deep}<name>r</name>{'</choice>' * deep}</choice><empty/></element>", ""
            ),
        ),
    )
    yield (
        "exceptions of exceptions",
        judged(
            "s.rng",
            rng.format(
                f"<element>{'<anyName><except>' * 1000}<name>q</name>{'</except></anyName>' * 1000}<empty/></element>",
                "",
            ),
        ),
    )
    yield (
        "a grammar that includes itself",
        judged("s.rng", f"<grammar {RNG}><include href='s.rng'/></grammar>", never=SOUND),
    )
    yield (
        "an external reference to itself",
        judged("s.rng", f"<element {RNG} name='r'><externalRef href='s.rng'/></element>", never=SOUND),
    )
    yield (
        "braces of a compact grammar",
        judged("s.rnc", f"start = {'element r {' * 3000} empty {'}' * 3000}", never=SOUND),
    )
    yield "stars of a compact grammar", judged("s.rnc", f"start = {'(' * deep}element r {{empty}}{')*' * deep}")
    yield (
        "grammars of a compact grammar",
        judged("s.rnc", f"start = {'grammar { start = ' * 2000}element r {{empty}}{'}' * 2000}"),
    )
    yield (
        "annotations of a compact grammar",
        judged("s.rnc", f"{'[ a:b [ ' * 1000}{'] ]' * 1000} start = element r {{empty}}"),
    )
    yield "a compact grammar that includes itself", judged("s.rnc", 'include "s.rnc"', never=SOUND)
    yield (
        "two compact grammars in a circle",
        judged("s.rnc", 'include "t.rnc"', files={"t.rnc": 'include "s.rnc"'}, never=SOUND),
    )


def _dtds() -> Iterator[tuple[str, Trick]]:
    n, deep = _MANY, DEEP
    yield "a content model", judged("s.dtd", f"<!ELEMENT r {'(' * deep}a{')' * deep}>")
    entities = "".join(f"<!ENTITY % e{k} '%e{k + 1};'>" for k in reversed(range(deep)))
    yield "parameter entities", judged("s.dtd", f"<!ENTITY % e{deep} ''>{entities}%e0;<!ELEMENT r EMPTY>")
    yield "conditional sections", judged("s.dtd", f"{'<![INCLUDE[' * deep}<!ELEMENT r EMPTY>{']]>' * deep}")
    entities = "".join(f"<!ENTITY e{k} '&e{k + 1};'>" for k in range(deep))
    yield "entities in a chain", alone(f"<!DOCTYPE r [{entities}<!ENTITY e{deep} 'x'>]><r>&e0;</r>")
    yield (
        "entities in a circle",
        alone(f"<!DOCTYPE r [{entities}<!ENTITY e{deep} '&e0;'>]><r>&e0;</r>", never=("well_formed", *SOUND)),
    )
    yield "a DTD that needs itself", judged("s.dtd", '<!ENTITY % s SYSTEM "s.dtd">%s;<!ELEMENT r EMPTY>')
    yield "brackets of a subset", alone(f"<!DOCTYPE r {'[' * n}<r/>", never=("well_formed", *SOUND))


def _tests() -> Iterator[tuple[str, Trick]]:
    n, deep = _MANY, DEEP
    for binding in ("xslt", "xslt2", "xslt3"):
        for what, test in {
            "parentheses": f"{'(' * deep}1{')' * deep}",
            "negations": f"{'not(' * deep}1{')' * deep}",
            "predicates": f"{'*[' * deep}1{']' * deep}",
            "minus signs": f"{'-' * deep}1",
            "alternatives": " or ".join(["r = 1"] * 20_000),
            "steps": "/".join(["*"] * 20_000),
            "strings": "'" * n,
            "conditions": f"{'if (1) then ' * deep}1{' else 2' * deep}",
        }.items():
            rules = f"<schema {SCH} queryBinding='{binding}'><pattern><rule context='r'><assert test=\"{test}\">x</assert></rule></pattern></schema>"
            yield f"{what} in a test of {binding}", judged("s.sch", rules)
            if what in {"parentheses", "predicates", "alternatives"}:
                yield (
                    f"{what} in a context of {binding}",
                    judged("s.sch", rules.replace("context='r'", f'context="r[{test}]"')),
                )


def _schematron() -> Iterator[tuple[str, Trick]]:
    deep = DEEP
    lets = "".join(f"<let name='v{k}' value='$v{k + 1}'/>" for k in range(deep))
    for binding in ("xslt", "xslt2"):
        sch = f"<schema {SCH} queryBinding='{binding}'>{{}}</schema>"
        yield (
            f"variables of {binding} in a chain",
            judged(
                "s.sch",
                sch.format(f"{lets}<pattern><rule context='r'><assert test='$v0'/></rule></pattern>"),
                never=SOUND,
            ),
        )
    sch = f"<schema {SCH}>{{}}</schema>"
    rules = "".join(f"<rule abstract='true' id='q{k}'><extends rule='q{k + 1}'/></rule>" for k in range(deep))
    yield (
        "rules in a chain",
        judged(
            "s.sch",
            sch.format(
                f"<pattern>{rules}<rule abstract='true' id='q{deep}'><assert test='0'>no</assert></rule><rule context='r'><extends rule='q0'/></rule></pattern>"
            ),
            never=SOUND,
        ),
    )
    patterns = "".join(f"<pattern id='p{k}' is-a='p{k + 1}'/>" for k in range(deep))
    yield (
        "patterns in a chain",
        judged(
            "s.sch",
            sch.format(
                f"{patterns}<pattern id='p{deep}' abstract='true'><rule context='r'><assert test='0'>no</assert></rule></pattern>"
            ),
        ),
    )
    yield (
        "patterns in a circle",
        judged("s.sch", sch.format("<pattern id='a' is-a='b'/><pattern id='b' is-a='a'/>"), never=SOUND),
    )
    files = {f"s{k}.sch": f"<pattern {SCH}><include href='s{k + 1}.sch'/></pattern>" for k in range(400)}
    yield "rule files in a chain", judged("s.sch", sch.format("<include href='s0.sch'/>"), files=files, never=SOUND)
    yield (
        "rule files in a circle",
        judged(
            "s.sch",
            sch.format("<include href='t.sch'/>"),
            files={"t.sch": f"<pattern {SCH}><include href='t.sch'/></pattern>"},
            never=SOUND,
        ),
    )
    yield (
        "spans of a message",
        judged(
            "s.sch",
            sch.format(
                f"<pattern><rule context='r'><assert test='0'>{'<span>' * deep}x{'</span>' * deep}</assert></rule></pattern>"
            ),
            never=SOUND,
        ),
    )


def _programs() -> Iterator[tuple[str, Trick]]:
    deep = DEEP
    for version in (XSL, XSL3):
        which = "XSLT 3" if version == XSL3 else "XSLT 1"
        yield (
            f"conditions of {which}",
            judged(
                "s.xsl",
                _xsl("1", "", version).replace(
                    "<svrl:schematron-output>",
                    f"<svrl:schematron-output>{3000 * _CONDITION}{'</xsl:if>' * 3000}",
                ),
                never=SOUND,
            ),
        )
        yield (
            f"a template of {which} that calls itself",
            judged(
                "s.xsl",
                _xsl(
                    "1",
                    "<xsl:template name='t'><xsl:call-template name='t'/><xsl:text>x</xsl:text></xsl:template>",
                    version,
                ).replace("<svrl:text>", "<svrl:text><xsl:call-template name='t'/>"),
                never=SOUND,
            ),
        )
        yield (
            f"a stylesheet of {which} that imports itself",
            judged("s.xsl", _xsl("1", "<xsl:import href='s.xsl'/>", version), never=SOUND),
        )
    for name, text in {
        "s.xsd": f"<xs:schema {XS}>{'<xs:sequence>' * deep}",
        "s.rng": f"<grammar {RNG}>{'<div>' * deep}{'</div>' * deep}</grammar>",
        "s.sch": f"<schema {SCH}>{'<pattern>' * deep}{'</pattern>' * deep}</schema>",
        "s.xsl": _xsl("(" * deep + "1" + ")" * deep),
        "t.xsl": _xsl("1").replace("<svrl:text>", "<svrl:text>" + "<b>" * deep + "</b>" * deep),
        "u.xsl": _xsl("1" + " + (1" * deep + ")" * deep, "", XSL3),
        "catalog.xml": f"<catalog {CATALOG}>{'<group>' * deep}{'</group>' * deep}</catalog>",
    }.items():
        yield f"{name} is the document", Trick(files={name: text}, arguments={"path": name})
        yield (
            f"{name} is the document, repaired",
            Trick(tool="troubleshoot_xml", files={name: text}, arguments={"path": name, "engine": "offline"}),
        )


def _catalogs() -> Iterator[tuple[str, Trick]]:
    doc = f'<!DOCTYPE r SYSTEM "http://example.org/r.dtd"><r {XSI} xsi:noNamespaceSchemaLocation="http://example.org/r.xsd"/>'
    chain = {f"c{k}.xml": f"<catalog {CATALOG}><nextCatalog catalog='c{k + 1}.xml'/></catalog>" for k in range(2000)}
    yield (
        "catalogs in a chain",
        alone(
            doc,
            files=chain | {"catalog.xml": f"<catalog {CATALOG}><nextCatalog catalog='c0.xml'/></catalog>"},
            never=SOUND,
        ),
    )
    for kind in ("nextCatalog", "delegateURI uriStartString='http'", "delegateSystem systemIdStartString='http'"):
        yield (
            f"a catalog whose {kind} is itself",
            alone(
                doc, files={"catalog.xml": f"<catalog {CATALOG}><{kind} catalog='catalog.xml'/></catalog>"}, never=SOUND
            ),
        )
    yield (
        "a catalog that rewrites what it wrote",
        alone(
            doc,
            files={
                "catalog.xml": f"<catalog {CATALOG}><rewriteURI uriStartString='http://' rewritePrefix='http://http://'/><rewriteSystem systemIdStartString='http://' rewritePrefix='http://http://'/></catalog>"
            },
            never=SOUND,
        ),
    )


def _messages() -> Iterator[tuple[str, Trick]]:
    n = _MANY
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    yield (
        "envelopes in envelopes",
        alone(f'<e:Envelope xmlns:e="{soap}"><e:Body>' * 2000 + "</e:Body></e:Envelope>" * 2000, never=SOUND),
    )
    text = "<r>&</r>"
    for _ in range(12):
        text = f"<r>{text.replace('&', '&amp;').replace('<', '&lt;')}</r>"
    yield "escaped documents in documents", fixed(text, never=SOUND)
    data = b"<r>&</r>"
    for _ in range(30):
        data = b"<r>" + base64.b64encode(data) + b"</r>"
    yield "encoded documents in documents", fixed(data[:2_000_000], never=SOUND)
    yield "sections in sections", fixed("<r>" + "<![CDATA[" * 3000 + "]]>" * 3000 + "</r>", never=("valid",))
    for what, message in {
        "parentheses": "(" * n,
        "quotes": "'" * n,
        "brackets": "[" * n,
        "JSON": '{"error":' * 20_000,
        "a report": "<failed-assert>" * 20_000,
        "a report that is whole": "<e>" * 20_000 + "</e>" * 20_000,
        "a trace": "Caused by: x.Y: " * 10_000,
        "escapes": "\\" * n,
        "entities": "&lt;" * 30_000,
    }.items():
        yield f"a message of {what}", Trick(tool="explain_error", arguments={"message": message})
        yield (
            f"a problem of {what}",
            Trick(tool="troubleshoot_xml", arguments={"xml": "<a>&</a>", "problem": message, "engine": "offline"}),
        )
    yield "thousands of answers", fixed("<r>&x;</r>", arguments={"answers": {f"q{k}": "v" * 20 for k in range(50_000)}})
    yield (
        "thousands of agreements",
        fixed("<r>&x;</r>", arguments={"accept": [f"e{k}" for k in range(100_000)], "reject": ["e1"] * 100_000}),
    )


def _xsd_of(content: str, more: str = "") -> str:
    return f"<xs:schema {XS}><xs:element name='r'><xs:complexType>{content}</xs:complexType></xs:element>{more}</xs:schema>"
