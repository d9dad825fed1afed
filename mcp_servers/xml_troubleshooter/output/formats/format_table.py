"""The one table of forms that are written when all files are done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from . import gitlab, html_page, junit, sarif, workflow_log
from .file_findings import FileFindings, HelpOn

FORMATS: Mapping[str, Callable[[Sequence[FileFindings], HelpOn], str]] = MappingProxyType(
    {
        "sarif": sarif.render,
        "junit": junit.render,
        "github": workflow_log.github,
        "gitlab": gitlab.render,
        "azure": workflow_log.azure,
        "html": html_page.render,
    }
)
