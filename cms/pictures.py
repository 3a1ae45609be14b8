"""Pictures as people upload them: what is looked at before one is accepted, and what of it is kept.

Cameras write into their files where and when a picture was taken, and a file can hide anything behind its picture. So
what is stored is written anew from the picture itself: upright, with its colours, and nothing besides.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any

from PIL import Image, ImageOps, ImageSequence

# How each of Pillow's formats is written. Phones put several pictures into one JPEG ("MPO"); the first is the picture.
_WRITTEN_AS: dict[str, tuple[str, dict[str, Any]]] = {
    "AVIF": ("AVIF", {"quality": 85}),
    "GIF": ("GIF", {"comment": b""}),
    "JPEG": ("JPEG", {"quality": 92, "comment": b""}),
    "MPO": ("JPEG", {"quality": 92, "comment": b""}),
    "PNG": ("PNG", {}),
    "WEBP": ("WEBP", {"quality": 90}),
}
_READ = [name for name in _WRITTEN_AS if name != "MPO"]
# What belongs to the picture itself and not to its history.
_KEPT = ("icc_profile", "transparency", "background", "gamma")
MOST_FRAMES = 300
_FRAME_MILLISECONDS = 100


class UnreadablePictureError(ValueError):
    """The file is no picture, or a damaged one."""


class TooManyPixelsError(ValueError):
    """Reading the picture would take more memory than a picture on a web page is worth."""

    def __init__(self, width: int = 0, height: int = 0) -> None:
        super().__init__(width, height)
        self.width, self.height = width, height


def check_picture(content: IO[bytes], most_pixels: int) -> None:
    """Read the whole picture. Raises one of the errors above; the size is known before any memory is taken."""
    with _opened(content) as picture:
        pixels = picture.width * picture.height
        for number in range(MOST_FRAMES + 1):
            if number == MOST_FRAMES or pixels * (number + 1) > most_pixels:
                raise TooManyPixelsError(picture.width, picture.height)
            try:
                picture.seek(number)
            except EOFError:
                return
            picture.load()
            if not _moves(picture):
                return


def cleaned_picture(content: IO[bytes]) -> bytes:
    """The picture alone, written anew. Raises one of the errors above."""
    with _opened(content) as picture:
        written_as, options = _WRITTEN_AS[picture.format or ""]
        options = dict(options)
        if written_as == "WEBP":
            options["lossless"] = _is_lossless_webp(content)
        if "icc_profile" in picture.info:
            options["icc_profile"] = picture.info["icc_profile"]
        out = BytesIO()
        if _moves(picture):
            durations = []
            for frame in ImageSequence.Iterator(picture):
                # Some formats know how long a frame is shown only once it is read.
                frame.load()
                durations.append(frame.info.get("duration", _FRAME_MILLISECONDS))
            options |= {"duration": durations, "loop": picture.info.get("loop", 1), "save_all": True}
            picture.seek(0)
            picture.save(out, written_as, **options)
            return out.getvalue()
        picture.load()
        upright = picture
        if picture.getexif().get(Image.ExifTags.Base.Orientation, 1) != 1:
            upright = ImageOps.exif_transpose(picture)
        elif picture.format == "JPEG":
            # With its own tables: written anew, but not worse.
            options["quality"] = "keep"
        upright.info = {name: picture.info[name] for name in _KEPT if name in picture.info}
        upright.save(out, written_as, **options)
        return out.getvalue()


@contextmanager
def _opened(content: IO[bytes]) -> Iterator[Image.Image]:
    """Pillow's picture; whatever goes wrong while it is open becomes one of this module's errors."""
    # Formats that are asked for by name must be loaded.
    Image.init()
    content.seek(0)
    try:
        with Image.open(content, formats=_READ) as picture:
            yield picture
    except (TooManyPixelsError, UnreadablePictureError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixelsError from error
    # A damaged file can make any part of a decoder stumble.
    except Exception as error:
        raise UnreadablePictureError from error


def _moves(picture: Image.Image) -> bool:
    return picture.format != "MPO" and getattr(picture, "is_animated", False)


def _is_lossless_webp(content: IO[bytes]) -> bool:
    content.seek(0)
    return b"VP8L" in content.read(4096)
