"""What public pages show of a municipality's own look, without a query and without a style in the page.

The colours stand in the address of a small style sheet, ``/marke/1-005ca9-ffffff.css``: it is the same for ever, so
that browsers and proxies keep it, and no page has to be made anew for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.images.models import SourceImageIOError
from wagtail.signals import page_published

from cms import colours
from cms.models import PortalImage
from cms.signals import image_changed

if TYPE_CHECKING:
    from municipalities.models import MunicipalityPage

# Goes up when the style sheet says something new for the same colours.
SHEET_VERSION = 1
_YEAR = 365 * 24 * 60 * 60
# Twice the height at which it is shown, for fine screens.
LOGO = "max-480x112|format-webp|webpquality-90"
WIDE = "fill-1600x320|format-webp|webpquality-80"
NARROW = "fill-800x400|format-webp|webpquality-80"


@dataclass(frozen=True)
class Picture:
    url: str
    width: int
    height: int


@dataclass(frozen=True)
class HeaderImage:
    """Across a wide window and a narrow one; cut around the image's focal point."""

    wide: Picture
    narrow: Picture
    alternative: str
    credit: str


@dataclass(frozen=True)
class Brand:
    stylesheet: str
    logo: Picture | None
    header: HeaderImage | None
    networks: list[tuple[str, str]]

    @classmethod
    def of(cls, place: "MunicipalityPage") -> "Brand":
        files = _stored(place)
        logo, header = (_unless_lost(files.get(name)) for name in ("logo", "header_image"))
        return cls(
            stylesheet=stylesheet_address(place.brand_colour, place.text_on_brand) if place.brand_colour else "",
            logo=_picture(logo["files"][0]) if logo else None,
            header=_header_image(header) if header else None,
            networks=[(link.value["network"], link.value["url"]) for link in place.social_links],
        )

    @property
    def is_own(self) -> bool:
        """Whether the municipality has a look of its own at all."""
        return bool(self.stylesheet or self.logo)


def stylesheet_address(colour: str, text: str) -> str:
    return reverse("brand_stylesheet", args=[SHEET_VERSION, colour[1:], text[1:]])


@require_safe
@cache_control(public=True, max_age=_YEAR, immutable=True)
def stylesheet(request: HttpRequest, version: str, colour: str, text: str) -> HttpResponse:
    """The custom properties that ``_place-strip.scss`` reads. Colours that nobody could read are not given out."""
    needs = [(f"#{text}", colours.TEXT_CONTRAST), (colours.WHITE, colours.EDGE_CONTRAST)]
    if version != str(SHEET_VERSION) or not colours.passes(f"#{colour}", needs):
        raise Http404
    properties = {"colour": f"#{colour}", "text": f"#{text}", "tint": colours.tint(f"#{colour}")}
    rules = "".join(f"--place-{name}:{value};" for name, value in properties.items())
    return HttpResponse(f"html{{{rules}}}\n", content_type="text/css; charset=utf-8")


def remember_files(place: "MunicipalityPage") -> None:
    """Make the files that public pages show and store their names with the page."""
    files = _made(place)
    if files == place.brand_files:
        return
    type(place)._base_manager.filter(pk=place.pk).update(brand_files=files)
    place.brand_files = files
    place.__dict__.pop("brand", None)


def connect_brand() -> None:
    """Follow what editors do: publish a municipality's page, or change an image that is part of a look."""
    from municipalities.models import MunicipalityPage

    page_published.connect(_page_published, sender=MunicipalityPage, dispatch_uid="brand")
    image_changed.connect(_image_changed, dispatch_uid="brand")


def _page_published(sender: Any, instance: "MunicipalityPage", **kwargs: Any) -> None:
    remember_files(instance)


def _image_changed(sender: Any, image: PortalImage, **kwargs: Any) -> None:
    from municipalities.models import MunicipalityPage

    for place in MunicipalityPage.objects.filter(Q(logo=image.pk) | Q(header_image=image.pk)):
        remember_files(place)


def _stored(place: "MunicipalityPage") -> Mapping[str, Any]:
    """The files stored with the page; in a preview, where another image is chosen, those of that image."""
    wanted = {name: key for name in ("logo", "header_image") if (key := getattr(place, f"{name}_id"))}
    # An image that was deleted leaves its files' names behind.
    known = {name: entry for name, entry in place.brand_files.items() if entry["image"] == wanted.get(name)}
    return known if known.keys() == wanted.keys() else _made(place)


def _made(place: "MunicipalityPage") -> dict[str, Any]:
    files = {}
    for name, filters in (("logo", (LOGO,)), ("header_image", (WIDE, NARROW))):
        image: PortalImage | None = getattr(place, name)
        if image is None:
            continue
        files[name] = {
            "image": image.pk,
            "alternative": image.default_alt_text,
            "credit": image.credit,
            "files": _files_of(image, filters),
        }
    return files


def _files_of(image: PortalImage, filters: Sequence[str]) -> list[list[Any]]:
    """None where the image's own file is lost: the page goes on without, and does not look for it with each visit."""
    try:
        made = image.get_renditions(*filters)
    except (SourceImageIOError, OSError):
        return []
    return [[made[spec].file.name, made[spec].width, made[spec].height] for spec in filters]


def _unless_lost(entry: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return entry if entry is not None and entry["files"] else None


def _header_image(entry: Mapping[str, Any]) -> HeaderImage:
    wide, narrow = entry["files"]
    return HeaderImage(_picture(wide), _picture(narrow), entry["alternative"], entry["credit"])


def _picture(file: list[Any]) -> Picture:
    name, width, height = file
    return Picture(default_storage.url(name), width, height)
