"""What an account may be called: a pseudonym in plain letters, written one way only."""

import re
import unicodedata

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")
OF_THE_LOG = frozenset({"orden", "mesa", "desk"})
"""What the log calls the program itself: an account of such a name would hide behind it."""
_LONGEST = 200


def clean_name(typed: str) -> str:
    """A name as it is kept: small letters, one way of writing each.

    Of a longer text than any name only the beginning is looked at: anybody may send one, and to
    write marks in order takes the square of their number.
    """
    return unicodedata.normalize("NFKC", typed[:_LONGEST]).strip().casefold()
