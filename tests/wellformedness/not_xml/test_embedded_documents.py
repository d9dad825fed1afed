"""A whole document inside another notation: a string of JSON or Python, a cell of a table, what a mail encodes."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import Found, Mended, finding, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: Found = [
    ("plain words", [("not-xml", "plain words")]),
]
# a document, what it becomes, and how sure that is
MENDED: Mended = [
    ("&lt;a b=&quot;c&quot;/&gt;", '<a b="c"/>', None),
    ('"<a b=\\"c\\">\\n\\u00e9</a>\\n"', '<a b="c">\n\u00e9</a>\n', None),
    ('<a\nb=\\"c\\"/>', '<a\nb="c"/>', None),
    ("b'<a>\\n\\xc3\\xa9</a>\\n'", "<a>\n\u00e9</a>\n", None),
    ('"<a b=""c"">\nd</a>\n"', '<a b="c">\nd</a>\n', None),
    ('<a b=3D"c">d=\n=C3=A9</a>', '<a b="c">d\u00e9</a>', None),
    ("%3Ca+b%3D%22c%22%2F%3E", '<a b="c"/>', None),
    ("> <a>\n> \n>   b</a>\n", "<a>\n\n  b</a>\n", None),
    ("1\t<a>\n2\t b\n3\t</a>\n", "<a>\n b\n</a>\n", None),
    (
        "2024-05-01 12:00:01,001 INFO - <a>\n2024-05-01 12:00:01,001 INFO -  b\n2024-05-01 12:00:01,002 INFO - </a>",
        "<a>\n b\n</a>",
        None,
    ),
    ("f.xml:<a>\nf.xml: b\nf.xml:</a>\n", "<a>\n b\n</a>\n", None),
    (
        "2024-05-01 12:00:01 DEBUG [w-1] <a>\n2024-05-01 12:00:01 INFO [w-1]  b\n2024-05-01 12:00:02 INFO [w] </a>\n",
        "<a>\n b\n</a>\n",
        None,
    ),
    ("PGEgYj0iYyI+w6k8L2E+", '<a b="c">\u00e9</a>', None),
    ('"<a b=\\"c\\">x\\n<d e=\\"f\\"/></a>"', '<a b="c">x\n<d e="f"/></a>', SAFE),
    ("&lt;a b=&quot;c&quot;&gt;x &amp;amp; y&lt;/a&gt;", '<a b="c">x &amp; y</a>', SAFE),
]

test_a_fault_is_found_at_its_place = finding(FOUND)

test_a_fault_is_mended = mending(MENDED)
