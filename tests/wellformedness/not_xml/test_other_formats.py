"""What is no XML is named in one sentence, and what may be meant as XML is not taken for something else."""

import base64
import json
import random
import struct
import zlib

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document

_random = random.Random(11)
NOISE = bytes(_random.randrange(256) for _ in range(3000))
ANGLES = bytes(_random.choice(b'<>/="&;ab \x00\x01\x02\xff\x80') for _ in range(3000))
OTHERS = {
    "PNG": (b"\x89PNG\r\n\x1a\n" + NOISE, "a PNG image"),
    "JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + NOISE, "a JPEG image"),
    "GIF": (b"GIF89a" + NOISE, "a GIF image"),
    "WebP": (b"RIFF" + struct.pack("<I", 3000) + b"WEBP" + NOISE, "a sound, video or image file"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "a PDF document"),
    "ELF": (b"\x7fELF\x02\x01\x01" + bytes(9) + NOISE, "an executable program"),
    "Windows": (b"MZ\x90\x00\x03" + NOISE, "an executable program"),
    "old Office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(400), "an older Office document"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c\x00\x04" + NOISE, "a 7-Zip archive"),
    "bzip2": (b"BZh91AY&SY" + NOISE, "a bzip2 file"),
    "tar": (b"a.xml" + bytes(252) + b"ustar\x0000" + bytes(300), "a tar archive"),
    "deflated": (zlib.compress(NOISE), "binary data"),
    "random bytes": (NOISE, "binary data"),
    "random bytes behind a bracket": (b"<a" + NOISE, "binary data"),
    "random markup": (b"<" + ANGLES, "binary data"),
    "NUL bytes": (bytes(5000), "NUL bytes"),
    "JSON": (json.dumps({"order": [1, 2], "note": "a < b & c"}).encode(), "JSON"),
    "JSON with XML in it": (b'[{"id": 1, "body": "<p>text</p>"}]', 'JSON; its value "body" seems to hold XML'),
    "JSON that is cut off": (b'{"order": {"id": 7, "items": ["bolt", ', "JSON, and even as that not complete"),
    "lines of JSON": (b'{"id": 1}\n{"id": 2}\n', "JSON"),
    "CSV": (b"id,name,price\n1,bolt,2.50\n2,nut,0.10\n", "a table of separated values"),
    "CSV with semicolons": (b"id;name;price\n1;bolt;2,50\n", "a table of separated values"),
    "tabs": (b"id\tname\n1\tbolt\n2\tnut & screw\n", "a table of separated values"),
    "CSV with tags in a cell": (b'id,body\n1,"<p>x</p>"\n2,"<p>y</p>"\n', "a table of separated values"),
    "YAML": (b"order:\n  id: 7\n  items:\n    - bolt\n", "YAML"),
    "YAML with a mark": (b"---\norder: 7\n", "YAML"),
    "INI": (b"[server]\nport = 80\n", "a configuration file"),
    "EDIFACT": (b"UNA:+.? 'UNB+UNOC:3+4012345000009:14+4000004000002:14+200101:1001+1'", "a UN/EDIFACT message"),
    "X12": (b"ISA*00*          *00*          *ZZ*SENDER", "an ANSI X12 message"),
    "SWIFT MT": (b"{1:F01BANKBEBBAXXX0000000000}{2:I103BANKDEFFXXXXN}", "a SWIFT MT message"),
    "a key": (b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "PEM form"),
    "CSV that ends its lines": (b"id;name;\n1;bolt;\n2;nut;\n", "a table of separated values"),
    "CSV with words": (b"Name; City\nMax Maier; Bonn on the Rhine\nEva; Ulm on the Danube\n", "a table of separated"),
    "sentences": (b"Found 3 tracks, 5 routes.\nWrote 12 points, 4 files.\n", "plain text"),
    "what a program says": (b"gpsbabel: Reading a.gpx, type gpx\ngpsbabel: Read 20 points, 1 track\n", "plain text"),
    "lines of JSON with XML": (b'{"x": "<a/>"}\n{"x": "<b/>"}\n', 'JSON, a value in each line; its value "x" seems to'),
    "TOML": (b'title = "Orders"\n[owner]\nborn = 1979-05-27\n[[items]]\nids = [\n  1,\n]\n', "a configuration file"),
    "properties": (b"# of the server\nserver.port=80\nserver.name = a < b\n", "a configuration file"),
    "a log": (
        b"2024-05-01 12:00:01,123 INFO  [main] Started\n2024-05-01 12:00:02,456 ERROR [w-1] <order> not found\n"
        b"  at a.B.c(D.java:1)\n2024-05-01 12:00:03,000 INFO done\n",
        "a log",
    ),
    "a log of a web server": (b'::1 - - [01/May/2024:12:00:01 +0000] "GET / HTTP/1.1" 200 1\n' * 2, "a log"),
    "a mail": (
        b"From: a@example.org\nTo: b@example.org\nSubject: Order\nMIME-Version: 1.0\n\n--x\nContent-Type: text/xml\n"
        b"Content-Transfer-Encoding: base64\n\nPGEvPg==\n--x--\n",
        "a mail; the document may be attached",
    ),
    "SQL": (b"-- dump\nCREATE TABLE orders (id INT);\nINSERT INTO orders VALUES (1, 'x');\n", "statements of SQL."),
    "SQL with XML": (
        b"INSERT INTO orders (id, body) VALUES\n(1, '<order><id/></order>');\n",
        "one of their values",
    ),
    "Java": (b"package a;\npublic class A { List<String> x = new ArrayList<String>(); }\n", "source text of a program"),
    "HL7": (b"MSH|^~\\&|A|B|C|D|202405011200||ADT^A01|1|P|2.5\rPID|1||123\r", "an HL7 message"),
    "a statement of account": (b":20:REF\n:25:1234\n:28C:1/1\n", "a SWIFT MT message"),
    "UTF-7": (b"+ADw?xml version=+ACI-1.0+ACI?+AD4-+ADw-order+AD4-x+ADw-/order+AD4-", "text in UTF-7"),
    "a patch": (b"--- a/x.xml\n+++ b/x.xml\n@@ -1 +1 @@\n-<a/>\n+<b/>\n", "a patch"),
    "a message": (
        b"org.xml.sax.SAXParseException; lineNumber: 3; Content is not allowed in prolog.\n",
        "the message of",
    ),
    "a trace": (
        b'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\nValueError: x\n',
        "the message",
    ),
    "a PDF in Base64": (
        base64.encodebytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" * 9),
        "a PDF document, written as Base64",
    ),
    "a ZIP in Base64": (base64.b64encode(b"PK\x03\x04\x14\x00" + NOISE), "a ZIP archive, written as Base64"),
    "an address": (b"https://example.org/order.xml\n", "an address"),
    "a path": (b"C:\\orders\\order.xml\n", "the name of a file"),
    "a dump of bytes": (
        b'00000000: 3c3f 786d 6c20 7665 7273 696f 6e3d 2231  <?xml version="1\n'
        b'00000010: 2e30 223f 3e3c 612f 3e  .0"?><a/>\n',
        "hexadecimal",
    ),
    "a script": (b"#!/bin/sh\necho 1\n", "a script"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_another_format_is_the_one_fault_and_is_named(case: str) -> None:
    data, words = OTHERS[case]
    [found] = validate(Document.from_bytes(data)).diagnostics
    assert found.code is Code.NOT_XML
    assert words in found.explanation
    assert found.explanation.startswith("This is not XML but ")


MEANT = {
    "a fence": b"```xml\n<a><b>1</b></a>\n```\n",
    "the prefix of a log": b"2024-05-06 10:11:12,345 INFO [worker-3] sending: <a>x</a>\n",
    "prose": b"Here is the document:\n\n<a>x</a>\n",
    "headers": b"Content-Type: text/xml\nContent-Length: 8\n\n<a>x</a>\n",
    "a frame of control characters": b"\x0b<a>x</a>\x1c\r",
    "control characters in the text": b"<a>" + b"some words \x01 and more " * 9 + b"</a>",
    "colours of a terminal": b"<a>\x1b[31mred\x1b[0m</a>",
    "NUL bytes behind the end": b"<a>x</a>" + bytes(4000),
    "Latin-1": '<?xml version="1.0"?><a>Öl für große Böen, àéîõü</a>'.encode("latin-1"),
    "Shift JIS": "<a>これは日本語のテキストです。</a>".encode("shift_jis"),
    "ISO-2022-JP": "<a>これは日本語のテキストです。</a>".encode("iso2022_jp"),
    "a bare ampersand": b"<a>AT&T</a>",
    "a lost bracket": b"a>x</a>",
    "a lost bracket in front of attributes": b'a x="1"\n   y="2">\n  <b/>\n</a>',
    "a listing of a change": b"--- a/x.xml\n+++ b/x.xml\n@@ -0,0 +1,3 @@\n+<a>\n+<b/>\n+</a>\n",
    "prose about statements": b"Insert into the order what select lines say: <a>x</a>",
    "a message in front": b"error: not accepted\n<a>x</a>",
    "an address in front": b"https://example.org/order.xml\n<a>x</a>",
}


@pytest.mark.parametrize("case", MEANT)
def test_what_may_be_meant_as_xml_is_called_nothing_else(case: str) -> None:
    found = validate(Document.from_bytes(MEANT[case])).diagnostics
    assert not any(fault.explanation.startswith("This is not XML but ") for fault in found)


def test_text_in_utf_16_without_a_mark_is_read_behind_white_space() -> None:
    assert Document.from_bytes("\n <a>x</a>".encode("utf-16-le")).text == "\n <a>x</a>"
    assert Document.from_bytes("\n <a>x</a>".encode("utf-16-be")).text == "\n <a>x</a>"


@pytest.mark.parametrize(
    "text", ['<?xml version="1.0"?>\n', "<!-- nothing -->\n", '<?xml-stylesheet href="a.xsl"?>', "<!DOCTYPE a>\n"]
)
def test_a_document_without_an_element_is_told_as_such(text: str) -> None:
    [found] = validate(Document.from_bytes(text.encode())).diagnostics
    assert found.code is Code.EMPTY_DOCUMENT
    assert "has no element" in found.explanation
