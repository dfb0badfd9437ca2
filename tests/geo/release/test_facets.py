"""What rights and overlaps are found by."""

import pandas as pd

from geo.release.content import Content
from geo.release.facets import of_pairs


def test_overlaps_of_which_no_question_is_answered_yes_can_still_be_found(
    content: Content,
) -> None:
    flags = content.flagged.flags
    overlaps = content.flagged.overlaps.frame
    rights, lands = content.concessions.frame, content.territories.frame
    for said in (flags.assign(answer="no"), flags.iloc[:0]):
        told = of_pairs(rights, lands, overlaps, said)
        assert told["priority"].tolist() == [0] * len(overlaps)
        assert told["yes"].tolist() == [""] * len(overlaps)


def test_each_question_stands_once_and_in_order(content: Content) -> None:
    flags = content.flagged.flags.assign(answer="yes")
    pair = flags.iloc[[0]]
    said = pd.concat([pair.assign(code="B"), pair.assign(code="A"), pair.assign(code="B")])
    overlaps = content.flagged.overlaps.frame
    told = of_pairs(content.concessions.frame, content.territories.frame, overlaps, said)
    own = overlaps["concession_key"].eq(pair["concession_key"].iloc[0]) & overlaps[
        "territory_key"
    ].eq(pair["territory_key"].iloc[0])
    assert told.loc[own.to_numpy(), "yes"].tolist() == ["A;B"]
    assert set(told.loc[~own.to_numpy(), "yes"]) == {""}
