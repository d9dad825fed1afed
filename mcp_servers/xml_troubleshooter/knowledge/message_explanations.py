"""The meaning of a message of any system, a code of ours, or the id of a business rule; no document is needed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ..catalogue.catalogue_store import SchemaStore
from ..codes import Code
from ..diagnosis.messages.claim import Claim, Kind
from ..diagnosis.messages.claims import claims
from ..diagnosis.messages.recognition import spoken_of
from ..diagnosis.messages.rule_names import REASONS, family
from ..disk.bounds import read_file, real_path
from ..errors import InputError
from .article_store import Article, Store

_MOST = 8  # claims of a text that are explained; of a whole log the others are counted
_CODES = 3  # codes that one message may stand for, the likeliest first
_CAUSES = 6
_DOCUMENT = "the document"
_ARTICLES = 3
_ARITHMETIC = re.compile(r"BR-(?:CO|DEC|S|Z|E|AE|IC|G|O|IG|IP|AF|AG|B)-")  # families whose rules calculate
_LONGEST = 4_000_000  # characters of a rule set that are searched for a rule's words
# the most frequent meanings of a message that may stand for several codes
LIKELIEST = (
    Code.TAG_MISMATCH,
    Code.MISSING_END_TAG,
    Code.UNEXPECTED_ELEMENT,
    Code.MISSING_ELEMENT,
    Code.CONTENT_BEFORE_ROOT,
    Code.BARE_AMPERSAND,
    Code.INVALID_VALUE,
    Code.UNDECLARED_ROOT,
)
# the codes of a kind of message, where its words alone do not show them
_OF_KIND = {
    Kind.NAMESPACE: (Code.WRONG_NAMESPACE, Code.UNDECLARED_ROOT),
    Kind.UNEXPECTED: (Code.UNEXPECTED_ELEMENT,),
    Kind.MISSING: (Code.MISSING_ELEMENT,),
    Kind.UNEXPECTED_ATTRIBUTE: (Code.UNEXPECTED_ATTRIBUTE,),
    Kind.MISSING_ATTRIBUTE: (Code.MISSING_ATTRIBUTE,),
    Kind.VALUE: (Code.INVALID_VALUE, Code.NOT_IN_ENUMERATION),
    Kind.DUPLICATE: (Code.DUPLICATE_KEY, Code.DUPLICATE_ELEMENT),
    Kind.UNDECLARED_PREFIX: (Code.UNBOUND_PREFIX,),
    Kind.PROLOG: (Code.CONTENT_BEFORE_ROOT, Code.NOT_XML),
    Kind.TEXT: (Code.TEXT_NOT_ALLOWED,),
    Kind.ESCAPE: (Code.UNESCAPED_TEXT, Code.PLACEHOLDER_MISMATCH),
    Kind.ORDER: (Code.UNEXPECTED_ELEMENT,),
    Kind.CONTENT: (Code.UNEXPECTED_ELEMENT,),
    Kind.KEY: (Code.MISSING_ELEMENT,),
    Kind.PLACEHOLDER: (Code.PLACEHOLDER_MISMATCH,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One claim of a message: its words, the tool that writes so, its meaning and usual causes.

    `causes` are in their usual order; `send` names the files to send to find out; `codes` are its codes here.
    """

    about: str
    tool: str
    meaning: str
    causes: tuple[str, ...]
    send: str
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The meaning of a text; `more` claims in it are left out."""

    items: tuple[Explained, ...]
    articles: tuple[Article, ...]
    more: int = 0


def explain(message: str, knowledge: Store, catalogue: SchemaStore) -> Explanation:
    """Explain a message of another system, a code, or the id of a rule; raises InputError where there is none."""
    text = message.strip()
    if not text:
        raise InputError("Give the message as the other system wrote it, a code, or the id of a rule.")
    found = [*_by_name(text, knowledge)] or [_of_claim(claim, catalogue) for claim in claims(text)]
    items = tuple(dict.fromkeys(item for item in found if item.meaning))
    if not items and (codes := _ordered(spoken_of(text))):
        items = (_of_codes(Claim(text=text), codes),)
    told = {code.value for item in items for code in item.codes}
    by_code = knowledge.find(sorted(told), text, limit=len(knowledge.articles())) if told else []
    articles = [article for article in by_code if told.intersection(article.codes)]
    return Explanation(items[:_MOST], tuple(articles[:_ARTICLES]), max(len(items) - _MOST, 0))


def _by_name(text: str, knowledge: Store) -> Iterator[Explained]:
    """The meaning of a text that is only the name of a fault or an article."""
    name = text.strip("`'\" ").lower().removeprefix("kb://article/")
    if name.upper() in REASONS:
        yield _of_reason(name.upper(), name.upper())
    article = knowledge.get(name)
    named = [code for code in Code if code == name]
    named = named or [code for code in Code if article is not None and code in article.codes]
    if named:
        yield _of_codes(Claim(text=name), tuple(named))


def _of_claim(claim: Claim, catalogue: SchemaStore) -> Explained:
    if claim.rule:
        return _of_rule(claim, catalogue)
    codes = _ordered(claim.codes) or _OF_KIND.get(claim.kind, ())
    if claim.kind is Kind.DISPLAY:
        return Explained(
            about=claim.text,
            tool=claim.tool,
            meaning="A browser shows the source of an XML document that it has no style for; that is no fault.",
            causes=("nothing is wrong, and the file is no page", "xmlns is missing on the document element of a page"),
            send="the document, where it should have been a page or a picture",
        )
    return _of_codes(claim, codes)


def _of_codes(claim: Claim, codes: Sequence[Code]) -> Explained:
    meanings = [code.meaning for code in codes[:_CODES]]
    words = " Or: ".join(meaning.what for meaning in meanings)
    causes = dict.fromkeys(cause for meaning in meanings for cause in meaning.causes)
    return Explained(
        about=claim.text,
        tool=claim.tool,
        meaning=" ".join(filter(None, (words, _names(claim)))) if words else "",
        causes=tuple(causes)[:_CAUSES],
        send=meanings[0].send if meanings else "",
        codes=tuple(codes[:_CODES]),
    )


def _of_rule(claim: Claim, catalogue: SchemaStore) -> Explained:
    if claim.rule in REASONS:
        return _of_reason(claim.text, claim.rule)
    owner, topic = family(claim.rule)
    texts = _rule_texts(catalogue)
    said = _rule_text(claim.rule, texts)
    meaning = f"{claim.rule} is a business rule{f' of {owner}' if owner else ''}, a test beyond the schema."
    if topic:
        meaning += f" Rules like it are about {topic}."
    if said:
        meaning += f" The rule set that is installed here says of it: “{said}”"
    elif absent := _to_install(owner, catalogue):
        meaning += (
            f" Its rule set is not installed here: {absent}, or give its file (.sch, or compiled .xsl) as schema."
        )
    elif _is_unheard_of(claim.rule, texts):
        meaning += (
            " The rule sets that are installed here have rules of its kind and not this one: compare its spelling."
        )
    rule = Code.ASSERTION_FAILED.meaning
    return Explained(
        about=claim.text,
        tool=owner or claim.tool,
        meaning=meaning,
        causes=tuple(cause for cause in rule.causes if "sums" not in cause or _ARITHMETIC.match(claim.rule)),
        send=_DOCUMENT if said else rule.send,
        codes=(Code.ASSERTION_FAILED,),
    )


def _of_reason(about: str, code: str) -> Explained:
    owner = family(code)[0] or "banks (ISO 20022)"
    return Explained(
        about=about,
        tool=owner,
        meaning=f"{code} is a reason code of {owner}: {REASONS[code]}.",
        causes=(),
        send=f"{_DOCUMENT} that was refused",
    )


def _ordered(codes: Collection[Code]) -> tuple[Code, ...]:
    """Codes that one message may stand for, the likeliest first."""
    if Code.NOT_WELL_FORMED in codes:  # the message says no more than that
        return (Code.NOT_WELL_FORMED,)
    order = list(dict.fromkeys((*LIKELIEST, *Code)))
    return tuple(sorted(codes, key=order.index))


def _names(claim: Claim) -> str:
    """The names, values and line in the message, as a sentence; "" where there are none."""
    name = claim.name or claim.parent
    parts = [
        f"it speaks of {'attribute ' if claim.kind.value.endswith('attribute') else ''}{name}" if name else "",
        f"the value “{claim.value[:80]}”" if claim.value else "",
        f"in line {claim.line}" if claim.line else "",
        f"expected: {', '.join(claim.expected[:8])}" if claim.expected else "",
    ]
    told = ", ".join(filter(None, parts))
    return f"{told[:1].upper()}{told[1:]}." if told else ""


def _rule_text(rule: str, texts: Sequence[str]) -> str:
    """A rule's own text, from the installed rule sets; "" where none has it."""
    name = re.escape(rule)
    forms = (
        rf"\[{name}\]\s*[-:]*\s*([^<\[]+)",
        rf"\bid=[\"']{name}[\"'][^<>]*>([^<]+)<",
        rf"name=\"id\">{name}<[\s\S]{{0,1500}}?<svrl:text>([^<]+)<",
    )
    for text in texts:
        for form in forms if rule in text else ():
            if found := re.search(form, text):
                return " ".join(found[1].split())
    return ""


def _is_unheard_of(rule: str, texts: Sequence[str]) -> bool:
    """Whether an installed rule set has rules of this family ("BR-CO-"), and none has this one."""
    kind = re.match(r"(.*-[A-Z]*)\d+$", rule)
    if kind is None:
        return False
    own = re.compile(rf"(?<![\w-]){re.escape(rule)}(?!\w)")
    alike = re.compile(rf"(?<![\w-]){re.escape(kind[1])}\d")
    return any(map(alike.search, texts)) and not any(map(own.search, texts))


def _to_install(owner: str, catalogue: SchemaStore) -> str:
    """The command that installs an owner's rule sets ("EN 16931, in UBL"); "" if one is installed or none is known."""
    title = owner.partition(",")[0]
    entries = catalogue.known.entries.values()
    sets = [entry for entry in entries if title and entry.kind == "rules" and entry.title.startswith(title)]
    if not sets or any(catalogue.held(entry.id) for entry in sets):
        return ""
    return f"get it with `xml-troubleshooter schemas install {' '.join(entry.id for entry in sets)}`"


def _rule_texts(catalogue: SchemaStore) -> Sequence[str]:
    """The installed rule sets, as text."""
    found = {
        path
        for held in catalogue.all()
        if held.entry.kind == "rules"
        for root in held.entry.files
        if (path := held.file(root)) is not None
    }
    return [read_file(real_path(path)).decode("utf-8", "replace")[:_LONGEST] for path in sorted(found)]
