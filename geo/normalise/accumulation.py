"""Rights that merge older ones: their own filing date is the merger's, their parts are older."""

import pandas as pd

from geo.answers import type_of_answers
from geo.normalise.setting import Rows, Setting, gathered
from geo.normalise.status import plain
from geo.terms import Noun


def told(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """`accumulation` of mining rights: yes where the code ends in L or the status says so.

    INGEMMET's codes of merged rights end in the letter L; its status says «Acumulación». No
    for every other mining right with a code; unknown for rows that are no mining rights.
    """
    if setting.source.noun is not Noun.CONCESSION:
        return rows, gathered()
    mining = rows["kind"].eq("mining").fillna(False).astype(bool)
    by_code = rows["native_id"].str.fullmatch(r"\d+L(?:~\d+)?").fillna(False).astype(bool)
    by_word = pd.Series(False, index=rows.index)
    if "status_raw" in rows:
        words = rows["status_raw"].map(plain, na_action="ignore").astype("string")
        by_word = words.str.startswith("acumulacion").fillna(False).astype(bool)
    answers = (by_code | by_word).astype(type_of_answers).mask(~mining)
    return rows.assign(accumulation=answers), gathered()
