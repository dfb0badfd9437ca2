"""What was imported into a home: one small JSON file for each import, never changed in place.

Its tier may change (`deslinde tier`): the file is then written anew, whole.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from geo.errors import NothingToDo, SeveralImports
from geo.home import Home, private_folder, write_whole
from geo.stages import Snapshot
from geo.terms import Tier

_RANK = tuple(Tier)


class ImportKind(StrEnum):
    LAYER = "layer"
    FACTS = "facts"


@dataclass(frozen=True)
class Import:
    """One file taken in: which bytes, as which source, and what the user said about them.

    layer, crs, where: as given by the user, "" where nothing was said.
    accuracy_m: the 95 % error of a vertex that the user stated. as_of: the data's own date.
    """

    kind: ImportKind
    snapshot: Snapshot
    tier: Tier
    layer: str = ""
    crs: str = ""
    where: str = ""
    accuracy_m: float | None = None
    as_of: str = ""
    demo: bool = False

    @property
    def name(self) -> str:
        """Its file's name: the same bytes, imported the same way, are one import."""
        layer = f"-{self.layer.encode('utf-8').hex()[:24]}" if self.layer else ""
        return f"{self.snapshot.source_id}-{self.snapshot.sha256[:12]}{layer}.json"


def record(home: Home, made: Import) -> None:
    """Keeps an import. One that is there already is replaced by what was said last."""
    said = asdict(made)
    said["snapshot"]["retrieved_at"] = made.snapshot.retrieved_at.isoformat()
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    private_folder(home.imports)
    write_whole(home.imports / made.name, text.encode("utf-8"))


def listed(home: Home) -> tuple[Import, ...]:
    """Every import of this home, by retrieval and then by name."""
    found = [_read(path.read_text(encoding="utf-8")) for path in home.imports.glob("*.json")]
    return tuple(sorted(found, key=lambda made: (made.snapshot.retrieved_at, made.name)))


def set_tier(home: Home, wanted: str, tier: Tier) -> tuple[Import, ...]:
    """Gives every import whose source id or SHA-256 (its beginning) is `wanted` another tier.

    Raises NothingToDo when there is none, SeveralImports where it would open more than one file:
    what is handed in by different people under one source is not published by one word.
    """
    chosen = tuple(
        made
        for made in listed(home)
        if made.snapshot.source_id == wanted
        or (len(wanted) >= 6 and made.snapshot.sha256.startswith(wanted.lower()))
    )
    if not chosen:
        raise NothingToDo(
            f"No hay ninguna importación «{wanted}»: vea «deslinde imports» y use su fuente o su "
            "huella SHA-256 (seis letras o más)."
        )
    opened = [made for made in chosen if _RANK.index(made.tier) > _RANK.index(tier)]
    if len({made.snapshot.sha256 for made in opened}) > 1:
        files = ", ".join(f"{made.snapshot.sha256[:12]} ({made.snapshot.name})" for made in opened)
        raise SeveralImports(
            f"«{wanted}» son varios archivos: {files}. Ábralos uno por uno, con su huella SHA-256."
        )
    changed = tuple(replace(made, tier=tier) for made in chosen)
    for made in changed:
        record(home, made)
    return changed


def latest(imports: tuple[Import, ...]) -> tuple[Import, ...]:
    """Of each source and layer the newest data; all facts.

    Newest by `as_of`, where that is unknown by the day of retrieval.
    """
    newest: dict[tuple[str, str], Import] = {}
    for made in sorted(imports, key=_age):
        if made.kind is ImportKind.LAYER:
            newest[(made.snapshot.source_id, made.layer)] = made
    facts = [made for made in imports if made.kind is ImportKind.FACTS]
    return (*sorted(newest.values(), key=lambda made: made.name), *facts)


def _age(made: Import) -> tuple[str, datetime, str]:
    retrieved = made.snapshot.retrieved_at
    return (made.as_of or retrieved.date().isoformat(), retrieved, made.name)


def _read(text: str) -> Import:
    said = json.loads(text)
    snapshot = said.pop("snapshot")
    snapshot["retrieved_at"] = datetime.fromisoformat(snapshot["retrieved_at"])
    kind, tier = ImportKind(said.pop("kind")), Tier(said.pop("tier"))
    return Import(kind=kind, tier=tier, snapshot=Snapshot(**snapshot), **said)
