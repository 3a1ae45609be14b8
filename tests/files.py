"""Files as people, careless and ill-meaning ones among them, hand them in."""

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.ExifTags import IFD, Base

# Stands in everything that must not be stored.
SECRET = b"GEHEIMNIS"
UPRIGHT_FROM_RIGHT = 6
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def telling_picture(kind: str) -> bytes:
    """A picture lying on its side, with a position, comments, and something behind its end."""
    exif = Image.Exif()
    exif[Base.Orientation] = UPRIGHT_FROM_RIGHT
    exif[Base.ImageDescription] = SECRET.decode()
    exif.get_ifd(IFD.GPSInfo)[2] = (51.0, 3.0, 7.0)
    options: dict[str, Any] = {} if kind == "GIF" else {"exif": exif}
    if kind in ("JPEG", "GIF"):
        options["comment"] = SECRET
    if kind in ("JPEG", "WEBP", "AVIF"):
        options["xmp"] = b"<x>" + SECRET + b"</x>"
    return picture(kind, **options) + b"<script>" + SECRET + b"</script>"


def moving_picture(kind: str, frames: int) -> bytes:
    pictures = [Image.new("RGB", (30, 20), (number * 80 % 256, number // 256 * 90, 90)) for number in range(frames)]
    out = BytesIO()
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], duration=100, loop=0)
    return out.getvalue()


def bomb(width: int) -> bytes:
    """A PNG of a few kilobytes that would unpack to ``width`` times ``width`` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = bytes(1 + width // 8)
    data = b"".join(packer.compress(row) for _ in range(width)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, width, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def archive(**parts: str) -> bytes:
    """A ZIP archive; in the names of parts, ``__`` stands for a slash and ``_`` for a dot."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in parts.items():
            made.writestr(name.replace("__", "/").replace("_", ".").replace("Content.Types", "[Content_Types]"), text)
    return out.getvalue()


WORD = archive(Content_Types_xml="<Types/>", word__document_xml="<w/>")
OPEN_TEXT = archive(mimetype="application/vnd.oasis.opendocument.text", content_xml="<office/>")


class RemoteStorage(Storage):
    """Somewhere else, as a bucket is: files have an address there and no path here."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def _save(self, name: str, content: Any) -> str:
        self.kept[name] = content.read()
        return name

    def _open(self, name: str, mode: str = "rb") -> ContentFile[bytes]:
        return ContentFile(self.kept[name], name=name)

    def exists(self, name: str) -> bool:
        return name in self.kept

    def size(self, name: str) -> int:
        return len(self.kept[name])

    def url(self, name: str | None) -> str:
        return f"https://bucket.example.org/{name}"


def upload(name: str, content: bytes, kind: str = "application/octet-stream") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)
