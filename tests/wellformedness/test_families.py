"""The table of families holds every code that the parser minds, with words, a rule and tests."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from mcp_servers.xml_troubleshooter.codes import Code, Concern
from mcp_servers.xml_troubleshooter.diagnosis.syntax_verdict import faults as faults_of
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.repair.syntax import proposals
from mcp_servers.xml_troubleshooter.wellformedness import families

FAMILIES = [module for module in vars(families).values() if isinstance(module, ModuleType)]
# told in the words of the parser
OF_THE_PARSER = {Code.NOT_WELL_FORMED, Code.RESOURCE_LIMIT}


def test_every_code_of_syntax_is_in_one_family() -> None:
    codes = [kind.code for family in FAMILIES for kind in family.FAULTS]
    assert sorted(codes) == sorted({code for code in Code if Concern.SYNTAX in code.concern} - OF_THE_PARSER)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__.rpartition(".")[2])
def test_a_family_has_words_and_a_test_file_of_its_name(family: ModuleType) -> None:
    name = f"test_{family.__name__.rpartition('.')[2]}.py"
    tests = next(Path(__file__).parent.rglob(name)).read_text(encoding="utf-8")
    for kind in family.FAULTS:
        assert f'"{kind.code}"' in tests
        assert kind.message or kind.code is Code.ENCODING_MISMATCH
        assert kind.rule or kind.code is Code.EMPTY_DOCUMENT


def test_a_prefix_that_nothing_explains_is_left_alone() -> None:
    document = Document("<a><unheard:b/></a>")
    assert proposals(document, faults_of(document))[0] == []
