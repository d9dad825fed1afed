"""Tags of which one is too many, or lost: what the document, its layout and its schema say, and what stays open."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.loop.consent import grade
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import plan

_TRIP = """<!ELEMENT trip (day+)> <!ELEMENT day (from?, stop*)> <!ATTLIST day no CDATA #IMPLIED>
<!ELEMENT from (#PCDATA)> <!ELEMENT stop (#PCDATA)>"""
_LIST = """<!ELEMENT list (entry+)> <!ELEMENT entry (name, size+)> <!ATTLIST entry no CDATA #REQUIRED>
<!ELEMENT name (#PCDATA)> <!ELEMENT size (#PCDATA)>"""
_ENTRY = '<list>\n  <entry no="1">\n    <name>a</name>\n    <size>1</size>\n  </entry>\n'

SAFE = [
    # an end tag too many: an entry of its own would lack its name
    (
        _LIST,
        f"{_ENTRY}    <size>2</size>\n  </entry>\n</list>",
        '<list>\n  <entry no="1">\n    <name>a</name>\n    <size>1</size>\n    <size>2</size>\n  </entry>\n</list>',
    ),
    # an empty tag that others follow, laid out inside of it
    (
        _TRIP,
        '<trip>\n  <day no="1"/>\n    <stop>a</stop>\n  </day>\n</trip>',
        '<trip>\n  <day no="1">\n    <stop>a</stop>\n  </day>\n</trip>',
    ),
    (_LIST, f"<list>{_ENTRY}</list>", f"{_ENTRY}</list>"),
    ("", "<a>\n  <b/>\n    <c>d</c>\n  </b>\n</a>", "<a>\n  <b>\n    <c>d</c>\n  </b>\n</a>"),
    # a start tag where no such element may stand
    (
        _LIST,
        f"{_ENTRY.replace('<size>1', '<size><name>1')}</list>",
        f"{_ENTRY}</list>",
    ),
    # the slash of one of several that hold text
    (
        "",
        "<ul><li>Oak</li><li/>Elm</li><li>Ash</li></ul>",
        "<ul><li>Oak</li><li>Elm</li><li>Ash</li></ul>",
    ),
]
# only with consent; "" where consent is not asked for what comes next
OPEN = [
    # each is one slip: an end tag too many, or a start tag lost with its attribute
    (_LIST, f"{_ENTRY}    <name>b</name>\n    <size>2</size>\n  </entry>\n</list>", ""),
    (
        "",
        "<m>\n  <g n='s'>\n    <d>B</d>\n  </g>\n    <d>L</d>\n  </g>\n  <g n='p'>\n    <d>A</d>\n  </g>\n</m>",
        "",
    ),
    # nothing else is called so: it may have lost its start tag
    ("", "<a>\n  <b>c</b></d>\n  <e>f</e>\n</a>", "<a>\n  <b>c</b>\n  <e>f</e>\n</a>"),
    ("", "<a>\n  <b>c</b>\n  d</e>\n  <f>g</f>\n</a>", "<a>\n  <b>c</b>\n  <e>d</e>\n  <f>g</f>\n</a>"),
    ("", "<a><b><c>1</c>2024-01-02</d></b></a>", "<a><b><c>1</c><d>2024-01-02</d></b></a>"),
    # a start tag that was begun twice
    (_LIST, _ENTRY.replace("<entry", "<entry no\n  <entry") + "</list>", f"{_ENTRY}</list>"),
    ("", "<a>\n  <b c='d'\n  <b c='d' e='f'>g</b>\n</a>", "<a>\n  <b c='d' e='f'>g</b>\n</a>"),
    # what cannot be a tag in a line of its own is not text for sure
    ("", "<a>\n  <1b>\n  <c>d</c>\n</a>", ""),
    ("", "<a>\n  <\n  <c>d</c>\n</a>", "<a>\n  <c>d</c>\n</a>"),
    # a tag that stops in the middle of an attribute
    (_LIST, _ENTRY.replace("    <name", "    <name x=>\n    <name") + "</list>", ""),
    # an empty tag in front of what it should hold
    (_TRIP, '<trip>\n  <day no="1"/>\n  <stop>a</stop>\n  <day no="2"/>\n</trip>', ""),
    # one in front of text, where others hold more than text, or nothing, or there is but one
    (
        "",
        "<ul><li>Oak <b>a</b></li><li/>Elm</li><li>Ash</li></ul>",
        "<ul><li>Oak <b>a</b></li><li>Elm</li><li>Ash</li></ul>",
    ),
    ("", "<ul><li>Oak</li><li>Ash</li><li/><li/>Elm</li></ul>", "<ul><li>Oak</li><li>Ash</li><li/><li>Elm</li></ul>"),
    ("", "<ul><li>Oak</li><li/>Elm</li></ul>", "<ul><li>Oak</li><li>Elm</li></ul>"),
    # a start tag that stands twice and an end tag of another name: the start tag of that may be lost
    ("", "<s>\n    <i>a</i>\n    <i><i>b</i>\n  </many>\n</s>", ""),
    # a tag with an unseen character in its name, whose end tag is written as text
    ("", "<a>\n  <sco\x7fpe>test&lt;/scope>\n</a>", ""),
    # a tag that is written as text is no end tag without its "/"
    ("", "<a><b>one&lt;b>two&lt;b>three</a>", "<a><b>one&lt;b>two&lt;b>three</b></a>"),
]


def mended(text: str, schema: str, *, allow_unsafe: bool) -> str:
    """The text when the rules have nothing more to propose that may be applied."""
    document, judged_by = Document.from_text(text), plan([schema] if schema else [])
    for _ in range(10):
        report = validate(document, judged_by)
        fixes = grade(document.text, propose(document, judged_by, allow_unsafe, {}).fixes)
        edits = [edit for fix in fixes if allow_unsafe or fix.safety is Safety.SAFE for edit in fix.edits]
        if report.valid or not edits:
            break
        document = document.with_text(apply(document.text, edits))
    return document.text


@pytest.mark.parametrize(("dtd", "broken", "meant"), SAFE)
def test_what_is_beyond_doubt_is_mended_without_consent(tmp_path: Path, dtd: str, broken: str, meant: str) -> None:
    assert mended(broken, _schema(tmp_path, dtd), allow_unsafe=False) == meant


@pytest.mark.parametrize(("dtd", "broken", "meant"), OPEN)
def test_what_may_be_otherwise_waits_for_consent(tmp_path: Path, dtd: str, broken: str, meant: str) -> None:
    schema = _schema(tmp_path, dtd)
    assert mended(broken, schema, allow_unsafe=False) == broken
    assert not meant or mended(broken, schema, allow_unsafe=True) == meant


def _schema(folder: Path, dtd: str) -> str:
    if not dtd:
        return ""
    path = folder / "schema.dtd"
    path.write_text(dtd)
    return str(path)
