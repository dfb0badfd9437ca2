"""Signs that a text names somebody: to be asked about, never to be decided by a program.

A name, a number of an identity card, a telephone: none belongs in an incident. What is found is
told to whoever writes, who says that it is nobody's, or takes it out.
"""

import re
from collections.abc import Iterable

from geo.answers import folded
from geo.words import _

_CARD = re.compile(r"(?<![0-9])[0-9]{8}(?![0-9])")
_TELEPHONE = re.compile(
    r"(?<![0-9])(?:\+?51[ .-]?)?"
    r"(?:9[0-9]{2}[ .-]?[0-9]{3}[ .-]?[0-9]{3}|0[0-9]{2}[ .-]?[0-9]{6})(?![0-9])"
)
# each run has an end: without one, a text without spaces takes the square of its length
_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}\.[a-z]{2,24}", re.IGNORECASE)
_CAPITAL = r"[A-ZÁÉÍÓÚÜÑ](?:[a-záéíóúüñ'’-]{1,40}|[A-ZÁÉÍÓÚÜÑ'’-]{2,40})"
_NAME = re.compile(rf"\b{_CAPITAL}(?: (?:(?:de|del|la|los|las|y) ){{0,3}}{_CAPITAL})+")
_TITLED = re.compile(
    rf"\b(?:[Ss]e[ñn]or(?:a|ita)?|[Ss]ra?\.?|[Dd]o[nñ]a?|[Aa]pu|[Dd]ra?\.?|[Ii]ng\.?) {_CAPITAL}"
)
_INSTITUTIONS = (
    "ministerio justicia derechos humanos interior ambiente cultura energia minas mujer "
    "poblaciones vulnerables agricultura desarrollo riego estado republica peru nacional "
    "nacionales unidas naciones policia fiscalia fiscal provincial superior suprema corte "
    "juzgado tribunal constitucional poder judicial penal civil mixto gobierno regional "
    "municipalidad distrital direccion general gerencia oficina defensoria del pueblo "
    "comunidad comunidades nativa nativas campesina campesinas federacion organizacion "
    "central asociacion coordinadora comision interamericana relatora relator especial "
    "mecanismo intersectorial protocolo registro resolucion viceministerial prefectura "
    "subprefectura fuerzas armadas ejercito marina congreso ley decreto supremo reserva "
    "parque bosque santuario area zona rio quebrada cerro laguna lago carretera puerto "
    "enero febrero marzo abril mayo junio julio agosto setiembre septiembre octubre "
    "noviembre diciembre lunes martes miercoles jueves viernes sabado domingo "
    "el la los las un una de del y en al a se no por con para su ronda rondas base"
)
_OF_INSTITUTIONS = frozenset(_INSTITUTIONS.split())

MOST = 50
"""Signs that are told of one text: whoever mends that many reads it again anyway."""

NAME = _("Parece el nombre de una persona: «{found}».")
CARD = _("Parece un número de DNI: «{found}».")
TELEPHONE = _("Parece un teléfono: «{found}».")
ADDRESS = _("Parece un correo electrónico: «{found}».")


def words_of(names: Iterable[str]) -> frozenset[str]:
    """The words of names that are no person's: places, communities."""
    return frozenset(word for name in names for word in folded(name).split())


def found(text: str, ordinary: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """What looks like somebody's: message id and the words in question. ordinary: not a person's.

    A run of capitalised words counts unless each of them is the word of a place or institution.
    """
    signs = [(CARD, one.group()) for one in _CARD.finditer(text)]
    signs += [(TELEPHONE, one.group()) for one in _TELEPHONE.finditer(text)]
    signs += [(ADDRESS, one.group()) for one in _ADDRESS.finditer(text)]
    signs += [(NAME, one.group()) for one in _TITLED.finditer(text)]
    for run in _NAME.finditer(text):
        if len(signs) >= MOST:
            break
        words = folded(run.group()).split()
        strange = any(w not in _OF_INSTITUTIONS and w not in ordinary for w in words)
        if strange and not any(run.group() in said or said in run.group() for _, said in signs):
            signs.append((NAME, run.group()))
    return tuple(dict.fromkeys(signs))[:MOST]
