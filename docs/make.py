"""Makes the pages that are drawn from the code (repairs, messages, vocabularies, configuration) and the terminal.

usage: python docs/make.py

A test fails where a page differs from the one made of the code, and makes it anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.config import Settings
from mcp_servers.xml_troubleshooter.configuration.constants import NAME
from mcp_servers.xml_troubleshooter.configuration.file import KEYS
from mcp_servers.xml_troubleshooter.diagnosis.messages.tool_messages.english_wording import SAYINGS
from mcp_servers.xml_troubleshooter.document.diff import unified
from mcp_servers.xml_troubleshooter.facts.fact_table import FAMILIES
from mcp_servers.xml_troubleshooter.knowledge.article_store import Article, Store
from mcp_servers.xml_troubleshooter.schemas.vocabularies import table

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
_MADE = "Made by `docs/make.py` from the code; changes are made there."
_LINES = 12  # lines of an example
_SAYINGS = 3  # messages of other programs for one fault
_PICTURE = ("fix", "kb/schema/date-and-decimal/broken.xml")
_WIDTH = 118
_THEME = TerminalTheme(
    (22, 27, 34),
    (230, 237, 243),
    [
        (72, 79, 88),
        (255, 123, 114),
        (63, 185, 80),
        (210, 153, 34),
        (88, 166, 255),
        (188, 140, 255),
        (57, 197, 207),
        (177, 186, 196),
    ],
)
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="A terminal">
<style>{styles}
.{unique_id}-matrix {{ font: {char_height}px ui-monospace, Menlo, Consolas, monospace; white-space: pre; }}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}</defs>
<rect width="{width}" height="{height}" rx="8" fill="#161b22"/>
<g transform="translate({terminal_x}, {terminal_y})">{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def main() -> None:
    """Write the pages, and the picture."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
    (DOCS / "terminal.svg").write_text(picture(), encoding="utf-8")


def pages() -> dict[str, str]:
    """The pages by their names."""
    return {
        "repairs.md": repairs(),
        "messages.md": messages(),
        "vocabularies.md": vocabularies(),
        "configuration.md": configuration(),
    }


def repairs() -> str:
    """The page of the faults found and repaired: every fault, and an example of each kind."""
    articles = Store([ROOT / "kb"]).articles()
    lines = ["# What is found and repaired", "", _MADE, ""]
    lines += ["Every example is a document of `kb/` that the tests repair; what is shown is how it changes.", ""]
    for topic in sorted({_topic(article) for article in articles}):
        lines += [f"## {topic}", ""]
        for article in articles:
            if _topic(article) == topic:
                lines += _example(article)
    lines += ["## All faults", "", "| code | what it is | example |", "|---|---|---|"]
    for code in Code:
        about = next(article for article in articles if code in article.codes)
        example = f"[{about.id}](#{_anchor(about.title)})" if about else ""
        lines.append(f"| `{code}` | {_cell(code.meaning.what)} | {example} |")
    return "\n".join(lines) + "\n"


def _topic(article: Article) -> str:
    return article.path.parent.parent.name


def _example(article: Article) -> Iterator[str]:
    folder = article.path.parent
    yield f"### {article.title}"
    yield ""
    yield f"{', '.join(f'`{code}`' for code in article.codes)} ({_link(folder / 'note.md', 'article')})"
    yield ""
    broken, fixed = folder / "broken.xml", folder / "fixed.xml"
    if broken.is_file() and fixed.is_file():
        diff = unified(_text(broken), _text(fixed), broken.name).splitlines()[2:]
        changed = [line for line in diff if line[:1] in ("-", "+")]
        more = [f"... {len(changed) - _LINES} lines more"] if len(changed) > _LINES else []
        yield from ["```diff", *(line.rstrip()[:160] for line in changed[:_LINES]), *more, "```", ""]


def _text(path: Path) -> str:
    text = path.read_bytes().decode("utf-8", "replace")
    return "".join(each if each.isprintable() or each == "\n" else "\N{REPLACEMENT CHARACTER}" for each in text)


def messages() -> str:
    """The page of the messages of other programs, and their meanings."""
    articles = Store([ROOT / "kb"]).articles()
    lines = ["# Troubleshooting by message", "", _MADE, ""]
    lines += [
        "What parsers, validators and systems say, what it means, and its usual causes. `xml-troubleshooter explain",
        "MESSAGE` knows more forms, and ids of business rules; `fix FILE --problem MESSAGE` holds it against the",
        "document.",
        "",
    ]
    for code in Code:
        said = SAYINGS.get(code, ())
        if not said:
            continue
        about = next(article for article in articles if code in article.codes)
        lines += [f"## {code}", "", *(f"> {message}  " for message in said[:_SAYINGS]), "", code.meaning.what, ""]
        lines += [f"{number}. {cause}" for number, cause in enumerate(code.meaning.causes, 1)]
        lines += [""] if code.meaning.causes else []
        lines += [f"To find out, send {code.meaning.send}."]
        lines += [f"More: {_link(about.path, about.title)}.", ""]
    return "\n".join(lines)


def vocabularies() -> str:
    """The page of the known vocabularies, the layers that judge them, and the facts known of them without a schema."""
    facts = {known: family for family in FAMILIES for known in family.vocabularies}
    lines = ["# What documents are known", "", _MADE, ""]
    lines += [
        "A document is known by its document element, namespace, DOCTYPE or specification, broken ones too.",
        "*Judged by* names the entries of the catalogue (`xml-troubleshooter schemas list`); what is *known without",
        "a schema* is told wherever it does not hold, and proves nothing where it does.",
        "",
        "| document | described at | judged by | known without a schema |",
        "|---|---|---|---|",
    ]
    for each in table():
        home = f"[{urlsplit(each.home).netloc}]({each.home})" if each.home else ""
        ours = [fact.id for fact in facts[each.id].facts if each.id in fact.vocabularies] if each.id in facts else []
        lines.append(f"| {_cell(each.name)} | {home} | {_cell(', '.join(each.layers))} | {', '.join(ours)} |")
    lines += [
        "",
        "In every document `xml:lang`, `xml:space`, `xsi:nil`, `xsi:type` and `xsi:schemaLocation` are looked at.",
        "",
    ]
    return "\n".join(lines)


def configuration() -> str:
    """Every key of a configuration, and every setting."""
    lines = ["# Configuration", "", _MADE, "", f"## A project: `{NAME}`", ""]
    lines += [
        f"`{NAME}`, or the table `[tool.xml-troubleshooter]` of a pyproject.toml, is looked for from the working",
        "folder upwards in a shell, and at the top of an allowed folder by the server; never beside a document, and",
        "not where it belongs to another user. It can only make a verdict stricter. `xml-troubleshooter config show`",
        "tells every value and where it comes from.",
        "",
        "| key | what it says | example |",
        "|---|---|---|",
        *(f"| `{key.name}` | {_cell(key.meaning)} | `{key.name} = {_cell(key.example)}` |" for key in KEYS),
        "",
        "In a pattern `*` stands for anything in a name and `**` for any folders; one without a `/` is for names in",
        "every folder. Conditions for `layers` are in [layers.md](layers.md). What is given on the command line goes",
        "first.",
        "",
        "## Settings: the environment, and `.env`",
        "",
        "Environment variables go before `.env` in the working folder. None is needed.",
        "",
        "| setting | default | meaning |",
        "|---|---|---|",
    ]
    template = (ROOT / ".env.template").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        found = re.search(rf"((?:^# .*\n)+)#?{name.upper()}=", template, re.MULTILINE)
        meaning = " ".join(line[2:] for line in found[1].splitlines()) if found else ""
        default = field.default if field.default_factory is None and field.default not in (None, ()) else ""
        lines.append(f"| `{name.upper()}` | {_cell(str(default))} | {_cell(meaning)} |")
    return "\n".join(lines) + "\n"


def picture() -> str:
    """A terminal in which a document is validated, as an SVG that needs nothing from elsewhere."""
    environment = {**os.environ, "FORCE_COLOR": "1", "NO_COLOR": "", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "mcp_servers.xml_troubleshooter", *_PICTURE]
    shown = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False).stdout  # noqa: S603
    console = Console(record=True, width=_WIDTH, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    console.print(Text(f"$ xml-troubleshooter {' '.join(_PICTURE)}", style="bold"), soft_wrap=False)
    console.print(Text.from_ansi(shown.replace(str(ROOT), ".").rstrip()))
    svg = console.export_svg(title="", code_format=_SVG, theme=_THEME, unique_id="t")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def _link(path: Path, text: str) -> str:
    return f"[{text}]({os.path.relpath(path, DOCS)})"


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    main()
