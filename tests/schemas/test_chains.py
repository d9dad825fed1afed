"""Which official layers judge a document, and what is said of those that are not at hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.catalogue.catalogue_store import SchemaStore
from mcp_servers.xml_troubleshooter.catalogue.entries import Catalogue, Package, catalogue
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.errors import InputError
from mcp_servers.xml_troubleshooter.schemas.chains import chain, complete, describe, named
from mcp_servers.xml_troubleshooter.schemas.plan import Plan, plan
from mcp_servers.xml_troubleshooter.schemas.vocabularies import table

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
XRECHNUNG = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"


def invoice(profile: str = "", root: str = "Invoice") -> Document:
    identifier = f'<b:CustomizationID xmlns:b="{UBL}CommonBasicComponents-2">{profile}</b:CustomizationID>'
    return Document.from_text(f'<{root} xmlns="{UBL}{root}-2">{identifier if profile else ""}</{root}>')


def cii(profile: str) -> Document:
    namespace = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
    return Document.from_text(
        f'<r:CrossIndustryInvoice xmlns:r="{namespace}"><a:GuidelineSpecifiedDocumentContextParameter>'
        f"<a:ID>{profile}</a:ID></a:GuidelineSpecifiedDocumentContextParameter></r:CrossIndustryInvoice>"
    )


@pytest.fixture
def packaged(tmp_path: Path) -> SchemaStore:
    """What the installed packages bring."""
    return SchemaStore(tmp_path / "schemas")


@pytest.fixture
def bare(tmp_path: Path) -> SchemaStore:
    """Nothing at hand."""
    entries = {
        name: replace(entry, package=entry.package and Package(entry.package.distribution, "nowhere"))
        for name, entry in catalogue().entries.items()
    }
    return SchemaStore(tmp_path / "schemas", Catalogue(entries, catalogue().aliases))


@pytest.mark.parametrize(
    ("document", "layers"),
    [
        (invoice("urn:cen.eu:en16931:2017"), "ubl-2.1 en16931-ubl"),
        (invoice("urn:cen.eu:en16931:2017", "CreditNote"), "ubl-2.1 en16931-ubl"),
        (invoice(PEPPOL), "ubl-2.1 en16931-ubl peppol-bis3-ubl"),
        (invoice(XRECHNUNG), "ubl-2.1 en16931-ubl xrechnung-ubl"),
        (invoice(), "ubl-2.1"),
        (invoice("urn:example:house-rules"), "ubl-2.1"),
        (cii("urn:cen.eu:en16931:2017"), "cii-d22b factur-x-en16931-rules"),
        (cii("urn:factur-x.eu:1p0:minimum"), "factur-x-minimum factur-x-minimum-rules"),
        (cii("urn:factur-x.eu:1p0:basicwl"), "factur-x-basicwl factur-x-basicwl-rules"),
        (cii("urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic"), "factur-x-basic factur-x-basic-rules"),
        (Document.from_text('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"/>'), "pain.001.001.09"),
        (Document.from_text('<project xmlns="http://maven.apache.org/POM/4.0.0">'), "maven-4.0.0"),
        (Document.from_text("<note/>"), ""),
        (Document.from_text("no markup"), ""),
    ],
)
def test_a_document_is_judged_by_the_chain_of_its_vocabulary(
    document: Document, layers: str, packaged: SchemaStore
) -> None:
    assert " ".join(link.entry.id for link in chain(document, packaged).links) == layers


def test_every_layer_that_a_vocabulary_names_is_in_the_catalogue() -> None:
    named_layers = {each for vocabulary in table() for layer in vocabulary.layers for each in layer.split("|")}
    assert named_layers <= set(catalogue().entries)


def test_what_is_not_at_hand_is_told_of_and_not_required(packaged: SchemaStore) -> None:
    made = complete(Plan(), chain(invoice(PEPPOL), packaged))
    assert [(layer.name, bool(layer.unusable), layer.required) for layer in made.layers] == [
        ("UBL 2.1 (OASIS)", False, True),
        ("EN 16931 1.3.16", False, True),
        ("Peppol BIS Billing 3 3.0.19", True, False),
    ]
    assert "schemas install peppol-bis3-ubl" in made.layers[2].unusable


def test_a_schema_beside_the_document_stands_for_the_official_one(packaged: SchemaStore, tmp_path: Path) -> None:
    own = tmp_path / "own.xsd"
    made = complete(plan([own], named=False), chain(invoice("urn:cen.eu:en16931:2017"), packaged))
    assert [layer.name for layer in made.layers] == ["own.xsd", "EN 16931 1.3.16"]


def test_a_layer_is_asked_for_by_its_id(packaged: SchemaStore, bare: SchemaStore) -> None:
    (layer,) = named("eu.cen.en16931:ubl:latest", invoice(), packaged).layers
    assert (layer.name, layer.named, layer.unusable) == ("EN 16931 1.3.16", True, "")
    (layer,) = named("en16931-ubl", invoice(), bare).layers
    assert layer.required
    assert "schemas install en16931-ubl" in layer.unusable
    with pytest.raises(InputError, match="Near to it"):
        named("en16931-ulb", invoice(), packaged)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (invoice(PEPPOL), "This is Peppol BIS Billing 3 (UBL): `xml-troubleshooter schemas install ubl-2.1"),
        (invoice("urn:cen.eu:en16931:2017"), "(or install the extra [einvoice])"),
        (Document.from_text("<note/>"), ""),
    ],
)
def test_without_anything_at_hand_the_command_is_named(document: Document, words: str, bare: SchemaStore) -> None:
    said = describe(chain(document, bare))
    assert words in said
    assert bool(words) == bool(said)


def test_an_unknown_profile_is_named_with_near_ones(packaged: SchemaStore) -> None:
    said = describe(chain(invoice("urn:cen.eu:en16931:2071"), packaged))
    assert "urn:cen.eu:en16931:2071" in said
    assert "Near to it: urn:cen.eu:en16931:2017" in said
    said = describe(chain(invoice(PEPPOL.replace("billing", "biling")), packaged))
    assert "poacc:biling:3.0 beyond those of EN 16931 invoice (UBL)" in said
    assert "Near to it: urn:fdc:peppol.eu:2017:poacc:billing: (Peppol BIS Billing 3 (UBL))" in said
    assert describe(chain(invoice("urn:cen.eu:en16931:2017"), packaged)) == ""
    assert "en16931-ubl" in describe(chain(invoice(), packaged))
