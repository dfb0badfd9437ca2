"""What a manifest says was asked for, against the rows that the bundle encloses."""

from collections.abc import Iterator

import pandas as pd

from geo.errors import ChoiceUnknown
from geo.evidence import choice, codes
from geo.evidence.check.manifest_check import MANIFEST
from geo.evidence.chosen import By, Chosen, Outcome
from geo.evidence.findings import Finding, Kind


def check(chosen: Chosen) -> Iterator[Finding]:
    """Ids and codes that do not lead to the rows that the manifest says.

    Whether a code that was not found stands in the release, and not here, cannot be known.
    """
    wrong = _codes(chosen) if chosen.by is By.CODES else _ids(chosen)
    for said in wrong:
        yield Finding(Kind.DISAGREES, MANIFEST, f"«{MANIFEST}», lo que se pidió: {said}.")


def _ids(chosen: Chosen) -> Iterator[str]:
    if chosen.codes:
        yield "trae una lista de códigos que nadie pidió"
    of_land = chosen.by in (By.TERRITORY, By.CASE)
    rows = chosen.territories if of_land else chosen.concessions
    for key in chosen.subjects:
        if key not in set(rows["key"]):
            yield f"«{key}» no está en el paquete"
    if chosen.by is By.CASE:
        cases = {
            codes.folded(name.removeprefix("cases/").removesuffix(".toml"))
            for name in chosen.declared
            if name.startswith("cases/")
        }
        missing = [one for one in chosen.asked if codes.folded(one) not in cases]
        yield from (f"no trae el caso «{one}»" for one in missing)
        return
    try:
        found = [key for one in chosen.asked for key in choice.named(rows, chosen.by, one)]
    except ChoiceUnknown as error:
        yield str(error).rstrip(".")
        return
    if tuple(dict.fromkeys(found)) != chosen.subjects:
        yield f"«{', '.join(chosen.asked)}» no nombra lo que dice"


def _codes(chosen: Chosen) -> Iterator[str]:
    rights = pd.DataFrame(chosen.concessions[["key", "native_id"]])
    if chosen.asked != tuple(line.written for line in chosen.codes):
        yield "los códigos no son los que se escribieron"
    listed = [line for line in chosen.codes if line.outcome is not Outcome.REPEATED]
    if tuple(dict.fromkeys(key for line in listed for key in line.keys)) != chosen.subjects:
        yield "los derechos no son los que dan los códigos"
    again = codes.met([(line.written, line.code) for line in chosen.codes], rights)
    for line, found in zip(chosen.codes, again, strict=True):
        if (line.number, line.outcome, line.keys) != (found.number, found.outcome, found.keys):
            yield (
                f"el código «{line.code}» dice «{line.outcome}» ({', '.join(line.keys) or '—'}) y "
                f"las filas del paquete dan «{found.outcome}» ({', '.join(found.keys) or '—'})"
            )
        elif codes.folded(line.code) not in codes.folded(line.written):
            yield f"el código «{line.code}» no es lo que se escribió, «{line.written}»"
        elif (line.keys and line.hint) or any(not codes.alike(line.code, one) for one in line.hint):
            yield f"al código «{line.code}» no se le parece «{', '.join(line.hint)}»"
