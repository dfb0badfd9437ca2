"""The menu of every page: what most readers come for, and the rest under «Más»."""

from collections.abc import Mapping
from typing import Any

from geo.words import _

Entry = tuple[str, str]

FIRST: tuple[Entry, ...] = (
    ("map_page", _("Mapa")),
    ("table_page", _("Tabla")),
    ("territories_page", _("Territorios")),
    ("cases_page", _("Casos")),
    ("threats_page", _("Amenazas")),
)
"""Endpoint and label (message id)."""

MORE: tuple[Entry, ...] = (
    ("departments_page", _("Departamentos")),
    ("holders_page", _("Titulares")),
    ("context_page", _("Contexto")),
    ("changes_page", _("Cambios")),
    ("sources_page", _("Fuentes")),
    ("method_page", _("Método")),
    ("rules_page", _("Reglas")),
    ("unknown_page", _("Lo que no se sabe")),
    ("corrections_page", _("Correcciones")),
    ("machines_page", _("Para máquinas")),
    ("offline_page", _("Sin conexión")),
    ("embedding_page", _("Incrustar el mapa")),
    ("glossary_page", _("Glosario")),
)


def menu(routed: Mapping[str, Any]) -> dict[str, tuple[Entry, ...]]:
    """What of the menu leads somewhere. routed: the application's functions by endpoint."""
    return {
        "first": tuple(one for one in FIRST if one[0] in routed),
        "more": tuple(one for one in MORE if one[0] in routed),
    }
