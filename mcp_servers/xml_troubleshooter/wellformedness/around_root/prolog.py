"""The prolog: faults of XML declarations, and content in front of the root element."""

from __future__ import annotations

import re

from ...codes import Code
from ...document.document import declared_encoding
from ...document.edits import Edit
from ...document.tokens import EMPTY, START, Kind, Token
from ..broken_document import BrokenDocument
from ..fault_kinds import FaultKind
from ..faults import Fault, fault
from ..scanner import Scan
from ..tags.names_in_text import VOID

_DECLARATION = re.compile(
    r"<\?xml\s+version\s*=\s*(?:\"1\.[0-9]+\"|'1\.[0-9]+')"
    r"(?:\s+encoding\s*=\s*(?:\"[A-Za-z][\w.\-]*\"|'[A-Za-z][\w.\-]*'))?"
    r"(?:\s+standalone\s*=\s*(?:\"(?:yes|no)\"|'(?:yes|no)'))?\s*\?>",
    re.ASCII,
)
_LOOSE = {
    part: re.compile(rf"\b{part}\s*+=?\s*+[^\w\s=>.\-]*+\s*+([\w.\-]+)", re.IGNORECASE | re.ASCII)
    for part in ("version", "encoding", "standalone")
}
_PSEUDO_ATTRIBUTE = re.compile(r"(?<![\w.:\-])([\w.:\-]++)\s*+=\s*+(?:\"([^\"<>]*+)\"|'([^'<>]*+)')")
_SLACK = 25  # characters of a declaration that say nothing, or nothing that anybody misses
_AROUND = frozenset({Kind.COMMENT, Kind.INSTRUCTION, Kind.DECLARATION, Kind.DOCTYPE})  # without an element
_LOST_DOCTYPE = re.compile(r"\s*+(!?)DOCTYPE\s[^<>]*>\s*+\Z")
_LOST_BRACKET = re.compile(r"(?:\w?\?)?(xml\s[^<>]{0,300}\?>)")
# an assistant's introduction of a document: a sentence and the fence of a listing
_INTRODUCTION = re.compile(r"[^<]*?(?:(?<!`)```++|(?<!~)~~~++)[a-z]*+\s*+", re.IGNORECASE)
_HARMLESS = re.compile(
    r"(?:\ufeff|\u00ef\u00bb\u00bf|\u200b|\u200c|\u200d|\u2060|[\x00-\x20]|`+[a-z]*|~~~+[a-z]*)*+", re.IGNORECASE
)
# code of a template, whose output is the document that begins with a declaration
_DIRECTIVE = re.compile(
    r"\{[{%#]|<[%#@]|<\?(?:php|=)|[$#]\{|\[%|\{(?:include|assign|extends|if|block)\b"
    r"|^[ \t]*(?:#\w+\s*\(|##|#!|%|@[\w{(*])",
    re.MULTILINE,
)


def prolog_faults(scan: Scan) -> list[Fault]:
    """The faults of the prolog, of XML declarations anywhere, and of a document without an element."""
    tokens = scan.tokens
    if not scan.text.strip("\ufeff \t\r\n"):
        return [Fault(Code.EMPTY_DOCUMENT, 0, len(scan.text))]
    root = next((i for i, token in enumerate(tokens) if token.kind is START or token.kind is EMPTY), -1)
    if root < 0:
        if all(token.kind in _AROUND or not token.text.strip(" \t\r\n") for token in tokens):
            return [Fault(Code.EMPTY_DOCUMENT, 0, len(scan.text), value=scan.text[:80].strip())]
        return [Fault(Code.NOT_XML, 0, min(len(scan.text), 80), value=scan.text[:80].strip())]
    declaration = Kind.DECLARATION
    declarations = [i for i, token in enumerate(tokens) if token.kind is declaration]
    found: list[Fault] = []
    beginning = root
    if declarations and declarations[0] > root and _is_prose(tokens, declarations[0]):
        # an answer that talks about markup before it shows the document
        beginning = declarations[0]
    found += _before(scan, beginning, declarations)
    for number, index in enumerate(declarations):
        found += _declaration(scan, index, first=number == 0)
    return found


def _is_prose(tokens: list[Token], end: int) -> bool:
    depth = 0
    text = False
    for token in tokens[:end]:
        depth += (token.kind is Kind.START) - (token.kind is Kind.END)
        text = text or (token.kind is Kind.TEXT and depth == 0 and bool(token.text.strip()))
    first = next((token for token in tokens if token.kind is not Kind.TEXT or token.text.strip()), tokens[0])
    told = first.kind is Kind.TEXT or (first.kind is EMPTY and first.name.lower() in VOID)
    return text and depth <= 0 and told


def _before(scan: Scan, beginning: int, declarations: list[int]) -> list[Fault]:
    tokens = scan.tokens
    found: list[Fault] = []
    prolog = tokens[:beginning]
    if beginning < len(tokens) and tokens[beginning].kind is Kind.DECLARATION and prolog:
        end = tokens[beginning].start
        told = all(token.kind is Kind.TEXT for token in prolog)  # nothing may stand there, and it holds no markup
        return [_removed(scan, 0, end, "XML declaration", is_content=not told)]
    for index, token in enumerate(prolog):
        text = token.text
        if token.kind is not Kind.TEXT or not text.strip(" \t\r\n"):
            continue
        lost = _LOST_BRACKET.search(text)
        if lost and index == 0:
            note = 'The XML declaration gets its missing "<".'
            edits = (Edit(0, lost.end(), f"<?{lost.group(1)}"),)
            drops = not _HARMLESS.fullmatch(scan.text, 0, lost.start())
            found.append(fault(Code.MALFORMED_DECLARATION, 0, token.end, edits, note, value=text.strip(), drops=drops))
            continue
        if lost := _LOST_DOCTYPE.match(text):
            note = 'The document type declaration gets its missing "<".'
            edits = (Edit(token.start + lost.start(1), token.start + lost.end(1), "<!"),)
            found.append(fault(Code.MALFORMED_DOCTYPE, token.start, token.end, edits, note, value=text.strip()))
            continue
        heads = index == 0 and 1 in declarations  # nothing may stand there, and it holds no markup
        what = "XML declaration" if heads else "root element"
        end = token.start + len(text.rstrip()) if index else token.end
        found.append(_removed(scan, token.start, end, what, is_content=not heads))
    return found


def _is_code(scan: Scan, start: int, end: int) -> bool:
    return _DIRECTIVE.search(scan.text, start, end) is not None


def _removed(scan: Scan, start: int, end: int, what: str, *, is_content: bool) -> Fault:
    """The fault of content in front of the XML declaration or the root element, named by `what`."""
    value = scan.text[start:end]
    harmless = _HARMLESS.fullmatch(value) or (start == 0 and _INTRODUCTION.fullmatch(value))
    edits, note = (Edit(start, end, ""),), f"What stands before the {what} is removed."
    said, sure = value.strip()[:200], False if _is_code(scan, start, end) else None
    drops = sure is False or (is_content and not harmless)
    return fault(Code.CONTENT_BEFORE_ROOT, start, end, edits, note, value=said, drops=drops, sure=sure)


def _declaration(scan: Scan, index: int, *, first: bool) -> list[Fault]:
    token = scan.tokens[index]
    place, text = (token.start, token.end), token.text
    proper = _DECLARATION.fullmatch(text) is not None
    written = text if proper else _rewritten(text)
    edits, note = (Edit(*place, written),), f"The XML declaration is written {written}."
    drops = len(text) > len(written) + _SLACK or _says_more(text, written)
    rewritten = [fault(Code.MALFORMED_DECLARATION, *place, edits, note, value=text, drops=drops)]
    if index == 0:
        return [] if proper else rewritten
    if not first:
        end = token.end
        while end < len(scan.text) and scan.text[end] in " \t\r\n" and scan.text[end - 1] != "\n":
            end += 1
        note = "The second XML declaration is removed; one document has only one."
        return [fault(Code.DECLARATION_NOT_FIRST, *place, (Edit(token.start, end, ""),), note)]
    if all(other.kind is Kind.TEXT for other in scan.tokens[:index]):
        if scan.tokens[index - 1].text.strip(" \t\r\n"):
            return []  # reported as content before the root element
        note = "The white space before the XML declaration is removed."
        early = fault(Code.DECLARATION_NOT_FIRST, *place, (Edit(0, token.start, ""),), note)
        return [early] if proper else [early, *rewritten]
    note = "The XML declaration moves to the start of the document."
    end = token.end + len(re.compile(r"[ \t]*(?:\r?\n)?").match(scan.text, token.end).group())  # type: ignore[union-attr] # matches everywhere
    moved = (Edit(0, 0, written + "\n"), Edit(token.start, end, ""))
    # in front of code, it would be put out before the settings of that code
    sure = False if _is_code(scan, 0, token.start) else None
    return [fault(Code.DECLARATION_NOT_FIRST, *place, moved, note, drops=drops, sure=sure)]


def _says_more(text: str, written: str) -> bool:
    """Whether a declaration has a pseudo-attribute of an unknown name whose value is lost in its form `written`."""
    kept = f"{written} UTF-8 yes no".lower()  # values that are defaults are not missed
    return any(
        name.lower() not in _LOOSE and (double or single).lower() not in kept
        for name, double, single in _PSEUDO_ATTRIBUTE.findall(text)
    )


def _rewritten(text: str) -> str:
    parts = {part: match.group(1) for part, pattern in _LOOSE.items() if (match := pattern.search(text))}
    version = parts.get("version", "1.0")
    if not re.fullmatch(r"1\.[0-9]+", version):
        version = "1.0"
    made = f'<?xml version="{version}"'
    if re.fullmatch(r"[A-Za-z][\w.\-]*", parts.get("encoding", ""), re.ASCII):
        made += f' encoding="{parts["encoding"]}"'
    elif declared_encoding(text):
        made += ' encoding="UTF-8"'  # a code page by its number alone: the text is written anew
    standalone = parts.get("standalone", "").lower()
    if standalone in ("yes", "no", "true", "false"):
        made += f' standalone="{"yes" if standalone in ("yes", "true") else "no"}"'
    return made + "?>"


_MARK = frozenset("\ufeff\u00ef\u00bb\u00bf")  # a byte order mark, or its three bytes read one by one
_NO_ELEMENT = (
    "Document has no element",
    "The document has no element, only what may stand around one (a declaration, comments, instructions); it needs a "
    "root element.",
)
_SECOND_MARK = (
    "Byte order mark where none may stand",
    (
        "A byte order mark (U+FEFF, invisible in most editors) stands here outside the root element; it may stand only "
        "once, as the very first character. It usually comes from joining files that each began with one."
    ),
)


def second_mark(_document: BrokenDocument, fault: Fault) -> tuple[str, str] | None:
    """The words for a byte order mark that is not the first character."""
    return _SECOND_MARK if fault.value and set(fault.value) <= _MARK else None


FAULTS = (
    FaultKind(
        code=Code.EMPTY_DOCUMENT,
        rule="",
        message="Document is empty",
        explanation="The document is empty; it needs a root element.",
        words=lambda _document, fault: _NO_ELEMENT if fault.value else None,  # not quite empty
    ),
    FaultKind(
        code=Code.CONTENT_BEFORE_ROOT,
        rule="outside-root",
        message="Content is not allowed before the root element",
        explanation='The text "{value}" stands before the document begins; nothing but comments may stand there.',
        words=second_mark,
    ),
    FaultKind(
        code=Code.DECLARATION_NOT_FIRST,
        rule="declaration",
        message="XML declaration not at the start of the document",
        explanation=(
            'The XML declaration "<?xml ...?>" may stand only at the start of the document, once, with nothing '
            "before it, not even a space."
        ),
    ),
    FaultKind(
        code=Code.MALFORMED_DECLARATION,
        rule="declaration",
        message="Malformed XML declaration",
        explanation=(
            'The XML declaration is wrong: it reads <?xml version="1.0" encoding="..." standalone="..."?>, in '
            "this order and in lower case."
        ),
    ),
)
