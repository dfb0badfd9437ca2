"""On what the boundary of a territory rests, and what its polygon may be called."""

import pandas as pd

from geo.normalise.setting import Rows, Setting, gathered, say
from geo.normalise.status import in_list
from geo.terms import Deed, Noun, Tenure
from geo.tolerance import called as called_by
from geo.words import _

STEP = "tenure"
_BY_TITLE = "titled_on"


def based(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """`tenure` of territories, and the field or declaration that says it.

    The source's word where its declaration knows it; else what the source is declared to
    hold; else titled where the row has the date of its title; else unknown. A title's
    figure of hectares alone makes nothing titled: nobody says where it comes from.
    """
    if setting.source.noun is not Noun.TERRITORY:
        return rows, gathered()
    unknown = Tenure.UNKNOWN.value
    words = rows.drop(columns="tenure", errors="ignore")
    tenure, odd = in_list(words, "tenure", setting.source.tenure, Tenure.UNKNOWN)
    basis = pd.Series("", index=rows.index, dtype="string").mask(
        tenure.ne(unknown), _field(setting, "tenure")
    )
    constant = setting.source.constants.get("tenure")
    if constant:
        free = tenure.eq(unknown)
        tenure = tenure.mask(free, Tenure(constant).value)
        basis = basis.mask(free, f"data/sources/{setting.source.id}")
    elif _BY_TITLE in rows:
        free = tenure.eq(unknown) & rows[_BY_TITLE].notna()
        tenure = tenure.mask(free, Tenure.TITLED.value)
        basis = basis.mask(free, _field(setting, _BY_TITLE))
    said = say(
        Deed.NOTED,
        STEP,
        setting,
        odd.index[odd],
        _("La palabra de la fuente no dice en qué se apoya el límite: tenencia desconocida."),
        field="tenure_raw",
        before=rows.get("tenure_raw", ""),
    )
    return rows.assign(tenure=tenure, tenure_basis=basis), said


def called(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """`called`: titled, or polygon-per-source where the drawn area is not the title's.

    Rows of one group that all carry the same title figure are its parts: the figure is
    compared with the sum of their areas, a shape that stands twice counted once.
    """
    if setting.source.noun is not Noun.TERRITORY:
        return rows, gathered()
    title = _column(rows, "area_title_ha")
    drawn = _together(rows, title)
    words = called_by(rows["tenure"], title, drawn, setting.country)
    as_titled = pd.Series(Tenure.TITLED.value, index=rows.index, dtype="string")
    beyond = called_by(as_titled, title, drawn, setting.country).ne("titled")
    said = say(
        Deed.NOTED,
        STEP,
        setting,
        rows.index[beyond & title.notna()],
        _("El polígono difiere del área de su título más que la tolerancia catastral."),
        field="area_title_ha",
        before=title.map("{:.4f} ha".format, na_action="ignore").astype("string"),
        after=drawn.map("{:.4f} ha".format, na_action="ignore").astype("string"),
    )
    return rows.assign(called=words), said


def _together(rows: Rows, title: pd.Series) -> pd.Series:
    """The drawn area that a row's title figure is about: its own, or that of all its parts."""
    drawn = rows["area_plane_ha"].astype("Float64")
    shared = rows.assign(title_=title, drawn_=drawn).groupby("group", dropna=True)
    figures = shared["title_"].transform("nunique")
    filled = shared["title_"].transform("count")
    size = shared["title_"].transform("size")
    parts = (size > 1) & (figures == 1) & (filled == size)
    once = ~rows.assign(wkb_=rows.geometry.to_wkb()).duplicated(["group", "wkb_"])
    sums = drawn.where(once, 0.0).groupby(rows["group"], dropna=True).transform("sum")
    return drawn.mask(parts.fillna(False).astype(bool) & drawn.notna(), sums)


def _column(rows: Rows, name: str) -> pd.Series:
    if name in rows:
        return rows[name].astype("Float64")
    return pd.Series(pd.NA, index=rows.index, dtype="Float64")


def _field(setting: Setting, ours: str) -> str:
    wanted = setting.source.fields.get(ours, "")
    return wanted if isinstance(wanted, str) else " | ".join(wanted)
