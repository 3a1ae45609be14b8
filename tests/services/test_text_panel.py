"""The form of local texts: reference, own text and outcome side by side, in every language."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from cms.models import User
from municipalities.models import MunicipalityPage, RoleKind
from services.inheritance.standing import open_parts
from services.models import LocalServicePage, LocalState, LocalTextModule, ServicePage
from services.text_editing.bases import versions_shown
from services.text_modules import TEXT_MODULES
from tests.factories import LocalServiceFactory, LocalServiceIndexFactory, ServiceFactory
from tests.forms import local_page
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db

ENGLISH = {"language": "en", "title": "Identity card", "procedure": "<p>Come with a photo.</p>"}


@pytest.fixture
def place() -> MunicipalityPage:
    return tenant("Quellental")


@pytest.fixture
def author(place: MunicipalityPage) -> User:
    return holder(RoleKind.AUTHOR, place)


@pytest.fixture
def service() -> ServicePage:
    return ServiceFactory(
        published=True,
        title="Ausweis",
        short_text="Kurz & knapp.",
        procedure='<p>Kommen Sie <a href="https://example.org/">vorbei</a>.</p>',
        notes="<h3>Gut</h3>",
        translations=[("translation", ENGLISH)],
    )


@pytest.fixture
def local(place: MunicipalityPage, service: ServicePage) -> LocalServicePage:
    page = LocalServiceFactory(place=place, reference=service, published=True)
    page.text_modules = [
        LocalTextModule(sort_order=0, code="11", mode="after", text="<p>Nur vormittags.</p>"),
        LocalTextModule(sort_order=1, code="14", mode="replace", text="<p>Kein Formular.</p>"),
        LocalTextModule(sort_order=2, language="tr", code="11", mode="after", text="<p>Bizde.</p>"),
    ]
    page.save_revision().publish()
    return LocalServicePage.objects.get(pk=page.pk)


@pytest.fixture
def client(client: Client, author: User) -> Client:
    client.force_login(author)
    return client


def edit_address(page: LocalServicePage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def form_of(client: Client, page: LocalServicePage) -> BeautifulSoup:
    response = client.get(edit_address(page))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def row(html: BeautifulSoup, code: str, language: str = "de") -> dict[str, str]:
    """What stands in the three columns of a text module."""
    found = html.select_one(f"#text-module-{language}-{code}")
    assert found is not None
    columns = found.select(".text-module__column")
    reference, outcome = (
        " ".join(column.select_one(".text-module__text").get_text(" ").split()) for column in (columns[0], columns[2])
    )
    own = [part.select_one("[name$=-text]")["value"] for part in columns[1].select("[data-text-part]")]
    return {"reference": reference, "own": own, "outcome": outcome}


def test_each_module_shows_reference_own_text_and_outcome(client: Client, local: LocalServicePage) -> None:
    html = form_of(client, local)
    assert len(html.select("[data-language-section=de] [data-text-module]")) == len(TEXT_MODULES)
    assert row(html, "05") == {"reference": "Kurz & knapp.", "own": [], "outcome": "Kurz & knapp."}
    procedure = row(html, "11")
    assert procedure["reference"] == "Kommen Sie vorbei ."
    assert "Nur vormittags." in procedure["own"][0]
    assert procedure["outcome"] == "Kommen Sie vorbei . Nur vormittags."
    forms = row(html, "14")
    assert forms["outcome"] == "Kein Formular."
    assert "Kein Formular." in forms["own"][0]
    # Nobody leaves the form by a link in a text.
    assert not html.select(".text-module__text a")


def test_modules_without_any_text_can_be_reached_but_do_not_fill_the_form(
    client: Client, local: LocalServicePage
) -> None:
    html = form_of(client, local)
    folded = {
        str(module["data-code"]) for module in html.select("[data-language-section=de] details [data-text-module]")
    }
    assert folded == {module.code for module in TEXT_MODULES} - {"05", "11", "16", "14"}


def test_every_language_that_is_written_has_its_texts(client: Client, local: LocalServicePage) -> None:
    html = form_of(client, local)
    sections = [str(section["data-language-section"]) for section in html.select("[data-language-section]")]
    assert sections == ["de", "en", "tr"]
    assert [str(button["data-show-language"]) for button in html.select("[data-show-language]")] == sections
    assert row(html, "11", "en")["reference"] == "Come with a photo."
    assert row(html, "11", "en")["outcome"] == "Come with a photo. Nur vormittags."
    assert "Kurz & knapp." in row(html, "05", "en")["reference"]
    assert "Bizde." in row(html, "11", "tr")["own"][0]


def test_buttons_and_editors_name_their_module(client: Client, local: LocalServicePage) -> None:
    html = form_of(client, local)
    for module in html.select("[data-text-module]"):
        name = str(module["data-name"])
        buttons = module.select("button")
        assert len(buttons) >= 5
        assert all(name in button.get_text() for button in buttons)
        assert all(name in legend.get_text() for legend in module.select("legend"))
        assert all("ariaLabel" in field["data-w-init-detail-value"] for field in module.select("[data-draftail-input]"))


def test_a_draft_of_the_reference_is_not_shown(client: Client, local: LocalServicePage, service: ServicePage) -> None:
    service.procedure = "<p>Stammgeheimnis</p>"
    service.save_revision()
    assert "Stammgeheimnis" not in str(form_of(client, local))
    ServicePage.objects.get(pk=service.pk).unpublish()
    html = form_of(client, local)
    assert row(html, "11")["outcome"] == "Nur vormittags."
    assert row(html, "11")["reference"] != "Kommen Sie vorbei."
    assert html.select_one(".text-modules .help-warning") is not None


def test_a_deleted_reference_leaves_the_own_texts(
    client: Client, local: LocalServicePage, service: ServicePage
) -> None:
    ServicePage.objects.get(pk=service.pk).delete()
    assert row(form_of(client, local), "11")["outcome"] == "Nur vormittags."


def test_a_changed_reference_is_marked_at_the_module(
    client: Client, local: LocalServicePage, service: ServicePage
) -> None:
    assert not form_of(client, local).select(".text-module__changed")
    service.procedure = "<p>Schreiben Sie uns.</p>"
    service.notes = "<p>Auch neu.</p>"
    service.save_revision().publish()
    html = form_of(client, local)
    marked = [str(mark.find_parent("section")["id"]) for mark in html.select(".text-module__changed")]
    # The Turkish text stands beside the German one, for want of a translation; the English one is as it was.
    assert marked == ["text-module-de-11", "text-module-tr-11"]


def sent(page: LocalServicePage, changes: dict[int, dict[str, Any]], new: list[dict[str, Any]]) -> dict[str, Any]:
    """The form as a browser sends it that opened it now: all own texts with changes by their place, and new ones."""
    rows = [
        {
            "id": part.pk or "",
            "language": part.language,
            "code": part.code,
            "mode": part.mode,
            "text": rich_text(part.text),
        }
        for part in page.text_modules.all()
    ]
    count = len(rows)
    rows = [values | changes.get(number, {}) for number, values in enumerate(rows)] + new
    data = local_page(page.reference_id)
    data = {name: value for name, value in data.items() if not name.startswith("text_modules")}
    data["text_modules-shown"] = versions_shown(page)
    return data | nested_form_data({"text_modules": inline_formset(rows, initial=count)})


def parts_of(page: LocalServicePage) -> list[tuple[str, str, str]]:
    draft = LocalServicePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    return [(part.language, part.code, part.mode) for part in draft.text_modules.all()]


def test_saving_keeps_the_languages_that_are_hidden(client: Client, local: LocalServicePage) -> None:
    new = {"language": "en", "code": "11", "mode": "before", "text": rich_text("<p>Here.</p>")}
    assert client.post(edit_address(local), sent(local, {0: {"DELETE": "1"}}, [new])).status_code == 302
    assert sorted(parts_of(local)) == [("de", "14", "replace"), ("en", "11", "before"), ("tr", "11", "after")]


def test_a_text_that_nobody_touched_still_waits_for_a_decision(
    client: Client, local: LocalServicePage, service: ServicePage
) -> None:
    service.procedure = "<p>Schreiben Sie uns.</p>"
    service.save_revision().publish()
    again = LocalServicePage.objects.get(pk=local.pk)
    assert waiting(again) == [("de", "11"), ("tr", "11")]
    data = sent(again, {}, []) | {"processing_time": "zwei Tage"}
    assert client.post(edit_address(local), data).status_code == 302
    draft = LocalServicePage.objects.get(pk=local.pk).get_latest_revision_as_object()
    assert waiting(draft) == [("de", "11"), ("tr", "11")]
    # Whoever rewrites it has seen the new reference.
    data = sent(draft, {0: {"text": rich_text("<p>Nur nachmittags.</p>")}}, [])
    data["text_modules-0-id"] = local.text_modules.first().pk
    assert client.post(edit_address(local), data).status_code == 302
    draft = LocalServicePage.objects.get(pk=local.pk).get_latest_revision_as_object()
    assert waiting(draft) == [("tr", "11")]


# What was seen


OLD, NEW = "<p>Kommen Sie vorbei.</p>", "<p>Schreiben Sie uns.</p>"


def waiting(page: LocalServicePage) -> list[tuple[str, str]]:
    return [(part.language, part.code) for part in open_parts(page)]


def reload(page: LocalServicePage) -> LocalServicePage:
    draft: LocalServicePage = LocalServicePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    return draft


def change(service: ServicePage, text: str = NEW) -> None:
    service.procedure = text
    service.save_revision().publish()


def test_the_form_says_which_versions_it_shows(client: Client, local: LocalServicePage, service: ServicePage) -> None:
    change(service)
    field = form_of(client, local).select_one("[name=text_modules-shown]")
    assert field is not None
    newest = {version.language: version.pk for version in service.versions.order_by("number")}
    assert {int(key) for key in str(field["value"]).split(",")} == set(newest.values())


def test_what_changed_while_the_form_was_open_was_not_seen(
    client: Client, local: LocalServicePage, service: ServicePage
) -> None:
    typed = {0: {"text": rich_text("<p>Nur nachmittags.</p>")}}
    new = {"language": "de", "code": "11", "mode": "before", "text": rich_text("<p>Hier neu.</p>")}
    opened = sent(local, typed, [new])
    change(service)
    # Saved by itself while somebody writes, and once more by hand.
    for _time in range(2):
        assert client.post(edit_address(local), opened).status_code == 302
        draft = reload(local)
        assert any("Nur nachmittags." in part.text for part in draft.text_modules.all())
        assert sorted(waiting(draft)) == [("de", "11"), ("de", "11"), ("tr", "11")]
    # Whoever opens the form now sees it.
    again = sent(reload(local), {0: {"text": rich_text("<p>Nur mittags.</p>")}}, [])
    assert client.post(edit_address(local), again).status_code == 302
    assert sorted(waiting(reload(local))) == [("de", "11"), ("tr", "11")]


def test_a_new_text_that_waits_in_the_draft_was_written_against_what_was_shown(
    client: Client, local: LocalServicePage, service: ServicePage
) -> None:
    new = {"language": "de", "code": "11", "mode": "before", "text": rich_text("<p>Hier neu.</p>")}
    assert client.post(edit_address(local), sent(local, {}, [new])).status_code == 302
    assert waiting(reload(local)) == []
    change(service)
    # Opened and saved again, for another reason.
    data = sent(reload(local), {}, []) | {"processing_time": "zwei Tage"}
    assert client.post(edit_address(local), data).status_code == 302
    assert reload(local).processing_time == "zwei Tage"
    assert sorted(waiting(reload(local))) == [("de", "11"), ("de", "11"), ("tr", "11")]


@pytest.mark.parametrize("shown", ["", "x,,-1", "9" * 40, ",".join(["1"] * 5000), "\0"])
def test_an_odd_word_about_what_was_shown_counts_as_nothing_seen(
    client: Client, local: LocalServicePage, service: ServicePage, shown: str
) -> None:
    change(service)
    data = sent(local, {0: {"text": rich_text("<p>Nur nachmittags.</p>")}}, []) | {"text_modules-shown": shown}
    assert client.post(edit_address(local), data).status_code == 302
    assert ("de", "11") in waiting(reload(local))


def test_versions_of_another_reference_were_not_seen_either(
    client: Client, local: LocalServicePage, service: ServicePage
) -> None:
    other = ServiceFactory(published=True, procedure=OLD)
    change(service)
    typed = {0: {"text": rich_text("<p>Nur nachmittags.</p>")}}
    keys = ",".join(str(version.pk) for version in other.versions.all())
    data = sent(local, typed, []) | {"text_modules-shown": keys}
    assert client.post(edit_address(local), data).status_code == 302
    assert ("de", "11") in waiting(reload(local))


def test_texts_of_a_page_that_gets_another_reference_are_written_against_that_one(
    client: Client, local: LocalServicePage, service: ServicePage
) -> None:
    other = ServiceFactory(published=True, procedure=OLD)
    data = sent(local, {}, []) | {"reference": str(other.pk)}
    assert client.post(edit_address(local), data).status_code == 302
    draft = reload(local)
    assert draft.reference_id == other.pk
    assert {part.based_on.service_id for part in draft.text_modules.all()} == {other.pk}
    assert waiting(draft) == []
    change(other)
    assert waiting(draft) == [("de", "11"), ("tr", "11")]


def test_versions_can_be_compared(client: Client, local: LocalServicePage) -> None:
    new = {"language": "en", "code": "11", "mode": "before", "text": rich_text("<p>Compared.</p>")}
    assert client.post(edit_address(local), sent(local, {}, [new])).status_code == 302
    compared = client.get(reverse("wagtailadmin_pages:revisions_compare", args=[local.pk, "earliest", "latest"]))
    assert "Compared." in compared.content.decode()


def test_what_was_typed_is_still_there_after_an_error(client: Client, local: LocalServicePage) -> None:
    new = {"language": "en", "code": "11", "mode": "replace", "text": rich_text("<p>Typed here.</p>")}
    data = sent(local, {1: {"DELETE": "1"}}, [new]) | {"state": "not_offered", "action-publish": "x"}
    response = client.post(edit_address(local), data)
    assert response.status_code == 200
    html = BeautifulSoup(response.content, "html.parser")
    assert row(html, "11", "en")["outcome"] == "Typed here."
    # What was to be removed does not count, and is there for whoever changes their mind.
    forms = row(html, "14")
    assert "Kein Formular." in forms["own"][0]
    assert "Kein Formular." not in forms["outcome"]


def test_two_texts_instead_of_the_reference_are_refused(client: Client, local: LocalServicePage) -> None:
    new = {"language": "de", "code": "14", "mode": "replace", "text": rich_text("<p>Zweiter.</p>")}
    response = client.post(edit_address(local), sent(local, {}, [new]))
    assert response.status_code == 200
    html = BeautifulSoup(response.content, "html.parser")
    errors = [error.get_text(strip=True) for error in html.select("#text-module-de-14 .error-message")]
    assert len(errors) == 1
    # In another language, or beside it, there may be one more.
    for values in ({"language": "en"}, {"mode": "after"}):
        assert client.post(edit_address(local), sent(local, {}, [new | values])).status_code == 302


@pytest.mark.parametrize("values", [{"code": "99"}, {"language": "xx"}, {"mode": "beside"}])
def test_odd_own_texts_are_refused_and_shown(client: Client, local: LocalServicePage, values: dict[str, str]) -> None:
    new = {"language": "de", "code": "09", "mode": "after", "text": rich_text("<p>Seltsam.</p>")} | values
    response = client.post(edit_address(local), sent(local, {}, [new]))
    assert response.status_code == 200
    html = BeautifulSoup(response.content, "html.parser")
    assert "Seltsam." in str(html.select_one(".text-modules"))
    assert html.select(".text-modules .error-message")


def test_a_language_that_there_is_no_more_loses_no_text(client: Client, local: LocalServicePage, settings: Any) -> None:
    settings.TRANSLATION_LANGUAGES = [("en", "English")]
    html = form_of(client, local)
    unplaced = html.select_one("[data-text-unplaced]")
    assert unplaced is not None
    assert "Bizde." in str(unplaced)


def test_a_new_page_says_when_its_texts_appear(client: Client, place: MunicipalityPage, service: ServicePage) -> None:
    index = LocalServiceIndexFactory._meta.model.objects.child_of(place).get()
    address = reverse("wagtailadmin_pages:add", args=["services", "localservicepage", index.pk])
    html = BeautifulSoup(client.get(address).content, "html.parser")
    assert html.select_one(".text-modules .help-info") is not None
    assert not html.select("[data-text-module]")
    data = local_page(service.pk, [("11", "after", "<p>Nur vormittags.</p>")])
    assert client.post(address, data).status_code == 302
    made = LocalServicePage.objects.get(path__startswith=index.path, reference=service)
    assert row(form_of(client, made), "11")["outcome"] == "Kommen Sie vorbei . Nur vormittags."


def test_the_form_asks_the_database_no_more_for_many_texts(client: Client, local: LocalServicePage) -> None:
    def queries() -> int:
        form_of(client, local)
        with CaptureQueriesContext(connection) as context:
            form_of(client, local)
        return len(context)

    before = queries()
    local.text_modules = [
        LocalTextModule(language=language, code=module.code, mode="after", text="<p>Hier.</p>")
        for module in TEXT_MODULES
        for language in ("de", "en", "tr")
    ]
    local.save_revision().publish()
    assert queries() == before


# What citizens will read


def ask(client: Client, page: LocalServicePage, code: str, parts: list[dict[str, Any]], **more: str) -> Any:
    data = nested_form_data({"text_modules": inline_formset(parts)}) | {"code": code} | more
    return client.post(reverse("text_outcome", args=[page.pk]), data)


def own(text: str, mode: str = "after", language: str = "de", code: str = "11", **more: str) -> dict[str, Any]:
    return {"language": language, "code": code, "mode": mode, "text": rich_text(text), **more}


def words(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def test_the_outcome_follows_what_is_typed(client: Client, local: LocalServicePage) -> None:
    answer = ask(client, local, "11", [own("<p>Gerade getippt.</p>"), own("<p>Anderes.</p>", code="09")]).json()
    assert words(answer["de"]) == "Kommen Sie vorbei . Gerade getippt."
    assert words(answer["en"]) == "Come with a photo. Gerade getippt."
    answer = ask(client, local, "11", [own("<p>Weg.</p>", DELETE="1"), own("<p>Here.</p>", "replace", "en")]).json()
    assert (words(answer["de"]), words(answer["en"])) == ("Kommen Sie vorbei .", "Here.")
    # Nothing of it is stored.
    assert len(parts_of(local)) == 3


def test_where_people_are_sent_elsewhere_the_shared_text_is_no_part_of_it(
    client: Client, local: LocalServicePage
) -> None:
    parts = [own("<p>Gerade getippt.</p>")]
    answer = ask(client, local, "11", parts, state=LocalState.NOT_OFFERED).json()
    assert words(answer["de"]) == "Gerade getippt."
    local.state, local.state_reason = LocalState.NOT_OFFERED, "Das macht der Verein."
    local.save_revision()
    assert words(ask(client, local, "11", parts).json()["de"]) == "Gerade getippt."
    assert "Kommen Sie vorbei" in words(ask(client, local, "11", parts, state=LocalState.OFFERED).json()["de"])
    shown = BeautifulSoup(client.get(reverse("wagtailadmin_pages:edit", args=[local.pk])).content, "html.parser")
    assert all("Kommen Sie vorbei" not in outcome.get_text() for outcome in shown.select("[data-outcome]"))


def test_the_outcome_leads_nowhere(client: Client, local: LocalServicePage) -> None:
    secret = ServiceFactory(title="Stammgeheimnis", slug="stammgeheimnis", live=False)
    html = f'<p><a linktype="page" id="{secret.pk}">dort</a> <a href="javascript:alert(1)">hier</a></p>'
    answer = ask(client, local, "11", [own(html)]).content.decode()
    assert "dort" in answer
    assert "geheimnis" not in answer
    assert "javascript" not in answer
    assert "<a" not in answer


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"code": "11"},
        {"code": "99", "text_modules-TOTAL_FORMS": "0", "text_modules-INITIAL_FORMS": "0"},
        {"code": "11", "text_modules-TOTAL_FORMS": "x", "text_modules-INITIAL_FORMS": "0"},
        {"code": "11", "text_modules-TOTAL_FORMS": "99999", "text_modules-INITIAL_FORMS": "0"},
        *(
            {
                "code": "11",
                "text_modules-TOTAL_FORMS": "1",
                "text_modules-INITIAL_FORMS": "0",
                "text_modules-0-language": "de",
                "text_modules-0-code": "11",
                "text_modules-0-mode": "after",
                "text_modules-0-text": text,
            }
            for text in (
                "<p>",
                "[]",
                '{"blocks": 1}',
                '{"blocks": [null], "entityMap": []}',
                "[" * 5000,
            )
        ),
    ],
)
def test_what_no_form_sends_is_a_bad_request(client: Client, local: LocalServicePage, data: dict[str, str]) -> None:
    assert client.post(reverse("text_outcome", args=[local.pk]), data).status_code == 400


def test_odd_rich_text_is_a_bad_request_when_saving_too(client: Client, local: LocalServicePage) -> None:
    assert client.post(edit_address(local), sent(local, {0: {"text": "<p>"}}, [])).status_code == 400


def test_only_who_may_edit_the_page_asks_for_its_outcome(client: Client, local: LocalServicePage) -> None:
    assert client.get(reverse("text_outcome", args=[local.pk])).status_code == 405
    assert client.post(reverse("text_outcome", args=[local.reference_id])).status_code == 404
    assert client.post(reverse("text_outcome", args=[10**30])).status_code == 404
    client.force_login(holder(RoleKind.AUTHOR, tenant("Anderswo")))
    assert ask(client, local, "11", []).status_code == 404
    client.logout()
    assert ask(client, local, "11", []).status_code == 302
