"""What an account may be called: a pseudonym in plain letters, written one way only."""

import re
import unicodedata

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")


def clean_name(typed: str) -> str:
    """A name as it is kept: small letters, one way of writing each."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()
