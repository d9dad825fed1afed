"""A total, lossless scanner: any text becomes tokens that concatenate to the text, in linear time.

Well-formed markup is read by one pattern; where that fails, the broken construct is read in the cheapest way that makes
sense, and the reading is kept as a fault with its edits. It is one algorithm: all constructs share one place in the
text and the answers of earlier searches.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from ..codes import Code
from ..document.edits import Edit, apply
from ..document.layout import line_start
from ..document.tokens import EMPTY, END, NAME, SECTION, START, TEXT, Kind, Token
from ..prices import SECTIONS
from .doctype_faults import DOCTYPE, LOOSE_DOCTYPE, PLAIN_DOCTYPE, Doctype, read_doctype, rewritten_doctype
from .faults import Fault, Reading, fault
from .tags.names_in_text import ODD_START, PROPER_TAG, NamesInText
from .tags.tag_reader import read_tag

if TYPE_CHECKING:
    from ..grammar.schema_names import SchemaNames

_END_NAME = 3  # the group of the name in an end tag
_GLUED_TAG = re.compile(rf"<{NAME}\s*+=\s*+(?:\"[^\"<>]*+\"|'[^'<>]*+')[^<>]*+>")
_DOCTYPE_CLOSE = re.compile(r"\]\s*+>|>(?=\s*+(?:<[^!?]|$))")
_COMMENT_END = re.compile(r"--!>|--\s++>|--(?=\s*+<[/A-Za-z])|(?<!-)->(?=\s*+\n|\s*+<)|[\u2013\u2014]-?>")
# a section without an end is met once, however many of its kind follow
_SECTION_OR_REST = re.compile(rf"{SECTION.pattern}|(?:<!--|<!\[CDATA\[|<\?)(?P<rest>(?s:.*))")
_LOOSE_COMMENT = re.compile(r"<--|<!\s*+(?:-\s*+-|-|\u2013|\u2014)(?=[^>])|<!(?=\s[^<>]*-!?>)")
_LOOSE_COMMENT_END = re.compile(r"[^<>]*?(-{0,2}[\u2013\u2014!]?>)")
_PLAIN_END = re.compile(r"([^<>]*+)>(?=\s*+<)")
_CDATA_END = re.compile(r"\]\s*+\]\s++>|\]\](?=\s*+</)|(?<!\])\]>|\]\s++\]>")
_CDATA = "<![CDATA["
_NO_TEXT = re.compile("[<&]")
_CDATA_LIKE = re.compile(r"<!?\s*+\[?\s*+CDATA\s*+\[|<!\[(?:[CDAT]{3,7}\[|CDATA)(?=[^<]*\]\]>)", re.IGNORECASE)
_IN_FRONT = re.compile(rf"<(?={PROPER_TAG.pattern})|</(?=</{NAME}\s*+>)")  # doubled in front of a tag
_DOUBLED_END = re.compile(rf"<</({NAME})\s*+>>")
_END = re.compile(rf"</({NAME})")
_ALONE = re.compile(r"<(?:[^\s<>][^<>\n]*+>)?[ \t]*+\r?\n(?=[ \t]*+<)")
_LINE_REST = re.compile(r"[^\n]*+")
_MARKUP_LINE = re.compile(r"\n[ \t]*+<(?!!--)")
_XML_DECLARATION = re.compile(r"<\?xml(?=[\s?>])", re.IGNORECASE)
_DECLARATION_AS_TAG = re.compile(r"<xml\s+version\s*=[^<>]*\?>")


@dataclass(frozen=True, slots=True)
class Scan:
    """The tokens of a text, in order and without gaps, and the faults of its markup, tag by tag."""

    text: str
    tokens: list[Token]
    faults: tuple[Fault, ...] = ()
    doctype: Doctype = Doctype()  # noqa: RUF009 - frozen
    schema_names: SchemaNames | None = None

    def token_at(self, offset: int) -> Token:
        """The token that an offset lies in."""
        return self.tokens[bisect_right(self.tokens, offset, key=attrgetter("start")) - 1]


def scan(text: str, short_sections: frozenset[int] = frozenset(), schema_names: SchemaNames | None = None) -> Scan:
    """Read any text into tokens; never fails. Broken tags may mean names of a schema.

    The CDATA sections at the offsets `short_sections` end early, before the next one that they would swallow.
    """
    return _Scanner(text, short_sections, schema_names).run()


def scan_head(text: str) -> Scan:
    """Read a text up to the first start tag, which is the root element's."""
    return _Scanner(text, frozenset(), head=True).run()


MANY_DASHES = 200  # hyphens in a row in a comment, so many times that they are set apart by one edit


class _Scanner:
    def __init__(
        self, text: str, short_sections: frozenset[int], schema_names: SchemaNames | None = None, *, head: bool = False
    ) -> None:
        self.text = text
        self.head = head
        self.short_sections = short_sections
        self.scope = NamesInText(text, schema_names)
        self.tokens: list[Token] = []
        self.faults: list[Fault] = []
        self.doctype: Doctype | None = None
        self._found: dict[object, tuple[int, re.Match[str] | int | None]] = {}

    def run(self) -> Scan:
        text, tokens = self.text, self.tokens
        add = tokens.append
        at, size = 0, len(text)
        find, tag = text.find, PROPER_TAG.match
        while at < size:
            opening = find("<", at)
            if opening != at:
                if opening < 0:
                    opening = size
                add(Token(TEXT, at, opening, "", -1, text))
                at = opening
                continue
            if match := tag(text, at):
                at = match.end()
                group = match.lastindex
                if group == _END_NAME:
                    add(Token(END, opening, at, match[_END_NAME], opening + 2, text))
                else:
                    add(Token(START if group == 1 else EMPTY, opening, at, match[1], opening + 1, text))
                    if self.head:
                        break
                continue
            at = self._other(at)
            if self.head and tokens[-1].kind in (START, EMPTY):
                break
        return Scan(text, tokens, tuple(self.faults), self.doctype or Doctype(), self.scope.schema_names)

    def _other(self, at: int) -> int:
        """Read a construct that is neither plain text nor a well-formed tag; returns the offset of its end."""
        tokens, token = self.tokens, self._markup(at)
        if token.kind is TEXT and tokens and tokens[-1].kind is TEXT and tokens[-1].name == token.name:
            tokens[-1].end = token.end
        else:
            tokens.append(token)
        return token.end

    def _find(self, what: str, at: int) -> int:
        """text.find that remembers its last answer: a thousand searches for a missing string cost no more than one."""
        last = self._found.get(what)
        if last and last[0] <= at and isinstance(last[1], int) and (last[1] < 0 or last[1] >= at):
            return last[1]
        place = self.text.find(what, at)
        self._found[what] = (at, place)
        return place

    def _search(self, pattern: re.Pattern[str], at: int) -> re.Match[str] | None:
        last = self._found.get(pattern)
        if last and last[0] <= at and (last[1] is None or (isinstance(last[1], re.Match) and last[1].start() >= at)):
            return last[1]
        match = pattern.search(self.text, at)
        self._found[pattern] = (at, match)
        return match

    def _markup(self, at: int) -> Token:
        """Everything but plain text and well-formed tags."""
        text = self.text
        if text.startswith("<!--", at):
            return self._comment(at)
        if text.startswith(_CDATA, at):
            return self._cdata(at, at + 9)
        if text.startswith("<?", at):
            return self._instruction(at)
        if text.startswith(("<!", "<[", "<--"), at):
            return self._declaration(at)
        if at == 0 and (lost := _DECLARATION_AS_TAG.match(text)):
            return Token(Kind.DECLARATION, 0, lost.end(), "xml", 1, text)
        if read := read_tag(text, at, self.scope):
            token, faults = read
            self.faults += faults
            return token
        return self._less_than(at)

    def _less_than(self, at: int) -> Token:
        """A "<" that begins nothing: doubled in front of a tag or cut off at the end it is surplus, else it is text."""
        text = self.text
        before = text[max(0, at - 50) : at].rstrip(" \t")[-1:]
        between = before in ("", "\n", "\r", ">") or text.startswith("/", at + 2)
        doubled = PROPER_TAG.match(text, at + 1)
        if doubled and doubled.lastindex == 1 and text.startswith(">", doubled.end()):
            # both brackets of a start tag are doubled: without an end tag to match, the words may speak of a tag
            if doubled[1] not in (self._ended if between else self._ended_doubled):
                return self._doubled_as_text(at, doubled.end())
            between = True
        doubled = _IN_FRONT.match(text, at)
        if doubled and not between and doubled.group() == "<":
            doubled = None
        if doubled or at >= self._cut_off:
            end = doubled.end() if doubled else len(text)
            note = f'The surplus "{text[at:end].strip()}" is removed.'
            edits: tuple[Edit, ...] = (Edit(at, end, ""),)
            tag = PROPER_TAG.match(text, end)
            if tag and text.startswith(">", tag.end()):  # both its brackets are doubled
                edits = (*edits, Edit(tag.end(), tag.end() + 1, ""))
                note = f'The doubled brackets of the tag "{tag.group()[:60]}" become single ones.'
            return self._mended(Kind.TEXT, at, end, Code.LESS_THAN_IN_TEXT, edits, note)
        escaped = Reading((Edit(at, at + 1, "&lt;"),), '"<" becomes "&lt;".')
        readings: tuple[Reading, ...] = (escaped,)
        if text[at - 1 : at] == ">" and (alone := _ALONE.match(text, at)) and alone.group().strip() == "<":
            gone = Reading((Edit(at, at + 1, ""),), 'The "<" between two tags is removed.')
            readings = (gone, replace(escaped, cost=SECTIONS.between_tags))
        elif before in ("", "\n", "\r") and (alone := _ALONE.match(text, at)):
            # neither text nor a tag for sure: it has a line of its own, between tags
            line = line_start(text, at)
            note = f'"{alone.group().strip()[:60]}", which is no tag, is removed.'
            gone = Reading((Edit(line, alone.end(), ""),), note, drops=True, sure=False, confidence=0.5)
            readings = (gone, escaped) if alone.group().strip() == "<" else (replace(escaped, sure=False), gone)
        found = Fault(Code.LESS_THAN_IN_TEXT, at, at + 1, readings)
        if _GLUED_TAG.match(text, at):
            # surely a tag, whose name nobody can tell from that of its first attribute
            found = Fault(Code.MALFORMED_TAG, at, at + 1)
        elif (odd := ODD_START.match(text, at)) and not odd.group(1).isprintable():
            found = found.doubted()  # a tag into whose name a character slipped that nobody sees, rather than text
        self.faults.append(found)
        end = self.text.find("<", at + 1)
        return self._token(Kind.TEXT, at, len(self.text) if end < 0 else end)

    @cached_property
    def _cut_off(self) -> int:
        """The offset of the "<", "/" and white space at the end of the text: the rest of a tag that was cut off."""
        at = len(self.text)
        while at and (self.text[at - 1] in "</" or self.text[at - 1].isspace()):
            at -= 1
        return at

    @cached_property
    def _ended(self) -> frozenset[str]:
        """The names of all end tags."""
        return frozenset(_END.findall(self.text))

    @cached_property
    def _ended_doubled(self) -> frozenset[str]:
        """The names of the end tags with doubled brackets."""
        return frozenset(_DOUBLED_END.findall(self.text))

    def _doubled_as_text(self, at: int, end: int) -> Token:
        """A start tag in doubled brackets that nothing ends."""
        note = f'"{self.text[at : at + 60].partition(">")[0]}>>" becomes text: "<" is written "&lt;".'
        edits = (Edit(at, at + 1, "&lt;"), Edit(at + 1, at + 2, "&lt;"))
        self.faults.append(fault(Code.LESS_THAN_IN_TEXT, at, at + 2, edits, note).doubted(0.6))
        return self._token(Kind.TEXT, at, end)

    def _comment(self, at: int) -> Token:
        text = self.text
        start = at + 4
        close = self._find("-->", start)
        inner = self._find("<!--", start)
        inside = inner if 0 <= inner < close else -1
        whole = self._commented_element(at, close) if inside >= 0 else None
        if whole is None and (close < 0 or inside >= 0):
            # a comment that swallows another one has lost its own end
            near = self._search(_COMMENT_END, start)
            plain = _PLAIN_END.match(text, start)
            if plain and (near is None or plain.end(1) < near.start()):
                near = re.compile(">").match(text, plain.end(1))
            if near and near.start() < (inner if inner >= 0 else len(text)):
                note = f'The comment ends with "-->" instead of "{near.group()}".'
                edits = (Edit(near.start(), near.end(), "-->"), *_dashes(text, start, near.start()))
                return self._mended(Kind.COMMENT, at, near.end(), Code.MALFORMED_COMMENT, edits, note)
        if close < 0:
            return self._unclosed_comment(at)
        if inside >= 0:
            if whole is not None:
                # one edit, which names all that the comment takes in
                edits = (Edit(at, whole + 3, apply(text, _dashes(text, inside, whole), at, whole + 3)),)
                note = "The marks of comments inside the comment around them are taken apart."
                taken_in = _SECTION_OR_REST.sub(r"\g<rest>", text[inside:whole]).strip("</> \t\r\n")
                drops = len(taken_in.split()) > 1  # more than an end tag
                return self._mended(Kind.COMMENT, at, whole + 3, Code.MALFORMED_COMMENT, edits, note, drops=drops)
            outer = self.text.find("-->", close + 3, close + 100_000)
            following = self.text.find("<!--", close + 3, close + 100_000)
            if outer >= 0 and (following < 0 or outer < following):
                close = outer  # a comment around a comment
            elif _MARKUP_LINE.search(text, start, inside):
                return self._unclosed_comment(at)
        edits = _dashes(text, start, close)
        if not edits:
            return self._token(Kind.COMMENT, at, close + 3)
        note = "Two hyphens in a row inside the comment are set apart."
        return self._mended(Kind.COMMENT, at, close + 3, Code.MALFORMED_COMMENT, edits, note)

    def _unclosed_comment(self, at: int) -> Token:
        end = self._comment_end(at)
        note = 'The comment gets its missing "-->".'
        edits = (*_dashes(self.text, at + 4, end), Edit(end, end, " -->"))
        return self._mended(Kind.COMMENT, at, end, Code.UNTERMINATED_SECTION, edits, note)

    def _commented_element(self, at: int, close: int) -> int | None:
        """The end of an element in a comment with other comments inside: "<!-- name> ... </name -->"; None for none."""
        opened = re.compile(rf"<!--\s*+<?({NAME})[^<>]*+>").match(self.text, at)
        if not opened:
            return None
        end = re.compile(rf"</?{re.escape(opened.group(1))}\s*+>?\s*+(?=-->)").search(self.text, close, close + 50_000)
        return end.end() if end else None

    def _comment_end(self, at: int) -> int:
        """The end of a comment that lacks its end mark: that of its line, or in front of the next line of markup."""
        markup = self._find("<", at + 1)
        line_end = self._line_end(at)
        alone = line_end == at + len("<!--") or not self._rooted()  # else what follows may be text of the element
        if alone and markup > line_end and not self.text[line_start(self.text, markup) : markup].strip():
            return at + len(self.text[at:markup].rstrip())
        return line_end

    def _line_end(self, at: int) -> int:
        match = _LINE_REST.match(self.text, at)
        assert match is not None  # the pattern matches everywhere
        return at + len(match.group().rstrip())

    def _cdata(self, at: int, start: int) -> Token:
        close = self._find("]]>", start)
        if close >= 0 and at not in self.short_sections:
            return self._nested_cdata(at, start, close) or self._token(Kind.CDATA, at, close + 3)
        note = 'The CDATA section gets its missing "]]>".'
        near = self._search(_CDATA_END, start)
        parent = self._parent()
        tag = self._find(f"</{parent}", start) if parent else -1
        if near and (tag < 0 or near.start() < tag):
            edits: tuple[Edit, ...] = (Edit(near.start(), near.end(), "]]>"),)
            return self._mended(Kind.CDATA, at, near.end(), Code.UNTERMINATED_SECTION, edits, note)
        end = tag if tag >= 0 else self._line_end(at)
        return self._mended(Kind.CDATA, at, end, Code.UNTERMINATED_SECTION, (Edit(end, end, "]]>"),), note)

    def _nested_cdata(self, at: int, start: int, close: int) -> Token | None:
        """A CDATA section around another, which ends with the end mark of that one."""
        text = self.text
        inner = self._find(_CDATA, start)
        outer = text.find("]]>", close + 3, close + 100_000) if 0 <= inner < close else -1
        if outer < 0 or text.find(_CDATA, close + 3, outer) >= 0:
            return None
        unmarked = Reading(
            (Edit(at, outer + 3, text[start:outer]),),
            "The marks of the CDATA section around a CDATA section are removed.",
        )
        parted = Reading(
            (Edit(close, outer, f"]]>]]&gt;{_CDATA}{text[close + 3 : outer]}"),),
            'The CDATA section is parted at the "]]>" that is part of its text.',
            cost=SECTIONS.end_in_text,
        )
        marked_up = _NO_TEXT.search(text, start, inner) or _NO_TEXT.search(text, close + 3, outer)
        readings = (parted,) if marked_up else (unmarked, parted)
        self.faults.append(Fault(Code.CDATA_END_IN_TEXT, at, outer + 3, readings))
        return self._token(Kind.CDATA, at, outer + 3)

    def _parent(self) -> str:
        """The name of the element that is open here, by the last tags; "" for none."""
        closed = 0
        for token in reversed(self.tokens[-200:]):
            closed += token.kind is Kind.END
            if token.kind is Kind.START:
                if not closed:
                    return token.name
                closed -= 1
        return ""

    def _token(self, kind: Kind, at: int, end: int) -> Token:
        return Token(kind, at, end, "", -1, self.text)

    def _mended(
        self, kind: Kind, at: int, end: int, code: Code, edits: tuple[Edit, ...], note: str, *, drops: bool = False
    ) -> Token:
        """A token that needs edits to be of the kind that it is meant as."""
        self.faults.append(fault(code, at, end, edits, note, drops=drops))
        return self._token(kind, at, end)

    def _instruction(self, at: int) -> Token:
        text = self.text
        kind = Kind.DECLARATION if _XML_DECLARATION.match(text, at) else Kind.INSTRUCTION
        target = re.compile(rf"<\?({NAME})").match(text, at)
        close = self._find("?>", at + 2)
        plain = self._find(">", at + 2)
        spaced = re.compile(rf"<\?\s++(?={NAME})").match(text, at)
        if not target and not spaced:
            note = 'What only looks like a processing instruction becomes text: "<" is written "&lt;".'
            edits: tuple[Edit, ...] = (Edit(at, at + 1, "&lt;"),)
            return self._mended(Kind.TEXT, at, at + 2, Code.MALFORMED_INSTRUCTION, edits, note)
        if close < 0 or (0 <= plain < close - 1 and "<" in text[plain:close]):
            if read := read_tag(text, at, self.scope) if kind is Kind.INSTRUCTION else None:
                token, faults = read  # a start tag with a stray "?"
                self.faults += faults
                return token
            if kind is Kind.DECLARATION and plain >= 0 and "<" in text[at + 1 : plain]:
                plain = -1
            end = plain if plain >= 0 else self._line_end(at)
            stop = end + 1 if plain >= 0 else end
            begin = end - 1 if text[end - 1] in "?/" and end - 1 > at + 2 else end
            note = 'The processing instruction ends with "?>".'
            if kind is Kind.DECLARATION:
                return Token(kind, at, stop, "xml", at + 2, text)  # judged with the frame of the document
            return self._mended(kind, at, stop, Code.MALFORMED_INSTRUCTION, (Edit(begin, stop, "?>"),), note)
        end = close + 2
        if target:
            if ":" in target.group(1):
                name = target.group(1).replace(":", "_")
                note = f'The name of a processing instruction holds no colon; it becomes "{name}".'
                edit = Edit(target.start(1), target.end(1), name)
                self.faults.append(fault(Code.MALFORMED_INSTRUCTION, at, end, (edit,), note))
            glued = text[target.end()] not in " \t\r\n?" and kind is Kind.INSTRUCTION
            if glued:
                note = f'A space is put behind the name of the processing instruction "{target.group(1)}".'
                place = target.end()
                self.faults.append(fault(Code.MALFORMED_INSTRUCTION, at, end, (Edit(place, place, " "),), note))
            return Token(kind, at, end, target.group(1), at + 2, text)
        assert spaced is not None
        if re.compile(r"xml\s").match(text, spaced.end()):
            return Token(Kind.DECLARATION, at, end, "xml", spaced.end(), text)
        note = 'The white space after "<?" is removed.'
        edits = (Edit(at + 2, spaced.end(), ""),)
        return self._mended(kind, at, end, Code.MALFORMED_INSTRUCTION, edits, note)

    def _declaration(self, at: int) -> Token:
        """Read markup that begins with "<!" and is neither a comment nor a CDATA section."""
        text = self.text
        if text.startswith("<!DOCTYPE", at) and (self.doctype or self._rooted()):
            return self._late_doctype(at)
        opening = re.compile(r"<!\s*+DOCTYPE\b", re.IGNORECASE).match(text, at)
        if self.doctype is None and opening:
            return self._document_type(opening)
        if loose := _CDATA_LIKE.match(text, at):
            token = self._cdata(at, loose.end())
            note = 'The CDATA section begins with "<![CDATA[".'
            edits: tuple[Edit, ...] = (Edit(at, loose.end(), "<![CDATA["),)
            self.faults.append(fault(Code.UNTERMINATED_SECTION, at, loose.end(), edits, note))
            return token
        if loose := _LOOSE_COMMENT.match(text, at):
            opened, note = Edit(at, loose.end(), "<!--"), 'The comment begins with "<!--".'
            near = _LOOSE_COMMENT_END.match(text, loose.end())
            if near and (loose.group() != "<--" or near.group(1).startswith("--")):
                closed = () if near.group(1) == "-->" else (Edit(*near.span(1), "-->"),)
                edits = (opened, *_dashes(text, loose.end(), near.start(1)), *closed)
                return self._mended(Kind.COMMENT, at, near.end(), Code.MALFORMED_COMMENT, edits, note)
            close = self._find("-->", loose.end())
            if close >= 0 and not close > self._find("<!--", at) >= 0:
                edits = (opened, *_dashes(text, loose.end(), close))
                return self._mended(Kind.COMMENT, at, close + 3, Code.MALFORMED_COMMENT, edits, note)
        return self._less_than(at)

    def _rooted(self) -> bool:
        return any(token.kind in (Kind.START, Kind.EMPTY) for token in self.tokens)

    def _late_doctype(self, at: int) -> Token:
        """A second document type declaration, or one behind the first tag: removed if it can be read at all."""
        match = DOCTYPE.match(self.text, at, at + 20_000)
        if not match:
            return self._less_than(at)
        note = "The document type declaration that does not stand in front of the root element is removed."
        edits, drops = (Edit(at, match.end(), ""),), "[" in match.group()
        return self._mended(Kind.DOCTYPE, at, match.end(), Code.MALFORMED_DOCTYPE, edits, note, drops=drops)

    def _document_type(self, opening: re.Match[str]) -> Token:
        text, at = self.text, opening.start()
        match = DOCTYPE.match(text, at)
        plain = match is None or ("[" not in match.group() and not PLAIN_DOCTYPE.fullmatch(match.group()))
        if plain and (known := LOOSE_DOCTYPE.match(text, at)) and (written := rewritten_doctype(known)):
            self.doctype = read_doctype(written)
            note = f"The document type declaration is written {written}."
            edits: tuple[Edit, ...] = (Edit(at, known.end(), written),)
            return self._mended(Kind.DOCTYPE, at, known.end(), Code.MALFORMED_DOCTYPE, edits, note)
        if match:
            self.doctype = read_doctype(match.group())
            return self._token(Kind.DOCTYPE, at, match.end())
        readings: tuple[Reading, ...] = ()
        close = _DOCTYPE_CLOSE.search(text, at)
        end = close.end() if close else self._line_end(at)
        if opening.group() != "<!DOCTYPE":
            mended = DOCTYPE.match("<!DOCTYPE" + text[opening.end() : end])
            end = opening.end() + mended.end() - 9 if mended else end
            note = 'The document type declaration begins with "<!DOCTYPE".'
            readings = (Reading((Edit(at, opening.end(), "<!DOCTYPE"),), note),)
        elif not close:
            readings = (Reading((Edit(end, end, ">"),), 'The document type declaration gets its missing ">".'),)
        self.doctype = read_doctype(text[at:end])
        self.faults.append(Fault(Code.MALFORMED_DOCTYPE, at, end, readings))
        return self._token(Kind.DOCTYPE, at, end)


def _dashes(text: str, start: int, end: int) -> tuple[Edit, ...]:
    """The edits that set apart hyphens in a row, and the last one from the end of the comment."""
    edits = [
        Edit(match.start(), match.end(), " ".join(match.group()))
        for match in re.compile(r"--++").finditer(text, start, end)
    ]
    if end > start and text[end - 1] == "-":
        if edits and edits[-1].end == end:
            edits[-1] = Edit(edits[-1].start, end, edits[-1].after + " ")
        else:
            edits.append(Edit(end, end, " "))
    if len(edits) > MANY_DASHES:
        at, stop = edits[0].start, edits[-1].end
        return (Edit(at, stop, apply(text, edits, at, stop)),)
    return tuple(edits)
