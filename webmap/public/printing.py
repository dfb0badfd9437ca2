"""A view of the map as a printed sheet: asked in a body, made from exact shapes, kept nowhere."""

import io
import json
import math
from collections.abc import Mapping
from threading import BoundedSemaphore

import geopandas as gpd
import numpy as np
import pandas as pd
from flask import Flask, abort, render_template, request, send_file
from flask.typing import ResponseReturnValue

from geo import naming
from geo.errors import ChoiceUnknown, OutsideCountry
from geo.evidence.sheet.compose import Shown, pdf
from geo.evidence.sheet.window import SCALES, Paper, Wanted
from geo.words import _
from webmap import looks
from webmap.public import choosing
from webmap.public import selection as selections
from webmap.public.edition import Edition, records
from webmap.public.given import Given, takes_a_body
from webmap.public.selection import Selection
from webmap.web import NOT_KEPT

AT_ONCE = 2
WAITING = 1
WAIT_S = 20.0
"""How many sheets are set at a time, how many other readers may wait for that, and how long. Who
waits holds one of the few places from which everybody is answered, so the next is asked to come
again.
"""

_HEADING = _("Esa hoja no se puede hacer")
_UNCLEAR = _("Falta decir qué parte del mapa va en la hoja: vuelva al mapa y repita.")
_OUTSIDE = _("El centro de la hoja queda fuera del Perú: mueva el mapa y repita.")
_TOO_MUCH = _(
    "En esa hoja hay demasiadas figuras, o no cabe lo que se ve: acérquese en el mapa, o filtre "
    "lo que quiere imprimir, y repita."
)


def register(app: Flask, given: Given) -> None:
    """Adds the sheet."""
    room, seats = BoundedSemaphore(AT_ONCE), BoundedSemaphore(AT_ONCE + WAITING)
    outlines = gpd.GeoDataFrame.from_features(json.loads(given.outlines.content), crs="EPSG:4326")
    fonts = given.data_folder / "built" / "fonts"

    def refused(advice: str) -> ResponseReturnValue:
        return render_template("error.html", code=400, heading=_HEADING, advice=advice), 400

    @app.post("/<language:language>/imprimir")
    def print_sheet() -> ResponseReturnValue:
        takes_a_body()
        now, spoken = given.edition(), given.words()
        wanted = asked(request.form)
        if wanted is None:
            return refused(_UNCLEAR)
        chosen = selections.chosen(request.form)
        hidden = frozenset(request.form.get("ocultas", "")[:2_000].split(","))
        if not seats.acquire(blocking=False):
            abort(429)
        try:
            shown = _shown(now, chosen, hidden, outlines, choosing.sentence(chosen, now, spoken))
            if not room.acquire(timeout=WAIT_S):
                abort(429)
            try:
                made = pdf(shown, wanted, spoken, fonts)
            finally:
                room.release()
        except OutsideCountry:
            return refused(_OUTSIDE)
        except ChoiceUnknown:
            return refused(_TOO_MUCH)
        finally:
            seats.release()
        sent = send_file(
            io.BytesIO(made),
            mimetype="application/pdf",
            as_attachment=True,
            download_name=f"deslinde-{now.id}-{wanted.paper.value}.pdf",
            max_age=None,
        )
        sent.headers["Cache-Control"] = NOT_KEPT
        return sent


def asked(said: Mapping[str, str]) -> Wanted | None:
    """The sheet that a form asks for, None where it says no place or no scale.

    centro: longitude,latitude. escala: a denominator, or «vista» with vista: west,south,east,north.
    hoja: A4 or A3. orientacion: horizontal, or anything else for upright. titulo: of the sheet.
    """
    scale = said.get("escala", "")
    shown = _numbers(said.get("vista", ""), 4)
    centre = _numbers(said.get("centro", ""), 2)
    if scale == "vista" and shown is not None:
        west, south, east, north = shown
        if west >= east or south >= north:
            return None
        centre = ((west + east) / 2, (south + north) / 2)
    if centre is None or (scale != "vista" and scale not in {str(one) for one in SCALES}):
        return None
    if scale == "vista" and shown is None:
        return None
    paper = said.get("hoja", Paper.A4.value)
    return Wanted(
        paper=Paper(paper) if paper in list(Paper) else Paper.A4,
        across=said.get("orientacion") == "horizontal",
        centre=(centre[0], centre[1]),
        scale=0 if scale == "vista" else int(scale),
        title=said.get("titulo", "")[:120],
        shown=None if shown is None else (shown[0], shown[1], shown[2], shown[3]),
    )


def _numbers(text: str, many: int) -> tuple[float, ...] | None:
    """So many degrees, apart by commas; None for anything else."""
    parts = text[:200].split(",")
    try:
        numbers = tuple(float(part) for part in parts)
    except ValueError:
        return None
    held = all(math.isfinite(number) and abs(number) <= 180 for number in numbers)
    return numbers if len(numbers) == many and held else None


def _shown(
    now: Edition,
    wanted: Selection,
    hidden: frozenset[str],
    outlines: gpd.GeoDataFrame,
    said: str,
) -> Shown:
    """What the map shows: the selection, without the looks that the reader switched off."""
    rights, pairs = now.concessions, now.overlaps
    held = np.ones(len(rights), dtype=bool)
    drawn = np.ones(len(pairs), dtype=bool)
    if not wanted.empty:
        held = selections.rights(wanted, now.facets, now.pairs).to_numpy(dtype=bool)
        drawn = selections.overlaps(wanted, now.facets, now.pairs).to_numpy(dtype=bool)
    lands = now.territories
    if any(hidden):
        held &= ~_hidden(rights["kind"].map(_look_of_kind), hidden)
        drawn &= ~_hidden("o-" + pairs["overlap_class"].astype("string"), hidden)
        rows = records(lands, ["tenure", "called"])
        own = pd.Series([looks.of_territory(row) for row in rows], index=lands.index)
        lands = gpd.GeoDataFrame(lands[~_hidden(own, hidden)])
    return Shown(
        concessions=gpd.GeoDataFrame(rights[held]),
        territories=lands,
        overlaps=gpd.GeoDataFrame(pairs[drawn]),
        sources=tuple(now.sources.values()),
        release_id=now.id,
        as_of=now.release.as_of,
        illustrative=now.release.illustrative,
        outlines=outlines,
        chosen=said,
    )


def _look_of_kind(kind: str) -> str:
    return f"c-{naming.kind({'kind': kind}).value}"


def _hidden(own: pd.Series, hidden: frozenset[str]) -> np.ndarray:
    return np.asarray(own.isin(hidden).fillna(False), dtype=bool)
