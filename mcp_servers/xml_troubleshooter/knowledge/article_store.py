"""The knowledge base: articles about faults, found by code and by words.

An article is a Markdown file whose head, between two lines of `---`, holds `key: value` lines; lists are separated by
commas. Its text is data: it is shown and quoted, never obeyed.
"""

from __future__ import annotations

import re
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from ..codes import codes_told_in
from ..disk.bounds import read_file, real_path

if TYPE_CHECKING:
    import sqlite3

_HEAD = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WORD = re.compile(r"\w+")
_MESSAGES = re.compile(r"^## What the validators say\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
# an article is a page, not a book; anything longer landed in the folder by mistake
_MAX_BYTES = 200_000
_MAX_WORDS = 60
_BEGINNING = 4000  # characters of a document that show its vocabulary
# words that every article or every message holds would only blur the ranking
_STOP_WORDS = frozenset(
    _WORD.findall(
        "a an and are as at be but by column error for from has have how i if in is it line my not of on or position "
        "that the this to what why"
    )
)
_INDEX = """
create virtual table article using fts5(id, title, codes, vocabularies, body, tokenize = 'porter unicode61')
"""
_SEARCH = "select id from article where article match ? order by bm25(article, 4, 4, 2, 2, 1), rowid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article about a kind of fault.

    `codes` are the diagnostic codes that it explains, by its head or by the table of codes, and the sources of edits
    ("rule:value"); `vocabularies` are words that identify the documents that it is about, "any" or none for all of
    them. `said` are words that distinguish its faults from others of the same code; none where it is about all of them.
    """

    id: str
    title: str
    codes: tuple[str, ...]
    vocabularies: tuple[str, ...]
    body: str
    path: Path
    said: tuple[str, ...] = ()

    @property
    def general(self) -> bool:
        """Whether it is about documents of every vocabulary."""
        return self.vocabularies in ((), ("any",))

    def is_about(self, code: str, words: str) -> bool:
        """Whether it is about a fault with this code and these words, or about an edit of this source."""
        if code not in self.codes:
            return False
        told = _phrase(words)
        return not self.said or code.startswith("rule:") or any(_phrase(each) in told for each in self.said)

    @property
    def advice(self) -> str:
        """The text for a repairer: without its heading, and without the messages by which people find it."""
        return _MESSAGES.sub("", self.body.removeprefix(f"# {self.title}\n")).strip()


class ArticleError(ValueError):
    """A file that cannot be read as an article; the text is one sentence that names the necessary change."""


class Store:
    """The articles of some folders and everything below them, read when first asked for.

    An article of a later folder replaces one of the same id in an earlier folder, so that a user's own word wins. Safe
    to use from several threads.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._lock = threading.Lock()
        self._articles: dict[str, Article] | None = None
        self._problems: list[str] = []
        self._index: sqlite3.Connection | None = None

    def articles(self) -> tuple[Article, ...]:
        """Every article, by id."""
        with self._lock:
            return tuple(sorted(self._loaded().values(), key=lambda article: article.id))

    def problems(self) -> tuple[str, ...]:
        """One sentence for each folder or file that could not be used."""
        with self._lock:
            self._loaded()
            return tuple(self._problems)

    def get(self, article_id: str) -> Article | None:
        """The article of this id, or None."""
        with self._lock:
            return self._loaded().get(article_id)

    def find(self, codes: Sequence[str] = (), words: str = "", about: str = "", limit: int = 3) -> list[Article]:
        """At most `limit` articles: first one for each code in turn, then those that only the words find.

        `about` describes the document, see `nature`; articles about other documents are left out. Among the articles of
        one code those that fit the words come first, then those about the fewest codes, then those about such
        documents.
        """
        with self._lock:
            articles = self._loaded()
            by_words = self._search(words)
            rank = {article_id: place for place, article_id in enumerate(by_words)}
            said = _phrase(about)

            def native(article: Article) -> bool:
                return any(_phrase(name) in said for name in article.vocabularies)

            def fit(article: Article) -> tuple[int, int, bool, str]:
                return rank.get(article.id, len(rank)), len(article.codes), not native(article), article.id

            fitting = {name: each for name, each in articles.items() if not about or each.general or native(each)}
            columns = [
                sorted((article for article in fitting.values() if code in article.codes), key=fit)
                for code in dict.fromkeys(codes)
            ]
            by_code = [article for row in zip_longest(*columns) for article in row if article is not None]
            found = dict.fromkeys([*by_code, *(fitting[name] for name in by_words if name in fitting)])
            return list(found)[: max(limit, 0)]

    def concerning(self, faults: Sequence[tuple[str, str]], problem: str, about: str, limit: int) -> list[Article]:
        """At most `limit` articles about faults (code and words); without any, one that a message may stand for.

        Articles that only resemble the words of a problem are left out.
        """
        told = list(faults)
        codes = list(dict.fromkeys(code for code, _ in faults))
        if problem and not faults:
            from ..diagnosis.messages.recognition import spoken_of  # noqa: PLC0415 - few requests quote a message

            told += [(code, problem) for code in spoken_of(problem)]
            limit = min(limit, 1)  # the message may stand for any of them
        found = self.find(codes, problem, about, limit=len(self.articles())) if told else []
        return [article for article in found if any(article.is_about(*fault) for fault in told)][:limit]

    def _loaded(self) -> dict[str, Article]:
        if self._articles is None:
            self._problems = []
            self._articles = {article.id: article for folder in self._folders for article in self._read(folder)}
        return self._articles

    def _read(self, folder: Path) -> Iterator[Article]:
        if not folder.is_dir():
            self._problems.append(f"{folder} is no folder; correct KB_DIRS or create it.")
            return
        for path in sorted(folder.rglob("*.md")):
            try:
                yield read_article(path)
            except ArticleError as error:
                self._problems.append(f"{path}: {error}")

    def _search(self, words: str) -> list[str]:
        """The articles that the words find, best first; before all, those on the fault that a message reports."""
        query = _query(words)
        if not query:
            return []
        with closing(self._indexed().execute(_SEARCH, (query,))) as rows:
            found = [self._loaded()[article_id] for (article_id,) in rows]
        from ..diagnosis.messages.recognition import spoken_of  # noqa: PLC0415 - lxml is loaded where it is used

        codes = spoken_of(words)
        return [article.id for article in sorted(found, key=lambda article: codes.isdisjoint(article.codes))]

    def _indexed(self) -> sqlite3.Connection:
        if self._index is None:
            import sqlite3  # noqa: PLC0415 - what is valid needs no article

            # the lock serialises the threads, so that SQLite need not tie the connection to one of them
            index = sqlite3.connect(":memory:", check_same_thread=False)
            index.execute(_INDEX)
            index.executemany(
                "insert into article values (?, ?, ?, ?, ?)",
                [
                    (article.id, article.title, " ".join(article.codes), " ".join(article.vocabularies), article.body)
                    for article in self._loaded().values()
                ],
            )
            weakref.finalize(self, index.close)
            self._index = index
        return self._index


def _phrase(text: str) -> str:
    """The words of a text as a string that contains another such string if the words of that occur in a row."""
    return f" {' '.join(_WORD.findall(text.lower()))} "


def _query(words: str) -> str:
    """A full-text query for any of the words; quoted, a word is never an operator of the query language."""
    tokens = _WORD.findall(words.lower())[:_MAX_WORDS]
    single = [token for token in tokens if token not in _STOP_WORDS]
    # a message ("cvc-complex-type.4", "not allowed in prolog") says more by its words in a row than by each of them
    pairs = [f"{one} {next_one}" for one, next_one in pairwise(tokens) if not {one, next_one} <= _STOP_WORDS]
    return " OR ".join(f'"{phrase}"' for phrase in dict.fromkeys([*single, *pairs]))


def nature(text: str, schema: str) -> str:
    """The text that shows the vocabulary of a document: the name of its schema and its beginning."""
    return f"{Path(schema).name} {text[:_BEGINNING]}"


def default_folder() -> Path:
    """The folder of the articles that come with the program: inside the installed package, or the checkout's own."""
    package = Path(__file__).resolve().parents[1]
    packaged = package / "_kb"
    return packaged if packaged.is_dir() else package.parents[1] / "kb"


def read_article(path: Path) -> Article:
    """The article in a file; raises ArticleError."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ArticleError(f"it is longer than {_MAX_BYTES:,} bytes; split it into several articles.")
        text = read_file(real_path(path)).decode("utf-8")
    except OSError as error:
        raise ArticleError(f"it cannot be read ({error.strerror}); check its permissions.") from None
    except UnicodeDecodeError:
        raise ArticleError("it is not UTF-8; save it in that encoding.") from None
    facts, body = front_matter(text)
    article_id = facts.get("id", "")
    if not _ID.fullmatch(article_id):
        raise ArticleError("its head needs a line 'id: some-name' of small letters, digits and hyphens.")
    if not facts.get("title"):
        raise ArticleError("its head needs a line 'title: ...'.")
    return Article(
        id=article_id,
        title=facts["title"],
        codes=tuple(dict.fromkeys((*listed(facts.get("codes", "")), *codes_told_in(article_id)))),
        vocabularies=listed(facts.get("vocabularies", "")),
        body=body,
        path=path,
        said=listed(facts.get("said", "")),
    )


def front_matter(text: str) -> tuple[Mapping[str, str], str]:
    """The facts in the head of an article, and the text below it; raises ArticleError where the head is malformed."""
    head = _HEAD.match(text)
    if not head:
        raise ArticleError("it does not begin with a head between two lines of '---'.")
    facts: dict[str, str] = {}
    for line in head.group(1).splitlines():
        key, colon, value = line.partition(":")
        if colon:
            facts[key.strip().lower()] = value.strip()
        elif line.strip() and not line.lstrip().startswith("#"):
            raise ArticleError(f"the line {line.strip()[:60]!r} of its head is no 'key: value'.")
    return facts, text[head.end() :].strip() + "\n"


def listed(value: str) -> tuple[str, ...]:
    """The items of a list separated by commas; square brackets around it and quotes around items are let pass."""
    items = (item.strip().strip("'\"") for item in value.strip().removeprefix("[").removesuffix("]").split(","))
    return tuple(item for item in items if item)
