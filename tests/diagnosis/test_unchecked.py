"""What a schema lets in and does not look at is told of its layer; where that is all there is, it has not judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis import large_files
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import LayerState
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

ENVELOPE = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:e"
  elementFormDefault="qualified"><xs:element name="Envelope"><xs:complexType><xs:sequence><xs:element name="Body">
  <xs:complexType><xs:sequence><xs:any processContents="{}" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
  </xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element><xs:element name="Note" type="xs:int"/>
  </xs:schema>"""
STRICT = ENVELOPE.format("strict").replace('"qualified">', '"qualified"><xs:import namespace="urn:o"/>')
LAX, SKIP = ENVELOPE.format("lax"), ENVELOPE.format("skip")
CARRIER = '<e:Envelope xmlns:e="urn:e"><e:Body>{}</e:Body></e:Envelope>'
ORDER = '<o:order xmlns:o="urn:o"><o:total>?</o:total></o:order>'
ANYTHING = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="data"{}</xs:schema>'
FREE = """<grammar xmlns="http://relaxng.org/ns/structure/1.0"><start><element name="e"><element name="h"><text/>
  </element><ref name="x"/></element></start><define name="x"><element><anyName/><zeroOrMore><choice><text/>
  <ref name="x"/></choice></zeroOrMore></element></define></grammar>"""
PASSED, OUT = LayerState.PASSED, LayerState.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("schema", "text", "state", "said"),
    [
        (LAX, CARRIER.format(""), PASSED, ""),
        (LAX, CARRIER.format("<e:Note>1</e:Note>"), PASSED, ""),
        (LAX, CARRIER.format(ORDER), PASSED, "it takes any elements in e:Body, so that 2 of 4 were not checked"),
        (SKIP, CARRIER.format("<plain/>"), PASSED, "it takes any elements in e:Body, so that 1 of 3 were not checked"),
        (STRICT, CARRIER.format(ORDER), PASSED, "it takes any elements in e:Body, so that 2 of 4 were not checked"),
        (STRICT, CARRIER.format(ORDER.replace("urn:o", "urn:p")), LayerState.FAILED, ""),
        (LAX, CARRIER.format(ORDER + "<!-- -->" * 70_000), PASSED, "elements of urn:o were not checked"),
        (LAX, CARRIER.format("<!-- -->" * 70_000), PASSED, ""),
        (ANYTHING.format("/>"), "<data><order/></data>", OUT, "any elements in data, and names none"),
        (ANYTHING.format(' type="xs:anyType"/>'), "<data><order/></data>", OUT, "any elements in data, and names none"),
        (ANYTHING.format(' type="xs:anyType"/>'), "<data>text</data>", PASSED, ""),
        (FREE, "<e><h>1</h><any><thing/></any></e>", PASSED, "it takes any elements in e, so that 2 of 4"),
    ],
)
def test_what_is_let_in_unseen_is_told(schema: str, text: str, state: LayerState, said: str, tmp_path: Path) -> None:
    path = tmp_path / ("schema.rng" if "relaxng" in schema else "schema.xsd")
    path.write_text(schema)
    report = validate(Document(text), plan([str(path)]))
    layer = report.layers[1]
    assert layer.state is state
    assert said in layer.reason if said else not layer.reason
    assert report.accepted is (state is PASSED)


@pytest.mark.parametrize(("content", "said"), [(ORDER, "elements of urn:o were not checked"), ("", "")])
def test_of_a_file_that_is_too_large_to_be_held_it_is_told_too(
    content: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_files, "WHOLE", 100)
    monkeypatch.setattr(large_files, "_READ", 40)  # bytes: the declaration stands in two pieces
    schema, path = tmp_path / "envelope.xsd", tmp_path / "a.xml"
    schema.write_text(LAX)
    path.write_text(CARRIER.format(f"{content}<!--{' ' * 100}-->"))
    reason = large_files.validate_file(path, plan([str(schema)])).layers[1].reason
    assert said in reason if said else not reason
