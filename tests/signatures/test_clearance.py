"""Whose stamp an invoice carries, however that is spelled."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.signatures.clearance import stamp

REFERENCE = "<a:AdditionalDocumentReference>{}</a:AdditionalDocumentReference>"


@pytest.mark.parametrize(
    ("text", "system"),
    [
        (REFERENCE.format("<b:ID>PIH</b:ID>"), "ZATCA"),
        (REFERENCE.format('<b:ID schemeID="x">\n QR </b:ID>'), "ZATCA"),
        (REFERENCE.format("<b:ID><!-- the code -->Q&#82;</b:ID>"), "ZATCA"),
        (REFERENCE.format("<b:ID><![CDATA[PIH]]></b:ID>"), "ZATCA"),
        (REFERENCE.format("<b:ID>PIH7</b:ID>"), ""),
        ("<ID>QR</ID>", ""),
        ("<x:ExtensionURI>urn:oasis:names:specification:ubl&#x3a;dsig:enveloped:xades</x:ExtensionURI>", "ZATCA"),
        ("<sig:UBLDocumentSignatures/>", "ZATCA"),
        ("<t:TimbreFiscalDigital a='>' SelloSAT='x'/>", "SAT"),
        ("<Comprobante xmlns:t='http://www.sat.gob.mx/TimbreFiscalDigital'/>", ""),
    ],
)
def test_the_stamp_of_whoever_cleared_it(text: str, system: str) -> None:
    assert stamp(text) == system
