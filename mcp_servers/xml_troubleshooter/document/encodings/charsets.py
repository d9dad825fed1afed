"""The encoding that bytes were probably written in, by the text that each encoding in use makes of them.

A reading counts for as much as its letters do: a letter that breaks the case or the script of its word, a sign in the
middle of a word and a control character speak against it; letters that are frequent in a language that the encoding
was made for speak for it.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, takewhile

MIN_SCORE = 0.6  # a reading below that is none
_RIVAL = 0.75  # of the best score: other readings that deserve to be named
_SAMPLE = 20_000  # bytes that are looked at closely; more say the same
_LONG = 3  # characters beyond ASCII in a row that no word written in Latin letters is likely to hold alone
_FITTING = 0.8  # share of the characters that fit their places where a text is written in Latin letters
_SHOUTED = 0.85  # the worth of a capital behind a capital
_SLIPS = 50  # one stretch of text in so many may be spoilt
_INSIDE = frozenset("\u2019\u2018\u00b4\u00b7\u2013\u2014\u2026\u00ad\u00a0\u00d7/")  # may occur between two letters
_AFTER = frozenset(
    "\u00a3\u00a5\u00a2\u00a4\u00b9\u00b2\u00b3\u00bc\u00bd\u00be\u00aa\u00ba\u00b1\u00ac\u00a6\u00f7"
)  # no word begins so
_FRACTIONS = frozenset("\u00bc\u00bd\u00be")
_DRAWN, _DRAWN_END = "\u2190", "\u2c00"  # arrows, signs of mathematics, frames

WESTERN = ("iso8859-1", "cp1252")
# encodings of Latin letters, each with the letters beyond ASCII of the languages that are written in it
_WESTERN = (
    "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúüºª", "àèéìîòùó", "áâãàçéêíóôõúü", "åäöéæø", "áéíóúýðþæö", "ëïéèöüóá",
    "àçèéíïòóúü·", "äöõüšž",
)  # fmt: skip
_CENTRAL = ("áčďéěíňóřšťúůýž", "ąćęłńóśźż", "áéíóöőúüű", "čćđšž", "ăâîşţșț", "áäčďéíĺľňóôŕšťúýž")
_LATIN: tuple[tuple[str, Sequence[str]], ...] = (
    ("iso8859-1", _WESTERN),
    ("cp1252", _WESTERN),
    ("cp1250", _CENTRAL),
    ("iso8859-2", _CENTRAL),
    ("cp1254", ("çğıöşüâî",)),
    ("cp1257", ("ąčęėįšųūž", "āčēģīķļņšūž")),
    ("cp850", _WESTERN),
    ("mac-roman", _WESTERN),
)
# encodings of other alphabets, each with their letters, the most frequent first
_CYRILLIC = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґўјљњћђџ"
_GREEK = "αοιετσνηυρπκμλςωόίάδγέήχθύφώβξζψϊϋΐΰ"
_HEBREW = "יוהלארתבשמנדכקפעחטםסצגזןךףץ"
_ARABIC = "اليمنوتربدعفسكهحقجصةىطشأذضخئزإظغثءآؤ"
_THAI = "านรอก่เ้งมัยลวดทสิตีปะบคหุืแูจพชำขใ์ไโ็ผซถธณศฐษภญฉฟฝฮฎฏฑฒฆฬๆ"
_ALPHABETS: tuple[tuple[str, str], ...] = (
    ("cp1251", _CYRILLIC),
    ("koi8-r", _CYRILLIC),
    ("iso8859-5", _CYRILLIC),
    ("cp866", _CYRILLIC),
    ("cp855", _CYRILLIC),
    ("mac-cyrillic", _CYRILLIC),
    ("cp1253", _GREEK),
    ("iso8859-7", _GREEK),
    ("cp1255", _HEBREW),
    ("iso8859-8", _HEBREW),
    ("cp1256", _ARABIC),
    ("iso8859-6", _ARABIC),
    ("tis-620", _THAI),
)
# encodings of two bytes and more, each with frequent characters and how often one of them is met: one in so many
_KANA = "".join(map(chr, (*range(0x3041, 0x3094), *range(0x30A1, 0x30F7), 0x30FC)))
_COMMON = "的一是不我有在人了大他中上以到要就也可你能和生子年出那得下自日月"
_TRADITIONAL = _COMMON + "這來們個為說時會對國學過著後發文"
_SIMPLIFIED = _COMMON + "这来们个为说时会对国学过着后发文"
_HANGUL = "이다의는에가을고하지를한기사로도서대은리자인어시아나일해스그"
_WIDE: tuple[tuple[str, str, float], ...] = (
    ("euc_jp", _KANA, 4),
    ("cp932", _KANA, 4),
    ("euc_kr", _HANGUL, 3),
    ("cp949", _HANGUL, 3),
    ("johab", _HANGUL, 3),
    ("gb18030", _SIMPLIFIED, 8),
    ("big5", _TRADITIONAL, 8),
    ("cp950", _TRADITIONAL, 8),
    ("big5hkscs", _TRADITIONAL, 8),
)
_NEVER = frozenset(("Co", "Cn", "Cc"))  # characters that no one writes
WIDE = frozenset(name for name, _, _ in _WIDE)  # the encodings in which an ASCII byte may be the end of a character
# an encoding by its name and the larger one that writers mean by it
LARGER = {"shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "big5": "cp950"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An encoding, and the score from 0 to 1 of the text that the bytes become in it."""

    encoding: str
    score: float


def candidates(words: Sequence[bytes], stretches: Sequence[bytes]) -> list[Candidate]:
    """The encodings that the bytes were probably written in, best first; [] where they are a text in none.

    `words` are the bytes of words that hold some beyond ASCII, with the letter in front of these; `stretches` the same
    as far as a character of two bytes might reach. Encodings that say the same as a better one are left out.
    """
    sample, excerpt = _sample(words), _sample(stretches)
    found = [Candidate(name, _latin(sample, name, languages)) for name, languages in _LATIN]
    found += [Candidate(name, _alphabet(sample, name, letters)) for name, letters in _ALPHABETS]
    found += [Candidate(name, _wide(stretches, len(excerpt), name, common, rate)) for name, common, rate in _WIDE]
    found = sorted((each for each in found if each.score >= MIN_SCORE), key=lambda each: -each.score)
    kept: dict[str, Candidate] = {}
    for each in found:
        if each.score >= found[0].score * _RIVAL:
            read = b" ".join(excerpt if each.encoding in WIDE else sample).decode(each.encoding, "replace")
            kept.setdefault(read, each)
    return list(kept.values())


def _sample(pieces: Sequence[bytes]) -> Sequence[bytes]:
    sizes = accumulate(map(len, pieces))
    enough = pieces[: sum(1 for _ in takewhile(lambda size: size <= _SAMPLE, sizes)) + 1]
    return [piece[:_SAMPLE] for piece in enough]


def _latin(words: Sequence[bytes], encoding: str, languages: Sequence[str]) -> float:
    """The share of characters that fit their place, and of letters that one language has."""
    fitting = signs = 0
    met = Counter[str]()
    for word in words:
        text = word.decode(encoding, "replace")
        alone = len(text) >= _LONG and not any(each.isascii() for each in text)
        for at, each in enumerate(text):
            if each.isascii():
                continue
            signs += 1
            if alone or not fits(text, at):
                continue
            fitting += 1
            if each.isalpha():
                met[each.lower()] += 1
    if not signs or fitting < signs * _FITTING:
        return 0.0
    best = max(sum(met[each] for each in language) for language in languages)
    return 0.7 * fitting / signs + 0.3 * (best / met.total() if met else 1.0)


def _alphabet(words: Sequence[bytes], encoding: str, alphabet: str) -> float:
    """The mean frequency, from 0 to 1, of the letters that the bytes become; a letter that does not fit counts as 0."""
    worth = _worth(alphabet)
    total, signs = 0.0, 0
    for word in words:
        text = word.decode(encoding, "replace")
        for at, each in enumerate(text):
            if each.isascii():
                continue
            signs += 1
            stands = fits(text, at) and not (at and text[at - 1].isascii() and text[at - 1].isalpha())
            if stands:
                shouted = each.isupper() and text[at - 1 : at].isupper()
                total += worth.get(each.lower(), 0.0 if each.isalpha() else 0.6) * (_SHOUTED if shouted else 1)
    return total / signs if signs else 0.0


@lru_cache
def _worth(alphabet: str) -> dict[str, float]:
    """The letters of an alphabet from 1 for the most frequent to 0.2 for the rarest."""
    return {letter: 1 - 0.8 * rank / len(alphabet) for rank, letter in enumerate(alphabet)}


def _wide(stretches: Sequence[bytes], sample: int, encoding: str, common: str, rate: float) -> float:
    """A score by the share of a language's frequent characters; 0 unless nearly all bytes make characters."""
    known = frozenset(common)
    frequent = odd = count = spoilt = 0
    for number, stretch in enumerate(stretches):
        try:
            text = stretch.decode(encoding)
        except UnicodeDecodeError:
            spoilt += 1
            if spoilt * _SLIPS > len(stretches):
                return 0.0
            continue
        if number < sample:
            wide = [each for each in text if not each.isascii()]
            count += len(wide)
            frequent += sum(each in known for each in wide)
            odd += sum(unicodedata.category(each) in _NEVER or "\uff61" <= each <= "\uff9f" for each in wide)
    return min(0.97, frequent * rate / count) - 2 * odd / count if count else 0.0


def fits(text: str, at: int) -> bool:
    """Whether a character beyond ASCII may occur at this place in a word."""
    each = text[at]
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if unicodedata.category(each) in _NEVER or each == "\ufffd" or _DRAWN <= each < _DRAWN_END:
        return False
    if each.isalpha() and each not in _AFTER:
        return not (each.isupper() and before.islower())
    if each in _INSIDE or unicodedata.combining(each):
        return True
    if before.isalpha() and (after.isalpha() or each in _FRACTIONS):
        return False
    return not (each in _AFTER and after.isalpha())
