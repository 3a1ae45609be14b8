"""Images and documents through the editors' interface: one, several at once, and from within a page."""

import json
import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import Collection, UploadedFile
from wagtail.rich_text import RichText

from cms.blocks import PortalImageBlock
from cms.models import PortalDocument, PortalImage
from tests import files
from tests.factories import DocumentFactory, ImageFactory, StandardPageFactory, UserFactory
from tests.files import SECRET, upload

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

WAYS = ("add", "chooser", "several")
JPEG = "bild.jpg"


def collection() -> int:
    return Collection.get_first_root_node().pk


def hand_in_image(editor: Client, way: str, name: str, content: bytes, **fields: Any) -> Any:
    """Upload the way an editor does; in the form for several files, the text comes in a second step."""
    fields = {"title": "Rathaus", "description": "Das Rathaus von vorn", "collection": collection(), **fields}
    if way == "add":
        return editor.post(reverse("wagtailimages:add"), {**fields, "file": upload(name, content)})
    if way == "chooser":
        data = {f"image-chooser-upload-{key}": value for key, value in fields.items()}
        return editor.post(
            reverse("wagtailimages_chooser:create"), {**data, "image-chooser-upload-file": upload(name, content)}
        )
    response = editor.post(
        reverse("wagtailimages:add_multiple"),
        {"title": fields["title"], "collection": fields["collection"], "files[]": upload(name, content)},
    )
    key = response.json().get("uploaded_file_id") if response.status_code == 200 else None
    if key is None:
        return response
    data = {f"uploaded-image-{key}-{name}": value for name, value in fields.items()}
    return editor.post(reverse("wagtailimages:create_multiple_from_uploaded_image", args=[key]), data)


def hand_in_document(editor: Client, way: str, name: str, content: bytes) -> Any:
    fields = {"title": "Merkblatt", "collection": collection()}
    if way == "add":
        return editor.post(reverse("wagtaildocs:add"), {**fields, "file": upload(name, content)})
    if way == "chooser":
        data = {f"document-chooser-upload-{key}": value for key, value in fields.items()}
        return editor.post(
            reverse("wagtaildocs_chooser:create"), {**data, "document-chooser-upload-file": upload(name, content)}
        )
    return editor.post(reverse("wagtaildocs:add_multiple"), {**fields, "files[]": upload(name, content)})


def words(response: Any) -> str:
    """What the editor reads, whether it comes as a page, as a part of one or as a message."""
    text = response.content.decode()
    if response["Content-Type"].startswith("application/json"):
        answer = json.loads(text)
        text = " ".join(str(answer.get(key, "")) for key in ("error_message", "form", "html", "htmlFragment"))
    return BeautifulSoup(text, "html.parser").get_text(" ", strip=True)


def stored_files() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


# Images


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_of_an_image_only_the_picture_is_stored(editor: Client, way: str, kind: str) -> None:
    name = f"bild.{kind.lower()}" if kind != "JPEG" else JPEG
    hand_in_image(editor, way, name, files.telling_picture(kind))
    image = PortalImage.objects.get()
    with image.file.open("rb") as file:
        content = file.read()
    assert SECRET not in content
    picture = Image.open(BytesIO(content))
    assert picture.format == kind
    assert not picture.getexif()
    # Upright, and the page is told the size that it has then.
    assert picture.size == ((60, 40) if kind == "GIF" else (40, 60))
    assert (image.width, image.height) == picture.size
    assert image.file_size == len(content)
    assert not UploadedFile.objects.exists()


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_moving_images_go_on_moving(editor: Client, kind: str) -> None:
    hand_in_image(editor, "add", f"bild.{kind.lower()}", files.moving_picture(kind, 3))
    with PortalImage.objects.get().file.open("rb") as file:
        assert getattr(Image.open(file), "n_frames", 1) == 3


def test_an_image_that_a_program_stores_is_cleaned_too() -> None:
    image = PortalImage.objects.create(title="x", file=ContentFile(files.telling_picture("JPEG"), name=JPEG))
    with image.file.open("rb") as file:
        assert SECRET not in file.read()
    assert (image.width, image.height) == (40, 60)


def test_the_same_image_twice_is_noticed(editor: Client) -> None:
    content = files.telling_picture("JPEG")
    hand_in_image(editor, "add", JPEG, content)
    assert hand_in_image(editor, "chooser", JPEG, content).json()["step"] == "duplicate_found"
    assert len(set(PortalImage.objects.values_list("file_hash", flat=True))) == 1


BAD_IMAGES = {
    "bomb": ("bild.png", files.bomb(9_000), "zu viele Bildpunkte"),
    "huge bomb": ("bild.png", files.bomb(30_000), "zu viele Bildpunkte"),
    "long film": ("bild.gif", files.moving_picture("GIF", 320), "zu viele Bildpunkte"),
    "svg with script": ("bild.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', ""),
    "svg called png": ("bild.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', ""),
    "svg that unpacks": (
        "bild.svg",
        b'<!DOCTYPE s [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
        "",
    ),
    "page called gif": ("bild.gif", b"GIF89a/*<html><script>alert(1)</script></html>*/", "kein Bild"),
    "page called jpg": (JPEG, b"<html><script>alert(1)</script></html>", "kein Bild"),
    "png called jpg": (JPEG, files.picture("PNG"), ""),
    "image called html": ("bild.html", files.picture(), ""),
    "program": ("bild.png", b"MZ" + bytes(500), "kein Bild"),
    "truncated jpeg": (JPEG, files.picture(size=(900, 900))[:2000], "kein Bild"),
    "truncated png": ("bild.png", files.picture("PNG", (900, 900))[:200], "kein Bild"),
    "head only": (JPEG, files.picture()[:15], "kein Bild"),
    "empty": (JPEG, b"", "leer"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "content", "message"), BAD_IMAGES.values(), ids=BAD_IMAGES.keys())
def test_what_is_no_good_image_is_refused_and_leaves_nothing(
    editor: Client, way: str, name: str, content: bytes, message: str
) -> None:
    before = stored_files()
    response = hand_in_image(editor, way, name, content)
    assert response.status_code == 200
    assert message in words(response)
    assert not PortalImage.objects.exists()
    assert not UploadedFile.objects.exists()
    assert stored_files() == before
    if way == "add":
        # What was typed is still in the form.
        form = response.context["form"]
        assert form.errors.keys() == {"file"}
        assert form["title"].value() == "Rathaus"
        assert form["description"].value() == "Das Rathaus von vorn"


@pytest.mark.parametrize("way", WAYS)
def test_a_file_that_is_too_large_is_refused_with_both_sizes(editor: Client, way: str) -> None:
    with override_settings(WAGTAILIMAGES_MAX_UPLOAD_SIZE=2000):
        response = hand_in_image(editor, way, JPEG, files.picture(size=(40, 40)) + bytes(3000))
    assert "höchstens 2,0 KB" in words(response).replace("\xa0", " ")
    assert not PortalImage.objects.exists()


@pytest.mark.parametrize("way", WAYS)
def test_an_image_needs_words_or_is_decorative(editor: Client, way: str) -> None:
    response = hand_in_image(editor, way, JPEG, files.picture(), description=" ")
    assert "Bitte beschreiben Sie" in words(response)
    assert not PortalImage.objects.exists()
    hand_in_image(editor, way, JPEG, files.picture(), description="überflüssig", is_decorative="on")
    image = PortalImage.objects.get()
    assert (image.is_decorative, image.description, image.default_alt_text) == (True, "", "")


def test_the_text_of_the_image_holds_where_the_page_says_nothing() -> None:
    block = PortalImageBlock()

    def on_page(image: PortalImage, **said: Any) -> Any:
        return block.clean(block.to_python({"image": image.pk, "decorative": False, "alt_text": "", **said}))

    described, decorative = ImageFactory(description="Ein Brunnen"), ImageFactory(is_decorative=True)
    assert on_page(described).contextual_alt_text == "Ein Brunnen"
    assert on_page(described, alt_text="Der Marktplatz").contextual_alt_text == "Der Marktplatz"
    assert on_page(described, decorative=True).decorative
    assert on_page(decorative).decorative
    assert not on_page(decorative, alt_text="Der Marktplatz").decorative


def test_an_image_can_still_be_edited_without_a_new_file(editor: Client) -> None:
    image = ImageFactory()
    address = reverse("wagtailimages:edit", args=[image.pk])
    data = {"title": "Neu", "collection": collection(), "credit": ""}
    assert "Bitte beschreiben Sie" in words(editor.post(address, data))
    assert editor.post(address, {**data, "description": "Ein Brunnen"}).status_code == 302
    image.refresh_from_db()
    assert (image.title, image.description) == ("Neu", "Ein Brunnen")


# Documents

GOOD_DOCUMENTS = {
    "pdf": ("merkblatt.pdf", files.PDF),
    "word": ("merkblatt.docx", files.WORD),
    "excel": ("liste.xlsx", files.archive(Content_Types_xml="<Types/>", xl__workbook_xml="<w/>")),
    "open text": ("merkblatt.odt", files.OPEN_TEXT),
    "text": ("hinweis.txt", "Grüße aus Übach-Palenberg\n".encode()),
    "old text": ("hinweis.txt", "Grüße\n".encode("cp1252")),
    "csv": ("liste.csv", b"Name;Ort\r\nAmt;Gangelt\r\n"),
    "capitals": ("MERKBLATT.PDF", files.PDF),
}
BAD_DOCUMENTS = {
    "page called pdf": ("merkblatt.pdf", b"<html><script>alert(1)</script></html>"),
    "script before pdf": ("merkblatt.pdf", b"alert(1)/*" + files.PDF + b"*/"),
    "archive behind pdf": ("merkblatt.pdf", files.PDF + files.archive(boese_exe="MZ")),
    "truncated pdf": ("merkblatt.pdf", files.PDF[:-8]),
    "pdf called txt": ("hinweis.txt", files.PDF),
    "page called txt": ("hinweis.txt", b"\xef\xbb\xbf\n <!DOCTYPE html><script>alert(1)</script>"),
    "program called csv": ("liste.csv", b"MZ\x90\x00" + bytes(100)),
    "word called odt": ("merkblatt.odt", files.WORD),
    "open text called word": ("merkblatt.docx", files.OPEN_TEXT),
    "open text called sheet": ("liste.ods", files.OPEN_TEXT),
    "any archive called word": ("merkblatt.docx", files.archive(boese_exe="MZ")),
    "word with macros": (
        "merkblatt.docx",
        files.archive(Content_Types_xml="<Types/>", word__document_xml="<w/>", word__vbaProject_bin="x"),
    ),
    "page before archive": ("merkblatt.docx", b"<html>" + files.WORD),
    "truncated word": ("merkblatt.docx", files.WORD[:-30]),
    "empty": ("merkblatt.pdf", b""),
    "program": ("setup.exe", b"MZ" + bytes(100)),
    "page": ("seite.html", b"<html></html>"),
    "svg": ("bild.svg", b"<svg/>"),
    "without ending": ("merkblatt", files.PDF),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "content"), GOOD_DOCUMENTS.values(), ids=GOOD_DOCUMENTS.keys())
def test_documents_are_stored_as_they_are(editor: Client, way: str, name: str, content: bytes) -> None:
    hand_in_document(editor, way, name, content)
    with PortalDocument.objects.get().file.open("rb") as file:
        assert file.read() == content


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "content"), BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS.keys())
def test_what_is_not_what_it_says_is_refused_and_leaves_nothing(
    editor: Client, way: str, name: str, content: bytes
) -> None:
    before = stored_files()
    response = hand_in_document(editor, way, name, content)
    assert response.status_code == 200
    assert words(response)
    assert not PortalDocument.objects.exists()
    assert not UploadedFile.objects.exists()
    assert stored_files() == before
    if way == "add":
        assert response.context["form"].errors.keys() == {"file"}
        assert response.context["form"]["title"].value() == "Merkblatt"


def test_the_message_says_what_is_wrong_and_what_to_do(editor: Client) -> None:
    for way in WAYS:
        found = words(hand_in_document(editor, way, "a.pdf", b"<html></html>"))
        assert "nicht das, was der Name sagt (PDF)" in found
        assert "Dateiendung" not in found


@pytest.mark.parametrize("way", WAYS)
def test_a_document_that_is_too_large_is_refused(editor: Client, way: str) -> None:
    with override_settings(WAGTAILDOCS_MAX_UPLOAD_SIZE=50):
        assert "zu groß" in words(hand_in_document(editor, way, "merkblatt.pdf", files.PDF))
    assert not PortalDocument.objects.exists()


# Requests that are too large


@pytest.mark.parametrize("name", ["wagtailimages:add", "wagtaildocs_chooser:create", "wagtailadmin_home"])
def test_two_gigabytes_are_refused_before_anything_is_read(editor: Client, name: str) -> None:
    class Unread:
        def read(self, *args: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    response = editor.generic(
        "POST",
        reverse(name),
        b"",
        "multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(2 * 1024**3), "wsgi.input": Unread()},
    )
    assert response.status_code == 413
    assert "zu groß (2,0 GB)" in words(response).replace("\xa0", " ")
    assert "Es wurde nichts gespeichert" in words(response)


def test_of_a_request_that_does_not_tell_its_length_nothing_is_read(editor: Client) -> None:
    class Unread:
        def read(self, *args: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    response = editor.generic(
        "POST",
        reverse("wagtaildocs:add"),
        b"",
        "multipart/form-data; boundary=x",
        **{"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": Unread(), "wsgi.input_terminated": True},
    )
    assert response.status_code == 200
    assert response.context["form"].errors.keys() >= {"file"}
    assert not PortalDocument.objects.exists()


def test_the_form_for_several_files_says_it_beside_the_file(editor: Client) -> None:
    response = editor.generic(
        "POST",
        reverse("wagtailimages:add_multiple"),
        b"",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH="99999999999",
    )
    assert response.json()["success"] is False
    assert "zu groß" in response.json()["error_message"]


def test_the_server_in_front_has_the_same_limit() -> None:
    configuration = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()
    assert f"client_max_body_size {settings.UPLOAD_MAX_REQUEST_SIZE // 1024**2}m;" in configuration
    assert settings.WAGTAILDOCS_MAX_UPLOAD_SIZE < settings.UPLOAD_MAX_REQUEST_SIZE
    assert settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE < settings.UPLOAD_MAX_REQUEST_SIZE


# No tags


def test_there_are_no_tags_in_any_form(editor: Client) -> None:
    image, document = ImageFactory(), DocumentFactory(file__filename="a.pdf")
    pages = [
        reverse("wagtailimages:add"),
        reverse("wagtailimages:edit", args=[image.pk]),
        reverse("wagtaildocs:add"),
        reverse("wagtaildocs:edit", args=[document.pk]),
    ]
    for address in pages:
        assert not BeautifulSoup(editor.get(address).content, "html.parser").select("[name$=tags]")
    for model in ("portalimage", "portaldocument"):
        actions = {action.action_type for action in bulk_action_registry.get_bulk_actions_for_model("cms", model)}
        assert "add_tags" not in actions
        assert "delete" in actions


# Handing documents out


def test_only_what_everybody_may_have_is_kept_on_the_way(editor: Client) -> None:
    document = DocumentFactory(file__filename="merkblatt.pdf")
    private = editor.get(document.url)["Cache-Control"]
    assert "private" in private
    assert "public" not in private
    StandardPageFactory(body=linked(document), published=True)
    response = Client().get(document.url)
    assert "public, max-age=0, s-maxage=" in response["Cache-Control"]
    assert "Cookie" in response["Vary"]
    assert "Set-Cookie" not in response
    # Whoever has a session may have been let in by it.
    assert "private" in editor.get(document.url)["Cache-Control"]
    for kept in (Client().head(document.url), Client().get(document.url, headers={"If-None-Match": response["ETag"]})):
        assert kept.status_code in (200, 304)
        assert "s-maxage" in kept["Cache-Control"]


@override_settings(
    STORAGES={**settings.STORAGES, "default": {"BACKEND": "tests.files.RemoteStorage"}},
)
def test_wherever_files_are_kept_documents_come_through_the_portal() -> None:
    document = DocumentFactory(file__filename="merkblatt.pdf")
    StandardPageFactory(body=linked(document), published=True)
    assert "://" not in document.url
    response = Client().get(document.url)
    assert response.status_code == 200
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def linked(document: PortalDocument) -> list[tuple[str, Any]]:
    return [("text", RichText(f'<p><a linktype="document" id="{document.pk}">Merkblatt</a></p>'))]


def test_a_published_document_is_saved_and_never_shown_in_the_portals_name(client: Client) -> None:
    for name in ("merkblatt.pdf", "hinweis.txt"):
        document = DocumentFactory(file__filename=name)
        StandardPageFactory(body=linked(document), published=True)
        response = client.get(document.url)
        assert response.status_code == 200
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert not response.cookies


def test_a_document_of_drafts_is_for_its_editors_alone(client: Client, editor: Client) -> None:
    document = DocumentFactory(file__filename="entwurf.pdf")
    stranger = Client()
    stranger.force_login(UserFactory())
    anonymous = Client()
    page = StandardPageFactory(body=linked(document), live=False)
    page.save_revision()
    for visitor in (anonymous, stranger):
        assert visitor.get(document.url).status_code == 404
    assert editor.get(document.url).status_code == 200
    page.save_revision().publish()
    assert anonymous.get(document.url).status_code == 200
    page = type(page).objects.get(pk=page.pk)
    page.body = []
    page.save_revision()
    # The draft no longer uses it; the public page does.
    assert anonymous.get(document.url).status_code == 200
    page.unpublish()
    assert anonymous.get(document.url).status_code == 404


def test_a_document_below_a_withdrawn_page_is_withdrawn_with_it(client: Client) -> None:
    document = DocumentFactory(file__filename="alt.pdf")
    above = StandardPageFactory(published=True)
    StandardPageFactory(parent=above, body=linked(document), published=True)
    assert client.get(document.url).status_code == 200
    type(above).objects.get(pk=above.pk).unpublish()
    assert client.get(document.url).status_code == 404


# What is left lying about


def test_uploads_that_nobody_describes_are_removed(editor: Client, capsys: pytest.CaptureFixture[str]) -> None:
    before = stored_files()
    for name in ("alt.jpg", "neu.jpg"):
        data = {"title": "Rathaus", "collection": collection(), "files[]": upload(name, files.telling_picture("JPEG"))}
        assert "uploaded_file_id" in editor.post(reverse("wagtailimages:add_multiple"), data).json()
    old = UploadedFile.objects.order_by("pk")[0]
    long_ago = (timezone.now() - timedelta(days=3)).timestamp()
    os.utime(old.file.path, (long_ago, long_ago))
    call_command("remove_abandoned_uploads")
    assert "1 " in capsys.readouterr().out
    kept = UploadedFile.objects.get()
    assert {path.name for path in stored_files() - before} == {Path(kept.file.name).name}
