"""What a model is told of a schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.model.definitions import definition, expected_at
from mcp_servers.xml_troubleshooter.schemas.plan import plan


@pytest.fixture
def parts(tmp_path: Path) -> tuple[Path, Path]:
    """A schema, and the folder elsewhere that holds its types."""
    main, shared = tmp_path / "main" / "v1" / "order.xsd", tmp_path / "shared" / "v1" / "types.xsd"
    for path, body in (
        (main, f'<xs:include schemaLocation="{shared}"/><xs:element name="Order" type="Lines"/>'),
        (
            shared,
            '<xs:complexType name="Lines"><xs:sequence><xs:element name="Line" type="xs:date"/>'
            "</xs:sequence></xs:complexType>",
        ),
    ):
        path.parent.mkdir(parents=True)
        path.write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{body}</xs:schema>')
    return main, shared.parent


def test_a_type_of_another_folder_that_is_allowed_is_shown(parts: tuple[Path, Path]) -> None:
    schema, folder = parts
    assert definition("Lines", str(schema), (folder,)) == "type Lines holds: Line"


def test_what_is_expected_is_told_from_a_type_of_another_folder(parts: tuple[Path, Path]) -> None:
    schema, folder = parts
    text = "<Order><Lyne>soon</Lyne></Order>"
    (said,) = expected_at(Document.from_text(text), [text.index("<Lyne")], plan([schema], (folder,)))
    assert "Order holds: Line" in said
