"""The bundle: annex, data, rows as received, method and custody as one zip of which there is one.

Two exports of one release are the same bytes: no clock, folder, user or language of the machine
enters.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from geo.errors import FileUnwritable
from geo.evidence import bag, custody, guide, layout, received_files, record
from geo.evidence.annex import compose as annex
from geo.evidence.annex import typeset
from geo.evidence.chosen import Chosen
from geo.evidence.data import layers
from geo.evidence.wishes import Wishes
from geo.home import sha256_of, whole_file
from geo.release import files, manifest, read
from geo.terms import Tier
from geo.words import Words

ENDING = ".zip"


_ANYBODY, _OWNER_ONLY = 0o666, 0o600


@dataclass(frozen=True)
class Made:
    """A bundle that was written: its zip with its hash, and what is in it."""

    path: Path
    sha256: str
    size_bytes: int
    pairs: int
    rights: int
    specimen: bool


def bundle(
    chosen: Chosen,
    wishes: Wishes,
    words: Words,
    out: Path,
    *,
    fonts: Path,
    say: Callable[[str], None],
    scratch: Path | None = None,
) -> Made:
    """Writes the bundle of a choice to `out`, whole or not at all.

    words: of the language of `wishes`. fonts: the folder of the annex's letters. scratch: where
    it is laid out before it is packed; None is the system's temporary folder. Raises
    FileUnwritable where the disk refuses or `out` is no .zip, AnnexFailed where the annex cannot
    be set, ReleaseDamaged where the release's files changed.
    """
    if out.suffix.lower() != ENDING or out.is_dir():
        raise FileUnwritable(
            f"No se puede escribir «{out}»: el nombre del paquete debe terminar en {ENDING} y no "
            "ser una carpeta."
        )
    name = record.bag_name(chosen)
    with (
        files.plainly(out),
        whole_file(out) as temporary,
        TemporaryDirectory(prefix="deslinde-", dir=scratch) as laid_out,
    ):
        # a place that cannot be written to is told before the work, not after it
        temporary.touch(_ANYBODY if chosen.release.tier is Tier.PUBLIC else _OWNER_ONLY)
        folder = Path(laid_out) / name
        _fill(folder / "data", name, chosen, wishes, words, fonts, say)
        say(f"empaquetando {name}")
        bag.tag(folder, record.about(chosen, name))
        bag.stored(folder, temporary)
        return Made(
            path=out,
            sha256=sha256_of(temporary),
            size_bytes=temporary.stat().st_size,
            pairs=len(chosen.overlaps),
            rights=len(chosen.concessions),
            specimen=chosen.illustrative,
        )


def _fill(
    payload: Path,
    name: str,
    chosen: Chosen,
    wishes: Wishes,
    words: Words,
    fonts: Path,
    say: Callable[[str], None],
) -> None:
    """Everything below `data/`: the manifest after what it lists, the annex last."""
    (payload / layout.DATA).mkdir(parents=True)
    say(f"capas: {len(chosen.overlaps):,} pares, {len(chosen.concessions):,} derechos")
    layers.write_data(chosen, wishes, words, payload / layout.DATA)
    say(f"filas recibidas: {len(chosen.received):,}")
    _write(payload, received_files.files(chosen))
    enclosed = _write_snapshots(payload, chosen)
    log = custody.lines(chosen, words)
    _write(
        payload,
        {
            **_method(chosen),
            **guide.texts(chosen, enclosed),
            layout.CUSTODY: custody.text(log),
        },
    )
    said = record.of(chosen, wishes, name, record.digests(payload), log)
    listed = manifest.canonical(said)
    _write(payload, {layout.MANIFEST: listed})
    say(f"anexo: {len(chosen.concessions):,} derechos")
    document = annex.compose(
        chosen, wishes, words, manifest_sha256=hashlib.sha256(listed).hexdigest(), custody=log
    )
    say(f"componiendo {layout.PDF}")
    _write(payload, {layout.PDF: typeset.pdf(document, fonts)})


def _write_snapshots(payload: Path, chosen: Chosen) -> dict[str, str]:
    """Whole files that may be passed on, and time stamps; gives where the file of each hash is."""
    enclosed: dict[str, str] = {}
    for capture in chosen.captures:
        sha256, short = capture["sha256"], capture["sha256"][:12]
        if capture["file"] and sha256 not in enclosed:
            enclosed[sha256] = f"{layout.SNAPSHOTS}/{short}-{bag.safe(capture['name'])}"
            _write(payload, {enclosed[sha256]: read.content(chosen.release, capture["file"])})
        if capture["stamp"]:
            token = read.content(chosen.release, capture["stamp"])
            _write(payload, {f"{layout.STAMPS}/{short}.tsr": token})
    return enclosed


def _method(chosen: Chosen) -> dict[str, bytes]:
    """The texts that made the figures, what is known of each capture, the release's manifest."""
    texts = {
        "/".join((layout.METHOD, *(bag.safe(part, 120) for part in name.split("/")))): text.encode()
        for name, text in chosen.declared.items()
    }
    return {
        **texts,
        layout.RELEASE: manifest.canonical(read.manifest(chosen.release)),
        layout.CAPTURES: manifest.canonical(list(chosen.captures)),
    }


def _write(payload: Path, contents: Mapping[str, bytes]) -> None:
    for name, content in contents.items():
        path = payload / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
