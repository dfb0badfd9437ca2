"""Every question that is asked, in the order in which people read the answers."""

from geo.analysis.rules import geometry, judgments, logging, mining, territory

RULES = (
    *judgments.RULES,
    *mining.RULES,
    *logging.RULES,
    *territory.RULES,
    *geometry.RULES,
)
