"""The page that lies in every release's folder, for whoever finds it without us."""

from collections.abc import Mapping, Sequence
from typing import Any

from geo.terms import Tier

_WHO = {
    Tier.PUBLIC: ("Público.", "Public."),
    Tier.PARTNER: (
        "Solo para organizaciones aliadas: no lo publique.",
        "For partner organisations only: do not publish it.",
    ),
    Tier.RESTRICTED: (
        "RESERVADO: contiene datos que no deben publicarse.",
        "RESTRICTED: holds data that must not be published.",
    ),
}

_SPANISH = """\
DESLINDE: superposiciones de derechos y territorios
===================================================

{who}{specimen}
Datos al: {as_of}

Qué hay aquí
  overlaps.gpkg          superposiciones, derechos, territorios y preguntas, para QGIS y otros
  *.parquet              las mismas tablas, los totales por territorio y lo que se hizo a cada fila
  cases.json, rules.json casos y resoluciones; preguntas, oraciones y su sustento
  sources.json           fuentes, licencias y avisos
  received.parquet       las filas tal como se recibieron; captures.json: cuándo, de dónde y cómo
                         se tomó cada archivo; file-* y stamp-*: archivos enteros y sellos de tiempo
  declared.json          las declaraciones de fuentes y reglas con las que se calculó
  summary.json           cifras generales y sistemas de coordenadas
  manifest.json          versiones, insumos y huella SHA-256 de cada archivo

Cómo leerlo
  Una superposición es un hecho geométrico entre dos registros; no dice que un derecho o una
  persona incumpla nada, y no es una opinión legal.
  La ausencia en el mapa no es ausencia de territorio: muchas comunidades no figuran en
  ningún registro público.
  Donde los datos no alcanzan, la respuesta es «unknown»: desconocido.

Fuentes
"""

_ENGLISH = """\
DESLINDE: overlaps of rights and territories
============================================

{who}{specimen}
Data as of: {as_of}

What is here
  overlaps.gpkg          overlaps, rights, territories and questions, for QGIS and others
  *.parquet              the same tables, totals by territory, and what was done to each row
  cases.json, rules.json cases and judgments; questions, sentences and what they rest on
  sources.json           sources, licences and notices
  received.parquet       the rows as they were received; captures.json: when, from where and how
                         each file was taken in; file-* and stamp-*: whole files and time stamps
  declared.json          the declarations of sources and rules that the figures were made with
  summary.json           overall figures and coordinate reference systems
  manifest.json          versions, inputs and the SHA-256 of every file

How to read it
  An overlap is a geometric fact between two records; it does not say that a right or a person
  breaches anything, and it is not a legal opinion.
  Absence from the map is not absence of territory: many communities stand in no public
  register.
  Where the data do not suffice the answer is "unknown".

Sources
"""


def text(tier: Tier, illustrative: bool, as_of: str, sources: Sequence[Mapping[str, Any]]) -> str:
    """The page in Spanish, then in English, with each source's licence and notice."""
    spanish, english = _WHO[tier]
    return "\n".join(
        (
            _SPANISH.format(
                who=spanish,
                specimen=" Contiene datos ilustrativos, inventados." if illustrative else "",
                as_of=as_of or "desconocido",
            )
            + _listed(sources, "title", "notice", "Licencia"),
            _ENGLISH.format(
                who=english,
                specimen=" Holds illustrative, invented data." if illustrative else "",
                as_of=as_of or "unknown",
            )
            + _listed(sources, "title_en", "notice_en", "Licence"),
        )
    )


def _listed(sources: Sequence[Mapping[str, Any]], title: str, notice: str, licence: str) -> str:
    lines = []
    for source in sources:
        lines.append(f"  {source['id']}: {source[title]} ({source['publisher']})")
        lines.append(f"    {licence}: {source['licence']}")
        if source[notice]:
            lines.append(f"    {source[notice]}")
    return "\n".join(lines) + "\n"
