"""The regular expressions of XML Schema, matched in time linear in the value.

An expression becomes a pattern over characters, and the derivatives that check content models check it too: no
expression, however its quantifiers nest, can backtrack.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache

from .model import ElementDecl
from .patterns import Pattern, Patterns

Test = Callable[[str], bool]

LONGEST = 20_000  # characters of a value that are worth matching in Python
_WORK = 50_000  # alternatives followed for one value: beyond, the expression is too ambiguous


class _UnknownSyntaxError(Exception):
    """The expression is not understood here."""


def matches(expression: str, value: str) -> bool:
    """Whether the whole value matches; an expression that is not understood or too large to follow accepts all."""
    compiled = _compile(expression)
    if compiled is None or len(value) > LONGEST:
        return True
    state, nothing = compiled
    work = 0
    for character in value:
        state = state.after(character)
        if state is nothing:
            return False
        work += len(state.parts)
        if work > _WORK:
            return True
    return state.nullable


@lru_cache(maxsize=1024)
def _compile(expression: str) -> tuple[Pattern, Pattern] | None:
    table = Patterns()
    try:
        return _Parser(expression, table).parse(), table.nothing
    except (_UnknownSyntaxError, RecursionError):
        return None


class _Characters(ElementDecl):
    """A set of characters, where a content model has an element."""

    def __init__(self, test: Test) -> None:
        super().__init__("")
        self._test = test

    def matches(self, name: str) -> bool:
        return self._test(name)


def _name_start(character: str) -> bool:
    return character in "_:" or character.isalpha() or unicodedata.category(character) == "Nl"


def _name(character: str) -> bool:
    return _name_start(character) or character in "-.·" or unicodedata.category(character) in ("Nd", "Mn", "Mc", "Lm")


_CLASSES: dict[str, Test] = {
    "s": lambda character: character in " \t\n\r",
    "i": _name_start,
    "c": _name,
    "d": lambda character: unicodedata.category(character) == "Nd",
    "w": lambda character: unicodedata.category(character)[0] not in "PZC",
}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", **{sign: sign for sign in "\\|.-^?*+{}()[]$/"}}
_BLOCKS = {
    "BasicLatin": (0x0, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "IPAExtensions": (0x250, 0x2AF),
    "SpacingModifierLetters": (0x2B0, 0x2FF),
    "CombiningDiacriticalMarks": (0x300, 0x36F),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Armenian": (0x530, 0x58F),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Devanagari": (0x900, 0x97F),
    "Thai": (0xE00, 0xE7F),
    "HangulJamo": (0x1100, 0x11FF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "SuperscriptsandSubscripts": (0x2070, 0x209F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "BoxDrawing": (0x2500, 0x257F),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
    "PrivateUse": (0xE000, 0xF8FF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}


class _Parser:
    """Recursive descent over the grammar of XML Schema part 2, appendix F."""

    def __init__(self, expression: str, table: Patterns) -> None:
        self._text = expression
        self._at = 0
        self._table = table

    def parse(self) -> Pattern:
        found = self._branches()
        if self._at < len(self._text):
            raise _UnknownSyntaxError
        return found

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        character = self._peek()
        if not character:
            raise _UnknownSyntaxError
        self._at += 1
        return character

    def _branches(self) -> Pattern:
        branches = [self._branch()]
        while self._peek() == "|":
            self._at += 1
            branches.append(self._branch())
        return self._table.choice(branches)

    def _branch(self) -> Pattern:
        pieces = []
        while self._peek() not in ("", "|", ")"):
            pieces.append(self._quantified(self._atom()))
        return self._table.sequence(pieces)

    def _quantified(self, atom: Pattern) -> Pattern:
        low, high = 1, None  # type: int, int | None
        match self._peek():
            case "?":
                low, high = 0, 1
            case "*":
                low = 0
            case "+":
                pass
            case "{":
                inside, closed, _ = self._text[self._at + 1 :].partition("}")
                first, comma, last = inside.partition(",")
                if not closed or not first.isdecimal() or (last and not last.isdecimal()):
                    raise _UnknownSyntaxError
                low = int(first)
                high = int(last) if last else None if comma else low
                self._at += len(inside) + 1
            case _:
                return atom
        self._at += 1
        return self._table.repeat(atom, low, high)

    def _atom(self) -> Pattern:
        character = self._take()
        match character:
            case "(":
                found = self._branches()
                if self._take() != ")":
                    raise _UnknownSyntaxError
                return found
            case "[":
                return self._characters(self._set())
            case "\\":
                return self._characters(self._escape())
            case ".":
                return self._characters(lambda found: found not in "\n\r")
            case "?" | "*" | "+" | "{" | "}" | "]":
                raise _UnknownSyntaxError
        return self._characters(character.__eq__)

    def _characters(self, test: Test) -> Pattern:
        return self._table.element(_Characters(test))

    def _escape(self) -> Test:
        sign = self._take()
        if sign in _ESCAPES:
            return _ESCAPES[sign].__eq__
        if sign in "pP":
            test = self._property()
        elif sign.lower() in _CLASSES:
            test = _CLASSES[sign.lower()]
        else:
            raise _UnknownSyntaxError
        return _not(test) if sign.isupper() else test

    def _property(self) -> Test:
        if self._take() != "{":
            raise _UnknownSyntaxError
        name, closed, _ = self._text[self._at :].partition("}")
        self._at += len(name) + 1
        if not closed:
            raise _UnknownSyntaxError
        if name.startswith("Is"):
            if name[2:] not in _BLOCKS:
                raise _UnknownSyntaxError
            low, high = _BLOCKS[name[2:]]
            return lambda character: low <= ord(character) <= high
        return lambda character: unicodedata.category(character).startswith(name)

    def _set(self) -> Test:
        negated = self._peek() == "^"
        self._at += negated
        tests: list[Test] = []
        unwanted: list[Test] = []
        while (character := self._take()) != "]":
            if character == "-" and self._peek() == "[" and tests:
                self._at += 1
                unwanted.append(self._set())
                if self._take() != "]":
                    raise _UnknownSyntaxError
                break
            tests.append(self._range(character))
        if not tests:
            raise _UnknownSyntaxError

        def test(character: str) -> bool:
            held = any(single(character) for single in tests) != negated
            return held and not any(single(character) for single in unwanted)

        return test

    def _range(self, character: str) -> Test:
        """One character or escape of a set, or the range that starts with it."""
        if character == "[":
            raise _UnknownSyntaxError
        if character == "\\":
            sign = self._peek()
            test = self._escape()
            if sign not in _ESCAPES:
                return test
            character = _ESCAPES[sign]
        following = self._text[self._at : self._at + 2]
        if not following.startswith("-") or following in ("-]", "-["):
            return character.__eq__
        self._at += 1
        last = self._take()
        if last == "\\":
            sign = self._take()
            if sign not in _ESCAPES:
                raise _UnknownSyntaxError
            last = _ESCAPES[sign]
        return lambda found: character <= found <= last


def _not(test: Test) -> Test:
    return lambda character: not test(character)
