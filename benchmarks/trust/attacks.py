"""Attacks on the bounds, the patience and the word of the program, and one table of the outcomes.

usage: python -m benchmarks.trust.attacks [--only KIND ...] [--verbose]

Each kind is a table of tricks times forms. An attack holds where nothing outside is opened or made, nothing raises but
a sentence for the user, nothing takes longer than 10 seconds, and nothing is called sound, safe or proven that is not.
Prints how many were tried, held and failed; the exit status is 1 where one failed. Takes about ten minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import io
import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import count, product
from pathlib import Path
from typing import cast

from lxml import etree

from benchmarks.trust.hostile_answers import hostile_answers
from benchmarks.trust.hostile_arguments import hostile_arguments
from benchmarks.trust.hostile_calls import CALLS, hostile_calls
from benchmarks.trust.hostile_containers import hostile_containers
from mcp_servers.xml_troubleshooter.agent.client import OpenArenaClient, OpenArenaClientError
from mcp_servers.xml_troubleshooter.agent.schemas import LLMInferenceRequest
from mcp_servers.xml_troubleshooter.cli.named_files import places_of
from mcp_servers.xml_troubleshooter.cli.suppressed_faults import LeftOut
from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.configuration.constants import NAME, SHARED
from mcp_servers.xml_troubleshooter.configuration.lookup import at
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import LayerState
from mcp_servers.xml_troubleshooter.document.containers.archives import is_container, unpack
from mcp_servers.xml_troubleshooter.document.containers.pdf_attachments import attached
from mcp_servers.xml_troubleshooter.document.document import Document, claims_utf7
from mcp_servers.xml_troubleshooter.document.edits import Edit
from mcp_servers.xml_troubleshooter.errors import InputError, LimitError, TroubleshooterError
from mcp_servers.xml_troubleshooter.files.reading import Workspace, read
from mcp_servers.xml_troubleshooter.files.writing import write
from mcp_servers.xml_troubleshooter.loop.consent import sift
from mcp_servers.xml_troubleshooter.loop.gate import judge
from mcp_servers.xml_troubleshooter.loop.proposal import Fix, Safety
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import Plan, plan
from mcp_servers.xml_troubleshooter.troubleshooting.runs import RunStore
from mcp_servers.xml_troubleshooter.workers.offload import offload
from tests.files.test_writing import CHANGED, IN_THE_WAY
from tests.files.watched_folder import WatchedFolder
from tests.open_arena.menu import LASTING, SHAPES
from tests.open_arena.server import StandIn
from tests.signatures.test_coverage import DOUBTFUL, waits
from tests.signatures.test_evidence import C14N, EXCLUSIVE, LETTER, canonical, signature, signed
from tests.validators.test_attacks import BY_SAXON, LIMITS, RNG, SCH, SCHEMAS, SECRET, XS, XSL

SECONDS = 10.0
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PATIENCE = 2.0  # seconds that a schema is given
TEXT = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r" type="xs:string"/></xs:schema>'
Attack = tuple[str, Callable[[], object]]  # its name, and a call that raises AssertionError where it does not hold


def path_tricks(home: Path) -> Iterator[Attack]:
    """Names that lead out of the folder, or to something other than a file, wherever a name is taken."""
    inside, outside = home / "inside", home / "outside"
    (inside / "sub").mkdir(parents=True)
    outside.mkdir()
    for name in ("secret.xml", "secret.xsd"):
        (outside / name).write_text(f"<s>{SECRET}</s>")
    for ending in ("xml", "xsd"):
        (inside / f"link.{ending}").symlink_to(outside / f"secret.{ending}")
        (inside / f"chain.{ending}").symlink_to(inside / f"link.{ending}")
        (inside / f"loop.{ending}").symlink_to(inside / f"loop.{ending}")
        os.mkfifo(inside / f"pipe.{ending}")
    (inside / "out").symlink_to(outside)
    ways = [
        "../outside",
        "sub/../../outside",
        "./../outside",
        "out",
        "sub/../out",
        f"{outside}",
        f"{inside}/../outside",
    ]
    ways += [f"file://{outside}", f"file://localhost{outside}", f"file:{outside}", "..%2Foutside", "%2e%2e/outside"]
    ways += [
        f"/proc/self/root{outside}",
        f"/proc/self/cwd{outside}",
        f"//{str(outside)[1:]}",
        f"'{outside}'",
        f" {outside}",
    ]
    ways += ["..\\outside", f"{inside}\\..\\outside", "sub/.././../outside", "out/../outside"]
    lone = [
        "link.{}",
        "chain.{}",
        "loop.{}",
        "pipe.{}",
        "a\0.{}",
        "a\n.{}",
        "n" * 300 + ".{}",
        "/dev/zero",
        "/dev/stdin",
    ]
    lone += [
        "/proc/self/environ",
        "/proc/self/fd/0",
        "~/secret.{}",
        "$HOME/secret.{}",
        "",
        "/",
        ".",
        "..",
        "http://x/a.{}",
    ]
    handle = os.open(outside, os.O_RDONLY)  # stays open for the names of it
    ways += [
        f"/proc/self/fd/{handle}",
        f"/dev/fd/{handle}",
        f"/proc/{os.getpid()}/root{outside}",
        f"/proc/thread-self/fd/{handle}",
    ]
    ways += [
        f"{str(outside).upper()}",
        f"{inside}/../OUTSIDE",
        f"{outside}/.",
        f"{outside}//",
        "out/.",
        "out//",
        "sub//..//out",
    ]
    ways += [
        "\uff0e\uff0e/outside",
        "..\u2215outside",
        "..;/outside",
        "..%c0%afoutside",
        "....//outside",
        ".. /outside",
    ]
    workspace = Workspace.create([inside])
    watched = WatchedFolder(outside)

    def attempt(take: Callable[[str], Path], name: str) -> None:
        with suppress(TroubleshooterError):
            found = take(name)
            real = Path(os.path.realpath(found))
            assert real.is_relative_to(inside), f"led to {real}"
            if real.exists():
                read(found)
        assert watched.touched() == []

    for what, take, ending in (
        ("document", workspace.document, "xml"),
        ("schema", workspace.schema, "xsd"),
        ("target", workspace.target, "xml"),
    ):
        for name in (*(f"{way}/secret.{ending}" for way in ways), *(each.format(ending) for each in lone)):
            yield f"{what}: {name[:60]!r}", lambda take=take, name=name: attempt(take, name)  # type: ignore[misc]


def schema_loaders(home: Path) -> Iterator[Attack]:
    """Files outside of the allowed folders that schemas of every kind ask for, by every form of an address."""
    outside, work = home / "outside", home / "work"
    outside.mkdir(parents=True)
    work.mkdir()
    for ending, text in {
        "txt": SECRET,
        "xml": f"<s>{SECRET}</s>",
        "dtd": f'<!ENTITY leak "{SECRET}"><!ELEMENT r ANY>',
        "xsd": TEXT.replace('"r"', f'"{SECRET}"'),
        "rng": f'<element xmlns="http://relaxng.org/ns/structure/1.0" name="{SECRET}"><empty/></element>',
        "rnc": f"start = element {SECRET} {{ empty }}",
        "sch": f'<pattern xmlns="http://purl.oclc.org/dsdl/schematron"><rule context="{SECRET}"/></pattern>',
    }.items():
        (outside / f"secret.{ending}").write_text(text)
    watched = WatchedFolder(outside)
    up = os.path.relpath(outside, work)
    forms = [f"file://{outside}", f"file://localhost{outside}", f"file:{outside}", str(outside), up]

    def attempt(name: str, text: str) -> None:
        path = work / name
        path.write_text(text)
        with suppress(TroubleshooterError):
            report = validate(Document.from_text("<r/>"), plan([path], (work,)))
            assert SECRET not in str(report)
        assert watched.touched() == []

    with suppress(ImportError):
        import saxonche  # type: ignore[import-not-found]  # noqa: F401, PLC0415 - an extra

        SCHEMAS.update({f"saxon {name}": text for name, text in BY_SAXON.items()})
    for name, text in SCHEMAS.items():
        for form in forms:
            given = text.replace("file://{out}", "{up}").format(out=outside, up=form)
            yield f"{name} by {form[:20]}", lambda name=name, given=given: attempt(name, given)  # type: ignore[misc]


def backup_tricks(home: Path) -> Iterator[Attack]:
    """Things in the place of a backup, and changes of a file meanwhile."""

    def attempt(number: int, before: Callable[[Path], object], name: str, *, changed: bool) -> None:
        folder = home / str(number) / "inside"
        folder.mkdir(parents=True)
        (folder.parent / "outside").mkdir()
        path = folder / name
        path.write_bytes(b"<a/>")
        before(path if changed else path.with_name(f"{name}.bak"))
        with suppress(TroubleshooterError):
            written = write(path, b"<b/>", instead_of=[b"<a/>"])
            assert not changed, "what was changed meanwhile was replaced"
            assert written.backup is not None
            assert written.backup.read_bytes() == b"<a/>"
        assert not list((folder.parent / "outside").iterdir())
        assert not [each for each in folder.iterdir() if each.name.endswith(".tmp")]

    names = ["invoice.xml", "two\nlines.xml", " blank .xml", "-rf.xml", "\u00fc.xml"]
    tricks = [(what, way, False) for what, way in IN_THE_WAY.items()]
    tricks += [(what, cast("Callable[[Path], None]", way), True) for what, (way, _) in CHANGED.items()]
    for number, ((what, way, changed), name) in enumerate(product(tricks, names)):
        yield (
            f"{what}: {name!r}",
            lambda n=number, way=way, name=name, changed=changed: attempt(n, way, name, changed=changed),  # type: ignore[misc]
        )


def model_answers(_: Path) -> Iterator[Attack]:
    """Edits that hide, copy, replace or add what nobody asked for, beside a right one and alone."""
    text = "<order><to>Ada & Co</to><sum>12.50</sum><note>fragile</note></order>"
    document = Document.from_text(text)
    report = validate(document, Plan())
    words = ["Ada", "Co", "12.50", "fragile"]
    right = Edit(text.index("&"), text.index("&") + 1, "&amp;")
    places = [0, 7, text.index("<sum>"), text.index("12.50"), text.index("</note>"), len(text)]
    inserted = ["<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE a [", "<?x", "</order><!--", "&#0;", "<", "\0", "<a>"]
    inserted += ['<!DOCTYPE o [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "&e;", '"', "\ud800", "x" * 200_000]
    spans = [(-5, 3), (0, 10**9), (9, 2), (len(text), len(text) + 1), (0, len(text))]
    spans += [(text.index(word), text.index(word) + len(word)) for word in words]
    edits = [Edit(at, at, what) for at, what in product(places, inserted)]
    edits += [Edit(start, end, what) for (start, end), what in product(spans, ("", "<order/>", "&amp;"))]

    def attempt(edit: Edit, *, ride: bool) -> None:
        both = (right, edit) if ride else (edit,)
        fix = Fix(edits=both, source="model", reason="r", safety=Safety.SAFE, confidence=1.0, at=right.start)
        allowed, _ = sift(document, [fix], False)  # noqa: FBT003 - as it crosses processes
        verdict = judge(document, report, allowed, Plan())
        after = verdict.document.text
        if verdict.report.valid:
            etree.fromstring(verdict.document.to_bytes())
        shown = "".join(etree.fromstring(after.encode(errors="replace"), etree.XMLParser(recover=True)).itertext())
        assert after == text or all(word in shown for word in words), f"lost: {after[:100]!r}"

    for edit, ride in product(edits, (False, True)):
        yield f"{edit!r}"[:80], lambda edit=edit, ride=ride: attempt(edit, ride=ride)  # type: ignore[misc]


def hostile_documents(_: Path) -> Iterator[Attack]:
    """Masses, depths, bombs and halves, as they are and inside an element."""
    masses = [
        "<",
        ">",
        "&",
        "<a>",
        "</a>",
        "<a/>",
        "<!--",
        "<!-- -- ",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "<?x?>",
        '<a b="',
    ]
    masses += ["<!DOCTYPE a [", "x<!ENTITY a '&a;'>", "&a;", "&#", "&#x0;", "<a b=", " c='1'", "<p:a>", "\0", "\ufeff"]
    masses += [
        "\ud800",
        "\udcff",
        "<a xmlns:p=''>",
        "<a xml:id='i'/>",
        "'",
        '"',
        "=",
        "%",
        "<<<<<<<\n",
        "=======\n",
        "\u202e",
    ]
    documents = {f"masses of {each!r}": each * (20_000 // len(each)) for each in masses}
    documents |= LIMITS
    numbers = {
        "zeros": "&#" + "0" * 5000 + "65;",
        "digits": "&#" + "9" * 5000 + ";",
        "digits of base 16": "&#x" + "f" * 5000 + ";",
        "digits without an end": "&#" + "1" * 5000,
    }
    for name, number in numbers.items():
        documents |= {
            f"{name} in a text": f"<a>{number}</a>",
            f"{name} in an attribute": f'<a b="{number}"/>',
            f"{name} in a namespace": f'<a xmlns="{number}"/>',
            f"{name} in an entity": f"<!DOCTYPE a [<!ENTITY e '{number}'>]><a>&e;</a>",
            f"{name} in what is broken": f'<a b="{number}">x</b>',
        }
    documents |= {
        "a value of 5 MB": '<a b="' + "x" * 5_000_000 + '"/>',
        "a name of 5 MB": "<" + "a" * 5_000_000 + "/>",
        "10,000 namespaces": "<a " + " ".join(f'xmlns:p{n}="u{n}"' for n in range(10_000)) + "><b></a>",
        "3,000 entities that double": "<!DOCTYPE a ["
        + "".join(f"<!ENTITY a{n} '&a{n + 1};&a{n + 1};'>" for n in range(3000))
        + "]><a>&a0;</a>",
        "20,000 schemas that are named": f'<a xmlns:i="{XSI}" i:schemaLocation="' + "u /etc/passwd " * 20_000 + '"/>',
        "3,000 models that are named": '<?xml-model href="/etc/passwd"?>' * 3000 + "<a/>",
        "declarations that never end": "<a>" + '<?xml encoding\t=" ' * 3000 + "</a>",
    }

    def attempt(text: str) -> None:
        document = Document.from_text(text)
        report = validate(document, Plan())
        try:
            etree.fromstring(document.to_bytes(), etree.XMLParser(huge_tree=True, no_network=True))
        except etree.XMLSyntaxError:
            assert not report.valid, "what the parser refuses is called valid"
        if not report.valid:
            assert report.diagnostics
            fixes = propose(document, Plan(), False, {}).fixes  # noqa: FBT003
            sift(document, fixes, False)  # noqa: FBT003

    for name, text in documents.items():
        yield name, lambda text=text: attempt(text)  # type: ignore[misc]
        yield f"{name}, inside", lambda text=text: attempt(f"<r>{text}</r>")  # type: ignore[misc]


def no_documents(_: Path) -> Iterator[Attack]:
    """Files of other kinds, whole, cut off, and in a container."""
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
    samples = {
        "an image": png,
        "a JPEG": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40,
        "a program": b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 400,
        "a Windows program": b"MZ\x90\0" + bytes(range(256)) * 40,
        "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
        "JSON": b'{"invoice": {"number": "AB-1", "lines": [1, 2, 3]}}\n',
        "CSV": b"number;date;sum\nAB-1;2025-01-01;12,50\nAB-2;2025-01-02;13,50\n",
        "YAML": b"invoice:\n  number: AB-1\n  lines:\n    - 1\n    - 2\n",
        "nothing": b"",
        "white space": b" \r\n\t\n",
        "zeros": bytes(50_000),
        "UTF-7": b"+ADw-a+AD4-x+ADw-/a+AD4-",
        "an SQLite file": b"SQLite format 3\0" + bytes(range(256)) * 40,
        "words": b"Dear all, please find the invoice attached.\n",
        "a broken gzip": gzip.compress(png)[:40],
    }

    def attempt(data: bytes) -> None:
        started = time.process_time()
        with suppress(TroubleshooterError):
            found = unpack(data, "file", 50_000_000) if is_container(data) else None
            document = Document.from_bytes(found.data if found is not None else data)
            assert claims_utf7(document.text) or not validate(document, Plan()).valid
            fixes = propose(document, Plan(), False, {}).fixes  # noqa: FBT003
            told = {item.code for item in validate(document, Plan()).diagnostics}
            assert told.isdisjoint({Code.NOT_XML, Code.EMPTY_DOCUMENT}) or not fixes, "what is no XML is repaired"
        assert time.process_time() - started < 1

    for name, data in samples.items():
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("file", data)
        forms = {"whole": data, "half": data[: len(data) // 2], "gzip": gzip.compress(data), "zip": packed.getvalue()}
        for form, content in forms.items():
            yield f"{name}, {form}", lambda content=content: attempt(content)  # type: ignore[misc]


def _content(text: str) -> bytes:
    """The signed content of a document: all but its signatures."""
    root = etree.fromstring(text)
    for each in root.findall(".//{*}Signature"):
        parent = each.getparent()
        if parent is not None:
            parent.remove(each)
    return etree.tostring(root, method="c14n")


def _proven_or_asked(text: str, genuine: str) -> None:
    document = Document.from_text(text)
    proposal = propose(document, Plan(), False, {})  # noqa: FBT003
    for fix in proposal.fixes:
        assert fix.provenance.endswith("digest"), f"safe without proof: {fix.edits}"
    if proposal.fixes:
        verdict = judge(document, validate(document, Plan()), proposal.fixes, Plan())
        if verdict.report.valid:
            ours, theirs = map(_content, (verdict.document.text, genuine))
            assert ours == theirs, "proven, and not what was signed"


def signatures(_: Path) -> Iterator[Attack]:
    """Faults in signed content, by every way of signing it: no repair is safe but one that a digest proves."""
    whole = [signed(), signed(C14N), signed(EXCLUSIVE, exclusive=True), signed(C14N, C14N)]
    part = LETTER.format(signature(canonical(LETTER.format(""), "{*}to"), "#a1"))
    faults = [("Ada &amp;", "Ada &"), ("Ada &amp;", "Ada <"), ("12.50</sum>", "12.50</smu>"), ("<to id", "<to a=1 id")]
    faults += [
        ("12.50</sum>", "12.50"),
        ("12.50", "12.50\x01"),
        ("</to>", "</to></x>"),
        ('"a1"', '"a1'),
        ("Ada", "Ada&nbsp;"),
    ]

    for number, text in enumerate([*whole, part]):
        for old, new in faults:
            if text is part and "Ada" not in old and "to" not in old and "a1" not in old:
                continue  # in content that the signature does not cover
            broken = text.replace(old, new, 1)
            yield f"signature {number}: {old!r} is {new!r}", lambda b=broken, t=text: _proven_or_asked(b, t)  # type: ignore[misc]


def spelled_signatures(_: Path) -> Iterator[Attack]:
    """Content that a signature covers in some other spelling, or in doubt: an edit in there waits for consent."""

    def attempt(text: str) -> None:
        assert waits(text, "Ada", "Eve"), "what is signed is changed without consent"

    for name, text in DOUBTFUL.items():
        yield name, partial(attempt, text)
        if "<!DOCTYPE" not in text and text.endswith("</letter>"):
            yield f"{name}, in a document that is broken", partial(attempt, f"{text[:-9]}<p>&</letter>")
            yield (
                f"{name}, in other quotes",
                partial(attempt, text.replace('"', "\0").replace("'", '"').replace("\0", "'")),
            )


def client_faults(_: Path) -> Iterator[Attack]:
    """Responses of a service: the outcome is an answer, or an error with a sentence, in its time."""

    async def ask(arena: StandIn) -> None:
        async with OpenArenaClient(settings=arena.settings(), timeout=5) as client:
            with suppress(OpenArenaClientError):
                response = await client.infer(LLMInferenceRequest(query="Hello", model_params={"max_tokens": 5}))
                assert response.success or response.error_message

    def attempt(fault: str) -> None:
        with StandIn() as arena:
            arena.script(fault)
            asyncio.run(ask(arena))

    for fault in (*SHAPES, *LASTING):
        yield fault, lambda fault=fault: attempt(fault)  # type: ignore[misc]


def heavy_schemas(home: Path) -> Iterator[Attack]:
    """Schemas and rules that explode, go in circles or never end: a verdict or a sentence, in the time given."""
    numbers = range(30)
    circles = {
        "groups that double.xsd": f"<xs:schema {XS}>"
        + "".join(
            f'<xs:group name="g{n}"><xs:sequence><xs:group ref="g{n + 1}"/><xs:group ref="g{n + 1}"/></xs:sequence>'
            "</xs:group>"
            for n in numbers
        )
        + '<xs:group name="g30"><xs:sequence><xs:element name="a"/></xs:sequence></xs:group><xs:element name="r">'
        '<xs:complexType><xs:group ref="g0"/></xs:complexType></xs:element></xs:schema>',
        "unions that double.xsd": f"<xs:schema {XS}>"
        + "".join(
            f'<xs:simpleType name="u{n}"><xs:union memberTypes="u{n + 1} u{n + 1}"/></xs:simpleType>' for n in numbers
        )
        + '<xs:simpleType name="u30"><xs:restriction base="xs:int"/></xs:simpleType><xs:element name="r" type="u0"/>'
        "</xs:schema>",
        "patterns that double.rng": f'<grammar {RNG}><start><element name="r"><ref name="d0"/></element></start>'
        + "".join(f'<define name="d{n}"><ref name="d{n + 1}"/><ref name="d{n + 1}"/></define>' for n in numbers)
        + '<define name="d30"><optional><element name="a"><empty/></element></optional></define></grammar>',
        "a group in itself.xsd": f'<xs:schema {XS}><xs:group name="g"><xs:sequence><xs:group ref="g"/></xs:sequence>'
        '</xs:group><xs:element name="r"><xs:complexType><xs:group ref="g"/></xs:complexType></xs:element></xs:schema>',
        "a pattern in itself.rng": f'<grammar {RNG}><start><ref name="a"/></start><define name="a"><ref name="a"/>'
        "</define></grammar>",
        "rules in themselves.sch": f'<schema {SCH}><include href="rules in themselves.sch"/></schema>',
        "a rule that extends itself.sch": f'<schema {SCH}><pattern><rule abstract="true" id="q"><extends rule="q"/>'
        '</rule><rule context="r"><extends rule="q"/></rule></pattern></schema>',
        "a template without end.xsl": f'<xsl:stylesheet {XSL}><xsl:template match="/" name="t"><xsl:call-template '
        'name="t"/></xsl:template></xsl:stylesheet>',
        "thousands that are needed.xsd": f'<xs:schema {XS}><xs:element name="r"><xs:complexType><xs:sequence '
        'minOccurs="9999" maxOccurs="99999"><xs:element name="a" minOccurs="999" maxOccurs="99999"/></xs:sequence>'
        "</xs:complexType></xs:element></xs:schema>",
        "a model of stars.dtd": f"<!ELEMENT r ({','.join(['(a?,b?)*'] * 400)})><!ELEMENT a EMPTY><!ELEMENT b EMPTY>",
        "a deep model.dtd": f"<!ELEMENT r {'(' * 3000}a{')*' * 3000}><!ELEMENT a EMPTY>",
        "a deep pattern.rnc": f"start = element r {{ {'(' * 3000}element a {{empty}}{')?' * 3000} }}",
        "strings that double.sch": f'<schema {SCH}><let name="v0" value="\'aaaaaaaaaa\'"/>'
        + "".join(f'<let name="v{n + 1}" value="concat($v{n}, $v{n})"/>' for n in numbers)
        + '<pattern><rule context="r"><assert test="string-length($v30) = 1">x</assert></rule></pattern></schema>',
        "all against all.sch": f'<schema {SCH}><pattern><rule context="r"><assert test="count(//*[count(//*[count(//*)'
        ' = 1]) = 1]) = 7">x</assert></rule></pattern></schema>',
    }
    entities = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    for ending, text in (("xsd", TEXT), ("rng", f'<element name="r" {RNG}><value>&a12;</value></element>')):
        bombed = text.replace(
            "</xs:schema>", "<xs:annotation><xs:documentation>&a12;</xs:documentation></xs:annotation></xs:schema>"
        )
        circles[f"entities that double.{ending}"] = f'<!DOCTYPE x [<!ENTITY a0 "aaaa">{entities}]>{bombed}'
    for number, pattern in enumerate(
        ("(a+)+b", "((a|aa)+)+b", "(a*)*b", "(a{1,60}){1,60}b", "a{1,1000000}b", "(a?){60}a{60}")
    ):
        kind = (
            '<xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="{}"/></xs:restriction></xs:simpleType>'
        )
        circles[f"regular expression {number}.xsd"] = (
            f'<xs:schema {XS}><xs:element name="r">{kind.format(pattern)}</xs:element></xs:schema>'
        )
    documents = [f"<r>{'<a/>' * 500}<b/></r>", f"<r>{'a' * 3000}!</r>"]

    async def judged(path: Path, text: str) -> None:
        document, by = Document.from_text(text), plan([path], (home,))
        with suppress(TroubleshooterError):
            report = await offload(validate, document, by, seconds=_PATIENCE)
            passed = [layer.name for layer in report.layers if layer.state is LayerState.PASSED]
            assert path.name not in passed, "what nothing could judge is called valid"

    def attempt(name: str, content: str) -> None:
        path = home / name
        path.write_text(content)
        started = time.monotonic()
        for text in documents:
            asyncio.run(judged(path, text))
        assert time.monotonic() - started < len(documents) * (_PATIENCE + SECONDS)

    for name, content in circles.items():
        yield name, lambda name=name, content=content: attempt(name, content)  # type: ignore[misc]


def hostile_pdfs(_: Path) -> Iterator[Attack]:
    """PDFs whose attachment costs too much or leads astray: the document, or a sentence, within a worker's bounds."""
    from .hostile_pdfs import TRICKS, XML  # noqa: PLC0415 - needs an extra

    async def taken(data: bytes) -> None:
        with suppress(InputError, LimitError):
            found = await offload(attached, data, "x.pdf", 50_000_000, seconds=SECONDS)
            assert found is None or (found.data.strip() == XML and len(found.container) < 200)  # noqa: PLR2004

    for name, make in TRICKS.items():
        yield name, lambda make=make: asyncio.run(taken(make()))  # type: ignore[misc]


def configurations(home: Path) -> Iterator[Attack]:
    """Things in the place of a configuration, of a list of files or of an earlier report."""
    contents = {
        "deep": b"a = " + b"[" * 5000,
        "deep JSON": b"[" * 100_000,
        "bytes": bytes(range(256)) * 10,
        "another's keys": b'engine = "open_arena"\nallowed-roots = ["/"]\n',
        "numbers": b"schemas = 7\ninclude = 3\nignore = {a = 1}\nlayers = [1]\n",
        "nothing": b"",
        "zeros": bytes(5000),
        "lists of lists": b'{"runs": [[], {}, 7, {"results": {"a": []}}]}',
    }

    def make(folder: Path, name: str, what: str) -> Path:
        folder.mkdir(parents=True)
        path = folder / name
        match what:
            case "a pipe":
                os.mkfifo(path)
            case "a device":
                path.symlink_to("/dev/zero")
            case "a circle":
                path.symlink_to(path)
            case "a folder":
                path.mkdir()
            case _:
                path.write_bytes(contents[what])
        return path

    def configured(folder: Path, name: str, what: str) -> None:
        made = make(folder, name, what)
        with suppress(TroubleshooterError):
            found = at(made.parent)
            assert what in contents or found is None, "what is no file configures"

    def named(folder: Path, what: str, take: Callable[[str], object]) -> None:
        with suppress(TroubleshooterError):
            take(str(make(folder, "named", what)))

    odd = ["a device", "a circle", "a folder"]  # a pipe may be meant there
    places = count()
    for what, name in product([*contents, "a pipe", *odd], (NAME, SHARED)):
        folder = home / str(next(places))
        yield f"{name} is {what}", lambda f=folder, n=name, w=what: configured(f, n, w)  # type: ignore[misc]
    for what, (said, take) in product(
        [*contents, *odd],
        (("baseline", lambda name: LeftOut((), name)), ("list", lambda name: places_of([f"@{name}"]))),
    ):
        folder = home / str(next(places))
        yield f"a {said} is {what}", lambda f=folder, w=what, t=take: named(f, w, t)  # type: ignore[misc]


def run_ids(home: Path) -> Iterator[Attack]:
    """Ids of runs that are paths."""
    (home / "runs").mkdir()
    (home / "secret.run.json").write_text("{}")
    store = RunStore(home / "runs", 3600)
    watched = WatchedFolder(home)
    names = [
        "../secret",
        f"{home}/secret",
        "..",
        ".",
        "",
        "/",
        "a/../../secret",
        "..\\secret",
        "%2e%2e/secret",
        "secret\0",
    ]
    names += ["~", "*", "a" * 5000, "CON", "file:secret", "\ud800", "0123456789abcdef/..", "../runs/../secret"]

    def attempt(name: str) -> None:
        with suppress(TroubleshooterError):
            store.load(name)
        assert "secret.run.json" not in str(watched.touched())

    for name in names:
        yield repr(name)[:60], lambda name=name: attempt(name)  # type: ignore[misc]


KINDS: dict[str, Callable[[Path], Iterator[Attack]]] = {
    "path tricks": path_tricks,
    "schema loaders": schema_loaders,
    "backup tricks": backup_tricks,
    "model answers": model_answers,
    "model texts": hostile_answers,
    "hostile XML": hostile_documents,
    "not XML": no_documents,
    "containers": hostile_containers,
    "signatures": signatures,
    "spellings": spelled_signatures,
    "tool arguments": hostile_arguments,
    "client faults": client_faults,
    "heavy schemas": heavy_schemas,
    "hostile PDFs": hostile_pdfs,
    "configurations": configurations,
    "run ids": run_ids,
    **{kind: partial(hostile_calls, kind) for kind in CALLS},
}


def trouble(attack: Callable[[], object]) -> str:
    """Why an attack does not hold; "" where it does."""
    started = time.process_time()
    try:
        attack()
    except Exception as error:  # noqa: BLE001 - the search is for these
        return f"{type(error).__name__}: {error}"[:200]
    took = time.process_time() - started
    return f"took {took:.1f} s" if took > SECONDS else ""


def run(kind: str, home: Path, *, most: int | None = None, verbose: bool = False) -> tuple[int, list[str]]:
    """The number of attacks of a kind that were tried, evenly chosen up to `most`, and those that failed.

    The last one is always tried: it may end the server that the others share.
    """
    attacks = list(KINDS[kind](home))
    chosen = attacks if most is None else [*attacks[: -1 : max(1, len(attacks) // most)], attacks[-1]]
    failed = []
    for name, attack in chosen:
        if why := trouble(attack):
            failed.append(f"{name}: {why}")
            if verbose:
                sys.stdout.write(f"  {failed[-1]}\n")
                sys.stdout.flush()
    return len(chosen), failed


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--verbose", action="store_true")
    asked = parser.parse_args()
    total = bad = 0
    sys.stdout.write(f"{'kind':16}{'tried':>7}{'held':>7}{'failed':>8}\n")
    for kind in asked.only:
        with tempfile.TemporaryDirectory() as home:
            tried, failed = run(kind, Path(home).resolve(), verbose=asked.verbose)
        total, bad = total + tried, bad + len(failed)
        sys.stdout.write(f"{kind:16}{tried:7}{tried - len(failed):7}{len(failed):8}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{'all':16}{total:7}{total - bad:7}{bad:8}\n")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
