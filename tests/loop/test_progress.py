"""What tells whether a step is progress, with masses of faults."""

from __future__ import annotations

import time

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnostics import Diagnostic, Report
from mcp_servers.xml_troubleshooter.loop.progress import Placed, no_progress


def placed(start: int) -> Placed:
    fault = Diagnostic(
        code=Code.BARE_AMPERSAND, start=start, end=start + 1, line=1, column=start + 1, message="m", explanation="e"
    )
    return Placed(start, start + 1, fault)


def seconds(remaining: int) -> float:
    """What it takes to see that 1,000 faults are gone beside so many that remain."""
    gone, others = [placed(at) for at in range(1000)], [placed(at) for at in range(1000, 1000 + remaining)]
    before, aims = [*gone, *others], {item.start: (1, [item]) for item in gone}
    old, new = (
        Report(diagnostics=tuple(item.fault for item in each), well_formed=False, valid=False)
        for each in (before, others)
    )
    times = []
    for _ in range(3):
        start = time.process_time()
        assert no_progress(old, before, new, others, aims) == ""
        times.append(time.process_time() - start)
    return min(times)


def test_faults_that_remain_are_not_gone_through_for_each_that_is_gone() -> None:
    assert seconds(5000) < 15 * seconds(50)
