"""Texts that were decoded with the wrong alphabet, mended where the mending is provable."""

import re
from contextlib import suppress

import pandas as pd

from geo.normalise.setting import Rows, Setting, gathered, say
from geo.terms import Deed
from geo.words import _

STEP = "text"

# What UTF-8 looks like when it is read as Latin-1 or Windows-1252: a lead byte and its tail. Only
# letters and signs of the languages of the region are taken, so that no true text can be meant.
_LETTERS = "áéíóúüñÁÉÍÓÚÜÑàâãçêôõÀÂÃÇÊÔÕèìòùäëïöÄËÏÖ°º«»¿¡·´ª"
_SIGNS = "–—‘’“”•…"
_CONTROL = r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]"
_ORDERING = r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_LOST = r"[\ufffd]"


def _misreadings() -> dict[str, str]:
    """Each misread sequence and what it stands for; every one decodes strictly, by making.

    Misread once, and misread twice: what a second program made of the first one's misreading.
    """
    found = {}
    for true in _LETTERS + _SIGNS:
        for once in _misread(true):
            found[once] = true
            found |= dict.fromkeys(_misread(once), true)
    return found


def _misread(text: str) -> list[str]:
    stored = text.encode("utf-8")
    read = [stored.decode("latin-1")]
    # cp1252 leaves five bytes undefined: such a text can only have been Latin-1
    with suppress(UnicodeDecodeError):
        read.append(stored.decode("cp1252"))
    return read


_MENDED = _misreadings()
_SEQUENCE = "|".join(re.escape(odd) for odd in sorted(_MENDED, key=len, reverse=True))

# A word of the region may end in Ã, and one of these signs follow it: «TUCUMû, IRMÃ–SANTA.
_ALSO_TRUE = re.compile("Ã[”’–—\u00a0]")


def cleaned(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """Every text column: mojibake mended where it is provable, what is left of it noted.

    A sequence is mended when its bytes are strictly the UTF-8 of one letter of the languages
    of the region, and no true text could hold it: an Ã with a closing quote, a dash or a hard
    space is mended only where the whole text is UTF-8 misread. A text that was misread twice is
    mended twice. Both texts stand in the ledger. What cannot be proved (a lone control
    character, a lost letter) is kept and noted. Characters that reorder or hide text are kept
    and noted too: who prints, drops them.
    """
    made = {}
    said = []
    for name in _text_columns(rows):
        before = rows[name]
        after = mended(before)
        changed = (before != after).fillna(False).astype(bool)
        if "@" not in name:
            said += _lines(name, before, after, changed, setting)
        if changed.any():
            made[name] = after
    return rows.assign(**made) if made else rows, gathered(*said)


def mended(texts: pd.Series) -> pd.Series:
    """Texts with every provable misreading undone, once or twice misread."""
    column = texts.astype("string")
    odd = column.str.contains(_SEQUENCE, regex=True).fillna(False).astype(bool)
    if not odd.any():
        return column
    told = column[odd].map(_told, na_action="ignore").astype("string")
    return column.where(~odd, told.reindex(column.index))


def _told(text: str) -> str:
    whole = _all_misread(text)

    def mend(found: re.Match[str]) -> str:
        odd = found.group()
        return odd if _ALSO_TRUE.fullmatch(odd) and not whole else _MENDED[odd]

    return re.sub(_SEQUENCE, mend, text)


def _all_misread(text: str) -> bool:
    """Whether the text as a whole is strictly UTF-8 that was read with another alphabet."""
    for alphabet in ("cp1252", "latin-1"):
        with suppress(UnicodeError):
            text.encode(alphabet).decode("utf-8")
            return True
    return False


def _text_columns(rows: Rows) -> list[str]:
    return [
        str(name)
        for name in rows.columns
        if name not in ("geometry", "native_id") and rows[name].dtype == "string"
    ]


def _lines(
    name: str, before: pd.Series, after: pd.Series, changed: pd.Series, setting: Setting
) -> list[pd.DataFrame]:
    def noted(pattern: str, reason: str) -> pd.DataFrame:
        odd = after.str.contains(pattern, regex=True).fillna(False).astype(bool)
        return say(Deed.NOTED, STEP, setting, odd.index[odd], reason, field=name, before=after)

    return [
        say(
            Deed.NOTED,
            STEP,
            setting,
            changed.index[changed],
            _("Texto leído con otro alfabeto: sus bytes son UTF-8 y se leyeron como tal."),
            field=name,
            before=before,
            after=after,
        ),
        noted(
            _CONTROL,
            _(
                "El texto tiene caracteres de control, quizá letras perdidas: no se puede probar "
                "cuáles, y queda como está."
            ),
        ),
        noted(_ORDERING, _("El texto tiene caracteres que ocultan o reordenan letras.")),
        noted(_LOST, _("El texto perdió letras antes de llegar aquí.")),
    ]
