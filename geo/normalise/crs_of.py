"""In which CRS the numbers of a file are, and who says so. Nobody guesses."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.crs import describe
from geo.declared import Source
from geo.errors import CrsMissing
from geo.grid import Numbers, detect
from geo.normalise.setting import NOTHING, Rows, Setting, say_of_file
from geo.stages import RawLayer
from geo.terms import CrsBasis, Kind, Noun
from geo.words import _

_FLAG = {Noun.CONCESSION: "--concessions-crs", Noun.TERRITORY: "--territories-crs"}


@dataclass(frozen=True)
class Chosen:
    """The CRS to read the numbers with, as a code (WKT where it has none), and its basis.

    overruled: the file's own word where the user said otherwise, else "".
    """

    used: str
    basis: CrsBasis
    overruled: str = ""


def chosen(raw: RawLayer, source: Source, crs: str | None) -> Chosen:
    """The user's word, else the file's, else the source's declaration.

    Raises CrsMissing, with what the numbers suggest, where nobody says it; CrsUnreadable for
    a word that is no CRS.
    """
    own = describe(raw.crs).code if raw.crs else ""
    if crs:
        used = describe(crs).code
        if own and used == own:
            return Chosen(own, raw.basis or CrsBasis.DECLARED)
        return Chosen(used, CrsBasis.ASSUMED, own)
    if own:
        return Chosen(own, raw.basis or CrsBasis.DECLARED)
    if source.place.crs:
        basis = source.place.basis
        stated = CrsBasis.STATED if basis is CrsBasis.DECLARED else basis
        return Chosen(describe(source.place.crs).code, stated)
    raise CrsMissing(
        f"«{raw.snapshot.name}» no dice en qué sistema de coordenadas está: "
        f"{hint(raw, source.noun)}."
    )


def hint(raw: RawLayer, noun: Noun, declared: str | None = None) -> str:
    """What the numbers of a file suggest, as the second half of a sentence."""
    flag = _FLAG[noun]
    found = detect(np.asarray(raw.frame.geometry.array), declared)
    if found.swapped:
        return (
            "los números parecen estar en orden inverso (norte, este): intercambie las dos "
            "coordenadas en el archivo"
        )
    if found.suggested and found.suggested != declared:
        return (
            f"los números son kilómetros enteros en {found.suggested}: "
            f"repita con {flag} {found.suggested}"
        )
    others = [crs for crs in found.possible if crs != declared]
    if others:
        either = " o ".join(others)
        return (
            f"los números son kilómetros enteros en {either}, y nada los distingue: averigüe "
            f"cuál es y repita, por ejemplo, con {flag} {others[0]}"
        )
    if found.numbers is Numbers.METRES:
        return (
            "los números parecen metros UTM: averigüe la zona y el datum y repita, por ejemplo, "
            f"con {flag} EPSG:32718"
        )
    if found.numbers is Numbers.DEGREES:
        return (
            "los números parecen grados: averigüe el datum y repita, si es WGS 84, "
            f"con {flag} EPSG:4326"
        )
    return f"averigüe cuál es y repita con {flag} EPSG:n"


def doubted(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """A note where the corners of a mining cadastre are whole kilometres in another CRS.

    `rows` with the numbers as read. Nothing is changed: who used a CRS may know why; but 420 m
    of a wrong datum pass for a map, so the doubt stands in the ledger.
    """
    if setting.source.constants.get("kind") != Kind.MINING.value or rows.empty:
        return rows, NOTHING
    years = None
    if "filed_on" in rows:
        years = pd.to_numeric(rows["filed_on"].str.slice(0, 4), errors="coerce").astype(float)
    shapes = np.asarray(rows.geometry.array)
    found = detect(shapes, setting.crs_used, filed_year=years)
    if found.agrees is not False or not found.possible:
        return rows, NOTHING
    return rows, say_of_file(
        "crs",
        setting,
        _(
            "Los vértices son kilómetros enteros en otro sistema de coordenadas que el usado: "
            "revise el datum y la zona."
        ),
        field="geometry",
        before=setting.crs_used,
        after=" o ".join(found.possible),
    )
