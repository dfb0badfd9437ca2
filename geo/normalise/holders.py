"""What kind of holder a name is: a company's name may be published, a person's may not."""

import pandas as pd

from geo.normalise.setting import Rows, Setting, gathered
from geo.terms import HolderKind, Noun

# Legal forms of companies, with their dots; without them only where the letters are no surname
# (SA is one, SAC is not). In doubt a name is a person's.
_FORMS = (
    r"S\.\s?A\.?\s?C\.?",
    r"S\.\s?A\.?\s?A\.?",
    r"S\.\s?A\.?\s?S\.?",
    r"S\.A\.?",
    r"S\.?\s?R\.\s?L(?:TDA)?\.?",
    r"S\.\s?R\.?\s?L(?:TDA)?\.?",
    r"S\.\s?C\.?\s?R\.?\s?L(?:TDA)?\.?",
    r"S\.\s?M\.?\s?R\.?\s?L(?:TDA)?\.?",
    r"E\.\s?I\.?\s?R\.?\s?L(?:TDA)?\.?",
    r"SAC\.?",
    r"SAA\.?",
    r"SRL(?:TDA)?\.?",
    r"SCRL(?:TDA)?\.?",
    r"SMRL(?:TDA)?\.?",
    r"EIRL(?:TDA)?\.?",
    r"LTDA\.?",
    r"INC\.",
    r"CORPORATION",
    r"LIMITED",
)
# a form stands at the end of a name; elsewhere «S. A.» may be somebody's initials
_FORM = (
    rf"(?:^|[\s,(\"-])(?:{'|'.join(_FORMS)})"
    r"\s*(?:$|[,()\"-]|Y OTR|EN LIQ|EN REEST|SUCURSAL)"
)
_LEADING = (
    r"^(?:COMPA[ÑN][IÍ]A|C[IÍ]A\.?|EMPRESA|CORPORACI[OÓ]N|CONSORCIO|S\.?M\.?R\.?L\.?|"
    r"MINERA|MINERALES|MINER[IÍ]A|INVERSIONES|INVERSIONISTAS|GRUPO|CONTRATISTAS?|"
    r"AGROINDUSTRIAS?|INDUSTRIAS?|COOPERATIVA|ASOCIACI[OÓ]N|CEMENTOS?|TRANSPORTES|"
    r"CONSTRUCTORA|NEGOCIACI[OÓ]N|FUNDACI[OÓ]N|UNIVERSIDAD)\s"
)
_ANYWHERE = (
    r"\b(?:SOCIEDAD AN[OÓ]NIMA|SOCIEDAD COMERCIAL|SOCIEDAD MINERA|RESPONSABILIDAD LIMITADA)\b"
)
_COMMUNITY = (
    r"^(?:LA )?(?:COMUNIDAD|CC\.? ?NN\.?|CC\.? ?CC\.?|C\.N\.|C\.C\.|FEDERACI[OÓ]N NATIVA)\b"
)
_STATE = (
    r"^(?:EL )?(?:GOBIERNO REGIONAL|GOBIERNO LOCAL|GOB\. ?REG|MINISTERIO|MUNICIPALIDAD|"
    r"ESTADO PERUANO|DIRECCI[OÓ]N REGIONAL|INGEMMET|INSTITUTO GEOL[OÓ]GICO|PRESIDENCIA DEL CONSEJO|"
    r"PROV[IÍ]AS|SERFOR|SERNANP|AUTORIDAD NACIONAL|EJ[EÉ]RCITO|MARINA DE GUERRA)\b"
)

# «SOCIEDAD CONYUGAL» and «SUCESIÓN» are people. A person's name with «Y OTROS» is a person's.
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
