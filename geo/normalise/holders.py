"""What kind of holder a name is: a company's name may be published, a person's may not."""

import pandas as pd

from geo.normalise.setting import Rows, Setting, gathered
from geo.terms import HolderKind, Noun

# Marks of a company that no person's name has. In doubt a name is a person's: «MINERA», «ROSA» or
# «VILLA» alone prove nothing, a legal form does.
_DOTTED = (
    r"S\.? ?A\.? ?C\.?",
    r"S\.? ?A\.? ?A\.?",
    r"S\.? ?A\.?",
    r"S\.? ?R\.? ?L(?:TDA)?\.?",
    r"S\.? ?C\.? ?R\.? ?L(?:TDA)?\.?",
    r"E\.? ?I\.? ?R\.? ?L(?:TDA)?\.?",
    r"S\.? ?M\.? ?R\.? ?L(?:TDA)?\.?",
    r"S\.? ?A\.? ?S\.?",
    r"S\.? ?C\.? ?C\.?",
    r"INC\.?",
    r"LTDA?\.?",
    r"L\.?L\.?C\.?",
    r"CORP\.?",
)
_FORM = rf"(?:^|[\s,(-])(?:{'|'.join(_DOTTED)})(?=$|[\s,.)(-])"
_LEADING = (
    r"^(?:COMPA[ÑN][IÍ]A|C[IÍ]A\.?|EMPRESA|CORPORACI[OÓ]N|CONSORCIO|SOCIEDAD|S\.?M\.?R\.?L\.?|"
    r"MINERA|MINERALES|MINERIA|MINER[IÍ]A|INVERSIONES|INVERSIONISTAS|GRUPO|CONTRATISTAS?|"
    r"AGROINDUSTRIAS?|INDUSTRIAS?|COOPERATIVA|ASOCIACI[OÓ]N|CEMENTOS?|TRANSPORTES|"
    r"CONSTRUCTORA|NEGOCIACI[OÓ]N|FUNDACI[OÓ]N|UNIVERSIDAD)\s"
)
_ANYWHERE = r"\b(?:SOCIEDAD AN[OÓ]NIMA|SOCIEDAD COMERCIAL|SOCIEDAD MINERA|RESPONSABILIDAD LIMITADA)\b"
_COMMUNITY = r"^(?:LA )?(?:COMUNIDAD|CC\.? ?NN\.?|CC\.? ?CC\.?|C\.N\.|C\.C\.|FEDERACI[OÓ]N NATIVA)\b"
_STATE = (
    r"^(?:EL )?(?:GOBIERNO REGIONAL|GOBIERNO LOCAL|GOB\. ?REG|MINISTERIO|MUNICIPALIDAD|ESTADO PERUANO|"
    r"DIRECCI[OÓ]N REGIONAL|INGEMMET|INSTITUTO GEOL[OÓ]GICO|ACTIVOS MINEROS|PROV[IÍ]AS|SERFOR|SERNANP|"
    r"AUTORIDAD NACIONAL|EJ[EÉ]RCITO|MARINA DE GUERRA|REP[UÚ]BLICA DEL PER[UÚ])\b"
)

# Words that begin both companies' names and nothing else, but only with a legal form or another
# such word behind; alone they could be a nickname.
_ORDER = (
    (_COMMUNITY, HolderKind.COMMUNITY),
    (_STATE, HolderKind.STATE),
    (_FORM, HolderKind.COMPANY),
    (_ANYWHERE, HolderKind.COMPANY),
    (_LEADING, HolderKind.COMPANY),
)


def told(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """`holder_kind` of concessions. In doubt a holder is a natural person, so that no name
    of a person is published for want of a pattern; a missing holder is unknown."""
    if setting.source.noun is not Noun.CONCESSION:
        return rows, gathered()
    if "holder" not in rows:
        return rows.assign(holder_kind=HolderKind.UNKNOWN.value), gathered()
    return rows.assign(holder_kind=kinds(rows["holder"])), gathered()


def kinds(names: pd.Series) -> pd.Series:
    """The kind of each holder by its name alone."""
    upper = names.astype("string").str.upper().str.replace(r"\s+", " ", regex=True).str.strip()
    found = pd.Series(HolderKind.NATURAL_PERSON.value, index=names.index, dtype="string")
    open_rows = pd.Series(True, index=names.index)
    for pattern, kind in _ORDER:
        here = open_rows & upper.str.contains(pattern, regex=True).fillna(False).astype(bool)
        found = found.mask(here, kind.value)
        open_rows &= ~here
    return found.mask(names.isna() | upper.eq("").fillna(True), HolderKind.UNKNOWN.value)
