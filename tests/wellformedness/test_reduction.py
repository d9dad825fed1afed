"""A large document is looked at in parts; what is found is what looking at all of it finds."""

from __future__ import annotations

import re

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.wellformedness.analysis import LARGE, analyse, analyse_whole
from mcp_servers.xml_troubleshooter.wellformedness.faults import Fault
from mcp_servers.xml_troubleshooter.wellformedness.reduction import reduced_faults

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- <stock> of a shop -->\n'


def _stock(records: int) -> str:
    """A list in a list, laid out in lines."""
    lines = ['<s:stock xmlns:s="urn:stock" xmlns="urn:item">', "  <s:owner>Ann &amp; Bob</s:owner>", "  <s:shelves>"]
    for number in range(records):
        lines += [
            f'    <s:sources id="s{number}">',
            f'      <item unit="kg"><name>Flour {number}</name><price currency="EUR">{number}.50</price></item>',
            "      <!-- counted -->",
            f"      <note>Below <b>sources</b> {number}, <i>left</i>: <![CDATA[<fragile>]]>.</note>",
            "      <empty/>",
            "    </s:sources>",
        ]
    return _HEAD + "\n".join([*lines, "  </s:shelves>", "  <s:end>done</s:end>", "</s:stock>", ""])


def _line(records: int) -> str:
    """Everything in one line."""
    node = '<node k="{0}"><label>Größe {0}</label><sub><label>€ {0}</label></sub></node>'
    return '<tree xmlns="urn:tree">' + "".join(node.format(number) for number in range(records)) + "</tree>"


_DOCUMENTS = {"lines": _stock(450), "one line": _line(1500)}
# what is broken: the first match of a pattern behind a place, and what it becomes
_FAULTS = {
    "bare ampersand": (r">(\w)", r">A & \1"),
    "less-than": (r">(\w)", r">a < \1"),
    "undefined entity": (r">(\w)", r">&nbsp;\1"),
    "control character": (r">(\w)", ">\x0b\\1"),
    "byte of another encoding": (r">(\w)", ">\udcfc\\1"),
    "missing end tag": (r"</(?:name|label)>", ""),
    "missing end tag of an outer element": (r"</(?:s:sources|node)>", ""),
    "missing start tag": (r"<(?:name|label)>", ""),
    "misspelt end tag": (r"</(n|l)(a)", r"</\2\1"),
    "misspelt start tag": (r"<(n|l)(a)", r"<\2\1"),
    "surplus end tag": (r"(</(?:name|label)>)", r"\1</surplus>"),
    "doubled end tag": (r"(</(?:s:sources|node)>)", r"\1\1"),
    "lost slash": (r"</(name|label)>", r"<\1>"),
    "lost bracket": (r"<(name|label)>", r"<\1"),
    "overlapping tags": (r"(</\w+>)(\s*)(</[\w:]+>)", r"\3\2\1"),
    "unquoted attribute": (r'="(\w+)"', r"=\1"),
    "unclosed quotation mark": (r'="(\w+)"', r'="\1'),
    "duplicate attribute": (r' (\w+="\w+")', r" \1 \1"),
    "hyphens in a comment": (r"(</\w+>)", r"\1<!-- a -- b -->"),
    "unclosed CDATA section": (r">(\w[^<]*)<", r"><![CDATA[\1<"),
    "unbound prefix": (r"<(name|label)>([^<]*)</\w+>", r"<x:\1>\2</x:\1>"),
}


def _broken(text: str, fault: str, share: float) -> Document:
    pattern, replacement = _FAULTS[fault]
    match = re.compile(pattern).search(text, int(len(text) * share))
    assert match
    return Document.from_text(text[: match.start()] + match.expand(replacement) + text[match.end() :])


def _told(faults: tuple[Fault, ...] | None) -> list[tuple[object, ...]]:
    """What is at fault, where, and what mends it best."""
    assert faults
    return [
        (fault.code, fault.start, fault.end, fault.name, fault.other, fault.readings[0].edits if fault.readings else ())
        for fault in faults
    ]


@pytest.mark.parametrize("fault", _FAULTS)
@pytest.mark.parametrize("name", _DOCUMENTS)
def test_parts_of_a_document_tell_what_the_whole_tells(name: str, fault: str) -> None:
    text = _DOCUMENTS[name]
    assert len(text) > LARGE
    document = _broken(text, fault, 0.4)
    found = _told(reduced_faults(document, analyse_whole))
    assert found == _told(analyse_whole(document)) == _told(analyse(document))


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("cut off", _stock(450)[:50_000]),
        ("two faults far apart", _broken(_broken(_stock(450), "lost slash", 0.2).text, "less-than", 0.8).text),
        ("an element that begins far in front of the fault", _stock(450).replace("  </s:shelves>\n", "")),
        ("text in front", "Here you are:\n" + _stock(450)),
        ("text behind", _stock(450) + "That was it."),
        ("a prefix that nothing declares", _stock(450).replace(' xmlns:s="urn:stock"', "")),
        ("CRLF", _broken(_stock(450), "missing end tag", 0.6).text.replace("\n", "\r\n")),
    ],
)
def test_faults_of_the_whole_document_are_told_from_parts_of_it(what: str, text: str) -> None:
    document = Document.from_text(text)
    assert _told(reduced_faults(document, analyse_whole)) == _told(analyse_whole(document)), what


def test_entities_that_the_document_declares_are_no_faults_of_the_parts_left_out() -> None:
    declared = _stock(450).replace("<s:stock", '<!DOCTYPE s:stock [<!ENTITY shop "x">]>\n<s:stock', 1)
    document = _broken(declared.replace("<b>sources</b>", "&shop;"), "less-than", 0.5)
    assert _told(reduced_faults(document, analyse_whole)) == _told(analyse_whole(document))


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("nothing is wrong", _stock(450)),
        ("an identifier stands twice", _stock(450).replace("<empty/>", '<empty xml:id="a"/>')),
        ("a declaration of the type that cannot be read", "<!DOCTYPE stock [" + _stock(450)),
        ("the same mistake everywhere", _stock(450).replace("</name>", "</nmae>")),
    ],
)
def test_what_parts_cannot_tell_is_left_to_the_whole(what: str, text: str) -> None:
    document = Document.from_text(text)
    assert reduced_faults(document, analyse_whole) is None, what
    assert analyse(document) == analyse_whole(document)
