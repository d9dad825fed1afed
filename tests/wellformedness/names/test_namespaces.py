"""Prefixes that no declaration binds, and namespaces that cannot be any."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import Plan

from ..conftest import Found, Mended, finding, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: Found = [
    ("<a:b/>", [("unbound-prefix", "a")]),
    ("<a b:c='d'/>", [("unbound-prefix", "b")]),
    ("<a xmlns=' urn:x '/>", [("wrong-namespace", " urn:x ")]),
]
# a document, what it becomes, and how sure that is
MENDED: Mended = [
    ("<a><c:url/></a>", '<a xmlns:c="http://java.sun.com/jsp/jstl/core"><c:url/></a>', UNSAFE),
    ("<a><c:if/><c:out/></a>", '<a xmlns:c="http://java.sun.com/jsp/jstl/core"><c:if/><c:out/></a>', SAFE),
    (
        "<a xsi:nil='true'/>",
        "<a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil='true'/>",
        SAFE,
    ),
    ("<a><b xmlns:p='urn:p'/><p:c/></a>", "<a xmlns:p=\"urn:p\"><b xmlns:p='urn:p'/><p:c/></a>", SAFE),
    ("<a xmlns:inv='urn:i'><inv:b/><inw:c/></a>", "<a xmlns:inv='urn:i'><inv:b/><inv:c/></a>", UNSAFE),
    (
        "<fox:a/>",
        '<fox:a xmlns:fox="http://xmlgraphics.apache.org/fop/extensions"/>',
        SAFE,
    ),
    # a word that others may have chosen for a namespace of their own
    ("<src:unit/>", '<src:unit xmlns:src="http://www.srcML.org/srcML/src"/>', UNSAFE),
    # the names behind a prefix, or the document type, tell which of its namespaces is meant
    (
        "<doc><src:fragment/></doc>",
        '<doc xmlns:src="http://nwalsh.com/xmlns/litprog/fragment"><src:fragment/></doc>',
        UNSAFE,
    ),
    (
        '<!DOCTYPE text:p PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "office.dtd">\n<text:p/>',
        '<!DOCTYPE text:p PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "office.dtd">\n'
        '<text:p xmlns:text="http://openoffice.org/2000/text"/>',
        SAFE,
    ),
    ("<text:p/>", '<text:p xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"/>', UNSAFE),
    # one that has two versions, unless its names tell which is meant
    ("<soap:Body/>", '<soap:Body xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"/>', UNSAFE),
    ("<a><soap:address/></a>", '<a xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"><soap:address/></a>', SAFE),
    ("<a xmlns=' urn:x '/>", "<a xmlns='urn:x'/>", SAFE),
    ("<a xmlns:b=''/>", "<a/>", SAFE),
]

test_a_fault_is_found_at_its_place = finding(FOUND)

test_a_fault_is_mended = mending(MENDED)


def test_a_namespace_that_cannot_be_one_is_the_parsers_affair_and_the_schemas() -> None:
    document = Document("<a xmlns:b=' urn:x '/>")
    (fix,) = propose(document, Plan(), False, {}).fixes  # noqa: FBT003 - positional over the process border
    assert apply(document.text, fix.edits) == "<a xmlns:b='urn:x'/>"
