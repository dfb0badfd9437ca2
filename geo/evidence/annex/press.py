"""Sets one document in a process of its own: typst keeps what it laid out until its process ends.

Run by `geo.evidence.annex.typeset` with the path of a file that says what to set, and how. What is
wrong with the document goes to the standard error, and the exit code is WRONG.
"""

import datetime
import json
import sys
from pathlib import Path

import typst

WRONG = 3


def press(order: Path) -> int:
    """Sets what the file `order` says; gives the exit code."""
    said = json.loads(order.read_text("utf-8"))
    try:
        typst.compile(
            Path(said["main"]),
            output=Path(said["pdf"]),
            root=order.parent,
            font_paths=[Path(said["fonts"])],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=[said["standard"]],
            timestamp=datetime.datetime.fromisoformat(said["at"]),
        )
    except typst.TypstError as error:
        sys.stderr.buffer.write(error.message.encode("utf-8"))
        return WRONG
    return 0


if __name__ == "__main__":
    sys.exit(press(Path(sys.argv[1])))
