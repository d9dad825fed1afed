"""The layer of the declarations in a document's own DOCTYPE, and their weight beside other schemas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..diagnostics import LayerKind
from ..document.doctype import Doctype, doctype_of
from ..document.document import Document
from ..errors import SchemaError
from ..schemas.plan import GRAMMARS, OWN_DTD, Layer, Plan
from ..validators.libxml2 import DtdValidator
from ..validators.schema import own_dtd
from .layers import Opened

_OWN = Layer(name=OWN_DTD, kind=LayerKind.DTD, source="", named=False, required=False)


def with_doctype(document: Document, opened: Sequence[Opened], plan: Plan) -> Sequence[Opened]:
    """The layers that judge a document before any rules, with that of the declarations in its DOCTYPE in front.

    Declarations that add to a DTD of the plan judge with it; those of an external subset that is not at hand do not
    judge alone. Beside another schema a DTD that nobody named, and that does not declare the element which the DOCTYPE
    names, is not meant to judge: often it says which attributes are IDs, or declares a few elements more.
    """
    doctype = doctype_of(document.text)
    if doctype is None:
        return opened
    dtds = [each for each in opened if each.layer.kind is LayerKind.DTD]
    if not dtds and doctype.declares and not doctype.system:
        dtds = _own(document, doctype, plan)
        opened = [*dtds, *opened]
    if all(each in dtds or each.schema is None or each.layer.kind not in GRAMMARS for each in opened):
        return opened
    return [_beside_another(each, doctype.name) if each in dtds and not each.layer.named else each for each in opened]


def _beside_another(dtd: Opened, root: str) -> Opened:
    schema = dtd.schema
    if schema is None or not isinstance(schema.validator, DtdValidator):
        return dtd
    if schema.validator.declares(root):
        return replace(dtd, schema=replace(schema, validator=replace(schema.validator, beside_another=True)))
    return replace(dtd, reason=f"it does not declare {root}, the document element")


def _own(document: Document, doctype: Doctype, plan: Plan) -> list[Opened]:
    try:
        schema = own_dtd(doctype, document.source, plan.roots)
    except SchemaError as error:
        return [Opened(_OWN, None, str(error))]
    return [Opened(_OWN, schema)] if schema is not None else []
