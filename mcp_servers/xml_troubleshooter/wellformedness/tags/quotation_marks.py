"""What stands in place of the quotation marks around a value: other quotation marks, or what became of them."""

from __future__ import annotations

import re

from ...document.tokens import NAME

# quotation marks of print, those of Windows code pages read as Latin-1, and what stands for a character that got lost
SMART = "\u201c\u201d\u201e\u201f\u2033\u2018\u2019\u201a\u201b\u2032\u00ab\u00bb\u00b4`\x84\x91-\x94\ufffd"
_SMART_VALUE = re.compile(rf"[{SMART}]([^{SMART}<>\"]*+)[{SMART}\"]")
_SMART_PAIR = re.compile("[\u201c\u201e\u00ab]([^\u201c-\u201e\u00ab\u00bb<>]*+)[\u201d\u201c\u00bb](?=\\s|/?>)")
_ESCAPED_VALUE = re.compile(r"\\+([\"'])((?:(?!\\*\1)[^<>])*+)\\+\1")
_ENTITY_VALUE = re.compile(r"&(quot|apos|#34|#39);((?:(?!&\1;)[^<>\"'])*+)&\1;")
_MARK = r"&(?:(?:[lr][ds]|bd|sb)quo|[lr]aquo|#(?:821[6-9]|822[0-3]|x201[89a-fA-F]|171|187|xab|xbb|xAB|xBB));"
_PRINTED_VALUE = re.compile(rf"({_MARK})((?:(?!{_MARK})[^<>\"'])*+){_MARK}")
# quotation marks of UTF-8 read as windows-1252
_GARBLED = "\u00e2\u20ac"
_GARBLED_VALUE = re.compile(
    f"({_GARBLED}[\u0153\u017e\u02dc])((?:(?!{_GARBLED})[^<>\"'])*+){_GARBLED}[\x9d\u2122\u0153]?"
)
# one character in place of both, as a conversion leaves it that knows no such character: a=?b?
_NEXT_OR_END = rf"(?:\s++{NAME}\s*+=|\s*+[/?]?>)"
_STAND_IN_VALUE = re.compile(rf"([?*|^~%$])((?:(?!\1{_NEXT_OR_END})[^<>\"'])*+)\1(?={_NEXT_OR_END})")
MARKED_VALUES = (  # and the group of the value
    (_ESCAPED_VALUE, 2),
    (_SMART_VALUE, 1),
    (_SMART_PAIR, 1),
    (_ENTITY_VALUE, 2),
    (_PRINTED_VALUE, 2),
    (_GARBLED_VALUE, 2),
    (_STAND_IN_VALUE, 2),
)
