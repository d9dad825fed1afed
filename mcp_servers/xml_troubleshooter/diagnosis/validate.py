"""The one judge of documents. Pure, with arguments that can be pickled, because it is called in worker processes."""

from __future__ import annotations

from pathlib import Path

from ..diagnostics import Report
from ..document.document import Document


def validate(document: Document, schema: str = "", roots: tuple[Path, ...] = ()) -> Report:
    """The verdict on a document: is it well-formed, and does it satisfy the schema in this file?

    Without a schema a document is measured by the declarations in its own DOCTYPE, where it has such, and else by
    well-formedness alone. `roots` are folders that the schema may include files from, besides its own. Raises
    SchemaError where the schema cannot be used.
    """
    from .judge import judge  # noqa: PLC0415 - lxml is loaded where the work is done, in the worker

    return judge(document, schema, roots)
