"""The parser factory: the limits and the silence towards the outside that every parser here has."""

import pytest
from lxml import etree

from mcp_servers.xml_troubleshooter.document import parsing


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("<a>1</a>", "1"),
        ("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "x"),
        ("<!DOCTYPE a SYSTEM 'nowhere.dtd'><a>&nbsp;&lt;</a>", "\N{NO-BREAK SPACE}<"),
        ("<!DOCTYPE a SYSTEM 'nowhere.dtd'><a>&mine;</a>", "?"),
        ("<!DOCTYPE a [<!ENTITY % p SYSTEM 'nowhere.dtd'> %p;]><a>&eacute;</a>", "é"),
        ("<!DOCTYPE a [<!ENTITY e SYSTEM '/etc/hostname'>]><a>1&e;2</a>", "12"),
        ("<!DOCTYPE a [<!ENTITY e PUBLIC '-//x' 'http://localhost/x'>]><a>1&e;2</a>", "12"),
    ],
)
def test_entities_become_what_can_be_known_of_them(text: str, content: str) -> None:
    assert "".join(parsing.parse_whole(text.encode(), text).getroot().itertext()) == content


@pytest.mark.parametrize(
    "text",
    [
        "<a>",
        "<a>&e;</a>",
        "<!DOCTYPE a><a>&e;</a>",
        "<!DOCTYPE a [<!ENTITY x '1'>]><a>&e;</a>",
        "<?xml version='1.0' standalone='yes'?><!DOCTYPE a SYSTEM 'x.dtd'><a>&e;</a>",
        "<!DOCTYPE a [<!ENTITY e '&e;'>]><a>&e;</a>",
    ],
)
def test_what_is_not_well_formed_raises(text: str) -> None:
    with pytest.raises(etree.XMLSyntaxError):
        parsing.parse_whole(text.encode(), text)


def test_a_parser_knows_the_errors_of_its_own_document_alone() -> None:
    first, second = parsing.parser(), parsing.parser()
    for text, reader in (("<a>&one;</a>", first), ("<a>&two;</a>", second)):
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(text, reader)
    assert "one" not in str(second.error_log)
    assert "two" not in str(first.error_log)


def test_comments_instructions_and_cdata_are_kept() -> None:
    text = b"<a><!--c--><?p i?><![CDATA[<]]></a>"
    assert etree.tostring(parsing.parse(text)) == text
