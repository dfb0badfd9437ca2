"""A file is read by a process of its own: what breaks that process breaks nothing else."""

import io
from importlib import import_module

import pytest
from PIL import Image

from geo.errors import AttachmentRefused
from geo.register.cleaning import apart, forms, worker

CONFINED = "from geo.register.cleaning import worker; worker._confine(); "


def _photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (9, 9)).save(made, "PNG")
    return made.getvalue()


def test_a_file_comes_back_as_what_its_bytes_are() -> None:
    form, copy = apart.cleaned(_photo() + b"<html>")
    assert form is forms.PNG
    assert copy.endswith(b"IEND\xaeB`\x82")
    assert apart.trace(_photo()).points == ()


def test_the_sentence_of_a_refusal_crosses_and_nothing_of_the_file_does() -> None:
    with pytest.raises(AttachmentRefused, match="cortada") as refused:
        apart.cleaned(_photo()[:40] + b"Zulmira")
    assert "Zulmira" not in str(refused.value)


@pytest.mark.parametrize(
    "start",
    [
        "import sys; sys.exit(9)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        CONFINED + "x = bytearray(4 * 2**30)",
        CONFINED + "import tempfile; f = tempfile.TemporaryFile(); f.write(b'a'); f.flush()",
    ],
)
def test_a_reader_that_breaks_takes_only_itself_down(
    start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "import sys; sys.path.insert(0, sys.argv[1]); "
    monkeypatch.setattr(apart, "_START", path + start)
    with pytest.raises(AttachmentRefused, match="no se pudo revisar"):
        apart.cleaned(_photo())


def test_a_reader_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_START", "import time; time.sleep(600)")
    monkeypatch.setattr(apart, "_PATIENCE_S", 0.5)
    with pytest.raises(AttachmentRefused, match="no se pudo revisar"):
        apart.cleaned(_photo())


def test_only_the_readers_that_are_named_are_ever_run() -> None:
    with pytest.raises(ValueError, match="os"):
        worker.work("os", worker.CLEAN, "image/png")


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"\x00\x00\x00\x18ftypheic", "JPEG"),
        (b"\x00\x00\x00\x18ftypqt  ", "video"),
        (b"GIF89a", "Se reciben"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "Se reciben"),
        (b"MZ\x90\x00", "Se reciben"),
        (b"<html><script>", "Se reciben"),
        (b"", "Se reciben"),
    ],
)
def test_what_is_not_taken_is_told_with_what_to_do(start: bytes, said: str) -> None:
    with pytest.raises(AttachmentRefused, match=said):
        apart.cleaned(start)


@pytest.mark.parametrize("form", forms.FORMS.values(), ids=lambda form: form.media)
def test_every_form_has_a_limit_an_ending_and_a_reader(form: forms.Form) -> None:
    assert forms.MOST_BYTES[form.kind] <= forms.LARGEST
    assert forms.ENDINGS[form.media].isalnum()
    room = import_module(f"geo.register.cleaning.{form.reader}")
    assert callable(room.clean)


def test_a_file_above_its_limit_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(forms.MOST_BYTES, forms.Kind.PHOTO, 50)
    with pytest.raises(AttachmentRefused, match="MiB"):
        apart.cleaned(_photo())
