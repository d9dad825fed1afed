"""The element tree with places agrees with what the parser sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.tree import Tree

TEXT = """<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY e "x<y/>">]>
<a xmlns="urn:one" xmlns:p="urn:two" p:at="1" at='2'>
  <!-- <not-an-element/> -->
  <p:b>x &lt; y<![CDATA[<no/>]]></p:b>
  <b xmlns=""><c/></b>
  <b/>
</a>"""


def test_names_are_resolved_as_the_parser_does() -> None:
    tree = Tree(Document.from_text(TEXT))
    parser = etree.XMLParser(resolve_entities=False)

    assert [node.name for node in tree.root.iterate()] == [
        item.tag for item in etree.fromstring(TEXT.encode(), parser).iter(etree.Element)
    ]


def test_spans_hold_the_elements() -> None:
    tree = Tree(Document.from_text(TEXT))
    spans = [TEXT[node.start : node.end] for node in tree.root.iterate()]

    assert spans[1] == "<p:b>x &lt; y<![CDATA[<no/>]]></p:b>"
    assert spans[2:] == ['<b xmlns=""><c/></b>', "<c/>", "<b/>"]


def test_values_are_what_the_characters_stand_for() -> None:
    tree = Tree(Document.from_text(TEXT))

    assert tree.value(tree.root.children[0]) == "x < y<no/>"
    assert {tree.root.attribute_name(item): tree.attribute_value(item) for item in tree.root.attributes[2:]} == {
        "{urn:two}at": "1",
        "at": "2",
    }


def test_paths_name_elements_as_written_with_positions_where_needed() -> None:
    tree = Tree(Document.from_text(TEXT))

    assert [node.path for node in tree.root.iterate()] == ["/a", "/a/p:b", "/a/b[1]", "/a/b[1]/c", "/a/b[2]"]


@pytest.mark.parametrize("text", ["", "text", "<a>", "<a></b>", "<a/><b/>", "</a>"])
def test_a_text_that_does_not_balance_has_no_tree(text: str) -> None:
    with pytest.raises(ValueError, match=r"element|end tag"):
        Tree(Document.from_text(text))


@pytest.mark.parametrize("text", ['<a><b><c/></b d="e"</a>', '<a><b><c><c/></c></b d="e"</a>'])
def test_an_element_whose_end_tag_is_broken_is_refused_where_it_is_looked_at(text: str) -> None:
    with pytest.raises(ValueError, match=r"element|end tag"):
        Tree(Document.from_text(text)).at(text.index("<c"))


NAMES = st.sampled_from(["a", "b", "p:a", "p:c"])
ELEMENTS = st.recursive(
    NAMES.map(lambda name: f"<{name} k='1&lt;'/>"),
    lambda inner: st.builds(
        lambda name, children, text: f"<{name}>{text.join(children)}</{name}>",
        NAMES,
        st.lists(inner, max_size=4),
        st.sampled_from(["", " x ", "<!--<a>-->", "<?pi <b?>", "&amp;", "<![CDATA[<a>]]>"]),
    ),
    max_leaves=20,
)


@given(ELEMENTS)
def test_every_tree_agrees_with_the_parser(body: str) -> None:
    text = f"<root xmlns='urn:d' xmlns:p='urn:p'>{body}</root>"
    parsed = etree.fromstring(text)
    tree = Tree(Document.from_text(text))

    nodes = list(tree.root.iterate())
    assert [node.name for node in nodes] == [item.tag for item in parsed.iter(etree.Element)]
    for node, item in zip(nodes, parsed.iter(etree.Element), strict=True):
        assert tree.value(node) == "".join([item.text or "", *(child.tail or "" for child in item)])
