"""Sets one document in a process of its own: typst keeps what it laid out until its process ends.

Run by `geo.evidence.annex.typeset`. The standard input says how and what to set: one line of JSON,
then the bytes of every file that it names, one after the other. The PDF goes to the standard
output, so that nothing of a document is ever on a disk; what is wrong with it goes to the standard
error, and the exit code is WRONG.
"""

import datetime
import json
import sys
from typing import BinaryIO

import typst

WRONG = 3
MAIN = "main.typ"
"""What the file is called that typst begins with."""


def press(order: BinaryIO, made: BinaryIO) -> int:
    """Sets what `order` holds and writes the PDF to `made`; gives the exit code."""
    said = json.loads(order.readline())
    files = {name: order.read(size) for name, size in said["files"].items()}
    try:
        content = typst.compile(
            files,
            # of the disk, typst sees the letters and nothing else
            root=said["fonts"],
            font_paths=[said["fonts"]],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=[said["standard"]],
            timestamp=datetime.datetime.fromisoformat(said["at"]),
        )
    except typst.TypstError as error:
        sys.stderr.buffer.write(error.message.encode("utf-8"))
        return WRONG
    made.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(press(sys.stdin.buffer, sys.stdout.buffer))
