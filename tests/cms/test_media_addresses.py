"""Which uploads have an address at all, where no web server stands in front."""

import re
from typing import Any

import pytest
from django.http import Http404
from django.test import RequestFactory

from cms.views import serve_media
from tests.factories import ImageFactory


@pytest.mark.parametrize(
    "path",
    [
        *("documents/datei.pdf", "original_images/bild.png", "wagtail_uploads/x", "./documents/datei.pdf"),
        *("images/../original_images/bild.png", "//documents/datei.pdf", "documents//datei.pdf"),
    ],
)
def test_files_that_pages_do_not_show_have_no_address(path: str, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    for name in ("documents/datei.pdf", "original_images/bild.png", "wagtail_uploads/x", "images/bild.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    request = RequestFactory().get("/media/")
    with pytest.raises(Http404):
        serve_media(request, path)
    response: Any = serve_media(request, "images/bild.png")
    assert response.status_code == 200
    response.file_to_stream.close()


@pytest.mark.django_db
@pytest.mark.parametrize("spec", ["width-50", "max-165x165", "fill-1600x320"])
@pytest.mark.parametrize("name", ["rathaus.png", f"{'sommerfest-auf-dem-marktplatz-' * 2}.png"])
def test_nobody_guesses_the_file_of_an_image(name: str, spec: str) -> None:
    images = [ImageFactory(file__filename=name) for _number in range(2)]
    names = [image.get_rendition(spec).file.name for image in images]
    letters = {re.match(r"images/([0-9a-f]{12})-", name)[1] for name in names}  # type: ignore[index]
    assert len(letters) == 2
