"""A folder with orders in it, their schema, and a client of the server."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from mcp import Client

from mcp_servers.xml_troubleshooter.server import create_server

SCHEMA = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
           targetNamespace="urn:example:order" xmlns="urn:example:order">
  <xs:element name="order">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="number">
          <xs:annotation><xs:documentation>The number that the buyer gave.</xs:documentation></xs:annotation>
          <xs:simpleType>
            <xs:restriction base="xs:string"><xs:pattern value="[A-Z]{2}-[0-9]{4}"/></xs:restriction>
          </xs:simpleType>
        </xs:element>
        <xs:element name="date" type="xs:date"/>
        <xs:element name="line" maxOccurs="unbounded">
          <xs:complexType>
            <xs:sequence>
              <xs:element name="article" type="xs:string"/>
              <xs:element name="quantity" type="xs:positiveInteger"/>
            </xs:sequence>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
    </xs:complexType>
  </xs:element>
</xs:schema>
"""
VALID = """<?xml version="1.0" encoding="UTF-8"?>
<order xmlns="urn:example:order">
  <number>AB-1234</number>
  <date>2025-03-01</date>
  <!-- tea & "biscuits" -->
  <line><article>Tea &amp; biscuits</article><quantity>2</quantity></line>
  <line><article>Cups</article><quantity>6</quantity></line>
</order>
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one folder that the server may use: order.xsd, valid.xml, and broken.xml with two faults of form."""
    root = tmp_path / "documents"
    root.mkdir()
    (root / "order.xsd").write_text(SCHEMA)
    (root / "valid.xml").write_bytes(VALID.replace("\n", "\r\n").encode())
    (root / "broken.xml").write_text(broken())
    for name in list(os.environ):
        if name.startswith(("OPEN_ARENA_", "AGENT_")) or name in {"SCHEMA_DIRS", "KB_DIRS"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("ALLOWED_ROOTS", str(root))
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    return root


def broken() -> str:
    """The valid order with a bare ampersand and a mistyped end tag."""
    return VALID.replace("&amp;", "&").replace("Cups</article>", "Cups</artikle>")


Connect = Callable[[], AbstractAsyncContextManager[Client]]


@pytest.fixture
def connect(folder: Path) -> Connect:
    """A function that connects a client to the server in this process."""
    return lambda: Client(create_server(), raise_exceptions=True)


@pytest.fixture(params=["auto", "legacy"])
def connect_in_each_era(request: pytest.FixtureRequest, folder: Path) -> Connect:
    """The same, once for each era of the protocol."""
    return lambda: Client(create_server(), raise_exceptions=True, mode=request.param)
