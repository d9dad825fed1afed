"""Stylesheets, rules and quick fixes that read, write, run, wait or bring in things that nobody asked for."""

# ruff: noqa: E501 - rows of a table, each with a text that is one thing

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.trust.tricks import SOUND, Trick, fixed, judged
from tests.validators.test_attacks import SCH, XSL, XSL3, _sch, _xsl


def rule_sets() -> Iterator[tuple[str, Trick]]:
    """Stylesheets and rules that read, write, run, wait or hold out; quick fixes that bring in things unasked."""
    one = {
        "exsl:document": "<exsl:document href='{out}/w.xml' xmlns:exsl='http://exslt.org/common' extension-element-prefixes='exsl'>x</exsl:document>",
        "sax:output": "<saxon:output href='{out}/w.xml' xmlns:saxon='http://icl.com/saxon' extension-element-prefixes='saxon'>x</saxon:output>",
        "xt:document": "<xt:document href='{out}/w.xml' xmlns:xt='http://www.jclark.com/xt' extension-element-prefixes='xt'>x</xt:document>",
        "xsl:document": "<xsl:document href='{out}/w.xml'>x</xsl:document>",
        "redirect:write": "<redirect:write file='{out}/w.xml' xmlns:redirect='http://xml.apache.org/xalan/redirect' extension-element-prefixes='redirect'>x</redirect:write>",
        "crypto": "<x xmlns:c='http://exslt.org/crypto'><xsl:value-of select=\"c:md5('x')\"/></x>",
        "dyn:evaluate": "<x xmlns:d='http://exslt.org/dynamic'><xsl:value-of select=\"d:evaluate('document(&quot;file://{out}/secret.xml&quot;)')\"/></x>",
        "a key over a file": "<xsl:for-each select=\"document('file://{out}/secret.xml')\"><xsl:value-of select='.'/></xsl:for-each>",
        "an endless loop": "<xsl:for-each select='//node()|//@*'><xsl:for-each select='//node()'><xsl:for-each select='//node()'><xsl:for-each select='//node()'>x</xsl:for-each></xsl:for-each></xsl:for-each></xsl:for-each>",
    }
    document = "<r>" + "<a b='1'/>" * 300 + "</r>"
    for name, part in one.items():
        yield (
            f"{name} in XSLT 1",
            judged("s.xsl", _xsl("1").replace("<svrl:text>", f"{part}<svrl:text>"), document, never=SOUND),
        )
    three = {
        "environment": "string-join(for $n in available-environment-variables() return environment-variable($n), ' ')",
        "one variable": "environment-variable('HARMLESS_CANARY')",
        "system property": "system-property('java.class.path')",
        "Java": "Q{java:java.lang.System}exit(0)",
        "Java class": "Q{java:java.lang.Runtime}getRuntime()",
        "JSON": "json-doc('file://{out}/secret.txt')",
        "availability": "doc-available('file://{out}/secret.xml')",
        "availability of text": "unparsed-text-available('file://{out}/secret.txt')",
        "XQuery module": "load-xquery-module('urn:x', map{{'location-hints': 'file://{out}/x.xq'}})",
        "transform by a node": "transform(map{{'stylesheet-location': 'http://127.0.0.1:9/x.xsl', 'source-node': .}})?output",
        "a billion numbers": "count((1 to 1000000000)[. mod 7 = 3])",
        "a sum of sequences": "sum(for $a in 1 to 100000, $b in 1 to 100000 return $a * $b)",
        "a string of strings": "string-length(string-join((1 to 200000000) ! 'xxxxxxxxxx'))",
        "recursion": "let $f := function($f, $n) {{ $f($f, $n + 1) + 1 }} return $f($f, 1)",
        "folds": "fold-left(1 to 1000000, '', function($a, $b) {{ $a || $a || $b }})",
        "a regular expression": "matches(string-join((1 to 5000) ! 'a') || '!', '^(a+)+$')",
        "replacement": "replace(string-join((1 to 5000) ! 'a') || '!', '(a|aa)+$', 'x')",
        "a trace": "trace('x', 'canary')",
        "an error": "error(xs:QName('x'), 'a sentence')",
        "static base": "doc(static-base-uri())",
        "base of the document": "base-uri(/)",
        "relative doc": "doc('d.xml')",
        "serialisation": "serialize(/, map{{'method': 'xml'}})",
        "random": "random-number-generator()?number",
        "higher order": "apply(function-lookup(xs:QName('fn:doc'), 1), ['file://{out}/secret.xml'])",
        "an external entity": "parse-xml('&lt;!DOCTYPE r SYSTEM &quot;file://{out}/secret.dtd&quot;>&lt;r>&amp;leak;&lt;/r>')",
        "a fragment": "parse-xml-fragment('&lt;!DOCTYPE r [&lt;!ENTITY e SYSTEM &quot;file://{out}/secret.txt&quot;>]>&lt;r>&amp;e;&lt;/r>')",
    }
    for name, select in three.items():
        yield (
            f"{name} in XSLT 3",
            judged("s.xsl", _xsl(select.replace("{{", "{").replace("}}", "}"), "", XSL3), never=SOUND),
        )
        yield (
            f"{name} in rules",
            judged("s.sch", _sch(select.replace("{{", "{").replace("}}", "}"), "xslt3"), never=SOUND),
        )
    heads = {
        "an import by http": "<xsl:import href='http://127.0.0.1:9/x.xsl'/>",
        "an import by data": "<xsl:import href='data:text/xml,&lt;x/>'/>",
        "an import by jar": "<xsl:import href='jar:file://{out}/x.jar!/x.xsl'/>",
        "an import of an XML file": "<xsl:import href='d.xml'/>",
        "a package": "<xsl:use-package name='urn:x'/>",
        "a schema": "<xsl:import-schema schema-location='file://{out}/secret.xsd'/>",
        "a static parameter": "<xsl:variable name='v' select=\"doc('file://{out}/secret.xml')\" static='yes'/>",
        "an accumulator": "<xsl:accumulator name='a' initial-value=\"doc('file://{out}/secret.xml')\"><xsl:accumulator-rule match='*' select='$value'/></xsl:accumulator>",
        "conditional use": "<xsl:variable name='v' use-when=\"doc-available('file://{out}/secret.xml')\" select='1'/>",
        "a message that ends it": "<xsl:template match='r' priority='9'><xsl:message terminate='yes'>canary</xsl:message></xsl:template>",
        "a character map": "<xsl:output use-character-maps='m'/><xsl:character-map name='m'><xsl:output-character character='a' string='&lt;b'/></xsl:character-map>",
    }
    for name, head in heads.items():
        for version in (XSL, XSL3):
            yield (
                f"{name} in XSLT {'3' if version == XSL3 else '1'}",
                judged("s.xsl", _xsl("1", head, version), never=SOUND),
            )
    bodies = {
        "source-document": "<xsl:source-document href='file://{out}/secret.xml'><xsl:value-of select='.'/></xsl:source-document>",
        "result-document by http": "<xsl:result-document href='http://127.0.0.1:9/w'>x</xsl:result-document>",
        "result-document beside": "<xsl:result-document href='written.xml'>x</xsl:result-document>",
        "result-document over the document": "<xsl:result-document href='d.xml'>x</xsl:result-document>",
        "evaluate": "<xsl:evaluate xpath=\"'doc(&quot;file://{out}/secret.xml&quot;)'\"/>",
        "evaluate of an environment": "<xsl:evaluate xpath=\"'environment-variable(&quot;HARMLESS_CANARY&quot;)'\"/>",
        "a template without end": "<xsl:iterate select='1 to 1000000000'><xsl:if test='. = -1'>x</xsl:if></xsl:iterate>",
        "merging": "<xsl:merge><xsl:merge-source for-each-source=\"'file://{out}/secret.xml'\" select='*'><xsl:merge-key select='1'/></xsl:merge-source><xsl:merge-action>x</xsl:merge-action></xsl:merge>",
    }
    for name, body in bodies.items():
        yield (
            f"{name} in XSLT 3",
            judged("s.xsl", _xsl("1", "", XSL3).replace("<svrl:text>", f"<svrl:text>{body}"), never=SOUND),
        )
    sqf = 'xmlns:sqf="http://www.schematron-quickfix.com/validator/process"'
    rules = (
        f"<schema {SCH} {sqf} queryBinding='{{binding}}'><pattern><rule context='r'><assert test='@ok' sqf:fix='f'>The root needs @ok.</assert>"
        "<sqf:fix id='f'><sqf:description><sqf:title>Mend</sqf:title></sqf:description>{fix}</sqf:fix></rule></pattern></schema>"
    )
    fixes = {
        "a regular expression": "<sqf:stringReplace match='text()' regex='(a+)+$' select=\"'x'\"/>",
        "no regular expression": "<sqf:stringReplace match='text()' regex='(' select=\"'x'\"/>",
        "a file": "<sqf:add node-type='attribute' target='ok' select=\"document('file://{out}/secret.xml')\"/>",
        "markup": "<sqf:add node-type='attribute' target='ok' select=\"'&quot;&gt;&lt;x/&gt;'\"/>",
        "a name that is none": "<sqf:add node-type='attribute' target='o k=1 x' select=\"'1'\"/>",
        "a comment that ends": "<sqf:add node-type='comment' select=\"'--&gt;&lt;x/&gt;'\"/>",
        "an instruction": "<sqf:add node-type='pi' target='php' select=\"'?&gt;&lt;x/&gt;'\"/>",
        "all is deleted": "<sqf:delete match='//node()'/>",
        "the root is deleted": "<sqf:delete match='/*'/>",
        "a megabyte": f"<sqf:add node-type='attribute' target='ok' select=\"'{'x' * 1_000_000}'\"/>",
        "thousands of elements": "<sqf:add match='//node()' node-type='element' target='n'/>" * 50,
        "a fix that calls itself": "<sqf:call-fix ref='f'/>",
        "an endless match": "<sqf:delete match='//node()[count(//node()[count(//node()) = 1]) = 2]'/>",
        "an inclusion": "<sqf:add node-type='element' target='xi:include' xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='file://{out}/secret.xml'/></sqf:add>",
    }
    for name, fix in fixes.items():
        for binding in ("xslt", "xslt2"):
            text = rules.replace("{binding}", binding).replace("{fix}", fix)
            yield (
                f"quick fix: {name}, {binding}",
                fixed(
                    f"<r>{'a' * 3000}!</r>",
                    files={"s.sch": text},
                    arguments={"schema_path": "s.sch", "allow_unsafe": True},
                    never=("valid",),
                ),
            )
