"""Pictures of the HTML report in a browser, light and dark, and of 1,000 faults: to be looked at.

usage: python benchmarks/report_screenshots.py FOLDER [BROWSER]

Writes report.html, many.html and a PNG of each into the folder. BROWSER is a Chromium of any kind; left out, it is
looked for. Prints how long the browser took for each.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
COMMAND = (sys.executable, "-m", "mcp_servers.xml_troubleshooter", "fix", "--engine", "offline", "--format", "html")
INVOICE = "kb/e-invoice/rejected-invoice/broken.xml"


def main() -> None:
    """Make the reports and their pictures."""
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    browser = sys.argv[2] if len(sys.argv) > 2 else next(filter(None, map(shutil.which, BROWSERS)), "")  # noqa: PLR2004
    if not browser:
        raise SystemExit("no browser is here; name one")
    with tempfile.TemporaryDirectory() as scratch:
        many = Path(scratch) / "many.xml"
        many.write_text("<a>\n" + "".join(f"<b>{number} & more</b>\n" for number in range(1000)) + "</a>\n")
        for name, document in (("report", INVOICE), ("many", str(many))):
            made = subprocess.run([*COMMAND, document], cwd=ROOT, capture_output=True, check=False)  # noqa: S603 - ours
            (folder / f"{name}.html").write_bytes(made.stdout)
    for name, theme in (("report", "light"), ("report", "dark"), ("many", "light")):
        started = time.perf_counter()
        picture = folder / f"{name}-{theme}.png"
        scheme = {"light": 1, "dark": 0}[theme]
        options = [
            *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,2000"),
            f"--blink-settings=preferredColorScheme={scheme}",
            f"--screenshot={picture}",
        ]
        address = (folder / f"{name}.html").as_uri()
        subprocess.run([browser, *options, address], capture_output=True, timeout=120, check=True)  # noqa: S603 - named
        sys.stdout.write(f"{picture} {time.perf_counter() - started:.1f} s\n")


if __name__ == "__main__":
    main()
