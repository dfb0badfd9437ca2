"""Photos of a camera that did not know where it was."""

import io

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from geo.register.cleaning.apart import trace
from geo.register.cleaning.traces import Trace


def test_a_photo_whose_camera_had_no_place_is_taken_without_one() -> None:
    nowhere = (IFDRational(0, 0),) * 3
    exif = Image.Exif()
    exif[0x8825] = {1: "S", 2: nowhere, 3: "W", 4: nowhere}
    made = io.BytesIO()
    Image.new("RGB", (9, 9)).save(made, "JPEG", exif=exif)
    assert trace(made.getvalue()) == Trace()
