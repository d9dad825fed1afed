"""The gate against made-up values: every value that an edit inserts needs a proof of its source."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from ..agent.schemas import SourceData
from ..codes import WRONG_VALUE, Code
from ..conformance.name_distance import name_distance
from ..diagnostics import Diagnostic
from ..disk.bounds import read_file
from ..document.document import Document
from ..document.edits import Edit
from ..loop.losses import gains, lost_values, unclear
from ..loop.reserved_values import is_reserved
from ..prices import NAMES
from ..wellformedness.names.well_known_namespaces import WELL_KNOWN
from .xpath import ExpressionError, agrees, evaluate

# codes whose `expected` lists values; that of the others lists names
_VALUE_CODES = frozenset({Code.NOT_IN_ENUMERATION, Code.INVALID_VALUE, Code.EMPTY_VALUE, Code.WRONG_NAMESPACE})
_NAMESPACE = re.compile(r"\b(?:targetNamespace|namespace|ns|uri|xmlns(?::[\w.\-]+)?)\s*=\s*[\"']([^\"'<>]+)[\"']")
_ALIKE = 0.65  # of 1: how like the allowed value has to be
_CODE = 4  # characters of a code that says nothing by itself
_CLEARLY = 0.2  # and how much more than any other
_NO_NAME = re.compile(r"[^\w.\-]+")
_NAME_CHARACTERS = r"[\w.\-]{0,2}"  # a replacement of characters that a name must not contain
_SIGNIFICANT = re.compile(r"(?<![/.\w])\d|\b[A-Z]{1,4}\b")  # numbers but of versions, and codes
_MARKS = "?\"'<>`\ufffd"  # characters in place of lost ones, or around a value
_COMPUTED = re.compile(r"\(|[+*]|\s(?:-|div|mod)\s")  # an expression that makes a value, rather than read one
_AKIN = 0.5  # of 1: how like a value has to be to the one that it replaces


@dataclass(frozen=True, slots=True)
class Claim:
    """Edits that repair one fault, and the sources that their author names for the values in them."""

    edits: tuple[Edit, ...]
    sources: tuple[SourceData, ...]
    fault: Diagnostic


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence for a claim: a proof for each proven value, the unproven values, and the reasons.

    `ambiguous` marks doubtful values: with several readings and no source, near a lost word, or unlike the old value.
    """

    proofs: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    ambiguous: bool = False


def examine(
    document: Document, schema: str, problem: str, answers: Mapping[str, str], claims: Sequence[Claim]
) -> list[Evidence]:
    """The evidence for each claim, in their order. Runs in a worker process, under its time limit."""
    return [_Examination(document, schema, problem, answers, claim).run() for claim in claims]


@dataclass(frozen=True, slots=True)
class _Examination:
    document: Document
    schema: str
    problem: str
    answers: Mapping[str, str]
    claim: Claim

    def run(self) -> Evidence:
        new, values = gains(self.document.text, self.claim.edits)
        doubted = unclear(self.document.text, self.claim.edits)
        if not new and not doubted:
            return Evidence()
        read, reasons = self._read()
        proofs: list[str] = []
        unproven: list[str] = []
        guessed = False
        for value in dict.fromkeys(values):
            words = " ".join(word for word in value.split() if word in new)
            proof = self._proof(value, words, read)
            if not proof and (near := self._near(words)):
                proof, guessed = f"document: close to “{near[:60]}”, which stands there", True
            (proofs if proof else unproven).append(proof or value)
        # words of no recognisable value (in a name, a reference) are unproven, too
        unproven += [word for word in new if not any(word in value.split() for value in values)]
        settled = [self._proof(value, value, read) for value in doubted]
        proofs += [proof for proof in settled if proof]
        unrelated = any(self._is_unrelated(value, read) for value in values)
        doubt = guessed or unrelated or not all(settled)
        return Evidence(tuple(dict.fromkeys(proofs)), tuple(unproven), tuple(reasons), ambiguous=doubt)

    def _is_unrelated(self, value: str, read: Mapping[str, str]) -> bool:
        """Whether a value copied from elsewhere in the document replaces one that it does not resemble at all.

        Its occurrence elsewhere is no proof that it is meant here.
        """
        fault = self.claim.fault
        old = fault.value.strip() if fault.code in WRONG_VALUE else ""
        if not old or value in self._schema_facts():
            return False
        sources = [expression for expression, found in read.items() if agrees(value, found)]
        copied = bool(sources) and not any(_COMPUTED.search(expression) for expression in sources)
        return copied and _likeness(old, value) < _AKIN

    def _read(self) -> tuple[dict[str, str], list[str]]:
        """The results of the named expressions, and the reasons why others have none."""
        expressions = [source.value for source in self.claim.sources if source.kind == "xpath" and source.value]
        if not expressions:
            return {}, []
        found = evaluate(self.document, expressions, self.claim.fault.path)
        pairs = list(zip(expressions, found, strict=True))
        return (
            {expression: value for expression, value in pairs if not isinstance(value, ExpressionError)},
            [str(value) for _, value in pairs if isinstance(value, ExpressionError)],
        )

    def _proof(self, value: str, words: str, read: Mapping[str, str]) -> str:
        """The proof of one value; `words` are those of its words that are new. "" where there is none."""
        fault = self.claim.fault
        for expression, found in read.items():
            if agrees(value, found) or agrees(words, found):
                return f"document: {expression} = {found.strip()}"
        if fact := next((fact for fact in self._schema_facts() if fact in (value, words)), ""):
            instead = f" close to “{fault.value.strip()[:60]}”" if len(fault.expected) > 1 else ""
            return f"schema: the only value allowed{instead} is {fact}"
        if wrong := self._slip(value):
            return f"document: “{wrong[:60]}” as a name has to be written"
        if self._is_namespace(value):
            return f"schema or document: the namespace {value}"
        for question, answer in self.answers.items():
            if agrees(value, answer) or agrees(words, answer):
                return f"user: the answer to {question}"
        quoted = [source.value for source in self.claim.sources if source.kind == "user"]
        if any(_says(self.problem, phrase) and _says(phrase, words) for phrase in quoted):
            return f"user: the problem as told says “{words}”"
        return ""

    def _schema_facts(self) -> tuple[str, ...]:
        """The one value that the schema allows here, or the one that the value at fault can only be a slip of."""
        fault = self.claim.fault
        if fault.code not in _VALUE_CODES:
            return ()
        if len(fault.expected) < 2:  # noqa: PLR2004
            return fault.expected
        if fault.code is not Code.NOT_IN_ENUMERATION or not fault.value.strip():
            return ()
        if len(fault.value.strip()) <= _CODE:
            # of codes this short nearly any is a slip of any other: which one is meant is asked
            wrong = fault.value.strip().casefold()
            return tuple(each for each in fault.expected if each.casefold() == wrong or agrees(each, wrong))
        ranked = sorted(((_likeness(fault.value, allowed), allowed) for allowed in fault.expected[:5000]), reverse=True)
        (best, allowed), (second, _) = ranked[0], ranked[1]
        return (allowed,) if best >= _ALIKE and best - second >= _CLEARLY else ()

    def _slip(self, value: str) -> str:
        """The name at fault that a value equals but for characters that no name may contain; "" for any other value."""
        fault = self.claim.fault
        wrong = fault.name.strip() if fault.code is Code.INVALID_NAME else ""
        kept = [re.escape(part) for part in _NO_NAME.split(wrong)]
        return wrong if len(kept) > 1 and re.fullmatch(_NAME_CHARACTERS.join(kept), value) else ""

    def _near(self, words: str) -> str:
        """The lost word that the new words are close to, or a part of; "" where there is none.

        None for a number, a code or an identifier: there another letter makes another value.
        """
        if _SIGNIFICANT.search(words) or is_reserved(self.claim.fault.name, words):
            return ""
        lost = lost_values(self.document.text, self.claim.edits)
        for word in lost:
            core = word.strip(_MARKS)
            part = len(words) > _AKIN * len(core) and words in core
            if core and (part or name_distance(core, words) < NAMES.slip):
                return word
        return ""

    def _is_namespace(self, value: str) -> bool:
        """Whether a value is inserted as a namespace that the schema or the document knows."""
        declares = re.compile(rf"\bxmlns(?::[\w.\-]+)?\s*=\s*[\"']{re.escape(value)}[\"']")
        if not any(declares.search(edit.after) for edit in self.claim.edits):
            return False
        declared = frozenset(_NAMESPACE.findall(self.document.text))
        return value in frozenset(WELL_KNOWN.values()) | declared or value in _namespaces(self.schema)


def _namespaces(schema: str) -> frozenset[str]:
    """The namespaces that a schema file names."""
    try:
        text = read_file(Path(schema)).decode("utf-8", "replace") if schema else ""
    except OSError:
        return frozenset()
    return frozenset(_NAMESPACE.findall(text))


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.strip().casefold()[:60], other.casefold()[:60], autojunk=False).ratio()


def _says(text: str, phrase: str) -> bool:
    """Whether a text contains a phrase as whole words."""
    return bool(phrase.strip()) and bool(re.search(rf"(?<!\w){re.escape(phrase.strip())}(?!\w)", text))
