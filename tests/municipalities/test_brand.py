"""The municipality's own look: colours that can be read, images, networks, and the own host name."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from wagtail.images.rect import Rect
from wagtail.models import Collection, Site

from cms import colours
from cms.models import PortalImage
from home.installation import install_portal
from home.models import StandardPage
from municipalities.look.brand import stylesheet_address
from municipalities.models import MunicipalityPage, RoleGroup, RoleKind
from municipalities.tenants.provisioning import set_up_tenant
from tests.factories import (
    ImageFactory,
    LocalServiceFactory,
    MunicipalityFactory,
    OfficeFactory,
    ServiceFactory,
    StandardPageFactory,
    UserFactory,
)

BLUE, YELLOW, SKY = "#005ca9", "#ffdd00", "#88bbee"
OWN_HOST = "service.pruefstadt.example"
HEX = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
RATIO = st.floats(1, 21)
MOST_QUERIES = 12


def html(client: Client, address: str, **extra: Any) -> BeautifulSoup:
    response = client.get(address, **extra)
    assert response.status_code == 200, address
    return BeautifulSoup(response.content, "html.parser")


def one(page: BeautifulSoup, selector: str) -> Tag:
    found = page.select_one(selector)
    assert found is not None, selector
    return found


def publish(place: MunicipalityPage, **look: Any) -> MunicipalityPage:
    place = MunicipalityPage.objects.get(pk=place.pk)
    for name, value in look.items():
        setattr(place, name, value)
    place.save_revision().publish()
    return MunicipalityPage.objects.get(pk=place.pk)


# Colours


@given(HEX, HEX, RATIO)
def test_an_offered_colour_passes_and_is_the_original_where_that_passes(colour: str, other: str, ratio: float) -> None:
    offer = colours.nearest_passing(colour, [(other, ratio)])
    if colours.passes(colour, [(other, ratio)]):
        assert offer == colour
    elif offer is not None:
        assert colours.passes(offer, [(other, ratio)])
    else:
        # Nothing is further away from a colour than black or white.
        assert not colours.passes(colours.WHITE, [(other, ratio)])
        assert not colours.passes(colours.BLACK, [(other, ratio)])


@given(HEX)
def test_there_is_always_a_text_colour_and_a_readable_tint(colour: str) -> None:
    assert colours.nearest_passing("#808080", [(colour, colours.TEXT_CONTRAST)])
    assert colours.contrast(colours.tint(colour), "#5f6b7e") >= colours.TEXT_CONTRAST


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000", "#fff", 21), ("#777777", "#ffffff", 4.48)])
def test_contrast_is_that_of_the_guidelines(one: str, other: str, ratio: float) -> None:
    assert colours.contrast(one, other) == pytest.approx(ratio, abs=0.005)


@pytest.mark.django_db
@given(HEX, st.one_of(HEX, st.just("")))
def test_what_is_saved_can_be_read_and_what_is_offered_can_be_saved(colour: str, text: str) -> None:
    """Following the offers, whatever was chosen first, leads to a look that is saved after two steps at most."""
    place = MunicipalityFactory.build(parent=None, brand_colour=colour, brand_text_colour=text)
    for _ in range(3):
        try:
            place._check_colours()
        except ValidationError as error:
            ((name, messages),) = error.message_dict.items()
            setattr(place, name, re.findall(r"#[0-9a-f]{6}", messages[0])[-1])
        else:
            break
    assert colours.contrast(place.brand_colour, place.text_on_brand) >= colours.TEXT_CONTRAST
    assert colours.contrast(place.brand_colour, colours.WHITE) >= colours.EDGE_CONTRAST


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("colour", "text", "field"),
    [
        (YELLOW, "", "brand_colour"),
        (YELLOW, "#000000", "brand_colour"),
        ("#777777", "#dddddd", "brand_text_colour"),
        ("", "#ffffff", "brand_colour"),
        ("blau", "", "brand_colour"),
        ("#12345", "", "brand_colour"),
        ("red;}body{display:none", "", "brand_colour"),
    ],
)
def test_a_look_that_nobody_can_read_is_refused(colour: str, text: str, field: str) -> None:
    place = MunicipalityFactory()
    place.brand_colour, place.brand_text_colour = colour, text
    with pytest.raises(ValidationError) as error:
        place.full_clean()
    assert field in error.value.message_dict


@pytest.mark.django_db
def test_colours_are_taken_as_people_write_them() -> None:
    place = MunicipalityFactory(brand_colour=" 05A ")
    place.full_clean()
    assert (place.brand_colour, place.text_on_brand) == ("#0055aa", "#ffffff")


# The form


@pytest.fixture
def place() -> MunicipalityPage:
    found = MunicipalityFactory(title="Prüfstadt", published=True, phone="0 24 31 / 85-0", with_indexes=True)
    set_up_tenant(found)
    return MunicipalityPage.objects.get(pk=found.pk)


def logged_in(place: MunicipalityPage, kind: RoleKind) -> Client:
    user = UserFactory()
    user.groups.add(RoleGroup.objects.get(kind=kind, municipality=place).group)
    client = Client()
    client.force_login(user)
    return client


def as_shown(client: Client, place: MunicipalityPage) -> dict[str, Any]:
    """What the browser would send back if nothing was changed."""
    form = one(html(client, reverse("wagtailadmin_pages:edit", args=[place.pk])), "#page-edit-form")
    data = {
        str(tag["name"]): tag.get("value", "") for tag in form.select("input[name]") if tag.get("type") != "checkbox"
    }
    data |= {str(tag["name"]): tag.get_text() for tag in form.select("textarea[name]")}
    for select in form.select("select[name]"):
        chosen = select.select_one("option[selected]")
        data[str(select["name"])] = chosen.get("value", "") if chosen else ""
    return {**data, "sources-count": "0", "social_links-count": "0"}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [RoleKind.PUBLISHER, RoleKind.LOCAL_ADMIN])
def test_publishers_change_the_look(place: MunicipalityPage, kind: RoleKind) -> None:
    client = logged_in(place, kind)
    address = reverse("wagtailadmin_pages:edit", args=[place.pk])
    data = {**as_shown(client, place), "action-publish": "1"}
    wrong = client.post(address, {**data, "brand_colour": YELLOW})
    assert "Die nächste passende Farbe: #" in wrong.content.decode()
    assert wrong.context["form"]["brand_colour"].value() == YELLOW
    network = {
        "social_links-count": "1",
        "social_links-0-deleted": "",
        "social_links-0-order": "0",
        "social_links-0-type": "link",
        "social_links-0-id": "",
        "social_links-0-value-network": "Mastodon",
        "social_links-0-value-url": "https://social.example/@pruefstadt",
    }
    response = client.post(address, {**data, **network, "brand_colour": BLUE})
    assert response.status_code == 302, response.context["form"].errors
    page = html(Client(), place.url)
    assert one(page, ".site-footer__networks a").get_text() == "Mastodon"
    assert stylesheet_address(BLUE, "#ffffff") in [link["href"] for link in page.select("link[rel=stylesheet]")]


@pytest.mark.django_db
def test_authors_do_not(place: MunicipalityPage) -> None:
    place = publish(place, brand_colour=BLUE)
    client = logged_in(place, RoleKind.AUTHOR)
    data = as_shown(client, place)
    assert not [name for name in data if name.startswith("brand_") or name in ("logo", "header_image")]
    client.post(
        reverse("wagtailadmin_pages:edit", args=[place.pk]), {**data, "brand_colour": "#000000", "intro": "Neu"}
    )
    draft = MunicipalityPage.objects.get(pk=place.pk).get_latest_revision_as_object()
    assert (draft.intro, draft.brand_colour) == ("Neu", BLUE)


@pytest.mark.django_db
def test_the_image_of_another_municipality_is_refused(place: MunicipalityPage) -> None:
    other = MunicipalityFactory()
    foreign = ImageFactory(collection=Collection.objects.get(pk=set_up_tenant(other).collection_id))
    client = logged_in(place, RoleKind.PUBLISHER)
    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[place.pk]), {**as_shown(client, place), "logo": foreign.pk}
    )
    assert response.status_code == 200
    assert MunicipalityPage.objects.get(pk=place.pk).get_latest_revision_as_object().logo_id is None


# Public pages


@pytest.fixture
def branded(place: MunicipalityPage) -> MunicipalityPage:
    logo = ImageFactory(title="Wappen", file__width=300, file__height=150)
    header = ImageFactory(description="Der Markt", credit="Foto: Stadtarchiv", file__width=2000, file__height=1500)
    return publish(place, brand_colour=BLUE, logo=logo, header_image=header)


def addresses(place: MunicipalityPage) -> list[str]:
    service = ServiceFactory()
    return [
        place.url,
        f"{place.url}leistungen/",
        f"{place.url}leistungen/{service.slug}/",
        LocalServiceFactory(place=place).url,
        OfficeFactory(place=place).url,
        StandardPageFactory(parent=place).url,
    ]


@pytest.mark.django_db
def test_the_look_is_on_all_pages_of_the_municipality_and_on_no_other(
    client: Client, branded: MunicipalityPage
) -> None:
    sheet = stylesheet_address(BLUE, "#ffffff")
    for address in addresses(branded):
        page = html(client, address)
        assert sheet in [link["href"] for link in page.select("link[rel=stylesheet]")]
        strip = one(page, ".place-strip a")
        assert strip.get_text(strip=True) == branded.official_name
        assert one(page, ".place-strip img")["alt"] == ""
        assert branded.phone in one(page, ".site-footer").get_text()
        assert not page.select("style, [style]")
    for address in ("/", "/leistungen/", MunicipalityFactory(published=True).url, f"/suche/?q=x&ort={branded.title}"):
        page = html(client, address)
        assert not page.select(".place-strip")
        assert sheet not in [link["href"] for link in page.select("link[rel=stylesheet]")]


def footer_links(page: BeautifulSoup) -> dict[str, str]:
    return {link.get_text(strip=True): str(link["href"]) for link in page.select(".site-footer nav a")}


@pytest.mark.django_db
def test_the_footer_of_a_municipality_leads_to_its_own_imprint_and_to_the_portals_where_it_has_none(
    client: Client, place: MunicipalityPage
) -> None:
    home = place.get_parent()
    for name in ("Impressum", "Datenschutz"):
        StandardPage.objects.child_of(home).filter(slug=name.lower()).delete()
        StandardPageFactory(parent=home, title=name, slug=name.lower(), show_in_footer=True)
    StandardPage.objects.child_of(place).get(slug="datenschutz").delete()
    StandardPageFactory(parent=place, title="Entwurf", show_in_footer=True, live=False)
    StandardPageFactory(parent=place, title="Satzungen")
    StandardPageFactory(parent=MunicipalityFactory(published=True), title="Woanders", show_in_footer=True)
    for address in addresses(place):
        page = html(client, address)
        links = footer_links(page)
        assert links["Impressum"] == f"{place.url}impressum/", address
        assert links["Datenschutz"] == "/datenschutz/"
        assert links["Kontakt"] == f"{place.url}kontakt/"
        assert not {"Entwurf", "Satzungen", "Woanders"} & set(links)
        assert len([link for link in page.select(".site-footer a") if link.get_text(strip=True) == "Impressum"]) == 1
    assert footer_links(html(client, "/"))["Impressum"] == "/impressum/"
    own = one(html(client, f"{place.url}impressum/"), ".site-footer [aria-current]")
    assert (own["href"], own["aria-current"]) == (f"{place.url}impressum/", "page")


@pytest.mark.django_db
def test_the_content_stays_the_portals(client: Client, place: MunicipalityPage) -> None:
    """With a look and without one, the content is the same to the letter."""
    for address in addresses(place)[1:]:
        publish(place, brand_colour="", logo=None)
        plain = one(html(client, address), "main")
        publish(place, brand_colour=BLUE, logo=ImageFactory())
        assert one(html(client, address), "main").decode() == plain.decode()


@pytest.mark.django_db
def test_the_look_costs_no_query(client: Client, place: MunicipalityPage) -> None:
    found = addresses(place)

    def count() -> list[int]:
        counts = []
        for address in found:
            client.get(address)
            cache.clear()
            with CaptureQueriesContext(connection) as context:
                assert client.get(address).status_code == 200
            counts.append(len(context))
        return counts

    before = count()
    publish(place, brand_colour=BLUE, logo=ImageFactory(), header_image=ImageFactory(file__width=900))
    assert count() == before
    assert max(before) <= MOST_QUERIES


@pytest.mark.django_db
def test_the_header_image_keeps_what_matters_in_sight(client: Client, branded: MunicipalityPage) -> None:
    def shown() -> str:
        return str(one(html(client, branded.url), ".header-image source")["srcset"])

    image = one(html(client, branded.url), ".header-image img")
    assert (image["alt"], image["width"], image["height"]) == ("Der Markt", "800", "400")
    assert "Foto: Stadtarchiv" in one(html(client, branded.url), ".header-image").get_text()
    before = shown()
    header = branded.header_image
    editor = Client()
    editor.force_login(UserFactory(admin=True))
    focus = Rect(1500, 1200, 1900, 1450)
    response = editor.post(
        reverse("wagtailimages:edit", args=[header.pk]),
        {
            "title": header.title,
            "description": "Der Brunnen",
            "collection": header.collection_id,
            "focal_point_x": int(focus.centroid_x),
            "focal_point_y": int(focus.centroid_y),
            "focal_point_width": int(focus.width),
            "focal_point_height": int(focus.height),
        },
    )
    assert response.status_code == 302
    assert shown() != before
    assert one(html(client, branded.url), ".header-image img")["alt"] == "Der Brunnen"


@pytest.mark.django_db
def test_a_deleted_image_takes_nothing_else_along(client: Client, branded: MunicipalityPage) -> None:
    for image in (branded.logo, branded.header_image):
        image.delete()
    page = html(client, branded.url)
    assert not page.select(".header-image, .place-strip img")
    assert page.select(".place-strip")


@pytest.mark.django_db
@pytest.mark.parametrize("loss", ["file", "image"])
def test_what_is_lost_costs_no_work_with_each_visit(
    client: Client, place: MunicipalityPage, monkeypatch: pytest.MonkeyPatch, loss: str
) -> None:
    logo, header = ImageFactory(), ImageFactory(file__width=1700, file__height=400)
    if loss == "file":
        logo.file.storage.delete(logo.file.name)
    place = publish(place, brand_colour=BLUE, logo=logo, header_image=header)
    if loss == "image":
        logo.delete()
    tries: list[Any] = []
    made = PortalImage.get_renditions

    def get_renditions(image: PortalImage, *filters: str) -> Any:
        tries.append(image)
        return made(image, *filters)

    monkeypatch.setattr(PortalImage, "get_renditions", get_renditions)
    page = html(client, place.url)
    assert not page.select(".place-strip img")
    assert page.select(".place-strip")
    assert page.select(".header-image img")
    assert tries == []


@pytest.mark.django_db
def test_a_preview_shows_the_look_that_is_not_published_yet(place: MunicipalityPage) -> None:
    draft = MunicipalityPage.objects.get(pk=place.pk)
    draft.logo, draft.brand_colour = ImageFactory(), BLUE
    draft.save_revision()
    page = html(logged_in(place, RoleKind.PUBLISHER), reverse("wagtailadmin_pages:view_draft", args=[place.pk]))
    assert page.select(".place-strip img")
    assert not html(Client(), place.url).select(".place-strip")


def test_the_style_sheet_is_kept_for_long_and_says_only_colours(client: Client) -> None:
    response = client.get(stylesheet_address(BLUE, "#ffffff"))
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert re.fullmatch(r"html\{(--place-[a-z]+:#[0-9a-f]{6};){3}\}\n", response.content.decode())
    assert "max-age=31536000" in response["Cache-Control"]
    assert "immutable" in response["Cache-Control"]
    assert not response.cookies
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["1-ffffff-ffffff", "1-ffdd00-000000", "2-005ca9-ffffff", "1-005ca9-fff", "1-x-y"])
def test_other_style_sheets_do_not_exist(client: Client, name: str) -> None:
    assert client.get(f"/marke/{name}.css").status_code == 404


# Own host name


@pytest.fixture
def at_own_host(branded: MunicipalityPage) -> MunicipalityPage:
    Site.objects.create(hostname=OWN_HOST, root_page_id=branded.pk, site_name=branded.title)
    return MunicipalityPage.objects.get(pk=branded.pk)


def portal_address() -> str:
    return str(Site.objects.get(is_default_site=True).root_url)


@pytest.mark.django_db
def test_the_own_host_answers_the_municipalitys_pages(client: Client, at_own_host: MunicipalityPage) -> None:
    service, office = ServiceFactory(), OfficeFactory(place=at_own_host)
    paths = ["/", "/leistungen/", f"/leistungen/{service.slug}/", f"/stellen/{office.slug}/", "/impressum/"]
    for path in paths:
        cache.clear()
        with CaptureQueriesContext(connection) as context:
            page = html(client, path, HTTP_HOST=OWN_HOST)
        assert len(context) <= MOST_QUERIES, path
        canonical = f"http://{OWN_HOST}{path}"
        assert one(page, "link[rel=canonical]")["href"] == canonical
        # The portal's own address of the page answers too, and says which one counts.
        at_portal = f"/{at_own_host.slug}{path}"
        assert one(html(client, at_portal), "link[rel=canonical]")["href"] == canonical
    assert client.get("/lebenslagen/", HTTP_HOST=OWN_HOST).status_code == 404


@pytest.mark.django_db
def test_navigation_leads_back_to_the_portal(client: Client, at_own_host: MunicipalityPage) -> None:
    page = html(client, "/leistungen/", HTTP_HOST=OWN_HOST)
    assert one(page, ".site-header__name")["href"] == f"{portal_address()}/"
    menu = page.select(".main-menu a")
    catalogue = next(link for link in menu if link.get_text() == "Leistungen")
    assert catalogue["href"] == f"{portal_address()}/leistungen/"
    assert not [link for link in menu if link.get("aria-current")]
    assert one(page, ".place-strip a")["href"] == f"http://{OWN_HOST}/"
    response = client.get("/ort/?ort=Gangelt", HTTP_HOST=OWN_HOST)
    assert (response.status_code, response["Location"]) == (302, f"{portal_address()}/ort/?ort=Gangelt")
    for path in ("/suche/?q=Pass", "/admin/", "/admin/login/"):
        assert client.get(path, HTTP_HOST=OWN_HOST)["Location"] == f"{portal_address()}{path}"
    # A form whose answer leads to another host needs the policy's consent.
    policy = client.get("/", HTTP_HOST=OWN_HOST)["Content-Security-Policy"]
    assert f"form-action 'self' {portal_address()}" in policy
    assert f"form-action 'self' {portal_address()}" not in client.get("/")["Content-Security-Policy"]


@pytest.mark.django_db
def test_with_an_own_host_the_portal_stays_as_it_was(client: Client, at_own_host: MunicipalityPage) -> None:
    page = html(client, "/leistungen/")
    assert one(page, ".site-header__name")["href"] == "/"
    assert one(page, ".main-menu [aria-current=page]").get_text() == "Leistungen"
    assert client.get("/ort/", HTTP_HOST="irgendwo.example").status_code == 200
    found = client.get(f"/ort/?ort={at_own_host.title}")
    assert found["Location"] == f"http://{OWN_HOST}/"


@pytest.mark.django_db
def test_of_two_names_of_the_portal_the_default_one_counts(client: Client, at_own_host: MunicipalityPage) -> None:
    portal = Site.objects.get(is_default_site=True)
    for name in ("aaa.example.org", "zzz.example.org"):
        Site.objects.create(hostname=name, root_page_id=portal.root_page_id)
    install_portal()
    assert portal_address() == portal.root_url
    assert client.get("/suche/?q=Pass", HTTP_HOST=OWN_HOST)["Location"] == f"{portal.root_url}/suche/?q=Pass"


@pytest.mark.django_db
def test_only_portal_administrators_set_host_names(place: MunicipalityPage) -> None:
    for kind in RoleKind.local():
        assert logged_in(place, kind).get(reverse("wagtailsites:add")).status_code in (302, 403, 404)
    admin = Client()
    admin.force_login(UserFactory(admin=True))
    assert admin.get(reverse("wagtailsites:add")).status_code == 200
