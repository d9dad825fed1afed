"""The store finds articles by code and by words, and lives with whatever lies in a user's folder."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.knowledge.article_store import Store, default_folder, nature

MakeArticle = Callable[..., Path]


@pytest.fixture(name="article")
def article_maker(tmp_path: Path) -> MakeArticle:
    def make(article_id: str, title: str = "A title", codes: str = "", body: str = "Text.", folder: str = "kb") -> Path:
        path = tmp_path / folder / article_id / "note.md"
        path.parent.mkdir(parents=True)
        path.write_text(f"---\nid: {article_id}\ntitle: {title}\ncodes: {codes}\n---\n{body}\n", encoding="utf-8")
        return path

    return make


@pytest.fixture(scope="module")
def packaged() -> Store:
    return Store([default_folder()])


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Content is not allowed in prolog", "content-before-root"),
        ("cvc-enumeration-valid", "enumeration"),
        ("cvc-complex-type.4", "missing-attribute"),
        ("Reference to undeclared entity 'nbsp'", "undefined-entity"),
        ("xmlParseEntityRef: no name", "bare-ampersand"),
        ("is an undeclared prefix", "unbound-prefix"),
        ("mismatched tag: line 8, column 14", "tag-mismatch"),
        ("LPX-00209: PI names starting with XML are reserved", "declaration-not-first"),
        ("A semi colon character was expected.", "bare-ampersand"),
        ("There is no Unicode byte order mark. Cannot switch to Unicode.", "encoding-mismatch"),
        ('Attribute "id" was already specified for element "bean".', "duplicate-attribute"),
        ('Element type "bold" must be declared.', "dtd-content-model"),
        ('error: element "title" not allowed here; expected element "head"', "relax-ng-order"),
        ("the bank rejects my payment", "credit-transfer"),
        ("Pagero invoice", "universal-format"),
        ("AMPERSANDS", "bare-ampersand"),
    ],
)
def test_words_of_a_message_or_of_a_user_find_the_article(packaged: Store, words: str, first: str) -> None:
    assert packaged.find(words=words)[0].id == first


@pytest.mark.parametrize(
    "words", ['"', "NEAR(", "a AND OR NOT", "title:x", "*", "^", "-- ;", "x" * 100_000, "\0", "ä\ud800"]
)
def test_words_are_never_read_as_operators_of_the_query_language(packaged: Store, words: str) -> None:
    assert len(packaged.find(words=words)) <= 3


def test_words_that_occur_nowhere_find_nothing(packaged: Store) -> None:
    assert packaged.find(words="xyzzy plugh") == []
    assert packaged.find() == []


def test_each_code_gets_an_article_before_any_code_gets_a_second(article: MakeArticle, tmp_path: Path) -> None:
    article("one", codes="a")
    article("two", codes="a, b")
    article("three", codes="b, c")
    article("four", codes="d")
    found = Store([tmp_path]).find(codes=["a", "b"], limit=4)
    assert [entry.id for entry in found] == ["one", "three", "two"]


def test_among_the_articles_of_a_code_the_words_decide(article: MakeArticle, tmp_path: Path) -> None:
    article("general", codes="a", body="Elements.")
    article("of-invoices", codes="a, b", body="What happens in invoices.")
    article("unrelated", codes="z", body="An invoice too.")
    store = Store([tmp_path])
    assert [entry.id for entry in store.find(codes=["a"])] == ["general", "of-invoices"]
    assert [entry.id for entry in store.find(codes=["a"], words="invoice")] == ["of-invoices", "general", "unrelated"]


def test_a_code_brings_the_articles_of_such_documents_alone(packaged: Store) -> None:
    def first(text: str, schema: str) -> str:
        return packaged.find(codes=["unexpected-element"], about=nature(text, schema))[0].id

    assert first("<order/>", "order.xsd") in ("element-order", "misspelt-element")
    assert first("<order/>", "order.rnc") == "relax-ng-order"
    assert first("<!DOCTYPE memo SYSTEM 'memo.dtd'><memo/>", "memo.dtd") == "dtd-content-model"
    assert first("<Invoice xmlns='urn:pageroUniversalFormat:1'><PUF/></Invoice>", "a.xsd") == "universal-format"


def test_words_bring_no_articles_of_other_documents(packaged: Store) -> None:
    words, invoice = "the bank rejects my payment: [BR-CO-15]-Invoice total amount", "<Invoice xmlns='urn:ubl:UBL'/>"
    assert "credit-transfer" in {each.id for each in packaged.find(words=words)}
    found = {each.id for each in packaged.find(words=words, about=nature(invoice, ""), limit=100)}
    assert "credit-transfer" not in found
    assert "business-rule" in found


def test_the_limit_holds(packaged: Store) -> None:
    codes = ["bare-ampersand", "tag-mismatch", "invalid-value"]
    assert len(packaged.find(codes=codes, words="xml element", limit=2)) == 2
    assert packaged.find(codes=codes, limit=0) == []


def test_an_article_of_a_later_folder_replaces_one_of_the_same_id(article: MakeArticle, tmp_path: Path) -> None:
    article("same", title="Ours", folder="first")
    article("same", title="The user's", folder="second")
    store = Store([tmp_path / "first", tmp_path / "second"])
    same = store.get("same")
    assert same is not None
    assert same.title == "The user's"
    assert len(store.find(words="text")) == 1


def test_the_advice_of_an_article_leaves_out_what_only_leads_to_it(packaged: Store) -> None:
    article = packaged.get("date-and-decimal")
    assert article is not None
    assert "cvc-datatype-valid" in article.body
    assert "cvc-datatype-valid" not in article.advice
    assert article.advice.startswith("XML Schema knows one way")
    assert "## Repair" in article.advice


def test_the_name_of_an_article_finds_it(packaged: Store) -> None:
    names = [article.id for article in packaged.articles()]
    assert [packaged.find(codes=[name], words=name, limit=1)[0].id for name in names] == names


def test_an_unknown_id_is_no_article(packaged: Store) -> None:
    assert packaged.get("no-such-article") is None


def test_lists_may_be_written_with_brackets_and_quotes(article: MakeArticle, tmp_path: Path) -> None:
    article("listed", codes='["a", b]')
    assert [entry.codes for entry in Store([tmp_path]).find(codes=["b"])] == [("a", "b")]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"# Just a heading\n", "does not begin with a head"),
        (b"---\nid: x\ntitle: never closed\n", "does not begin with a head"),
        (b"---\ntitle: No id\n---\n", "id: some-name"),
        (b"---\nid: ../../etc\ntitle: T\n---\n", "id: some-name"),
        (b"---\nid: x\n---\n", "title:"),
        (b"---\nid: x\ntitle T\n---\n", "no 'key: value'"),
        (b"---\nid: x\ntitle: \xff\n---\n", "not UTF-8"),
        (b"---\nid: x\ntitle: T\n---\n" + b"x" * 300_000, "longer than 200,000 bytes"),
    ],
)
def test_a_malformed_article_is_named_and_the_others_are_found(
    article: MakeArticle, tmp_path: Path, content: bytes, complaint: str
) -> None:
    article("good", body="Found all the same.")
    (tmp_path / "kb" / "bad.md").write_bytes(content)
    store = Store([tmp_path])
    (problem,) = store.problems()
    assert "bad.md" in problem
    assert complaint in problem
    assert [entry.id for entry in store.articles()] == ["good"]
    assert [entry.id for entry in store.find(words="found")] == ["good"]


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    (problem,) = Store([tmp_path / "nowhere"]).problems()
    assert "nowhere" in problem


def test_articles_with_windows_line_ends_are_read(tmp_path: Path) -> None:
    (tmp_path / "note.md").write_bytes(b"\xef\xbb\xbf---\r\nid: x\r\ntitle: T\r\n---\r\nBody.\r\n")
    (entry,) = Store([tmp_path]).articles()
    assert (entry.title, entry.body) == ("T", "Body.\n")


def test_threads_share_a_store(packaged: Store) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(packaged.find(words="cvc-pattern-valid")[0].id)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["pattern"] * 8
