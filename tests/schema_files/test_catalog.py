"""OASIS XML catalogs: entries, rewriting, suffixes, bases and catalogs that name others."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.disk.bounds import Bounds
from mcp_servers.xml_troubleshooter.schema_files import catalog

Write = Callable[[str, str], Path]

TEXT = """<?xml version="1.0"?>
<!DOCTYPE catalog PUBLIC "-//OASIS//DTD Entity Resolution XML Catalog V1.0//EN" "http://localhost/catalog.dtd">
<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog" prefer="public">
  <public publicId="-//A//DTD
      A//EN" uri="a.dtd"/>
  <system systemId="http://localhost/a.dtd" uri="exact.dtd"/>
  <uri name="urn:a" uri="a.xsd"/>
  <rewriteSystem systemIdStartString="http://localhost/" rewritePrefix="short/"/>
  <rewriteSystem systemIdStartString="http://localhost/deep/" rewritePrefix="long/"/>
  <rewriteURI uriStartString="http://localhost/" rewritePrefix="uris/"/>
  <systemSuffix systemIdSuffix="/tail.dtd" uri="suffix.dtd"/>
  <uriSuffix uriSuffix="/tail.xsd" uri="suffix.xsd"/>
  <group xml:base="sub/"><uri name="urn:b" uri="b%20c.xsd"/></group>
  <uri name="urn:remote" uri="http://localhost/remote.xsd"/>
  <uri name="urn:no-target"/>
  <other xmlns="urn:other" name="urn:other" uri="other.xsd"/>
  <nextCatalog catalog="next/catalog.xml"/>
  <delegatePublic publicIdStartString="-//D//" catalog="delegate.xml"/>
  <delegateURI uriStartString="urn:delegated:" catalog="delegate.xml"/>
</catalog>"""
DELEGATE = """<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"><public publicId="-//D//D D" uri="d.dtd"/>
<public publicId="-//E//E" uri="e.dtd"/><uri name="urn:delegated:d" uri="d.xsd"/><uri name="urn:kept" uri="k.xsd"/>
</catalog>"""
NEXT = """<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"><uri name="urn:next" uri="n.xsd"/>
<nextCatalog catalog="../catalog.xml"/></catalog>"""

ASKED = [
    ({"public": "-//A//DTD A//EN"}, "a.dtd"),
    ({"public": " -//A//DTD   A//EN "}, "a.dtd"),
    ({"system": "http://localhost/a.dtd", "public": "-//A//DTD A//EN"}, "exact.dtd"),
    ({"uri": "urn:a"}, "a.xsd"),
    ({"system": "http://localhost/x/y.dtd"}, "short/x/y.dtd"),
    ({"system": "http://localhost/deep/y.dtd"}, "long/y.dtd"),
    ({"uri": "http://localhost/x.xsd"}, "uris/x.xsd"),
    ({"system": "urn:x/tail.dtd"}, "suffix.dtd"),
    ({"uri": "urn:x/tail.xsd"}, "suffix.xsd"),
    ({"uri": "urn:b"}, "sub/b c.xsd"),
    ({"uri": "urn:next"}, "next/n.xsd"),
    ({"uri": "urn:delegated:d"}, "d.xsd"),
    ({"public": "-//D//D  D", "system": "http://elsewhere/d.dtd"}, "d.dtd"),
    ({"public": "-//E//E"}, None),
    ({"uri": "urn:kept"}, None),
    ({"uri": "urn:remote"}, None),
    ({"uri": "urn:no-target"}, None),
    ({"uri": "urn:other"}, None),
    ({"uri": "urn:unknown"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("asked", "path"), ASKED)
def test_a_name_leads_to_its_file(asked: dict[str, str], path: str | None, tmp_path: Path, write: Write) -> None:
    write("next/catalog.xml", NEXT)
    write("delegate.xml", DELEGATE)
    found = catalog.resolve([write("catalog.xml", TEXT)], Bounds.of([tmp_path]), **asked)
    assert found == (tmp_path / path if path else None)


@pytest.mark.parametrize("text", ["", "no xml", "<catalog", "<catalog/>"])
def test_a_broken_catalog_knows_nothing(text: str, tmp_path: Path, write: Write) -> None:
    assert catalog.resolve([write("catalog.xml", text)], Bounds.of([tmp_path]), uri="urn:a") is None


def test_a_catalog_is_read_again_when_it_changes(tmp_path: Path, write: Write) -> None:
    path = write("catalog.xml", TEXT)
    assert catalog.resolve([path], Bounds.of([tmp_path]), uri="urn:a") == tmp_path / "a.xsd"
    write("catalog.xml", TEXT.replace('uri="a.xsd"', 'uri="another.xsd"'))
    assert catalog.resolve([path], Bounds.of([tmp_path]), uri="urn:a") == tmp_path / "another.xsd"


def test_catalogs_lie_in_folders_under_their_usual_name(tmp_path: Path, write: Write) -> None:
    path = write("one/catalog.xml", TEXT)
    assert catalog.catalogs_of([tmp_path, path.parent, path.parent], Bounds.of([tmp_path])) == (path,)
