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
def test_nobody_guesses_the_file_of_an_image() -> None:
    first, second = ImageFactory(file__filename="rathaus.png"), ImageFactory(file__filename="rathaus.png")
    names = [image.get_rendition("width-50").file.name for image in (first, second)]
    assert all(re.fullmatch(r"images/rathaus-[a-z0-9]{12}\.width-50\.\w+", name) for name in names)
    assert len(set(names)) == 2
