"""A service in other languages: addresses, what stands there, and what is marked as German."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import Page

from municipalities.models import MunicipalityPage
from search.models import SearchEntry
from services.merge import merge, merge_modules
from services.models import LocalServicePage, LocalTextModule, ServicePage
from tests.factories import (
    LocalityFactory,
    LocalServiceFactory,
    LocalServiceIndexFactory,
    MunicipalityFactory,
    ResponsibilityFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

ENGLISH = {
    "language": "en",
    "title": "Identity card",
    "short_text": "In short.",
    "procedure": "<p>Come with a photo.</p>",
}


@pytest.fixture
def place() -> MunicipalityPage:
    place = MunicipalityFactory()
    LocalServiceIndexFactory(parent=place)
    return place


def translated(**fields: Any) -> ServicePage:
    return ServiceFactory(
        title="Ausweis",
        short_text="Kurz gesagt.",
        procedure="<p>Kommen Sie mit einem Foto.</p>",
        notes="<p>Nur auf Deutsch.</p>",
        translations=[("translation", ENGLISH | fields)],
    )


def address(place: MunicipalityPage, service: ServicePage, language: str = "") -> str:
    return f"/{place.slug}/leistungen/{service.slug}/" + (f"{language}/" if language else "")


def read(client: Client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200, path
    return BeautifulSoup(response.content, "html.parser")


def module(html: BeautifulSoup, code: str) -> Any:
    section = html.select_one(f".module--code-{code}")
    assert section is not None
    return section


def in_english(local: list[tuple[str, str, str]], service: ServicePage | None = None) -> str:
    """The procedure in English; ``local`` are (language, mode, text)."""
    service = service or ServicePage(
        title="Ausweis", procedure="<p>deutsch</p>", translations=[("translation", ENGLISH)]
    )
    parts = [LocalTextModule(code="11", language=language, mode=mode, text=text) for language, mode, text in local]
    found = merge_modules(service, parts, "en")["11"]
    return f"{found.language}: {found.text}"


DE = '<div lang="de" dir="ltr">'


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ([], "en: <p>Come with a photo.</p>"),
        # What was added in German stands beside the translation, and says that it is German.
        ([("de", "after", "<p>hier</p>")], f"en: <p>Come with a photo.</p>\n{DE}<p>hier</p></div>"),
        ([("de", "before", "<p>hier</p>")], f"en: {DE}<p>hier</p></div>\n<p>Come with a photo.</p>"),
        # The translation of a text that does not hold here does not cover up what does.
        ([("de", "replace", "<p>hier</p>")], "de: <p>hier</p>"),
        ([("de", "replace", "<p>hier</p>"), ("en", "replace", "<p>here</p>")], "en: <p>here</p>"),
        ([("de", "replace", "<p>hier</p>"), ("en", "after", "<p>here</p>")], f"en: {DE}<p>hier</p></div>\n<p>here</p>"),
        (
            [("de", "after", "<p>hier</p>"), ("en", "after", "<p>here</p>")],
            "en: <p>Come with a photo.</p>\n<p>here</p>",
        ),
        ([("en", "replace", "<p>here</p>")], "en: <p>here</p>"),
        ([("tr", "replace", "<p>burada</p>")], "en: <p>Come with a photo.</p>"),
    ],
)
def test_what_stands_in_a_translated_module(local: list[tuple[str, str, str]], expected: str) -> None:
    assert in_english(local) == expected


def test_own_words_in_a_language_stand_beside_the_german_reference() -> None:
    service = ServicePage(title="Ausweis", procedure="<p>deutsch</p>")
    assert in_english([("en", "after", "<p>here</p>")], service) == f"en: {DE}<p>deutsch</p></div>\n<p>here</p>"


def test_plain_text_stays_text_in_every_language() -> None:
    service = ServicePage(
        title="Ausweis", short_text="<div>a & b", translations=[("translation", ENGLISH | {"short_text": "<div>c & d"})]
    )
    local = LocalServicePage(title="Ausweis")
    local.text_modules = [LocalTextModule(code="05", mode="after", text="<p>hier</p>")]
    assert "&lt;div&gt;a &amp; b" in merge(service, local).summary
    assert "&lt;div&gt;c &amp; d" in merge(service, local, "en").summary
    assert not merge(service, None, "en").summary_is_rich


def test_a_local_teaser_beside_a_short_text_in_another_language() -> None:
    service = ServicePage(
        title="Ausweis", teaser="Anreißer", short_text="Kurz", translations=[("translation", ENGLISH)]
    )
    local = LocalServicePage(title="Ausweis")
    local.text_modules = [LocalTextModule(code="24", mode="replace", text="<p>hier</p>")]
    merged = merge(service, local, "en")
    assert merged.summary == f"{DE}<p>hier</p></div>\n<p>In short.</p>"
    assert merged.summary_language == "en"


@pytest.mark.parametrize("local", [False, True], ids=["reference alone", "local page"])
def test_a_service_in_english(client: Client, place: MunicipalityPage, local: bool) -> None:
    service = translated()
    if local:
        LocalServiceFactory(place=place, reference=service, texts=[("11", "after", "<p>Nur vormittags.</p>")])
    html = read(client, address(place, service, "en"))
    assert html.html is not None
    assert html.html["lang"] == "de"
    assert html.h1 is not None
    assert html.h1.span is not None
    assert (html.h1.span["lang"], html.h1.span.get_text()) == ("en", "Identity card")
    prose = module(html, "11").select_one(".prose")
    assert prose["lang"] == "en"
    assert "Come with a photo." in prose.get_text()
    assert module(html, "11").h2.get_text() == "How to go about it"
    german = module(html, "16").select_one(".prose")
    assert not german.has_attr("lang")
    assert german.get_text(strip=True) == "Nur auf Deutsch."
    note = html.select_one(".translation-note")
    assert note is not None
    assert note.a is not None
    assert note.a["href"] == address(place, service)
    if local:
        assert prose.select_one("[lang=de]").get_text() == "Nur vormittags."


def test_the_reference_in_english(client: Client, place: MunicipalityPage) -> None:
    service = translated()
    html = read(client, f"{service.url}en/")
    assert html.h1 is not None
    assert (html.h1["lang"], html.h1.get_text()) == ("en", "Identity card")
    assert "Come with a photo." in module(html, "11").get_text()
    # Whoever chooses a place goes on reading English.
    link = html.select_one(f'.place-links a[href="{address(place, service, "en")}"]')
    assert link is not None
    hidden = html.select_one("input[name=leistung]")
    assert hidden is not None
    response = client.get("/ort/", {"ort": place.ags, "leistung": hidden["value"]})
    assert response["Location"] == address(place, service, "en")


@pytest.mark.parametrize("wish", ["tr", "xx", "en/en", "/", "de", "ü" * 50])
def test_a_wish_for_another_language_never_fails(client: Client, place: MunicipalityPage, wish: str) -> None:
    service = translated()
    response = client.get("/ort/", {"ort": place.ags, "leistung": f"{service.slug}/{wish}"})
    assert response["Location"] == address(place, service)


def test_switch_alternates_and_canonical_address(client: Client, place: MunicipalityPage) -> None:
    service = translated()
    for language in ("", "en"):
        for path, base in (
            (address(place, service, language), address(place, service)),
            (f"{service.url}{language}/" if language else service.url, service.url),
        ):
            html = read(client, path)
            links = [(str(a["href"]), a["hreflang"], a["lang"], a.get_text()) for a in html.select(".languages a")]
            assert links == [(base, "de", "de", "Deutsch"), (f"{base}en/", "en", "en", "English")]
            (current,) = html.select(".languages [aria-current]")
            assert current["lang"] == (language or "de")
            alternates = {str(link["hreflang"]): str(link["href"]) for link in html.select("link[rel=alternate]")}
            assert set(alternates) == {"de", "en"}
            assert all(alternates[code].endswith(href) for href, code, *_rest in links)
            (canonical,) = html.select("link[rel=canonical]")
            assert canonical["href"] == alternates[language or "de"]


def test_what_is_written_in_german_alone_has_no_switch(client: Client, place: MunicipalityPage) -> None:
    service = ServiceFactory()
    for path in (address(place, service), service.url):
        html = read(client, path)
        assert not html.select(".languages, .translation-note, link[rel=alternate]")


@pytest.mark.parametrize("language", ["tr", "de", "EN", "xx", "en/en", "en-GB"])
def test_a_language_that_nothing_is_written_in_is_not_found(
    client: Client, place: MunicipalityPage, language: str
) -> None:
    service, other = translated(), translated()
    LocalServiceFactory(place=place, reference=other)
    for path in (address(place, service, language), address(place, other, language), f"{service.url}{language}/"):
        assert client.get(path).status_code == 404, path


def test_a_language_of_the_municipality_alone(client: Client, place: MunicipalityPage) -> None:
    service = ServiceFactory(procedure="<p>Gemeinsam.</p>")
    local = LocalServiceFactory(place=place, reference=service)
    local.text_modules = [LocalTextModule(language="tr", code="11", mode="replace", text="<p>Bizde.</p>")]
    local.save_revision().publish()
    html = read(client, address(place, service, "tr"))
    prose = module(html, "11").select_one(".prose")
    assert (prose["lang"], prose.get_text(strip=True)) == ("tr", "Bizde.")
    assert "Gemeinsam." in read(client, address(place, service)).get_text()
    elsewhere = MunicipalityFactory()
    LocalServiceIndexFactory(parent=elsewhere)
    assert client.get(address(elsewhere, service, "tr")).status_code == 404


def test_arabic_runs_from_right_to_left(client: Client, place: MunicipalityPage) -> None:
    service = translated(language="ar")
    html = read(client, address(place, service, "ar"))
    prose = module(html, "11").select_one(".prose")
    assert (prose["lang"], prose["dir"]) == ("ar", "rtl")


def test_a_draft_of_a_translation_is_not_public(client: Client, place: MunicipalityPage) -> None:
    service = ServiceFactory()
    service.translations = [("translation", ENGLISH)]
    service.save_revision()
    assert client.get(address(place, service, "en")).status_code == 404
    assert client.get(f"{service.url}en/").status_code == 404


def test_withdrawn_and_renamed_pages_keep_the_language(client: Client, place: MunicipalityPage) -> None:
    service = translated()
    local = LocalServiceFactory(place=place, reference=service, texts=[("11", "after", "<p>Nur bei uns.</p>")])
    old = address(place, service, "en")
    local.unpublish()
    assert "Nur bei uns." not in read(client, old).get_text()
    local = LocalServicePage.objects.get(pk=local.pk)
    local.save_revision().publish()
    service.slug = "neuer-name"
    service.save()
    assert client.get(address(place, service, "en"))["Location"] == old
    Page.objects.filter(pk=service.pk).first().unpublish()
    assert client.get(old).status_code == 404


def test_the_locality_goes_along(client: Client, place: MunicipalityPage) -> None:
    service, locality = translated(), LocalityFactory(municipality=place)
    part = ResponsibilityFactory(service=service, area=place, locality=locality)
    response = client.get(address(place, service, "en"), {"ortsteil": locality.pk})
    assert [found.office for found in response.context["resolution"].offices] == [part.office]
    switch = BeautifulSoup(response.content, "html.parser").select(".languages a")
    assert [str(a["href"]) for a in switch] == [
        f"{address(place, service)}?ortsteil={locality.pk}",
        f"{address(place, service, 'en')}?ortsteil={locality.pk}",
    ]


def test_the_search_knows_the_german_text_alone(place: MunicipalityPage) -> None:
    service = translated()
    local = LocalServiceFactory(place=place, reference=service)
    local.text_modules = [LocalTextModule(language="en", code="11", mode="after", text="<p>Sesquipedalian.</p>")]
    local.save_revision().publish()
    documents = [*service.search_documents(), *LocalServicePage.objects.get(pk=local.pk).search_documents()]
    for document in documents:
        assert "photo" not in document.text
        assert "Sesquipedalian" not in document.text
        assert document.title == "Ausweis"
    assert not SearchEntry.objects.filter(title="Identity card").exists()


def test_the_sitemap_names_every_language(client: Client, place: MunicipalityPage) -> None:
    bare, written = translated(), translated()
    local = LocalServiceFactory(place=place, reference=written)
    local.text_modules = [LocalTextModule(language="tr", code="11", mode="after", text="<p>Bizde.</p>")]
    local.save_revision().publish()
    listed = re.findall("<loc>(.*?)</loc>", client.get("/sitemap.xml").content.decode())
    paths = ["/" + url.split("/", 3)[3] for url in listed]
    assert len(paths) == len(set(paths))
    expected = {
        *(address(place, bare, language) for language in ("", "en")),
        *(address(place, written, language) for language in ("", "tr", "en")),
        *(f"{service.url}{language}" for service in (bare, written) for language in ("", "en/")),
    }
    assert expected <= set(paths)
    ours = [path for path in paths if bare.slug in path or written.slug in path]
    assert all(client.get(path).status_code == 200 for path in ours)


def test_a_preview_in_each_language(place: MunicipalityPage) -> None:
    service = translated()
    local = LocalServiceFactory(place=place, reference=service, texts=[("11", "after", "<p>Nur bei uns.</p>")])
    for page in (service, local):
        assert [mode for mode, _label in page.preview_modes] == ["", "en"]
        shown = page.make_preview_request(preview_mode="en").content.decode()
        assert "Come with a photo." in shown
        assert "Come with a photo." not in page.make_preview_request().content.decode()
        assert page.make_preview_request(preview_mode="tr").status_code == 404
