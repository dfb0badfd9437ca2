"""What every room of the public application is given, and nothing else."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import abort, request

from geo.words import Words
from webmap.public.edition import Edition
from webmap.public.shelf import Shelf
from webmap.web import Packed

_ID = re.compile(r"[0-9a-f]{12}\Z")

MOST_ASKED_BYTES = 128 * 1024
"""What a reader may send where an address takes a body: a selection, a point, a drawn area."""


@dataclass(frozen=True)
class Given:
    """shelf: the releases. edition: the release of the request that is being answered, one for
    the whole answer. words: the reader's language. outlines: the departments as GeoJSON.
    data_folder: data/. boxes: where the last publication of closed boxes is, None for none.
    sentences: what the rooms' scripts say, message ids by room. now: the clock, in UTC.
    contact: whom this site names for corrections, "" where nobody.
    """

    shelf: Shelf
    edition: Callable[[], Edition]
    words: Callable[[], Words]
    outlines: Packed
    data_folder: Path
    boxes: Path | None
    sentences: Mapping[str, Mapping[str, str]]
    now: Callable[[], datetime]
    contact: str

    def of(self, release: str) -> Edition:
        """The edition that an address of data names; 410 where it is not given any more."""
        found = self.shelf.edition(release)
        if found is None:
            abort(410 if _ID.match(release) else 404)
        return found


def takes_a_body() -> None:
    """Lets the request that is being answered carry more than the few bytes that others may."""
    request.max_content_length = MOST_ASKED_BYTES
