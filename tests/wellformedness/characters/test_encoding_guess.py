"""Texts in another encoding than they say: read as what they are, and never silently."""

from __future__ import annotations

import time

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnosis.syntax_verdict import faults as faults_of
from mcp_servers.xml_troubleshooter.diagnosis.syntax_verdict import tell
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.repair.syntax import proposals

# ruff: noqa: RUF001 - texts in other alphabets are what this is about

RUSSIAN = "Счёт за поставку товара по договору"
FOREIGN = [
    ("cp1251", RUSSIAN),
    ("koi8-r", RUSSIAN),
    ("iso8859-5", RUSSIAN),
    ("cp866", RUSSIAN),
    ("iso8859-7", "Το τιμολόγιο για την παράδοση των προϊόντων"),
    ("cp1255", "חשבונית על משלוח הסחורה לפי ההזמנה"),
    ("cp1256", "فاتورة عن توريد البضاعة حسب الطلب"),
    ("tis-620", "ใบแจ้งหนี้สำหรับการส่งมอบสินค้าตามคำสั่งซื้อ"),
    ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
    ("iso8859-2", "Zażółć gęślą jaźń"),
    ("cp850", "Müller größer über"),
    ("shift_jis", "この請求書は商品の納入についてのものです"),
    ("euc_jp", "この請求書は商品の納入についてのものです"),
    ("euc_kr", "이 청구서는 상품의 납품에 대한 것이다"),
    ("big5", "這是我們的貨物發票 請你在月中以前來付"),
    ("gb18030", "这是我们的货物发票 请你在月中以前来付"),
]


@pytest.mark.parametrize(("encoding", "words"), FOREIGN)
def test_a_text_in_another_encoding_is_read_as_one_but_not_silently(encoding: str, words: str) -> None:
    document = Document.from_bytes(f"<?xml version='1.0'?>\n<a b='{words}'>\n  <c>{words}</c>\n</a>".encode(encoding))
    faults = tell(document, faults_of(document))
    (found,) = proposals(document, faults_of(document))[0]
    mended = document.with_text(apply(document.text, found.edits))
    assert mended.text.count(words) == 2
    assert tell(mended, faults_of(mended)) == ()
    assert found.safety is Safety.UNSAFE
    assert "the whole text seems to be written in" in faults[0].explanation


def test_faults_of_markup_are_told_beside_a_wrong_encoding() -> None:
    document = Document.from_bytes(f"<a><b>{RUSSIAN} & {RUSSIAN}</b></a>".encode("koi8-r"))
    codes = [str(fault.code) for fault in tell(document, faults_of(document))]
    assert codes == ["encoding-mismatch", "bare-ampersand"]


def test_a_declaration_that_the_parser_cannot_read_goes_with_its_encoding() -> None:
    document = Document.from_bytes("<?xml version='1.0' encoding='cp437'?><a>Ça coûte</a>".encode("cp437"))
    (found,) = proposals(document, faults_of(document))[0]
    mended = document.with_text(apply(document.text, found.edits))
    assert mended.to_bytes() == "<?xml version='1.0' encoding='UTF-8'?><a>Ça coûte</a>".encode()
    assert found.safety is Safety.SAFE


def test_a_wrong_declaration_goes_with_the_bytes() -> None:
    spoilt = f"<?xml version='1.0' encoding='big5'?><a>{FOREIGN[-2][1] * 60} ".encode("big5") + b"\xff</a>"
    document = Document.from_bytes(spoilt)
    (found,) = proposals(document, faults_of(document))[0]
    assert validate(document.with_text(apply(document.text, found.edits))).diagnostics == ()


@pytest.mark.parametrize(
    ("data", "safety"),
    [
        (b"<a>\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x81</a>", Safety.UNSAFE),  # a character of UTF-8 cut in two
        (b"<a>\x1b$B$3$N\x1b(B</a>", Safety.UNSAFE),  # ISO-2022-JP
    ],
)
def test_what_is_lost_or_changed_is_never_safe(data: bytes, safety: Safety) -> None:
    document = Document.from_bytes(data)
    assert {fix.safety for fix in proposals(document, faults_of(document))[0]} <= {safety}


def test_a_second_byte_order_mark_is_called_so() -> None:
    [found] = validate(Document.from_bytes(b"\xef\xbb\xbf\xef\xbb\xbf<a/>")).diagnostics
    assert "byte order mark" in found.explanation


def test_a_mark_against_its_declaration_is_warned_of() -> None:
    def warned(encoding: str) -> list[str]:
        data = f"\ufeff<?xml version='1.0' encoding='{encoding}'?><a>\u00e4</a>".encode()
        found = validate(Document.from_bytes(data)).diagnostics
        return [each.severity.value for each in found if each.code is Code.ENCODING_MISMATCH]

    assert (warned("iso-8859-1"), warned("utf-8")) == (["warning"], [])


def test_many_bytes_take_time_in_proportion() -> None:
    line = f"<c>{FOREIGN[-2][1]}</c>\n".encode("big5")
    document = Document.from_bytes(b"<a>" + line * 5000 + b"</a>")
    begun = time.process_time()
    assert len(proposals(document, faults_of(document))[0]) == 1
    assert time.process_time() - begun < 10


def test_a_mainframe_text_is_read_as_its_declaration_says() -> None:
    text = "<?xml version='1.0' encoding='IBM273'?>\n<a>M\u00fcller & S\u00f6hne</a>"
    document = Document.from_bytes(text.encode("cp273"))
    assert document.text == text
    mended = document.with_text(
        apply(document.text, [edit for fix in proposals(document, faults_of(document))[0] for edit in fix.edits])
    )
    assert mended.to_bytes().decode() == text.replace("IBM273", "UTF-8").replace("&", "&amp;")


def test_an_encoding_in_doubt_is_asked_for_and_the_answer_counts() -> None:
    document = Document.from_bytes(f"<a><b>{RUSSIAN}</b></a>".encode("koi8-r"))
    (question,) = proposals(document, faults_of(document))[1]
    assert question.allowed[0] == "KOI8-R"
    (fix,) = proposals(document, faults_of(document), None, {question.id: "koi8-r"})[0]
    assert (fix.safety, fix.provenance) == (Safety.SAFE, f"user: answer to {question.id}")
    assert apply(document.text, fix.edits) == f"<a><b>{RUSSIAN}</b></a>"
    assert proposals(document, faults_of(document), None, {question.id: "unheard of"})[0][0].safety is Safety.UNSAFE


def test_nothing_is_asked_about_strays() -> None:
    document = Document.from_bytes("<a>M\u00fcller</a>".encode("cp1252"))
    assert proposals(document, faults_of(document))[1] == ()
