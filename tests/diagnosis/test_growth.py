"""Four times as many faults take about four times as long, whatever the kind: what is quadratic takes sixteen times."""

from __future__ import annotations

import gc
import itertools
import time
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnosis.messages.claims import claims
from mcp_servers.xml_troubleshooter.diagnosis.messages.recognition import recognised
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.tree import Tree
from mcp_servers.xml_troubleshooter.loop.consent import sift
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import Plan, plan
from mcp_servers.xml_troubleshooter.schemas.search.discovery import discover

MOST = 9.0
_NUMBERS = itertools.count()
# of each kind: how many faults, what stands in front of them, each of them ("#" is its number), and what stands behind
SYNTAX = {
    "bare ampersands": (1500, "<r>", "<p>x & y</p>", "</r>"),
    "less-than signs": (1000, "<r>", "<p>x < y</p>", "</r>"),
    "mistyped end tags": (500, "<r>", "<item>x</itme>", "</r>"),
    "missing end tags": (500, "<r>", "<item><p>x</item>", "</r>"),
    "unclosed elements": (500, "", "<a>", ""),
    "surplus end tags": (500, "<r>", "<p>x</p></q>", "</r>"),
    "comments without an end": (10_000, "<a>", "<!--x--", "</a>"),
    "duplicate attributes of one tag": (1500, "<a", ' c="#"', "/>"),
    "equal attributes of one tag": (1000, "<a", ' c="1"', "/>"),
    "undefined entities": (1000, "<r>", "<p>&nbsp;x</p>", "</r>"),
    "unbound prefixes": (1000, "<r>", "<p:q>x</p:q>", "</r>"),
    "bytes of another encoding": (1000, "<r>", "<p>gr\udcfcn</p>", "</r>"),
    "elements that stand twice with their IDs": (1500, "<r>", 2 * '<p xml:id="n#0">x</p>', "</r>"),
    "less-than signs in a row": (4000, "<r>", "<", "</r>"),
    "declarations": (500, "<r>", '<?xml version="1.0"?>', "</r>"),
}
SCHEMAS = {
    "s.xsd": '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType><xs:sequence>'
    '<xs:element name="b" maxOccurs="unbounded"><xs:complexType><xs:sequence><xs:element name="n" type="xs:decimal"/>'
    "</xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>",
    "s.dtd": "<!ELEMENT r (b+)><!ELEMENT b (n)><!ELEMENT n (#PCDATA)>",
    "s.rng": '<element name="r" xmlns="http://relaxng.org/ns/structure/1.0"><oneOrMore><element name="b"><element '
    'name="n"><text/></element></element></oneOrMore></element>',
}
VALIDITY = {
    "a missing child": "<b></b>",
    "a renamed child": "<b><m>1.5</m></b>",
    "an unknown sibling": "<b><n>1</n></b><z/>",
}


def _seconds(text: str, by: Plan) -> float:
    """Processor time of the diagnosis, the proposal and the question of consent."""
    document = Document.from_text(text)
    gc.collect()
    started = time.process_time()
    if not validate(document, by).valid:
        sift(document, propose(document, by, False, {}).fixes, False)  # noqa: FBT003 - as they cross processes
    return time.process_time() - started


def _growth(number: int, front: str, fault: str, behind: str, by: Plan) -> float:
    front = f"<!-- {next(_NUMBERS)} -->{front}"  # of the last document much is still known
    few, many = (front + "".join(fault.replace("#", str(k)) for k in range(n)) + behind for n in (number, 4 * number))
    return _seconds(many, by) / max(_seconds(few, by), 0.02)


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    _seconds("<a>&</a>", Plan())


@pytest.mark.parametrize("kind", SYNTAX)
def test_faults_of_form(kind: str) -> None:
    # once may be chance, on a machine with other work to do
    assert any(_growth(*SYNTAX[kind], Plan()) < MOST for _ in range(2))


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("kind", VALIDITY)
def test_faults_of_validity_under_one_parent(kind: str, schema: str, tmp_path: Path) -> None:
    path = tmp_path / schema
    path.write_text(SCHEMAS[schema])
    assert any(_growth(400, "<r>", VALIDITY[kind], "</r>", plan([path])) < MOST for _ in range(2))


def _seconds_beside(members: int, folder: Path) -> float:
    """Processor time of the diagnosis of a document in which one member of so many is missing, in any order."""
    path = folder / f"{members}.xsd"
    declared = "".join(f'<xs:element name="e{number}" type="xs:int"/>' for number in range(members))
    path.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType><xs:all>'
        f"{declared}</xs:all></xs:complexType></xs:element></xs:schema>"
    )
    return _seconds(
        "<r>" + "".join(f"<e{number}>1</e{number}>" for number in range(members - 1, 0, -1)) + "</r>", plan([path])
    )


def test_members_of_an_all_that_come_in_any_order(tmp_path: Path) -> None:
    assert any(_seconds_beside(1200, tmp_path) / _seconds_beside(300, tmp_path) < MOST for _ in range(2))


_WORDS = ("order", "line", "price", "tax", "party", "date", "note", "total", "unit", "code")


def _many(members: int) -> list[str]:
    """So many names, of two words each and a number."""
    return [f"{_WORDS[number % 10]}{_WORDS[number // 10 % 10].title()}{number}" for number in range(members)]


def _xsd_of(group: str, members: int, occurs: str = "", of_group: str = "") -> str:
    declared = "".join(f'<xs:element name="{name}" type="xs:string"{occurs}/>' for name in _many(members))
    return (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType>'
        f"<xs:{group}{of_group}>{declared}</xs:{group}></xs:complexType></xs:element></xs:schema>"
    )


def _rng_of(group: str, members: int, around: str) -> str:
    declared = "".join(f'<{around}><element name="{name}"><text/></element></{around}>' for name in _many(members))
    return f'<element name="r" xmlns="http://relaxng.org/ns/structure/1.0"><{group}>{declared}</{group}></element>'


def _dtd_of(sign: str, members: int, each: str, whole: str) -> str:
    model = sign.join(name + each for name in _many(members))
    return f"<!ELEMENT r ({model}){whole}>" + "".join(f"<!ELEMENT {name} (#PCDATA)>" for name in _many(members))


def _substitutes(members: int) -> str:
    declared = "".join(f'<xs:element name="{name}" substitutionGroup="any"/>' for name in _many(members))
    return (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="any" abstract="true"/>'
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="any" maxOccurs="unbounded"/></xs:sequence>'
        f"</xs:complexType></xs:element>{declared}</xs:schema>"
    )


LARGE_MODELS = {
    "a choice that repeats": ("s.xsd", 1000, _xsd_of("choice", 1000, of_group=' maxOccurs="unbounded"')),
    "a choice that repeats so often": ("s.xsd", 1000, _xsd_of("choice", 1000, of_group=' maxOccurs="3000"')),
    "an xs:all": ("s.xsd", 600, _xsd_of("all", 600, ' minOccurs="0"')),
    "an xs:all that wants all": ("s.xsd", 600, _xsd_of("all", 600)),
    "a sequence": ("s.xsd", 1000, _xsd_of("sequence", 1000)),
    "a sequence of what may be left out": ("s.xsd", 400, _xsd_of("sequence", 400, ' minOccurs="0"')),
    "a substitution group": ("s.xsd", 1000, _substitutes(1000)),
    "a group": ("s.rng", 300, _rng_of("group", 300, "optional")),
    "a DTD's choice": ("s.dtd", 1000, _dtd_of("|", 1000, "", "*")),
    "a DTD's sequence": ("s.dtd", 400, _dtd_of(",", 400, "?", "")),
}


@pytest.mark.parametrize("model", LARGE_MODELS)
def test_misnamed_children_among_many_declarations(model: str, tmp_path: Path) -> None:
    name, members, schema = LARGE_MODELS[model]
    (tmp_path / name).write_text(schema)
    children = [f"x{each}" if number % 20 == 7 else each for number, each in enumerate(_many(members))]
    document = Document.from_text("<r>" + "".join(f"<{each}>text</{each}>" for each in children) + "</r>")
    by = plan([tmp_path / name])
    started = time.process_time()

    found = propose(document, by, False, {})  # noqa: FBT003 - as they cross processes

    assert time.process_time() - started < 8
    assert len(found.fixes) == members // 20


def test_a_message_without_a_blank_is_recognised_at_once() -> None:
    started = time.process_time()
    assert recognised("x" * 100_000, validate(Document.from_text("<a>&</a>"), Plan()).diagnostics) is None
    assert time.process_time() - started < 5


@pytest.mark.parametrize("piece", ["BR-1 ", "cvc-complex-type.2.4.a: ", "line 1, column 2: ", "'a' "])
def test_messages_that_never_end(piece: str) -> None:
    def seconds(times: int) -> float:
        started = time.process_time()
        claims(piece * times + str(next(_NUMBERS)))
        return time.process_time() - started

    number = 10_000 // len(piece)
    assert any(seconds(4 * number) / max(seconds(number), 0.02) < MOST for _ in range(2))


@pytest.mark.parametrize(
    ("front", "piece"),
    [("", "<!--"), ("", "<?"), ("", "<?xml-model "), ("", "<!DOCTYPE a ["), ("<!DOCTYPE ", "a"), ("<!DOCTYPE a", " ")],
)
def test_heads_that_never_end(front: str, piece: str) -> None:
    def seconds(times: int) -> float:
        document = Document.from_text(front + piece * times)
        started = time.process_time()
        discover(document, base=None, schema_dirs=(), roots=(), state_dir=None)
        return time.process_time() - started

    number = 15_000 // len(piece)
    assert any(seconds(4 * number) / max(seconds(number), 0.02) < MOST for _ in range(2))


def test_declarations_of_namespaces_that_never_end() -> None:
    def seconds(times: int) -> float:
        tree = Tree(Document.from_text(f"<r>{'xmlns:' * times}</r>"))
        started = time.process_time()
        assert tree.declarations == []
        return time.process_time() - started

    assert any(seconds(12_000) / max(seconds(3000), 0.02) < MOST for _ in range(2))


def test_declarations_that_never_end() -> None:
    assert any(_growth(500, "<r>", '<?xml encoding\t=" ', "</r>", Plan()) < MOST for _ in range(2))
