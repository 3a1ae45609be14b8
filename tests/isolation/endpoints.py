"""Every address of the editors' interface, from the URL resolver, and for whom it should open.

The table says for each view how its parameters are filled from somebody's things, and which roles it opens for, by
whose things they are. A view that is missing here fails a test; so does a line here without a view.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.admin.views.bulk_action.registry import bulk_action_registry

from cms.models import PortalDocument, PortalImage, User
from services.models import Responsibility
from tests.isolation.world import CENTRAL, COOPERATION, FOREIGN, NONE, OWN, PUBLISHED

ADMIN, DOCUMENTS = "admin/", "dokumente/"
LOCAL = "APL"
PUBLISHERS = "PL"
EDITORS = "APLRC"
ALL_WITH_A_ROLE = "APLRCS"
ALL_LOGGED_IN = ALL_WITH_A_ROLE + "X"
ALL = ALL_LOGGED_IN + "N"
# A page's roles: the own ones, reference editors for the catalogue, cooperation managers for cooperations.
PAGE = {OWN: LOCAL, CENTRAL: "R", COOPERATION: "C"}
PUBLISHED_PAGE = {OWN: PUBLISHERS, CENTRAL: "R", COOPERATION: "C"}
MEDIA = {OWN: LOCAL, CENTRAL: "RC", COOPERATION: "RC"}
ANY_MEDIA = {OWN: LOCAL, CENTRAL: EDITORS, COOPERATION: EDITORS}
NOBODY: dict[str, str] = {}

Fill = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True)
class Endpoint:
    """``opens`` maps whose things to the roles for whom the view opens; portal administrators always pass.

    ``depends`` marks views that refuse for reasons of state, such as unlocking what is not locked: that they open is
    then not asked for, only that they stay closed where they must. ``query`` fills the query string. ``fails`` marks
    Wagtail's views that answer what no form sends with an error.
    """

    name: str
    fill: Fill = lambda things: {}
    opens: dict[str, str] = field(default_factory=dict)
    everyone: str = ""
    depends: bool = False
    query: Callable[[Any], dict[str, Any]] = lambda things: {}
    fails: bool = False

    @property
    def takes_object(self) -> bool:
        return not self.everyone

    def opens_for(self, role: str, ownership: str) -> bool:
        return role in (self.everyone or self.opens.get(ownership, ""))


def resolver_names() -> set[str]:
    """Names of all views below the editors' interface and of the documents, namespaces included."""
    return {name for route, name in _walk(get_resolver(), "", ()) if route.startswith((ADMIN, DOCUMENTS))} - UNNAMED


# Addresses without a name: an error page for tests and the answer to everything unknown.
UNNAMED = {""}


def _walk(resolver: URLResolver, route: str, namespaces: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield here, ":".join([*namespaces, pattern.name]) if pattern.name else ""
        else:
            yield from _walk(pattern, here, (*namespaces, pattern.namespace) if pattern.namespace else namespaces)


def _page(name: str, opens: dict[str, str] | None = None, **more: Any) -> Endpoint:
    return Endpoint(
        f"wagtailadmin_pages:{name}", lambda t: {"page_id": t.page.pk}, PAGE if opens is None else opens, **more
    )


def _central(name: str, fill: Fill = lambda things: {}, **more: Any) -> Endpoint:
    return Endpoint(name, fill, NOBODY, **more)


def _pages() -> Iterator[Endpoint]:
    yield Endpoint("wagtailadmin_explore_root", everyone=ALL_WITH_A_ROLE)
    for name in ("wagtailadmin_explore", "wagtailadmin_explore_results"):
        yield Endpoint(name, lambda t: {"parent_page_id": t.parent.pk}, {OWN: LOCAL, CENTRAL: "R", COOPERATION: "C"})
    standard = {"content_type_app_name": "home", "content_type_model_name": "standardpage"}
    for name in ("add", "preview_on_add"):
        yield Endpoint(
            f"wagtailadmin_pages:{name}",
            lambda t: {**standard, "parent_page_id": t.parent.pk},
            {OWN: LOCAL, FOREIGN: ""} if name == "add" else PAGE,
            depends=name != "add",
        )
    yield Endpoint(
        "wagtailadmin_pages:add_subpage",
        lambda t: {"parent_page_id": t.parent.pk},
        {OWN: LOCAL, CENTRAL: "R", COOPERATION: "C"},
    )
    for name in ("type_use", "type_use_results"):
        yield _central(f"wagtailadmin_pages:{name}", lambda t: standard)
    yield Endpoint(
        "wagtailadmin_pages:choose_parent",
        lambda t: {"app_label": "home", "model_name": "standardpage"},
        everyone=ALL_LOGGED_IN,
        depends=True,
    )
    for name in ("search", "search_results"):
        yield Endpoint(f"wagtailadmin_pages:{name}", everyone=ALL_WITH_A_ROLE, query=lambda t: {"q": "geheimnis"})
    for name in ("edit", "usage", "copy", "revisions_index", "history", "history_results", "workflow_history"):
        yield _page(name)
    yield _page("view_draft")
    for name in ("preview_on_edit", "convert_alias", "lock", "unlock", "confirm_workflow_cancellation"):
        yield _page(name, depends=True)
    yield _page("delete", depends=True)
    yield _page("unpublish", PUBLISHED_PAGE, depends=True)
    yield _page("set_privacy", NOBODY)
    for name in ("move", "set_page_position"):
        yield Endpoint(f"wagtailadmin_pages:{name}", lambda t: {"page_to_move_id": t.page.pk}, PAGE, depends=True)
    yield Endpoint(
        "wagtailadmin_pages:move_confirm",
        lambda t: {"page_to_move_id": t.page.pk, "destination_id": t.parent.pk},
        PAGE,
        depends=True,
    )
    for name in ("workflow_action", "collect_workflow_action_data"):
        yield Endpoint(
            f"wagtailadmin_pages:{name}",
            lambda t: {"page_id": t.page.pk, "action_name": "approve", "task_state_id": t.task_state.pk},
            {OWN: PUBLISHERS},
            depends=True,
        )
    yield Endpoint(
        "wagtailadmin_pages:workflow_preview",
        lambda t: {"page_id": t.page.pk, "task_id": t.task_state.task_id},
        PAGE,
        depends=True,
    )
    yield Endpoint(
        "wagtailadmin_pages:workflow_history_detail",
        lambda t: {"page_id": t.page.pk, "workflow_state_id": t.workflow_state.pk},
        PAGE,
        depends=True,
    )
    for name in ("revisions_view", "revisions_revert", "revisions_unschedule"):
        yield Endpoint(
            f"wagtailadmin_pages:{name}",
            lambda t: {"page_id": t.page.pk, "revision_id": t.revision.pk},
            PAGE,
            depends=name != "revisions_view",
        )
    yield Endpoint(
        "wagtailadmin_pages:revisions_compare",
        lambda t: {"pk": t.page.pk, "revision_id_a": "earliest", "revision_id_b": "latest"},
        PAGE,
    )


def _choosers() -> Iterator[Endpoint]:
    seen = dict.fromkeys((OWN, FOREIGN, PUBLISHED, CENTRAL, COOPERATION), ALL_LOGGED_IN)
    yield Endpoint("wagtailadmin_choose_page", everyone=ALL_LOGGED_IN)
    yield Endpoint("wagtailadmin_choose_page_child", lambda t: {"parent_page_id": t.parent.pk}, seen)
    yield Endpoint("wagtailadmin_choose_page_search", everyone=ALL_LOGGED_IN, query=lambda t: {"q": "geheimnis"})
    yield Endpoint(
        "wagtailadmin_choose_page_chosen_multiple",
        opens={OWN: LOCAL, PUBLISHED: ALL_LOGGED_IN, CENTRAL: "R", COOPERATION: "C"},
        query=lambda t: {"id": t.page.pk},
    )
    for name in ("external", "email", "phone", "anchor"):
        yield Endpoint(f"wagtailadmin_choose_page_{name}_link", everyone=ALL_LOGGED_IN)


def _reports() -> Iterator[Endpoint]:
    for name in ("locked_pages", "workflow", "workflow_tasks", "site_history", "aging_pages"):
        for ending in ("", "_results"):
            yield Endpoint(f"wagtailadmin_reports:{name}{ending}", everyone=ALL_LOGGED_IN, depends=True)
    for ending in ("", "_results"):
        yield _central(f"wagtailadmin_reports:page_types_usage{ending}")
    for name in ("content_gaps", "service_comparison", "freshness"):
        yield Endpoint(name, everyone=ALL_WITH_A_ROLE)
    yield Endpoint("tier_change", everyone="R")
    yield Endpoint("text_outcome", lambda t: {"page_pk": t.page.pk}, PAGE, depends=True)
    # Whoever works for a district sees it too; this world has none.
    yield Endpoint("board", everyone="R")


def _general() -> Iterator[Endpoint]:
    for name in ("home", "account", "logout", "dismissibles", "block_preview"):
        yield Endpoint(f"wagtailadmin_{name}", everyone=ALL_LOGGED_IN, depends=True)
    for name in ("login", "sprite", "javascript_catalog", "password_reset", "password_reset_done"):
        yield Endpoint(f"wagtailadmin_{name}", everyone=ALL, depends=True)
    yield Endpoint("wagtailadmin_password_reset_complete", everyone=ALL, depends=True)
    yield Endpoint(
        "wagtailadmin_password_reset_confirm",
        lambda t: {"uidb64": "AA", "token": "set-password"},
        everyone=ALL,
        depends=True,
    )
    yield Endpoint("wagtail_modeladmin:javascript_catalog", everyone=ALL_LOGGED_IN, depends=True)
    for name in ("chooser", "chooser_upload"):
        yield Endpoint(f"wagtailembeds:{name}", everyone=ALL_LOGGED_IN, depends=True)
    yield _central("wagtailadmin_error_test", fails=True)
    yield _central("wagtailadmin_tag_autocomplete")
    yield _central("wagtailadmin_tag_model_autocomplete", lambda t: {"app_name": "taggit", "model_name": "tag"})
    yield Endpoint(
        "wagtailadmin_editing_sessions:ping",
        lambda t: {
            "app_label": "home",
            "model_name": "standardpage",
            "object_id": t.page.pk,
            "session_id": t.session.pk,
        },
        PAGE,
        depends=True,
    )
    yield Endpoint(
        "wagtailadmin_editing_sessions:release",
        lambda t: {"session_id": t.session.pk},
        everyone=ALL_LOGGED_IN,
        depends=True,
    )


def _api() -> Iterator[Endpoint]:
    yield Endpoint("wagtailadmin_api:pages:listing", everyone=ALL_LOGGED_IN)
    yield Endpoint("wagtailadmin_api:pages:detail", lambda t: {"pk": t.page.pk}, PAGE)
    yield _central("wagtailadmin_api:pages:find")
    yield _central("wagtailadmin_api:pages:action", lambda t: {"pk": t.page.pk, "action_name": "publish"})
    for kind, thing in (("images", "image"), ("documents", "document")):
        yield _central(f"wagtailadmin_api:{kind}:listing")
        yield _central(f"wagtailadmin_api:{kind}:find")
        yield _central(f"wagtailadmin_api:{kind}:detail", lambda t, thing=thing: {"pk": getattr(t, thing).pk})


def _media() -> Iterator[Endpoint]:
    for app in ("wagtailimages", "wagtaildocs"):
        for name in ("index", "index_results"):
            yield Endpoint(f"{app}:{name}", everyone=ALL_WITH_A_ROLE)
        for name in ("add", "add_multiple"):
            yield Endpoint(f"{app}:{name}", everyone=ALL_LOGGED_IN, depends=True)
        for name in ("choose", "choose_results", "create"):
            yield Endpoint(f"{app}_chooser:{name}", everyone=ALL_LOGGED_IN, depends=name == "create")
    for name in (
        "edit",
        "delete",
        "image_usage",
        "url_generator",
        "url_generator_output",
        "edit_multiple",
        "delete_multiple",
    ):
        fill: Fill = lambda t: {"image_id": t.image.pk}  # noqa: E731
        yield Endpoint(f"wagtailimages:{name}", fill, MEDIA, depends=name not in ("edit", "image_usage"))
    for name in ("edit", "delete", "document_usage"):
        yield Endpoint(f"wagtaildocs:{name}", lambda t: {"document_id": t.document.pk}, MEDIA, depends=name == "delete")
    for name in ("edit_multiple", "delete_multiple"):
        yield Endpoint(f"wagtaildocs:{name}", lambda t: {"doc_id": t.document.pk}, MEDIA, depends=True)
    for name in ("create_multiple_from_uploaded_image", "delete_upload_multiple"):
        yield Endpoint(
            f"wagtailimages:{name}", lambda t: {"uploaded_file_id": t.uploaded_image.pk}, NOBODY, depends=True
        )
    for name in ("create_multiple_from_uploaded_document", "delete_upload_multiple"):
        yield Endpoint(
            f"wagtaildocs:{name}", lambda t: {"uploaded_file_id": t.uploaded_document.pk}, NOBODY, depends=True
        )
    yield Endpoint(
        "wagtailimages:preview",
        lambda t: {"image_id": t.image.pk, "filter_spec": "max-100x100"},
        ANY_MEDIA,
        depends=True,
    )
    yield Endpoint("wagtailimages_chooser:select_format", lambda t: {"image_id": t.image.pk}, ANY_MEDIA)
    for app, thing in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        yield Endpoint(f"{app}_chooser:chosen", lambda t, thing=thing: {"pk": getattr(t, thing).pk}, ANY_MEDIA)
        yield Endpoint(
            f"{app}_chooser:chosen_multiple", opens=ANY_MEDIA, query=lambda t, thing=thing: {"id": getattr(t, thing).pk}
        )
    # No public page uses these documents.
    yield Endpoint(
        "wagtaildocs_serve",
        lambda t: {"args": [t.document.pk, getattr(t.document, "filename", "datei.pdf")]},
        ANY_MEDIA,
        depends=True,
    )
    yield Endpoint("wagtaildocs_authenticate_with_password", lambda t: {"restriction_id": 1}, NOBODY, depends=True)


def _people() -> Iterator[Endpoint]:
    for name in ("index", "index_results", "add"):
        yield Endpoint(f"wagtailusers_users:{name}", everyone="L")
    for name in ("edit", "history", "history_results"):
        yield Endpoint(f"wagtailusers_users:{name}", lambda t: {"pk": t.person.pk}, {OWN: "L"})
    for name in ("delete", "usage"):
        yield _central(f"wagtailusers_users:{name}", lambda t: {"pk": t.person.pk})
    for name in ("index", "index_results", "add"):
        yield _central(f"wagtailusers_groups:{name}")
    for name in ("edit", "delete", "history", "history_results", "usage"):
        yield _central(f"wagtailusers_groups:{name}", lambda t: {"pk": t.group.pk})


def _responsibilities() -> Iterator[Endpoint]:
    namespace, chooser = "wagtailsnippets_services_responsibility", "wagtailsnippetchoosers_services_responsibility"
    for name in ("list", "list_results"):
        yield Endpoint(f"{namespace}:{name}", everyone=LOCAL + "R")
    yield Endpoint("responsibility_matrix", everyone=LOCAL + "R")
    for name in (f"{namespace}:add", "responsibility_import"):
        yield Endpoint(name, everyone=PUBLISHERS + "R")
    # What the list is downloaded as; the file is part of the answer and read for secrets too.
    for name in ("csv", "xlsx"):
        yield Endpoint(f"{namespace}:list", everyone=LOCAL + "R", query=lambda t, name=name: {"export": name})
    for name in ("edit", "delete", "copy"):
        yield Endpoint(
            f"{namespace}:{name}",
            lambda t: {"pk": t.responsibility.pk},
            {OWN: PUBLISHERS + "R", FOREIGN: "R", PUBLISHED: "R"},
        )
    for name in ("usage", "history", "history_results"):
        yield Endpoint(
            f"{namespace}:{name}",
            lambda t: {"pk": t.responsibility.pk},
            {OWN: PUBLISHERS + "R", FOREIGN: "R", PUBLISHED: "R"},
            depends=True,
        )
    for name in ("choose", "choose_results", "chosen_multiple", "create"):
        yield _central(f"{chooser}:{name}", fails=name == "create")
    yield _central(f"{chooser}:chosen", lambda t: {"pk": t.responsibility.pk})
    yield _central("wagtailsnippets:index")


def _rights() -> Iterator[Endpoint]:
    yield Endpoint("page_rights", lambda t: {"page_id": t.page.pk}, PAGE)
    # Of others, local administrators look up their own people.
    yield Endpoint("page_rights", lambda t: {"page_id": t.page.pk}, {OWN: "L"}, query=lambda t: {"person": t.person.pk})


def _registers() -> Iterator[Endpoint]:
    for name in ("index", "create"):
        yield Endpoint(f"hinweise_modeladmin_{name}", everyone=PUBLISHERS)
    for name in ("edit", "delete", "history"):
        yield Endpoint(f"hinweise_modeladmin_{name}", lambda t: {"instance_pk": t.alert.pk}, {OWN: PUBLISHERS})
    for name in ("index", "create"):
        yield Endpoint(f"vereinbarungen_modeladmin_{name}", everyone="C")
    for name in ("edit", "delete", "history"):
        yield Endpoint(
            f"vereinbarungen_modeladmin_{name}", lambda t: {"instance_pk": t.agreement.pk}, {COOPERATION: "C"}
        )


def _workflow() -> Iterator[Endpoint]:
    """Review dates, the bin and the municipality's settings."""
    for name in ("page_reviews", "bin"):
        yield Endpoint(name, everyone=ALL_LOGGED_IN)
    for name in ("page_review", "page_review_confirm"):
        yield Endpoint(name, lambda t: {"page_id": t.page.pk}, PUBLISHED_PAGE)
    yield Endpoint("bin_restore", lambda t: {"binned_id": t.binned.pk}, PAGE)
    yield Endpoint("bin_restore", lambda t: {"binned_id": t.binned_published.pk}, {OWN: PUBLISHERS})
    yield Endpoint("municipality_settings_list", everyone="L")
    yield Endpoint("municipality_settings", lambda t: {"page_id": t.place.pk}, {OWN: "L"})


def _consents() -> Iterator[Endpoint]:
    """What all municipalities are asked about is for all at work to read; each answers for itself."""
    yield Endpoint("consents", everyone=ALL_WITH_A_ROLE)
    asked = dict.fromkeys((OWN, FOREIGN, PUBLISHED), ALL_WITH_A_ROLE)
    for name in ("consent", "consent_record"):
        yield Endpoint(name, lambda t: {"consent_id": t.consent.pk}, asked)
    yield Endpoint("consent_answer", lambda t: {"consent_id": t.consent.pk, "party_id": t.party.pk}, {OWN: "L"})
    yield _central("consent_cancel", lambda t: {"consent_id": t.consent.pk})


def _references() -> Iterator[Endpoint]:
    """Changed references: own texts to decide about, the impact of a draft, the board."""
    for name in ("reference_decisions", "reference_decided", "reference_board"):
        yield Endpoint(name, everyone=ALL_LOGGED_IN)
    yield Endpoint(
        "reference_decide",
        lambda t: {"page_id": t.local_page.pk, "language": "de", "code": "16"},
        {OWN: LOCAL},
    )
    yield Endpoint("reference_impact", lambda t: {"page_id": t.page.pk}, {CENTRAL: "R"})
    # Local people see a change that asks something of them, and of it their own rows alone.
    yield Endpoint(
        "reference_version",
        lambda t: {"version_id": t.version.pk},
        {OWN: LOCAL + "R", FOREIGN: "R", PUBLISHED: "R"},
    )
    for name in ("reference_make_binding", "reference_lift_binding"):
        yield Endpoint(
            name,
            lambda t: {"version_id": t.version.pk},
            {OWN: "R", FOREIGN: "R", PUBLISHED: "R"},
            depends=True,
        )
    for name in ("reference_progress", "reference_go_on"):
        yield Endpoint(
            name,
            lambda t: {"work_id": t.work.pk},
            {OWN: "R", FOREIGN: "R", PUBLISHED: "R"},
            depends=name == "reference_go_on",
        )
    yield Endpoint(
        "reference_confirm_translation",
        lambda t: {"page_id": t.page.pk, "language": "en"},
        {CENTRAL: "R"},
        depends=True,
    )


def _portal() -> Iterator[Endpoint]:
    """What only portal administrators do."""
    for name in ("list", "provision"):
        yield _central(f"municipality_{name}")
    for name in ("leave", "merge", "cancel_change", "export"):
        yield _central(f"municipality_{name}", lambda t: {"page_id": t.place.pk})
    for name in ("index", "add"):
        yield _central(f"wagtailadmin_collections:{name}")
    for name in ("edit", "delete"):
        yield _central(f"wagtailadmin_collections:{name}", lambda t: {"pk": t.collection.pk})
    yield _central("wagtailadmin_collections:set_privacy", lambda t: {"collection_id": t.collection.pk})
    for name in ("index", "index_results", "add", "select_task_type", "task_index", "task_index_results"):
        yield _central(f"wagtailadmin_workflows:{name}")
    for name in ("task_chooser", "task_chooser_results", "task_chooser_create"):
        yield _central(f"wagtailadmin_workflows:{name}")
    for name in ("enable", "disable", "edit", "usage", "usage_results"):
        yield _central(f"wagtailadmin_workflows:{name}", lambda t: {"pk": t.workflow.pk})
    yield _central("wagtailadmin_workflows:remove", lambda t: {"page_pk": t.page.pk})
    yield _central(
        "wagtailadmin_workflows:add_task", lambda t: {"app_label": "wagtailcore", "model_name": "groupapprovaltask"}
    )
    for name in ("edit_task", "disable_task", "enable_task"):
        yield _central(f"wagtailadmin_workflows:{name}", lambda t: {"pk": t.task.pk})
    yield _central("wagtailadmin_workflows:task_chosen", lambda t: {"task_id": t.task.pk})
    for name in ("index", "index_results", "add", "start_import", "process_import"):
        yield _central(f"wagtailredirects:{name}", fails=name == "process_import")
    for name in ("edit", "delete"):
        yield _central(f"wagtailredirects:{name}", lambda t: {"redirect_id": t.redirect.pk})
    for name in ("index", "index_results", "add"):
        yield _central(f"wagtailsites:{name}")
    for name in ("edit", "delete", "history", "history_results", "usage", "copy"):
        yield _central(f"wagtailsites:{name}", lambda t: {"pk": t.site.pk})


def _bulk_actions() -> Iterator[Endpoint]:
    """One for each action that is registered, found in Wagtail's own registry."""
    from wagtail.models import Page

    things = {Page: ("page", PAGE), PortalImage: ("image", MEDIA), PortalDocument: ("document", MEDIA)}
    things |= {
        User: ("person", NOBODY),
        Responsibility: ("responsibility", {OWN: PUBLISHERS + "R", FOREIGN: "R", PUBLISHED: "R"}),
    }
    bulk_action_registry._scan_for_bulk_actions()
    for app, models in sorted(bulk_action_registry.actions.items()):
        for model, actions in sorted(models.items()):
            thing, opens = next(found for cls, found in things.items() if cls._meta.label_lower == f"{app}.{model}")
            for action in sorted(actions):
                fill: Fill = lambda t, a=app, m=model, x=action: {"app_label": a, "model_name": m, "action": x}  # noqa: E731
                query = lambda t, thing=thing: {"id": getattr(t, thing).pk}  # noqa: E731
                yield Endpoint("wagtail_bulk_action", fill, opens, depends=True, query=query)


def endpoints() -> list[Endpoint]:
    groups = (
        _pages,
        _choosers,
        _reports,
        _general,
        _api,
        _media,
        _people,
        _responsibilities,
        _registers,
        _rights,
        _workflow,
        _consents,
        _references,
        _portal,
        _bulk_actions,
    )
    return [endpoint for group in groups for endpoint in group()]


__all__ = ["NONE", "Endpoint", "endpoints", "resolver_names"]
