"""Compiled rules that go on when a test cannot be evaluated: each is tried, and its error is written out."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from ....document.parsing import Element
from ..rule_sets.rule_files import XSL
from .stylesheet import ASKS, OWN

UNEVALUATED = f"{{{OWN}}}unevaluated"  # written for a test that cannot be evaluated
_ERRORS = "http://www.w3.org/2005/xqt-errors"
_TESTS = (f"{XSL}if", f"{XSL}choose")
_KEPT = ("id", "location")  # attributes of the element that a test would have written


def guard(root: Element, found: tuple[str, ...]) -> None:
    """Let every test of a stylesheet that would write an element of the names `found` be tried."""
    for written in list(root.iter(*found)):
        test = next((each for each in written.iterancestors() if each.tag in _TESTS), None)
        parent = test.getparent() if test is not None else None
        if test is None or parent is None or parent.tag == f"{XSL}try":
            continue
        attempt = etree.Element(f"{XSL}try")
        attempt.tail, test.tail = test.tail, None
        parent.replace(test, attempt)
        attempt.append(test)
        caught = etree.SubElement(attempt, f"{XSL}catch", nsmap={"_e": _ERRORS})
        told = etree.SubElement(
            caught, UNEVALUATED, {name: written.get(name, "") for name in _KEPT if name in written.attrib}
        )
        for part in written.iterchildren(f"{XSL}attribute"):
            if part.get("name") in _KEPT:
                told.append(deepcopy(part))
        etree.SubElement(told, f"{XSL}value-of", select="$_e:description")
        asked = etree.Element(f"{XSL}if", test=f"starts-with($_e:description, '{ASKS}')")  # no fault of the test
        etree.SubElement(asked, f"{XSL}sequence", select=f"error(QName('{OWN}', 'asks'), $_e:description)")
        caught.insert(0, asked)
