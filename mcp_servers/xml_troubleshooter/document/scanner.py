"""A total, lossless scanner: any text becomes tokens that concatenate to the text, in linear time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .tokens import NAME, Kind, Token

_TAG = re.compile(
    rf"<(?:({NAME})(?:\s++{NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+\s*+(/)?>|/({NAME})\s*+>)"
)
_DOCTYPE = re.compile(
    r"<!DOCTYPE\b(?:[^\[<>\"']|\"[^\"]*+\"|'[^']*+')*+"
    r"(?:\[(?:[^\]<\"']|\"[^\"]*+\"|'[^']*+'|<!--(?s:.*?)-->|<\?(?s:.*?)\?>|<(?:[^<>\"'\]]|\"[^\"]*+\"|'[^']*+')*+>)*+\]\s*+)?>"
)


@dataclass(frozen=True, slots=True)
class Scan:
    """The tokens of a text, in order and without gaps."""

    text: str
    tokens: list[Token]


def scan(text: str) -> Scan:
    """Read any text into tokens; never fails."""
    tokens: list[Token] = []
    add = tokens.append
    at, size = 0, len(text)
    find, tag = text.find, _TAG.match
    while at < size:
        opening = find("<", at)
        if opening < 0:
            opening = size
        if opening > at:
            add(Token(Kind.TEXT, at, opening, "", -1, text))
            at = opening
            continue
        if match := tag(text, at):
            name, slash, closing = match.groups()
            at = match.end()
            if closing is not None:
                add(Token(Kind.END, opening, at, closing, opening + 2, text))
            else:
                add(Token(Kind.EMPTY if slash else Kind.START, opening, at, name, opening + 1, text))
            continue
        token = _other(text, at)
        add(token)
        at = token.end
    return Scan(text, tokens)


def _other(text: str, at: int) -> Token:
    for opening, closing, kind in (
        ("<!--", "-->", Kind.COMMENT),
        ("<![CDATA[", "]]>", Kind.CDATA),
        ("<?", "?>", Kind.INSTRUCTION),
    ):
        if text.startswith(opening, at):
            end = text.find(closing, at + len(opening))
            if end >= 0:
                if kind is Kind.INSTRUCTION and re.compile(r"<\?xml\s").match(text, at):
                    kind = Kind.DECLARATION
                return Token(kind, at, end + len(closing), "", -1, text)
    if match := _DOCTYPE.match(text, at):
        return Token(Kind.DOCTYPE, at, match.end(), "", -1, text)
    end = text.find("<", at + 1)
    return Token(Kind.TEXT, at, len(text) if end < 0 else end, "", -1, text)
