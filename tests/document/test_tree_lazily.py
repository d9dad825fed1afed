"""The tree that is read where it is looked at is the tree that the parser sees, wherever one begins to look."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.tree import Node, Tree

NAMES = st.sampled_from(["a", "ab", "a-b", "b", "p:a", "p:ab", "q:a"])
ATTRIBUTES = st.sampled_from(
    ["", ' k="1>2"', " k='</a><a>'".replace("<", "&lt;"), ' k="/"', "\n\tk='\"'", ' xmlns="urn:e"', " xmlns:q='urn:r' "]
)
BETWEEN = st.sampled_from(
    ["", " x ", "<!--</a><a>-->", "<?pi <a> </b>?>", "&amp;&e;", "<![CDATA[</a><a>]]>", "]] >", "é𝄞", "\r\n"]
)
ELEMENTS = st.recursive(
    st.builds(lambda name, attributes: f"<{name}{attributes}/>", NAMES, ATTRIBUTES),
    lambda inner: st.builds(
        lambda name, attributes, children, between, blank: (
            f"<{name}{attributes}>{between}{between.join(children)}{between}</{name}{blank}>"
        ),
        NAMES,
        ATTRIBUTES,
        st.lists(inner, max_size=4),
        BETWEEN,
        st.sampled_from(["", " ", "\n"]),
    ),
    max_leaves=30,
)
PROLOGS = st.sampled_from(
    [
        "",
        '<?xml version="1.0"?>\n<!-- <a> -->',
        '<!DOCTYPE root [<!ENTITY f "<a>]>"><!-- ]> <a> --><?p ]>?><!ATTLIST a k CDATA "]>">]>',
    ]
)


def document(prolog: str, body: str) -> str:
    doctype = "" if "DOCTYPE" in prolog else '<!DOCTYPE root [<!ENTITY e "y">]>'
    epilog = "\n<!-- </root><a> --><?p <a>?>"
    text = f"{prolog}{doctype}<root xmlns='urn:d' xmlns:p='urn:p' xmlns:q='urn:q'>{body}</root>{epilog}"
    return text.replace("&e;", "") if "DOCTYPE" in prolog else text


def parsed(text: str) -> etree._Element:
    reader: etree.XMLParser[etree._Element] = etree.XMLParser(resolve_entities=True, load_dtd=False)
    return etree.fromstring(text.encode(), reader)


@given(PROLOGS, ELEMENTS)
def test_names_order_nesting_and_text_are_the_parsers(prolog: str, body: str) -> None:
    text = document(prolog, body)
    tree, root = Tree(Document.from_text(text)), parsed(text)
    elements = list(root.iter(etree.Element))

    assert [node.name for node in tree.nodes] == [element.tag for element in elements]
    number = {element: index for index, element in enumerate(elements)}
    for node, element in zip(tree.nodes, elements, strict=True):
        assert [tree.nodes.index(child) for child in node.children] == [
            number[child] for child in element.iterchildren(etree.Element)
        ]
        said = "".join([element.text or "", *(child.tail or "" for child in element)])
        assert tree.value(node).replace("&e;", "y").replace("\r\n", "\n") == said
        assert dict(element.attrib).keys() == {name for item in node.attributes if (name := node.attribute_name(item))}
    assert tree.names == Counter(element.tag for element in elements)


@given(PROLOGS, ELEMENTS, st.data())
def test_an_offset_lies_in_the_innermost_element_around_it(prolog: str, body: str, data: st.DataObject) -> None:
    text = document(prolog, body)
    everything = Tree(Document.from_text(text)).nodes
    offset = data.draw(st.integers(0, len(text)))

    found = Tree(Document.from_text(text)).at(offset)

    around = [node for node in everything if node.start <= offset < node.end] or everything[:1]
    assert (found.start, found.end, found.path) == (around[-1].start, around[-1].end, around[-1].path)


@given(ELEMENTS)
def test_what_is_read_as_another_name_is_known_by_it(body: str) -> None:
    tree = Tree(Document.from_text(document("", body)))
    names = [node.name for node in tree.nodes]

    tree.read_as({"{urn:d}a": "other", "{urn:p}a": "{urn:d}a"})

    meant = {"{urn:d}a": "other", "{urn:p}a": "{urn:d}a"}
    assert [node.name for node in tree.nodes] == [meant.get(name, name) for name in names]
    assert tree.names == Counter(node.name for node in tree.nodes)


@pytest.mark.parametrize("depth", [200, 2000])
def test_deep_nesting_of_one_name_is_found_through(depth: int) -> None:
    text = "<a>" * depth + "<a/>" + "</a>" * depth
    node: Node = Tree(Document.from_text(text)).at(text.index("<a/>"))

    assert node.written == "a"
    assert node.path.count("/a") == depth + 1


@pytest.mark.parametrize(
    "inner", ["<b/>" * 99, "<b/>" * 150, "<b>x</b>" * 60, "<a/>", "<ab></ab><a-b/>", "<a>" * 3 + "</a>" * 3]
)
def test_an_element_among_many_is_found_whatever_they_hold(inner: str) -> None:
    text = f"<root>{f'<a>{inner}</a><b/>' * 20}</root>"
    children = Tree(Document.from_text(text)).root.children

    assert [text[start:end] for start, end in children.spans] == [f"<a>{inner}</a>", "<b/>"] * 20
    assert (children[-2].path, children[7].path) == ("/root/a[20]", "/root/b[4]")
    assert children.names == ["a", "b"] * 20
