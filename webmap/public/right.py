"""The page of a right: its facts, its dates, and a line for each of its overlaps."""

from flask import Flask, abort, render_template
from flask.typing import ResponseReturnValue

from geo import naming
from geo.terms import PAIRS
from geo.words import said
from webmap.public import areas, facts, layers, overlap
from webmap.public.ages import age, calendar
from webmap.public.given import Given


def register(app: Flask, given: Given) -> None:
    """Adds the page of a right."""
    today = calendar(given.data_folder, given.now)

    @app.get("/<language:language>/derecho/<path:key>")
    def right_page(key: str) -> ResponseReturnValue:
        now, spoken = given.edition(), given.words()
        row = now.rights.get(key)
        if row is None:
            abort(404)
        numbers = now.overlap_rows([key])
        classes = now.pairs["overlap_class"].iloc[numbers]
        return render_template(
            "right.html",
            key=key,
            name=naming.name(row, spoken),
            code=said(row["native_id"]),
            kind=naming.label_of_kind(row, spoken),
            rows=layers.of_right(row, now, spoken),
            pairs=overlap.lines(now, numbers, spoken),
            sharing=int(classes.isin(PAIRS).sum()),
            areas=areas.of_right(now, key, given.outlines),
            age=age(row["as_of"], today(), spoken),
            source=facts.sources_of(now, [row["source_id"]], spoken),
        )
