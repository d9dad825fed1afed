"""The only place that makes lxml parsers: no network, nothing read from outside, limits in force."""

from __future__ import annotations

from typing import Any

from lxml import etree


def parser(*, recover: bool = False, huge: bool = False, load_dtd: bool = False) -> etree.XMLParser[Any]:
    """A fresh parser for one document, so that its `error_log` speaks of that document alone.

    Entities of the internal subset are expanded within libxml2's amplification limits; external ones never are.
    """
    made = etree.XMLParser(
        recover=recover,
        huge_tree=huge,
        load_dtd=load_dtd,
        no_network=True,
        resolve_entities="internal",
        remove_blank_text=False,
        strip_cdata=False,
    )
    return made


def parse(data: bytes, *, huge: bool = False) -> etree._ElementTree[Any]:
    """The tree of a well-formed document; raises lxml.etree.XMLSyntaxError."""
    return etree.ElementTree(etree.fromstring(data, parser(huge=huge)))
