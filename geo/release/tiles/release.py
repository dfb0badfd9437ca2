"""What the archives of a public release are called, and at which zooms they hold what."""

from geo.release.tiles import cells
from geo.words import _

DATA = "datos.pmtiles"
"""The release's own layers."""
BASEMAP = "fondo.pmtiles"
"""What the map stands on."""
CREDITS = "basemap.json"
"""Whom that is from."""

FIRST_ZOOM = cells.FIRST_ZOOM
FIRST_SHAPES = cells.LAST_ZOOM + 1
"""From here on every right and every overlap is drawn; before, rights are counted in squares."""
LAST_ZOOM = 10
"""A unit of a tile is 10 m here; nearer views draw the same tiles larger."""

LABELS = {
    "land": _("tierra"),
    "lakes": _("lagos"),
    "rivers": _("ríos"),
    "borders": _("fronteras"),
    "departments": _("departamentos"),
    "places": _("lugares"),
}
"""The layers of the basemap that may be of different makers, the ground first."""
