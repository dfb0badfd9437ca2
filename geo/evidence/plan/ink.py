"""Marks of an SVG in millimetres: fixed decimals, so that the same drawing has the same bytes.

Solid colours only: no transparency, no clip path, no mask, no reference to anything outside.
"""

from xml.sax.saxutils import escape

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import Floats

FONT = 'font-family="DejaVu Sans" font-stretch="condensed"'
"""typst files DejaVu Sans Condensed under the family without its width."""

INK = "#000000"
PAPER = "#ffffff"
GREY = "#6e6e6e"


def mm(value: float) -> str:
    """A length or place with two decimals; never -0.00."""
    return f"{round(value, 2) + 0.0:.2f}"


def document(width_mm: float, height_mm: float, marks: list[str]) -> str:
    """A whole SVG whose user unit is a millimetre."""
    size = f'width="{mm(width_mm)}mm" height="{mm(height_mm)}mm"'
    box = f'viewBox="0 0 {mm(width_mm)} {mm(height_mm)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} {FONT}>'
    return "\n".join([head, *marks, "</svg>", ""])


def area(shape: BaseGeometry, fill: str) -> str:
    """Polygons filled, their holes left out."""
    path = "".join(_path(shapely.get_coordinates(ring)[:-1]) + "Z" for ring in _rings(shape))
    return f'<path d="{path}" fill="{fill}" fill-rule="evenodd"/>' if path else ""


def lines(shape: BaseGeometry, colour: str, width_mm: float, dash: str = "") -> str:
    """Lines, or the outlines of polygons. dash: lengths in millimetres, "" for a solid line."""
    parts = sorted(_path(shapely.get_coordinates(line)) for line in _strings(shape))
    if not parts:
        return ""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{"".join(parts)}" fill="none" stroke="{colour}" stroke-width="{mm(width_mm)}"'
        f' stroke-linejoin="round"{dashed}/>'
    )


def line(ends: tuple[float, float, float, float], colour: str, width_mm: float) -> str:
    """One straight line from (x, y) to (x, y)."""
    x0, y0, x1, y1 = (mm(end) for end in ends)
    return f'<path d="M{x0} {y0}L{x1} {y1}" stroke="{colour}" stroke-width="{mm(width_mm)}"/>'


def box(
    edges: tuple[float, float, float, float], fill: str, colour: str = "none", width_mm: float = 0.1
) -> str:
    """A rectangle from its left, top, right and bottom."""
    left, top, right, bottom = edges
    drawn = f' stroke="{colour}" stroke-width="{mm(width_mm)}"' if colour != "none" else ""
    return (
        f'<rect x="{mm(left)}" y="{mm(top)}" width="{mm(right - left)}"'
        f' height="{mm(bottom - top)}" fill="{fill}"{drawn}/>'
    )


def ring(x: float, y: float, radius_mm: float, colour: str, width_mm: float) -> str:
    """A circle without a fill."""
    return (
        f'<circle cx="{mm(x)}" cy="{mm(y)}" r="{mm(radius_mm)}" fill="none" stroke="{colour}"'
        f' stroke-width="{mm(width_mm)}"/>'
    )


def text(
    x: float, y: float, words: str, size_mm: float, *, anchor: str = "middle", bold: bool = False,
    upright: bool = True, colour: str = INK,
) -> str:  # fmt: skip
    """One line of text with its baseline at y; not upright: reading upwards, baseline at x."""
    weight = ' font-weight="bold"' if bold else ""
    turned = "" if upright else f' transform="rotate(-90 {mm(x)} {mm(y)})"'
    return (
        f'<text x="{mm(x)}" y="{mm(y)}" font-size="{mm(size_mm)}" text-anchor="{anchor}"'
        f'{weight} fill="{colour}"{turned}>{escape(words)}</text>'
    )


def blend(colour: str, share: float) -> str:
    """A colour on white paper: what an opacity would look like, as a solid colour."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)


def _path(xy: Floats) -> str:
    if not len(xy):
        return ""
    (x, y), *others = (np.round(xy, 2) + 0.0).tolist()
    return f"M{x:.2f} {y:.2f}" + "".join(f"L{x:.2f} {y:.2f}" for x, y in others)


def _rings(shape: BaseGeometry) -> list[BaseGeometry]:
    return [ring for part in shapely.get_parts(shape) for ring in shapely.get_rings(part)]


def _strings(shape: BaseGeometry) -> list[BaseGeometry]:
    found: list[BaseGeometry] = []
    for part in shapely.get_parts(shape):
        found.extend(shapely.get_rings(part) if part.geom_type == "Polygon" else [part])
    return [one for one in found if not one.is_empty]
