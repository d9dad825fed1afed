"""Catalogs, tables of layers and scenarios that lead out, cost or lie."""

# ruff: noqa: E501 - rows of a table, each with a text that is one thing

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from benchmarks.trust.tricks import DEEP, SOUND, TYPED, XSI, Trick, alone, link, pipe
from tests.validators.test_attacks import CATALOG


def catalogs() -> Iterator[tuple[str, Trick]]:
    """Catalogs and settings beside a document that lead out, cost or lie."""
    doc = f'<!DOCTYPE r PUBLIC "-//X//Y" "http://example.org/r.dtd"><r {XSI} xsi:noNamespaceSchemaLocation="http://example.org/r.xsd">&leak;</r>'
    for name, entries in {
        "a base outside": "<group xml:base='file://{out}/'><system systemId='http://example.org/r.dtd' uri='secret.dtd'/></group>",
        "a base of bases": "<group xml:base='../'>" * 300
        + "<uri name='http://example.org/r.xsd' uri='outside/secret.xsd'/>"
        + "</group>" * 300,
        "everything is rewritten": "<rewriteSystem systemIdStartString='' rewritePrefix='file:///'/><rewriteURI uriStartString='' rewritePrefix='file:///'/>",
        "a suffix": "<systemSuffix systemIdSuffix='.dtd' uri='file://{out}/secret.dtd'/><uriSuffix uriSuffix='.xsd' uri='file://{out}/secret.xsd'/>",
        "a public name": "<public publicId='-//X//Y' uri='{out}/secret.dtd'/>",
        "an address with a zero": "<system systemId='http://example.org/r.dtd' uri='%00'/>",
        "a name that is escaped": "<system systemId='http://example.org/r.dtd' uri='%2e%2e/outside/secret.dtd'/>",
        "a device": "<system systemId='http://example.org/r.dtd' uri='file:///dev/zero'/><uri name='http://example.org/r.xsd' uri='/dev/zero'/>",
        "a pipe": "<system systemId='http://example.org/r.dtd' uri='pipe.dtd'/><nextCatalog catalog='pipe.xml'/>",
        "a folder": "<system systemId='http://example.org/r.dtd' uri='.'/><nextCatalog catalog='.'/>",
        "the document": "<system systemId='http://example.org/r.dtd' uri='d.xml'/><uri name='http://example.org/r.xsd' uri='d.xml'/>",
        "100,000 entries": "<system systemId='http://example.org/x.dtd' uri='x'/>" * 100_000,
        "a name of a megabyte": f"<public publicId='{'x' * 1_000_000}' uri='x'/>",
    }.items():

        def pipes(inside: Path, _: Path) -> None:
            os.mkfifo(inside / "pipe.dtd")
            os.mkfifo(inside / "pipe.xml")

        yield (
            f"catalog: {name}",
            alone(doc, files={"catalog.xml": f"<catalog {CATALOG}>{entries}</catalog>"}, prepare=pipes, never=SOUND),
        )
    yield (
        "catalog: an entity",
        alone(
            doc,
            files={
                "catalog.xml": f'<!DOCTYPE c [<!ENTITY e SYSTEM "file://{{out}}/secret.txt">]><catalog {CATALOG}><system systemId="http://example.org/r.dtd" uri="&e;"/></catalog>'
            },
            never=SOUND,
        ),
    )
    yield "catalog: a pipe itself", alone(doc, prepare=pipe("catalog.xml"), never=SOUND)
    yield "catalog: a device itself", alone(doc, prepare=link("catalog.xml", "/dev/zero"), never=SOUND)
    for name, text in {
        "a schema outside": '[[layers]]\nschema = "../outside/secret.xsd"\n',
        "a schema by http": '[[layers]]\nschema = "http://127.0.0.1:9/x.xsd"\n',
        "keys in keys": "a" + ".a" * 20_000 + " = 1\n",
        "lists in lists": "[[layers]]\nschema = " + "[" * 3000 + "]" * 3000 + "\n",
        "an XPath that costs": '[[layers]]\nschema = "s.xsd"\nxpath = "//*[count(//*[count(//*) = 1]) = 2]"\n',
        "an XPath that nests": f'[[layers]]\nschema = "s.xsd"\nxpath = "{"(" * DEEP}1{")" * DEEP}"\n',
        "an XPath that reads": '[[layers]]\nschema = "s.xsd"\nxpath = "document(\'file://{out}/secret.xml\')"\n',
        "a pattern of stars": f'[[layers]]\nschema = "s.xsd"\nroot = "{"*a" * 500}"\n',
        "severities that are none": '[[layers]]\nschema = "s.xsd"\nseverities = {{ "R" = ["x"] }}\n',
        "thousands of tables": '[[layers]]\nschema = "s.xsd"\nroot = "q"\n' * 5000,
        "itself": '[[layers]]\nschema = "layers.toml"\n',
        "bytes": "\udcff\udcfe",
    }.items():
        yield (
            f"layers: {name}",
            Trick(
                files={
                    "schemas/layers.toml": text.encode("utf-8", "surrogateescape"),
                    "schemas/s.xsd": TYPED,
                    "d.xml": f"<r>{'a' * 3000}</r>",
                },
                arguments={"path": "d.xml", "schema_path": "schemas"},
                never=SOUND,
            ),
        )
    scenarios = '<scenarios xmlns="http://www.xoev.de/de/validator/framework/1/scenarios" frameworkVersion="1.0.0"><scenario><name>x</name>{}</scenario></scenarios>'
    for name, text in {
        "a schema outside": "<match>/*</match><validateWithXmlSchema><resource><name>x</name><location>../outside/secret.xsd</location></resource></validateWithXmlSchema>",
        "rules outside": "<match>/*</match><validateWithSchematron><resource><name>x</name><location>file://{out}/secret.sch</location></resource></validateWithSchematron>",
        "a match that costs": "<match>//*[count(//*[count(//*) = 1]) = 2]</match>",
        "a match that reads": "<match>document('file://{out}/secret.xml')</match>",
        "a match that nests": f"<match>{'(' * DEEP}1{')' * DEEP}</match>",
        "no match": "",
    }.items():
        yield (
            f"scenarios: {name}",
            Trick(
                files={"schemas/scenarios.xml": scenarios.replace("{}", text), "d.xml": "<r>" + "<a/>" * 400 + "</r>"},
                arguments={"path": "d.xml", "schema_path": "schemas/scenarios.xml"},
                never=SOUND,
            ),
        )
