"""Which vocabulary a document is of, known by its beginning alone, broken documents included."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.vocabularies import DTD, RNC, recognise, table

UBL = '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cbc="urn:x">'
CII = '<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100">'


@pytest.mark.parametrize(
    ("text", "source", "known"),
    [
        (UBL, "", "ubl-invoice"),
        (f"{UBL}<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>", "", "en16931-ubl"),
        (
            f"{UBL}<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
            "</cbc:CustomizationID>",
            "",
            "peppol-bis-billing-3",
        ),
        (f"{UBL}<cbc:CustomizationID>x#urn:xeinkauf.de:kosit:xrechnung_3.0</cbc:CustomizationID>", "", "xrechnung-ubl"),
        (
            f"{UBL}<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
            "</cbc:CustomizationID><cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>",
            "",
            "xrechnung-ubl",
        ),
        (CII, "", "cii"),
        (
            f"{CII}<a:GuidelineSpecifiedDocumentContextParameter><a:ID>urn:factur-x.eu:1p0:basicwl</a:ID>",
            "",
            "factur-x-basic-wl",
        ),
        ('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">', "", "iso20022-pain"),
        ('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">', "", "iso20022"),
        ('<S:Envelope xmlns:S="http://www.w3.org/2003/05/soap-envelope"><S:Body', "", "soap-1.2"),
        ('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>', "", "xsd"),
        ('<schema xmlns="http://purl.oclc.org/dsdl/schematron"/>', "", "schematron"),
        ("<!-- c -->\n<?p i?><rss version='2.0'>", "", "rss"),
        ('<urlset xmlns="https://www.sitemaps.org/schemas/sitemap/0.9">', "", "sitemap"),
        ("<svg width='3'>", "", "svg"),
        ("<plist>", "", "plist"),
        ('<gpx xmlns="http://www.topografix.com/GPX/1/0">', "", "gpx-1.0"),
        ("<configuration><appSettings>", "", "dotnet-config"),
        ("<configuration><other/>", "web.config", "dotnet-config"),
        ("<configuration><appender/>", "logback.xml", "logback"),
        ("<project><modelVersion>4.0.0", "", "maven-pom-bare"),
        ("<project><target name='a'>", "build.xml", "ant"),
        ('<!DOCTYPE article PUBLIC "-//OASIS//DTD DocBook XML V4.5//EN" "d.dtd">\n<article>', "", "docbook-4"),
        (
            '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Publishing DTD v1.2//EN" "j.dtd"><article>',
            "",
            "jats",
        ),
        ('<xliff version="1.2"><file>', "", "xliff-1.2"),
        ('<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0">', "", "xliff-2"),
        ("<article>", "", ""),
        ("<note><svg/></note>", "", ""),
        ("no markup at all", "", ""),
        ("default namespace = 'urn:a'\nstart = element a { text }", "", "rnc"),
        ("a.inline = b | c", "a.rnc", "rnc"),
        ("<!-- c -->\n<!ENTITY d '<b>e</b>'>", "", "dtd"),
        ("<!ENTITY d 'e'>\n<order>&d;</order>", "", ""),
        ("", "", ""),
    ],
)
def test_a_document_is_known_by_its_marks(text: str, source: str, known: str) -> None:
    vocabulary = recognise(Document(text, source=source))
    assert (vocabulary.id if vocabulary else "") == known


def test_every_vocabulary_can_be_recognised_and_read_about() -> None:
    assert len({vocabulary.id for vocabulary in table()}) == len(table()) >= 60
    for vocabulary in table():
        assert vocabulary.home or vocabulary.schema
        assert vocabulary.roots or vocabulary.namespaces or vocabulary.holds or vocabulary.id in (RNC, DTD)
        assert all(address.startswith(("http", "urn:")) for address in vocabulary.prefixes.values())
