"""What kind of holder a name is: a company's name may be published, a person's may not."""

import numpy as np
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

# Several holders in one field, or somebody who acts for one: what stands on either side of these
# is looked at by itself. «Y» divides only behind a legal form, or where a person's name would end:
# «EJEMPLO Y CIA. S.A.» is one name. What follows «S.M.R.L.» is the name of the right that it holds.
_BEHIND_FORM = rf"(?<=[\s,(\"-])((?:{'|'.join(_FORMS)}))\s*(?:Y|E|&)\s+(?!OTR)"
_BEFORE_FIRM = (
    r"\sY\s+(?=(?:COMPA[ÑN][IÍ]A|EMPRESA|CORPORACI[OÓ]N|CONSORCIO|MINERA|S\.?M\.?R\.?L)\b)"
)
_ITS_OWN = rf"\((?:DEL )?PER[UÚ]\)|[,(]\s*(?=(?:{'|'.join(_FORMS)})\W*$)"
_APART = r"[;/|,()]|\s[-–—]\s"
_ACTS = (
    r"\b(?:REPRESENTAD[OA]S?|REPRESENTANTE|REP\.|PRESIDENT[EA]|APODERAD[OA]|JEF[EA]|APU|"
    r"DIRIGENTE|ALBACEA|HEREDER[OA]S?)(?!\w)"
)
# pieces that name nobody: a form alone, a state of the firm, a branch, «y otros», an acronym
_NOBODY = (
    rf"^(?:(?:{'|'.join(_FORMS)})|(?:Y )?OTR[OA]S?|EN (?:LIQ|REEST).*|SUCURSAL.*|"
    r"[^\W\d_]{0,3}\.?|\W*)$"
)
_OF_ONE_RIGHT = r"^S\.?\s?M\.?\s?R\.?\s?L\.?[^;/|]*$"

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
    """The kind of each holder by its name alone.

    Where several stand in one field, or somebody acts for one, and a person may be among them,
    nobody can say what kind it is.
    """
    upper = names.astype("string").str.upper().str.replace(r"\s+", " ", regex=True).str.strip()
    found = _alone(upper.reset_index(drop=True)).set_axis(names.index)
    return found.mask(_with_people(upper, found), HolderKind.UNKNOWN.value)


def _with_people(upper: pd.Series, found: pd.Series) -> np.ndarray:
    """Which names of companies, communities and the State hold another name, maybe a person's."""
    place = np.flatnonzero(found.isin([kind.value for _, kind in _ORDER]).to_numpy(dtype=bool))
    named = pd.Series(upper.iloc[place].to_numpy(dtype=object), index=place, dtype=object)
    named = named[~named.str.match(_OF_ONE_RIGHT).astype(bool)]
    apart = named.str.replace(_ITS_OWN, " ", regex=True)
    apart = apart.str.replace(_BEHIND_FORM, r"\1;", regex=True)
    apart = apart.str.replace(_BEFORE_FIRM, ";", regex=True)
    pieces = apart.str.split(_APART, regex=True).explode().astype(object).str.strip()
    several = pieces[pieces.index.duplicated(keep=False)]
    some = several[~several.str.match(_NOBODY).astype(bool)]
    alone = _alone(some.astype("string").reset_index(drop=True)).to_numpy(dtype=object)
    with_people = np.zeros(len(upper), dtype=bool)
    with_people[some.index[alone == HolderKind.NATURAL_PERSON.value]] = True
    with_people[named.index[named.str.contains(_ACTS, regex=True).astype(bool)]] = True
    return with_people


def _alone(upper: pd.Series) -> pd.Series:
    found = pd.Series(HolderKind.NATURAL_PERSON.value, index=upper.index, dtype="string")
    open_rows = pd.Series(True, index=upper.index)
    for pattern, kind in _ORDER:
        here = open_rows & upper.str.contains(pattern, regex=True).fillna(False).astype(bool)
        found = found.mask(here, kind.value)
        open_rows &= ~here
    return found.mask(upper.isna() | upper.eq("").fillna(True), HolderKind.UNKNOWN.value)
