"""One small vocabulary, its judge, and engines and models that say what they are told to say."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from mcp_servers.xml_troubleshooter.agent.schemas import (
    ActionError,
    AgentAction,
    LLMInferenceRequest,
    LLMInferenceResponse,
)
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import Report
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.loop import gate
from mcp_servers.xml_troubleshooter.loop.loop_manager import Judge, Limits, LoopManager, LoopResult
from mcp_servers.xml_troubleshooter.loop.proposal import Fix, Task
from mcp_servers.xml_troubleshooter.model.model_engine import EngineSettings, ModelEngine, Notes
from mcp_servers.xml_troubleshooter.schemas.plan import Plan, plan

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:order" targetNamespace="urn:order"
    elementFormDefault="qualified">
  <xs:element name="Order">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="Number" type="xs:string"/>
        <xs:element name="Date" type="xs:date"/>
        <xs:element name="Currency" type="currency"/>
        <xs:element name="Line" type="line" maxOccurs="unbounded"/>
        <xs:element name="Total" type="amount"/>
        <xs:element name="Remark" type="xs:string" minOccurs="0"/>
      </xs:sequence>
    </xs:complexType>
  </xs:element>
  <xs:simpleType name="currency">
    <xs:restriction base="xs:string">
      <xs:enumeration value="EUR"/>
      <xs:enumeration value="SEK"/>
      <xs:enumeration value="USD"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:complexType name="amount">
    <xs:simpleContent>
      <xs:extension base="xs:decimal">
        <xs:attribute name="currency" type="currency" use="required"/>
      </xs:extension>
    </xs:simpleContent>
  </xs:complexType>
  <xs:complexType name="line">
    <xs:sequence>
      <xs:element name="Item" type="xs:string"/>
      <xs:element name="Amount" type="amount"/>
    </xs:sequence>
    <xs:attribute name="no" type="xs:positiveInteger" use="required"/>
  </xs:complexType>
</xs:schema>
"""

ORDER = """<?xml version="1.0"?>
<Order xmlns="urn:order">
  <Number>A17</Number>
  <Date>2026-03-05</Date>
  <Currency>EUR</Currency>
  <Line no="1">
    <Item>Bolt</Item>
    <Amount currency="EUR">10.50</Amount>
  </Line>
  <Line no="2">
    <Item>Nut</Item>
    <Amount currency="EUR">2.25</Amount>
  </Line>
  <Total currency="EUR">12.75</Total>
</Order>
"""


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("agent") / "order.xsd"
    path.write_text(SCHEMA)
    return str(path)


@pytest.fixture
def order() -> str:
    """A valid order."""
    return ORDER


class OwnJudge:
    """The gate in this process; what tests of the loop need no worker for."""

    async def judge(self, document: Document, report: Report, fixes: Sequence[Fix], plan: Plan) -> gate.Verdict:
        return gate.judge(document, report, fixes, plan)


@pytest.fixture
def judge() -> Judge:
    return OwnJudge()


Answer = dict[str, object] | str | Exception


@dataclass
class ScriptedModel:
    """A client whose model gives these answers in turn, the last one again and again; keeps the prompts."""

    answers: Sequence[Answer]
    prompts: list[str] = field(default_factory=list)

    async def infer(self, request: LLMInferenceRequest) -> LLMInferenceResponse:
        self.prompts.append(request.query)
        answer = self.answers[min(len(self.prompts), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        text = answer if isinstance(answer, str) else json.dumps(answer)
        answered = LLMInferenceResponse(
            success=False, raw_content=text, tokens_used=(len(request.query) + len(text)) // 3, model_used="scripted"
        )
        try:
            return answered.model_copy(update={"success": True, "response": AgentAction.parse_from_text(text)})
        except ActionError as error:
            return answered.model_copy(update={"error_message": str(error)})


Run = Callable[..., Awaitable[tuple[LoopResult, list[str]]]]


@pytest.fixture
def run(schema: str) -> Run:
    """Let a model that gives these answers repair a text; the result, and the prompts that it was sent."""

    async def repair(
        text: str,
        *answers: Answer,
        limits: Limits | None = None,
        settings: EngineSettings | None = None,
        notes: Notes | None = None,
        before: LoopResult | None = None,
        **request: Any,  # noqa: ANN401 - whatever a task holds
    ) -> tuple[LoopResult, list[str]]:
        model = ScriptedModel(answers)
        document = Document.from_text(text)
        layers = plan([request.pop("schema", schema)])
        loop = LoopManager([ModelEngine(model, settings, notes)], OwnJudge(), limits)
        task = Task(document=document, report=validate(document, layers), plan=layers, **request)
        result = await loop.run(task, before)
        return result, model.prompts

    return repair


@pytest.fixture
def engine() -> Callable[..., ModelEngine]:
    """An engine whose model gives these answers."""
    return lambda *answers: ModelEngine(ScriptedModel(answers))


def propose(*edits: dict[str, object], **rest: object) -> dict[str, object]:
    return {"action": "propose_fix", "confidence": 0.9, "reasoning": "because", "data": {"edits": list(edits)}, **rest}


@pytest.fixture
def proposal() -> Callable[..., dict[str, object]]:
    """A model's answer that proposes these edits."""
    return propose
