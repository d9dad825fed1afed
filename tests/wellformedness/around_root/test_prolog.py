"""What stands around the root element: declaration, junk in front, content behind."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import Found, Mended, finding, mended, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: Found = [
    ("", [("empty-document", "")]),
    (" \n", [("empty-document", " \n")]),
    ("words <a/>", [("content-before-root", "words ")]),
    ("\n<?xml version='1.0'?><a/>", [("declaration-not-first", "<?xml version='1.0'?>")]),
    ("<?xml version='1.0'?><?xml version='1.0'?><a/>", [("declaration-not-first", "<?xml version='1.0'?>")]),
    ("<?xml version=1.0?><a/>", [("malformed-declaration", "<?xml version=1.0?>")]),
]
# a document, what it becomes, and how sure that is
MENDED: Mended = [
    ("<?xml version='1.0' note important='true'?><a/>", '<?xml version="1.0"?><a/>', UNSAFE),
    ("<?xml verison='1.0'?><a/>", '<?xml version="1.0"?><a/>', SAFE),
    ("<?xml version='1.0' encoding='437'?><a/>", '<?xml version="1.0" encoding="UTF-8"?><a/>', SAFE),
    ("\n\n<?xml version='1.0'?><a/>", "<?xml version='1.0'?><a/>", SAFE),
    ("<?xml encoding='UTF-8' version='1.0'?><a/>", '<?xml version="1.0" encoding="UTF-8"?><a/>', SAFE),
    ("<?xml version='1.0' standalone='true'?><a/>", '<?xml version="1.0" standalone="yes"?><a/>', SAFE),
    ("<?xml version='1.0'><a/>", '<?xml version="1.0"?><a/>', SAFE),
    ("<?xml version='1.0 with words that somebody may miss'?><a/>", '<?xml version="1.0"?><a/>', UNSAFE),
    ("<?XML version='1.0'?><a/>", '<?xml version="1.0"?><a/>', SAFE),
    ("?xml version='1.0'?><a/>", "<?xml version='1.0'?><a/>", SAFE),
    ("<?xml version='1.0'?>\n<?xml version='1.0'?>\n<a/>", "<?xml version='1.0'?>\n<a/>", SAFE),
    ("<!-- c -->\n<?xml version='1.0'?>\n<a/>", "<?xml version='1.0'?>\n<!-- c -->\n<a/>", SAFE),
    ("<!-- c -->\n<?xml version='1.0' note='important'?>\n<a/>", '<?xml version="1.0"?>\n<!-- c -->\n<a/>', UNSAFE),
    ("```xml\n<a/>\n```\n", "<a/>\n", SAFE),
    ("\u00ef\u00bb\u00bf<?xml version='1.0'?><a/>", "<?xml version='1.0'?><a/>", SAFE),
    ("Here it is:\n<?xml version='1.0'?><a/>", "<?xml version='1.0'?><a/>", SAFE),
    *(
        (f"{code}\n<?xml version='1.0'?><a/>", "<?xml version='1.0'?><a/>", UNSAFE)
        for code in (
            "{% load i18n %}",
            "{{ header }}",
            "<%@ page language='java' %>",
            "<%= head %>",
            "#set($a = 1)",
            "<#ftl output_format='XML'>",
            "@model Page",
            "[% USE date %]",
            "{include file='head.tpl'}",
        )
    ),  # the code of a template
    ("<?php head(); ?>\n<?xml version='1.0'?><a/>", "<?xml version='1.0'?>\n<?php head(); ?>\n<a/>", UNSAFE),
    ("?xml version='1.0'?><!-- b --><a/>", "<?xml version='1.0'?><!-- b --><a/>", SAFE),
]

test_a_fault_is_found_at_its_place = finding(FOUND)

test_a_fault_is_mended = mending(MENDED)


def test_words_of_a_declaration_behind_white_space_are_not_dropped_unasked() -> None:
    assert mended("\n<?xml version='1.0' note='important'?><a/>") == ('<?xml version="1.0"?><a/>', {SAFE, UNSAFE})
