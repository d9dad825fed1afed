"""Attacks by the names of files and encodings, and by the things of these names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from benchmarks.trust.tricks import OK, SOUND, Trick, alone, fixed, link, pipe


def names() -> Iterator[tuple[str, Trick]]:
    """Paths to read and to write: links, pipes, folders, names of every kind."""
    broken = {"d.xml": "<r>&</r>"}
    for target in (
        "out/x.xml",
        "link.xml",
        "pipe.xml",
        "folder",
        ".",
        "..",
        "/dev/null",
        "/dev/full",
        "/proc/self/mem",
        "d.xml/",
        "d.xml/x.xml",
        "no/such/x.xml",
        "~/x.xml",
        "\0",
        "http://x/a.xml",
        "file:///etc/x.xml",
        "-",
        "nul",
    ):

        def prepare(inside: Path, outside: Path) -> None:
            (inside / "out").symlink_to(outside)
            (inside / "link.xml").symlink_to(outside / "new.xml")
            os.mkfifo(inside / "pipe.xml")
            (inside / "folder").mkdir()

        for overwrite in (False, True):
            yield (
                f"result to {target!r}{', over what is there' * overwrite}",
                Trick(
                    tool="troubleshoot_xml",
                    files=broken,
                    prepare=prepare,
                    made=("-", "nul", "d.xml.bak"),
                    arguments={
                        "path": "d.xml",
                        "engine": "offline",
                        "output_path": target,
                        "overwrite": overwrite,
                        "write_when": "always",
                    },
                ),
            )
    for spelled in ("./d.xml", "sub/../d.xml", "{inside}/d.xml", "file://{inside}/d.xml", "D.XML", "d.xml ", "d.xml\n"):
        yield (
            f"in place by {spelled!r}",
            Trick(
                tool="troubleshoot_xml",
                files=broken | {"sub/x": ""},
                made=("d.xml.bak", "D.XML"),
                arguments={"path": "d.xml", "engine": "offline", "output_path": spelled},
            ),
        )
    long = "n" * 251 + ".xml"
    yield (
        "a name with no room for the backup's",
        Trick(
            tool="troubleshoot_xml",
            files={long: "<r>&</r>"},
            made=("*",),
            arguments={"path": long, "engine": "offline", "output_path": long},
        ),
    )
    yield (
        "its schema as the result",
        Trick(
            tool="troubleshoot_xml",
            files=broken | {"s.xsd": OK},
            arguments={"path": "d.xml", "schema_path": "s.xsd", "engine": "offline", "output_path": "s.xsd"},
        ),
    )
    yield (
        "a hard link to a file outside",
        Trick(
            tool="troubleshoot_xml",
            files=broken,
            prepare=lambda inside, outside: os.link(outside / "writable.xml", inside / "hard.xml"),
            arguments={"path": "d.xml", "engine": "offline", "output_path": "hard.xml"},
        ),
    )
    for glob in (
        "**/**/**/**/*.xml",
        "[",
        "*" * 3000,
        "{a,b}.xml",
        "*/*/../../../outside/*",
        "**/../*",
        "?" * 300,
        "[!a-z]*",
        "/*",
        "/proc/*/environ",
        "..",
        "**",
    ):
        yield f"the pattern {glob[:30]!r}", Trick(files=broken | {"a/b/c/d.xml": "<r/>"}, arguments={"path": glob})

    def circles(inside: Path, outside: Path) -> None:
        folder = inside / "docs" / "deep"
        folder.mkdir(parents=True)
        (folder / "up").symlink_to(inside / "docs")
        (folder / "away").symlink_to(outside)
        (folder / "link.xml").symlink_to(outside / "secret.xml")
        os.mkfifo(folder / "pipe.xml")
        (folder / "dev.xml").symlink_to("/dev/zero")
        (folder / "d.xml").write_text("<r/>")

    yield "a folder of circles, pipes and devices", Trick(prepare=circles, arguments={"path": "docs"})
    yield "a folder of circles by a pattern", Trick(prepare=circles, arguments={"path": "docs/**/*.xml"})
    for schema in (
        "d.xml",
        "s.xsd;" * 5000,
        ";",
        ";;;s.xsd;;",
        "s.xsd;s.xsd",
        "pipe.xsd",
        "dev.xsd",
        "folder",
        "s.xsd\0",
        "data:,x",
        "s.xsd;/etc/passwd",
        "http://127.0.0.1:9/s.xsd",
        "jar:file:///x!/s.xsd",
        "urn:x",
        "nothing:at:all",
        "../outside/secret.xsd",
    ):

        def beside(inside: Path, _: Path) -> None:
            os.mkfifo(inside / "pipe.xsd")
            (inside / "dev.xsd").symlink_to("/dev/zero")
            (inside / "folder").mkdir()

        sound = {*schema.split(";")} <= {"", "s.xsd"} and schema != ";"
        yield (
            f"the schema {schema[:30]!r}",
            Trick(
                files={"d.xml": "<r/>", "s.xsd": OK},
                prepare=beside,
                arguments={"path": "d.xml", "schema_path": schema},
                never=() if sound else SOUND,
            ),
        )
    for path in ("d.xml", "link.xml", "pipe.xml", ".", "/etc/passwd", "\0", "d.xml.bak", "../outside/secret.xml"):
        yield (
            f"undo of {path!r}",
            Trick(
                tool="restore",
                files={"d.xml": "<r/>", "d.xml.bak": "<forged/>"},
                arguments={"path": path},
                prepare=lambda inside, outside: (
                    link("link.xml", "{outside}/secret.xml")(inside, outside),
                    pipe("pipe.xml")(inside, outside),
                ),
            ),
        )


def encodings() -> Iterator[tuple[str, Trick]]:
    """Documents that declare, or hide, their encoding; a codec of Python need not be one of characters."""
    body = "<r>Z\u00fcrich &lt;</r>"
    for name in (
        "rot13",
        "hex",
        "base64",
        "zip",
        "bz2",
        "uu",
        "quopri",
        "unicode_escape",
        "raw_unicode_escape",
        "idna",
        "punycode",
        "undefined",
        "charmap",
        "mbcs",
        "utf-8-sig",
        "utf-7",
        "UTF7",
        "unicode-1-1-utf-7",
        "u7",
        "x-user-defined",
        "hz",
        "iso-2022-jp",
        "iso-2022-kr",
        "../../etc/passwd",
        "\u0660",
        "",
        " ",
        "utf-8\0",
        "utf-8;",
        "latin-1'",
        "x" * 10_000,
        "cp037",
        "utf-32",
        "ucs-4",
        "scsu",
        "bocu-1",
        "cesu-8",
        "ebcdic-cp-us",
        "utf_16_le",
        "UTF-16",
        "palmos",
        "oem",
        "locale",
        "unicode_internal",
        "string_escape",
        "__import__",
        "encodings.utf_8",
        ".utf_8",
        "utf-8/../rot13",
    ):
        declared = f'<?xml version="1.0" encoding="{name}"?>{body}'
        yield f"declared {name[:30]!r}", fixed(declared.encode("utf-8"), never=("valid",))
    hidden = '<?xml version="1.0" encoding="{}"?><r>{}</r>'
    yield "UTF-7 that hides markup", alone(hidden.format("utf-7", "+ADw-script+AD4-"), never=("well_formed", *SOUND))
    yield "shifted Japanese that hides a tag", alone(hidden.format("iso-2022-jp", "\x1b$B<b>\x1b(B"))
    yield "overlong bytes", alone(b"<r>\xc0\xbc</r>", never=("well_formed", *SOUND))
    yield "halves as bytes", alone(b"<r>\xed\xa0\x80\xed\xb0\x80</r>", never=("well_formed", *SOUND))
    yield "beyond Unicode", alone(b"<r>\xf4\x90\x80\x80</r>", never=("well_formed", *SOUND))
    yield "five bytes", alone(b"<r>\xf8\x88\x80\x80\x80</r>", never=("well_formed", *SOUND))
    yield "an odd byte of UTF-16", fixed("<r/>".encode("utf-16") + b"\0", never=("valid",))
    yield (
        "a half of UTF-16",
        fixed(b"\xff\xfe" + "<r>".encode("utf-16-le") + b"\x00\xd8" + "</r>".encode("utf-16-le"), never=("valid",)),
    )
    yield "UTF-32", fixed("<r>\u00fc</r>".encode("utf-32"), never=("valid",))
    yield "UTF-32 without a mark", fixed("<r>\u00fc</r>".encode("utf-32-be"), never=("valid",))
    yield "EBCDIC", fixed('<?xml version="1.0" encoding="cp037"?><r/>'.encode("cp037"), never=("valid",))
    yield (
        "a mark and another declaration",
        fixed(b"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-16'?><r/>", never=("valid",)),
    )
    yield "two declarations", fixed("<?xml version='1.0' encoding='utf-8' encoding='utf-16'?><r/>", never=("valid",))
    yield "a mark in the middle", fixed(b"<r>\xef\xbb\xbf\xff\xfe</r>", never=("valid",))
    yield "zeros between", fixed(b"<\0r\0>\0", never=("valid",))
    yield "an encoding that is an entity", fixed("<?xml version='1.0' encoding='&e;'?><r/>", never=("valid",))
