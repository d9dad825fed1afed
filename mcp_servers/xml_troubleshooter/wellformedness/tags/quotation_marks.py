"""Substitutes for the quotation marks around a value: other quotation marks, or damaged ones."""

from __future__ import annotations

import re

from ...document.tokens import NAME

# quotation marks of print, those of Windows code pages read as Latin-1, and the sign for a character that got lost
SMART = "\u201c\u201d\u201e\u201f\u2033\u2018\u2019\u201a\u201b\u2032\u00ab\u00bb\u00b4`\x84\x91-\x94\ufffd"
_MARK = r"&(?:(?:[lr][ds]|bd|sb)quo|[lr]aquo|#(?:821[6-9]|822[0-3]|x201[89a-fA-F]|171|187|xab|xbb|xAB|xBB));"
_GARBLED = "\u00e2\u20ac"  # quotation marks of UTF-8 read as windows-1252
_NEXT_OR_END = rf"(?:\s++{NAME}\s*+=|\s*+[/?]?>)"
MARKED_VALUES = tuple(
    re.compile(pattern)
    for pattern in (
        r"\\+(?P<mark>[\"'])(?P<value>(?:(?!\\*(?P=mark))[^<>])*+)\\+(?P=mark)",
        rf"[{SMART}](?P<value>[^{SMART}<>\"]*+)[{SMART}\"]",
        "[\u201c\u201e\u00ab](?P<value>[^\u201c-\u201e\u00ab\u00bb<>]*+)[\u201d\u201c\u00bb](?=\\s|/?>)",
        r"&(?P<mark>quot|apos|#34|#39);(?P<value>(?:(?!&(?P=mark);)[^<>\"'])*+)&(?P=mark);",
        rf"{_MARK}(?P<value>(?:(?!{_MARK})[^<>\"'])*+){_MARK}",
        f"{_GARBLED}[\u0153\u017e\u02dc](?P<value>(?:(?!{_GARBLED})[^<>\"'])*+){_GARBLED}[\x9d\u2122\u0153]?",
        # one character in place of both, as a conversion leaves it that knows no such character: a=?b?
        rf"(?P<mark>[?*|^~%$])(?P<value>(?:(?!(?P=mark){_NEXT_OR_END})[^<>\"'])*+)(?P=mark)(?={_NEXT_OR_END})",
    )
)
