"""A noun as bytes and back: canonical JSON, with the form that it was written in."""

import json
from types import MappingProxyType
from typing import Any

import cattrs

from geo.errors import SealBroken
from geo.register import nouns
from geo.register.lists import Noun

KINDS: MappingProxyType[Noun, type[Any]] = MappingProxyType(
    {
        Noun.EVENT: nouns.Event,
        Noun.ACT: nouns.Act,
        Noun.INVOLVEMENT: nouns.Involvement,
        Noun.SOURCE: nouns.Source,
        Noun.INTERVENTION: nouns.Intervention,
        Noun.SUBJECT: nouns.Subject,
        Noun.COMMUNITY: nouns.Community,
        Noun.CONSENT: nouns.Consent,
        Noun.REVIEW: nouns.Review,
        Noun.ATTACHMENT: nouns.Attachment,
        Noun.FIELD: nouns.Field,
        Noun.REQUEST: nouns.Request,
        Noun.APPROVAL: nouns.Approval,
    }
)
"""Nouns without a kind here are kept as plain JSON by the rooms that own them."""

FORM = 1
_CONVERTER = cattrs.Converter(forbid_extra_keys=True)


def packed(noun: Noun, content: Any, by: str = "", event: str = "", on: str = "") -> bytes:
    """The content of a row as bytes. by: who wrote it; event: its event; on: the day.

    All of them are sealed with it.
    """
    said = _CONVERTER.unstructure(content) if noun in KINDS else content
    return json.dumps(
        {"form": FORM, "by": by, "event": event, "on": on, "said": said},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def unpacked(noun: Noun, raw: bytes, event: str = "", on: str = "") -> tuple[Any, str]:
    """The content of a row, and who wrote it. event, on: what its table says beside the seal.

    Raises SealBroken where it is of a newer form, or was written for another event or on another
    day: which word of consent was the last may hang on that day.
    """
    try:
        said = json.loads(raw)
        if said["form"] != FORM:
            raise SealBroken("Una fila es de una versión más nueva: actualice el programa.")
        if said["event"] != event:
            raise SealBroken(
                "Una fila fue pasada a otro incidente fuera del programa: no se muestra. Restaure "
                "una copia de respaldo y compare."
            )
        if said["on"] != on:
            raise SealBroken(
                "A una fila le cambiaron la fecha fuera del programa: no se muestra. Restaure una "
                "copia de respaldo y compare."
            )
        content = said["said"]
        if noun in KINDS:
            content = _CONVERTER.structure(content, KINDS[noun])
        return content, said["by"]
    except (ValueError, KeyError, TypeError, cattrs.BaseValidationError) as error:
        raise SealBroken(
            "Una fila no dice lo que su tabla promete: restaure un respaldo."
        ) from error
