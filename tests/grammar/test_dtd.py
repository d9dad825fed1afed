"""DTDs as a grammar."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from lxml import etree

from mcp_servers.xml_troubleshooter.grammar import dtd, load
from mcp_servers.xml_troubleshooter.grammar.model import TypeDef

SOURCE = """
<!ENTITY % inline "em | t:link">
<!ELEMENT book (title, (chapter | t:link)+, index?)>
<!ATTLIST book id ID #IMPLIED lang NMTOKEN "en" status (draft|final) #REQUIRED version CDATA #FIXED "1"
  see IDREFS #IMPLIED>
<!ELEMENT title (#PCDATA | %inline;)*>
<!ELEMENT em (#PCDATA)>
<!ELEMENT t:link EMPTY>
<!ATTLIST t:link xlink:href CDATA #REQUIRED>
<!ELEMENT chapter ANY>
<!ELEMENT index EMPTY>
"""


def book(folder: Path, source: str = SOURCE) -> TypeDef:
    path = folder / "book.dtd"
    path.write_text(source)
    definition = load(path).elements["book"].type
    assert definition is not None
    return definition


def follows(definition: TypeDef, *names: str) -> bool:
    pattern = definition.content
    for name in names:
        pattern = pattern.after(name)
    return pattern.nullable


def test_content_models_keep_written_names(tmp_path: Path) -> None:
    definition = book(tmp_path)
    assert follows(definition, "title", "chapter", "t:link", "index")
    assert not follows(definition, "title")
    assert not follows(definition, "title", "link")
    assert not definition.mixed


def test_mixed_and_any_content(tmp_path: Path) -> None:
    first = book(tmp_path).content.first[0]
    assert first.type is not None
    assert first.type.mixed
    assert follows(first.type, "em", "t:link", "em")
    chapter = load(tmp_path / "book.dtd").elements["chapter"].type
    assert chapter is not None
    assert chapter.mixed
    assert follows(chapter, "book", "em")


def test_attributes_have_types_and_defaults(tmp_path: Path) -> None:
    attributes = book(tmp_path).attributes
    assert {name: (decl.required, decl.default, decl.fixed) for name, decl in attributes.items()} == {
        "id": (False, None, None),
        "lang": (False, "en", None),
        "status": (True, None, None),
        "version": (False, None, "1"),
        "see": (False, None, None),
    }
    assert attributes["id"].type.is_id
    assert attributes["id"].type.accepts("a:b")
    assert attributes["see"].type.is_idref
    assert attributes["status"].type.all_values == ("draft", "final")
    assert [attributes["lang"].type.accepts(value) for value in ("en", "-x", "a b")] == [True, True, False]
    link = load(tmp_path / "book.dtd").elements["t:link"].type
    assert link is not None
    assert link.attributes["xlink:href"].required


def test_an_internal_subset_adds_to_the_external_one() -> None:
    external = etree.DTD(StringIO("<!ELEMENT a (b*)><!ELEMENT b EMPTY><!ATTLIST a x CDATA #REQUIRED>"))
    root = etree.fromstring('<!DOCTYPE a [<!ELEMENT c EMPTY><!ATTLIST c y NMTOKEN "z">]><a/>')
    internal = root.getroottree().docinfo.internalDTD
    assert internal is not None
    grammar = dtd.of(internal, external)
    assert set(grammar.elements) == {"a", "b", "c"}
    first, second = grammar.elements["a"].type, grammar.elements["c"].type
    assert first is not None
    assert second is not None
    assert follows(first, "b", "b")
    assert second.attributes["y"].default == "z"


def test_long_alternatives_are_no_problem(tmp_path: Path) -> None:
    names = [f"e{number}" for number in range(3000)]
    source = f"<!ELEMENT book ({'|'.join(names)})*>" + "".join(f"<!ELEMENT {name} EMPTY>" for name in names)
    assert follows(book(tmp_path, source), names[0], names[-1])
