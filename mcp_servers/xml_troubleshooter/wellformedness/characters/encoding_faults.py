"""Bytes outside the declared encoding, and declarations that name the wrong encoding."""

from __future__ import annotations

import codecs
import re

from ...codes import Code
from ...document.document import Document, is_ebcdic
from ...document.edits import Edit
from ...document.encodings.encoding_guess import (
    DECLARED_ENCODING,
    UNDECODABLE,
    Guess,
    are_strays,
    encoded,
    fit_their_word,
    foreign_stretches,
    in_hexadecimal,
    intended,
    likely_encoding,
    name_of,
    reread,
    undecodable,
)
from ...document.parsing import reads
from ...document.tokens import Kind, Token
from ..broken_document import BrokenDocument
from ..fault_kinds import FaultKind, shown
from ..faults import Fault, Reading, fault
from ..scanner import Scan

# names that parsers commonly know; Python's own spellings (latin-1, utf_8) are not among them
_REGISTERED = re.compile(
    r"utf-?(?:7|8|16|32)(?:le|be)?|utf-(?:16|32)-?(?:le|be)|iso-?8859-\d+|iso-10646-ucs-[24]|ucs-?[24]|latin[1-9]|(?:us-)?ascii"
    r"|windows-\d+|cp\d+|ibm\d+|koi8-[ru]|shift_jis|sjis|euc-\w+|gb2312|gbk|gb18030|big5(?:-hkscs)?|iso-2022-\w+|tis-620"
    r"|macintosh",
    re.IGNORECASE,
)
_CHARACTER = re.compile(r"[^\x00-\x7f\ud800-\udfff\ufffe\uffff]")
_CONTROL = re.compile(r"[\x80-\x9f]")
_IN_ALL_PAGES = re.compile(r"[\w \t\r\n\x85\"%&'()*+,\-./:;<=>?]*+", re.ASCII)  # the same in all code pages of EBCDIC
LOST = "\ufffd"  # the character that stands for one that is lost


def encoding_faults(document: Document, scan: Scan) -> list[Fault]:
    """A declaration that names no encoding, or one that the bytes deny; bytes that it cannot decode."""
    undecoded = [
        Fault(Code.ENCODING_MISMATCH, run.start(), run.end(), value=run.group())
        for run in UNDECODABLE.finditer(document.text)
    ]
    return [*_declared(document, scan), *undecoded]


def _declared(document: Document, scan: Scan) -> list[Fault]:
    token = scan.tokens[0] if scan.tokens else None
    if token is None or token.kind is not Kind.DECLARATION:
        return [_without_sign(document)] if document.encoding.startswith("utf-16") and not document.bom else []
    match = DECLARED_ENCODING.search(document.text, token.start, token.end)
    if not match:
        return [_without_code_page(document, token)] if is_ebcdic(document.encoding) else []
    declared = match.group(1)
    start, end = match.span(1)
    try:
        name = codecs.lookup(declared).name
        "<".encode(name)
    except (LookupError, ValueError):  # ValueError: a null character in the name
        name = ""
    if not name or not _REGISTERED.fullmatch(declared):
        true = document.encoding if reads(name_of(document.encoding), b"") else "utf-8"
        return [Fault(Code.UNKNOWN_ENCODING, start, end, name=declared, value=true)]
    beyond = "".join(sorted(set(_CHARACTER.findall(document.text)))) if name == document.encoding != "utf-8" else ""
    if name == document.encoding and not reads(declared, encoded(document, beyond)):
        return [Fault(Code.UNKNOWN_ENCODING, start, end, name=declared, value="utf-8")]
    if document.misdeclared:
        return [Fault(Code.ENCODING_MISMATCH, start, end, name=declared, value=document.encoding)]
    return []


def _without_sign(document: Document) -> Fault:
    """The fault of a text in UTF-16 without a mark or a declaration that names it, so that parsers read it as UTF-8."""
    declaration = '<?xml version="1.0" encoding="UTF-16"?>'
    edits, note = (Edit(0, 0, f"{declaration}\n"),), f"{declaration} is put in front."
    return fault(Code.UNKNOWN_ENCODING, 0, 1, edits, note, value=document.encoding, sure=True)


def _without_code_page(document: Document, token: Token) -> Fault:
    """The fault of a text in EBCDIC that does not name its code page; some signs differ between these."""
    end = token.start + len(document.text[token.start : token.end].rstrip("?>").rstrip())
    note = 'The text is written in UTF-8, and its declaration says so; it is read as EBCDIC of the code page "IBM037".'
    edits, sure = (Edit(end, end, ' encoding="UTF-8"'),), _IN_ALL_PAGES.fullmatch(document.text) is not None
    return fault(Code.UNKNOWN_ENCODING, token.start, token.end, edits, note, value="utf-8", sure=sure)


def foreign_text(document: Document) -> Fault | None:
    """The one fault of a text that was written in another encoding than it is decoded with, or None."""
    if not UNDECODABLE.search(document.text) or not likely_encoding(document).whole:
        return None
    first = foreign_stretches(document)[0]
    return Fault(Code.ENCODING_MISMATCH, first.start(), first.end(), value=first.group())


def _read(document: BrokenDocument, fault: Fault) -> list[Reading]:
    """The readings of bytes as characters in their true encoding; or the true name of the encoding.

    Sure are readings without a likely rival: single letters and signs in words of Latin letters.
    """
    if fault.name:
        actual = name_of(fault.value)
        note = f'The declaration names the encoding of the bytes, {actual}, instead of "{fault.name}".'
        if fault.value != document.document.encoding:
            note = f'The text is written in {actual} instead of "{fault.name}", in which the parser cannot read it.'
        # control characters that no one writes were other characters in the author's encoding
        safe = fault.value == document.document.encoding or not _CONTROL.search(document.text)
        return [Reading((Edit(fault.start, fault.end, actual),), note, sure=safe)]
    guess = document.likely_encoding
    if guess.whole:
        return [_reread(document, guess)]
    code = in_hexadecimal(undecodable(fault.value))
    if not guess.encoding:
        if not are_strays(document.document):
            return []  # nobody but the author knows what was meant
        note = f'{code} is a character in no likely encoding; "{LOST}" stands for what is lost.'
        return [Reading((Edit(fault.start, fault.end, LOST),), note, sure=False, confidence=0.3)]
    characters = intended(fault.value, guess.encoding)
    sure = fit_their_word(document.document, fault.start, fault.end, guess.encoding)
    if not (characters.isprintable() or characters.isspace()):
        characters = "".join(each if each.isprintable() or each.isspace() else LOST for each in characters)
        sure = False
    note = f'{code} is read as {name_of(guess.encoding)}: "{characters}".'
    note += "" if sure else _rivals(guess)
    edits = (Edit(fault.start, fault.end, characters),)
    return [Reading(edits, note, sure=sure, confidence=0.95 if sure else 0.5)]


def _reread(document: BrokenDocument, guess: Guess) -> Reading:
    """The whole text in the encoding that it was written in, which no one but the author knows for sure."""
    edits = reread(document.document, guess.encoding)
    note = f'The text is read as {name_of(guess.encoding)}: "{edits[0].after}".{_rivals(guess)}'
    return Reading(edits, note, sure=False, confidence=min(0.9, guess.score))


def _rivals(guess: Guess) -> str:
    names = dict.fromkeys(map(name_of, guess.others))
    return f" It could be {', '.join(names)} too." if names else ""


def _words(document: BrokenDocument, fault: Fault) -> tuple[str, str] | None:
    if fault.code is Code.UNKNOWN_ENCODING and not fault.name and not is_ebcdic(document.document.encoding):
        return (
            "UTF-16 that nothing tells",
            "The document is written in UTF-16, with neither a byte order mark (BOM) nor a declaration in front, so "
            "that parsers read it as UTF-8 and refuse it. Save it with one, or in UTF-8.",
        )
    if fault.code is Code.UNKNOWN_ENCODING:
        if fault.value == document.document.encoding:
            return None
        if not fault.name:
            return (
                "Unsupported encoding: EBCDIC without its code page",
                "The bytes are EBCDIC, as mainframes write it, and the declaration does not say in which code page "
                '(encoding="IBM037" or another); the parser cannot read it. It can be written in UTF-8.',
            )
        return (
            f'Unsupported encoding "{fault.name}"',
            f'The parser cannot read this text in the encoding "{fault.name}"; the same text can be written in '
            "UTF-8, with nothing lost.",
        )
    if fault.name:
        return (
            f'The declaration names "{fault.name}", the bytes are {name_of(fault.value)}',
            f'The declaration says encoding="{fault.name}", but the bytes of the document are {name_of(fault.value)}.',
        )
    code = in_hexadecimal(encoded(document.document, fault.value))
    name = name_of(document.document.encoding)
    explanation = f"At byte offset {document.byte_offset(fault.start)} stands {code}, which is not {name}; "
    likely = document.likely_encoding
    names = list(dict.fromkeys(map(name_of, (likely.encoding, *likely.others))))
    if not likely.encoding:
        explanation += "it is text in no likely encoding. Which encoding was the document written in?"
    elif likely.whole:
        explanation += (
            f"the whole text seems to be written in {names[0]}"
            + (f", or else in {' or '.join(names[1:])}" if names[1:] else "")
            + ". If that is so, it can be written as UTF-8, or the declaration can name the encoding."
        )
    else:
        explanation += f'it looks like "{shown(intended(fault.value, likely.encoding))}" written in {names[0]}.'
    return f"{code} is not {name}", explanation


FAULTS = (
    FaultKind(code=Code.ENCODING_MISMATCH, rule="encoding", words=_words, read=_read),
    FaultKind(
        code=Code.UNKNOWN_ENCODING,
        rule="encoding",
        message='Unknown encoding "{name}"',
        explanation=(
            'XML knows no encoding called "{name}"; the bytes read as {value}, so the declaration should say that.'
        ),
        show=name_of,
        words=_words,
        read=_read,
    ),
)
