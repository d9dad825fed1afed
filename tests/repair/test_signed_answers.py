"""Questions that a signature answers: the option by which its digest holds is what was signed."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from lxml import etree

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import plan

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="permit"><xs:complexType>
<xs:sequence>
<xs:element name="from" type="xs:date"/><xs:element name="to" type="xs:date"/>
<xs:any namespace="##other" processContents="skip"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""
PERMIT = "<permit><from>{}</from><to>{}</to>{}</permit>"


def signature(content: str) -> str:
    """An enveloped signature of this content."""
    canonical = etree.tostring(etree.fromstring(content), method="c14n")
    digest = base64.b64encode(hashlib.sha256(canonical).digest()).decode()
    dsig = "http://www.w3.org/2000/09/xmldsig#"
    return (
        f'<d:Signature xmlns:d="{dsig}"><d:SignedInfo><d:Reference URI=""><d:Transforms>'
        f'<d:Transform Algorithm="{dsig}enveloped-signature"/></d:Transforms>'
        '<d:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        f"<d:DigestValue>{digest}</d:DigestValue></d:Reference></d:SignedInfo></d:Signature>"
    )


@pytest.mark.parametrize(
    ("given", "meant", "proven"),
    [
        (("01.03.2024", "2024-07-01"), ("2024-03-01", "2024-07-01"), True),
        (("01.03.2024", "2024-07-01"), ("2024-01-03", "2024-07-01"), True),
        (("01.03.2024", "07/01/2024"), ("2024-03-01", "2024-07-01"), True),
        (("01.03.2024", "2024/07/01"), ("2024-03-01", "2024-07-01"), True),
        (("01.03.2024", "2024-07-01"), ("2023-03-01", "2024-07-01"), False),
    ],
)
def test_a_choice_is_made_by_the_digest_alone(
    tmp_path: Path, given: tuple[str, str], meant: tuple[str, str], proven: bool
) -> None:
    (tmp_path / "permit.xsd").write_text(SCHEMA)
    made = signature(PERMIT.format(*meant, ""))
    document = Document.from_text(PERMIT.format(*given, made))
    proposal = propose(document, plan([tmp_path / "permit.xsd"]), False, {})  # noqa: FBT003
    assert bool(proposal.questions) is not proven
    assert bool(proposal.fixes) is proven
    if proven:
        assert all(fix.safety is Safety.SAFE and fix.provenance.endswith("digest") for fix in proposal.fixes)
        assert apply(document.text, [edit for fix in proposal.fixes for edit in fix.edits]) == PERMIT.format(
            *meant, made
        )
