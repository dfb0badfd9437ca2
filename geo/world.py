"""What the world is: everything of `data/`, read once, as types."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd

from geo.analysis.rulebook import RuleBook
from geo.cases import Case, Judgment, parse_case, parse_judgment
from geo.country import Country, parse_country
from geo.declared import Source, parse
from geo.errors import DeclarationError, SourceUnknown
from geo.home import Home, read_texts
from geo.intake.read import read
from geo.intake.snapshots import of_file
from geo.words import SPANISH, Words, words


@dataclass(frozen=True, eq=False)
class World:
    """data/ as types.

    departments: Natural Earth's outlines (EPSG:4326), columns name, geometry. texts: what was
    parsed, file name below data/ -> text.
    """

    country: Country
    sources: Mapping[str, Source]
    rulebook: RuleBook
    judgments: tuple[Judgment, ...]
    cases: tuple[Case, ...]
    languages: Mapping[str, Words]
    departments: gpd.GeoDataFrame
    texts: Mapping[str, str] = field(default_factory=dict)

    def source(self, wanted: str) -> Source:
        """A declared source by its id. Raises SourceUnknown, naming those that there are."""
        if wanted in self.sources:
            return self.sources[wanted]
        known = ", ".join(sorted(self.sources))
        raise SourceUnknown(
            f"No hay fuente «{wanted}» en data/sources; las declaradas son: {known}."
        )


def read_world(home: Home) -> World:
    """Everything of home.data. Raises DeclarationError naming the file that cannot be used."""
    texts = {
        f"{folder}/{name}": text
        for folder in ("countries", "rules", "sources", "judgments", "cases")
        for name, text in read_texts(home.data / folder)
    }
    sources = {}
    for name, text in _of(texts, "sources"):
        source = parse(text, Source, f"data/{name}")
        if f"sources/{source.id}.toml" != name:
            raise DeclarationError(f"data/{name}: id = «{source.id}» no es el nombre del archivo.")
        sources[source.id] = source
    return World(
        country=parse_country(_one(texts, "countries/peru.toml"), "data/countries/peru.toml"),
        sources=sources,
        rulebook=parse(_one(texts, "rules/peru.toml"), RuleBook, "data/rules/peru.toml"),
        judgments=tuple(
            parse_judgment(text, f"data/{name}") for name, text in _of(texts, "judgments")
        ),
        cases=tuple(parse_case(text, f"data/{name}") for name, text in _of(texts, "cases")),
        languages=languages(home),
        departments=_departments(home),
        texts=texts,
    )


def _of(texts: Mapping[str, str], folder: str) -> list[tuple[str, str]]:
    return [(name, text) for name, text in texts.items() if name.startswith(f"{folder}/")]


def _one(texts: Mapping[str, str], name: str) -> str:
    if name not in texts:
        raise DeclarationError(f"Falta data/{name}: vuelva a instalar el programa.")
    return texts[name]


def languages(home: Home) -> Mapping[str, Words]:
    """Every language that has a sentence in its catalogue, and Spanish, which needs none."""
    made = {SPANISH: words(SPANISH, "")}
    for folder in sorted((home.data / "translations").glob("*/LC_MESSAGES")):
        catalogue = folder / "deslinde.po"
        language = folder.parent.name
        if catalogue.is_file():
            found = words(language, catalogue.read_text(encoding="utf-8"))
            if found.spoken:
                made[language] = found
    return made


def _departments(home: Home) -> gpd.GeoDataFrame:
    path = home.data / "built" / "peru-departments.topo.json"
    if not path.is_file():
        raise DeclarationError(
            "Falta data/built/peru-departments.topo.json: ejecute «make setup», que lo prepara."
        )
    raw = read(path, of_file(path, "natural-earth", home.now()))
    return raw.frame[["name", "geometry"]].set_crs("EPSG:4326")
