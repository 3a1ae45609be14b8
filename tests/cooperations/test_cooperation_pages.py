"""The list of cooperations with its filter, and what a municipality's page shows of them."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from cooperations.lifecycle import export_participations
from cooperations.models import CooperationPage, LegalForm
from municipalities.folding import fold_bare
from municipalities.lifecycle.leaving import leave
from municipalities.lifecycle.merging import merge
from municipalities.models import MunicipalityPage
from municipalities.tenants.provisioning import set_up_tenant
from tests.factories import CooperationFactory, LocalServiceIndexFactory, MunicipalityFactory, ServiceFactory

pytestmark = pytest.mark.django_db


def listed(client: Client, **query: str) -> list[str]:
    response = client.get("/zusammenarbeit/", query)
    assert response.status_code == 200
    return [page.title for page in response.context["cooperations"]]


def test_the_filter_stands_in_the_address(client: Client) -> None:
    CooperationFactory(title="Quastenverband", field_of_activity="Quastenwesen", legal_form=LegalForm.COMPANY)
    CooperationFactory(title="Troddelverband", field_of_activity="Quastenwesen", legal_form=LegalForm.WORKING_GROUP)
    assert listed(client, feld="Quastenwesen") == ["Quastenverband", "Troddelverband"]
    assert listed(client, feld="Quastenwesen", form="company") == ["Quastenverband"]


@pytest.mark.parametrize("value", ["gibt-es-nicht", "", "\x00", "'", "😀", "-1", "9999", "a" * 10_000])
def test_an_odd_filter_or_page_number_shows_the_list(client: Client, value: str) -> None:
    CooperationFactory(title="Quastenverband")
    assert listed(client, feld=value, form=value, seite=value)


def test_a_municipality_shows_where_it_takes_part(client: Client) -> None:
    place, other = MunicipalityFactory(), MunicipalityFactory()
    LocalServiceIndexFactory(parent=place)
    CooperationFactory(title="Quastenverband", partners=[place])
    CooperationFactory(title="Troddelverband", partners=[other])
    page = client.get(f"/{place.slug}/").content.decode()
    assert "Quastenverband" in page
    assert "Troddelverband" not in page


def test_a_cooperation_links_partners_and_live_services(client: Client) -> None:
    place = MunicipalityFactory()
    service, withdrawn = ServiceFactory(), ServiceFactory()
    page = CooperationFactory(partners=[place], services=[service, withdrawn])
    withdrawn.unpublish()
    links = {link.get("href") for link in BeautifulSoup(client.get(page.url).content, "html.parser").find_all("a")}
    assert {f"/{place.slug}/", service.url} <= links
    assert withdrawn.url not in links


def test_titles_and_choices_stand_in_german_order(client: Client) -> None:
    for word in ("Zopfwesen", "Ösenwesen", "quastenwesen"):
        CooperationFactory(title=word, field_of_activity=word)
    context = client.get("/zusammenarbeit/").context
    ours = ["Ösenwesen", "quastenwesen", "Zopfwesen"]
    assert [field for field in context["fields"] if field in ours] == ours
    every_title = [page.title for page in context["cooperations"].paginator.object_list]
    assert [title for title in every_title if title in ours] == ours
    labels = [label for _value, label in context["legal_forms"]]
    assert labels[:-1] == sorted(labels[:-1], key=fold_bare)
    assert labels[-1] == LegalForm.UNKNOWN.label


def test_a_heading_of_the_description_does_not_stand_below_another_one(client: Client) -> None:
    cases = {
        "<h3>Quastenverlauf</h3><p>Erst so.</p>": ["Quastenverlauf"],
        "<p>Worum.</p><h3>Quastenverlauf</h3><p>Erst so.</p><h3>Danach</h3><p>Dann so.</p>": [
            "Worum es geht",
            "Quastenverlauf",
            "Danach",
        ],
        "<p>Worum.</p>": ["Worum es geht"],
        "": [],
    }
    for body, headings in cases.items():
        main = BeautifulSoup(client.get(CooperationFactory(body=body).url).content, "html.parser").main
        assert main is not None
        assert [heading.get_text() for heading in main.find_all("h2")] == headings
        assert not main.find_all("h3")


@pytest.fixture
def partner() -> MunicipalityPage:
    page = MunicipalityFactory(title="Partnerstadt", published=True)
    set_up_tenant(page)
    return page


def links(client: Client, page: CooperationPage) -> dict[str, str | None]:
    """Each partner by name, with where it leads."""
    soup = BeautifulSoup(client.get(page.url).content, "html.parser")
    partners = [item for item in soup.select("dd li") if item.get_text(strip=True)]
    return {item.get_text(strip=True): item.a["href"] if item.a else None for item in partners}


def test_a_partner_that_left_keeps_its_name(client: Client, partner: MunicipalityPage) -> None:
    page = CooperationFactory(partners=[partner], published=True)
    assert links(client, page) == {"Partnerstadt": partner.url}
    assert export_participations(partner)[0]["name"] == "Partnerstadt"
    leave(partner.ags)
    assert links(client, page) == {"Partnerstadt": None}
    # Nor does the next version that somebody publishes bring the old address back.
    CooperationPage.objects.get(pk=page.pk).get_latest_revision().publish()
    assert links(client, page) == {"Partnerstadt": None}


def test_the_successor_takes_part_once(client: Client, partner: MunicipalityPage) -> None:
    heir = MunicipalityFactory(title="Erbstadt", published=True)
    set_up_tenant(heir)
    alone = CooperationFactory(partners=[partner], published=True)
    both = CooperationFactory(partners=[partner, heir], published=True)
    merge(partner.ags, heir.ags, timezone.localdate())
    assert links(client, alone) == {"Partnerstadt": heir.url}
    assert links(client, both) == {"Partnerstadt": None, "Erbstadt": heir.url}
