"""Points and tracks, as they cross from the worker to the desk."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from geo.errors import AttachmentRefused

Point = tuple[float, float, str]
Track = tuple[tuple[float, float], ...]

MOST_POINTS = 200_000


@dataclass(frozen=True)
class Trace:
    """Where somebody was. points: lon, lat (degrees, EPSG:4326) and the instant (UTC) or ""."""

    points: tuple[Point, ...] = ()
    tracks: tuple[Track, ...] = ()


def said(trace: Trace) -> dict[str, Any]:
    """A trace as JSON knows it."""
    return {"points": trace.points, "tracks": trace.tracks}


def trace_of(told: dict[str, Any]) -> Trace:
    """A trace from JSON."""
    return Trace(
        tuple((lon, lat, at) for lon, lat, at in told["points"]),
        tuple(tuple((lon, lat) for lon, lat in track) for track in told["tracks"]),
    )


def checked(trace: Trace) -> Trace:
    """The trace. Raises AttachmentRefused where a place is none, or where there are too many."""
    count = len(trace.points) + sum(len(track) for track in trace.tracks)
    if count > MOST_POINTS:
        raise AttachmentRefused(
            f"El recorrido tiene {count} puntos y no puede pasar de {MOST_POINTS}: divídalo."
        )
    places: Iterable[tuple[float, float]] = (
        *((lon, lat) for lon, lat, _ in trace.points),
        *(place for track in trace.tracks for place in track),
    )
    if not all(_on_earth(lon, lat) for lon, lat in places):
        raise AttachmentRefused(
            "El recorrido trae coordenadas que no son grados de longitud y latitud: vuelva a "
            "exportarlo."
        )
    return trace


def instant(text: str) -> str:
    """An instant as ISO 8601 in UTC, "" where the text is none or has no zone."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return ""
    if at.tzinfo is None:
        return ""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _on_earth(lon: float, lat: float) -> bool:
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90
