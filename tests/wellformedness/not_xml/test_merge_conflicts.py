"""The marks of an unfinished merge."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import Mended, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, what it becomes, and how sure that is
MENDED: Mended = [
    ("<a>\n<<<<<<< x\n<b>\n=======\n<b >\n>>>>>>> y\n1</b></a>", "<a>\n<b>\n1</b></a>", None),
    ("<a>\n<<<<<<< x\n<b/></a>", "<a>\n<b/></a>", None),
    ("<a\n<<<<<<< x\nb='1'\n=======\nb='2'\n>>>>>>> y\n/>", "<a\nb='1'\n/>", UNSAFE),
    ("<a>\n<<<<<<< x\n<b>1</b>\n=======\n<b>2</b>\n>>>>>>> y\n</a>", "<a>\n<b>1</b>\n</a>", UNSAFE),
    ("<a>\n<<<<<<< x\n<b>1</b>\n=======\n <b>1</b>\n>>>>>>> y\n</a>", "<a>\n<b>1</b>\n</a>", SAFE),
]

test_a_fault_is_mended = mending(MENDED)
