"""The pages every portal has. Running it again changes nothing that exists."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import GroupApprovalTask, Page, Site, Workflow

from cms.publishing import PageType, publish_child
from cooperations.models import CooperationIndexPage
from home.models import HomePage, LifeEventIndexPage, NewsIndexPage
from municipalities.consent.workflow import provide_workflow
from municipalities.models import RoleKind
from municipalities.tenants.roles import set_up_role, shared_collection
from services.models import ServiceCataloguePage


@dataclass(frozen=True)
class Portal:
    """The portal's fixed pages."""

    home: HomePage
    catalogue: ServiceCataloguePage
    life_events: LifeEventIndexPage
    cooperations: CooperationIndexPage
    news: NewsIndexPage


@transaction.atomic
def install_portal(name: str = "Serviceportal", hostname: str | None = None, port: int | None = None) -> Portal:
    """Create home page, site and the shared index pages where they are missing.

    Host name and port are those of the public address; left out, an existing site keeps its own.
    """
    home = HomePage.objects.first() or _create_home(name)
    _point_site_at(home, name, hostname, port)
    _remove_wagtails_groups()
    portal = Portal(
        home=home,
        catalogue=_child(home, ServiceCataloguePage, "Leistungen", "leistungen"),
        life_events=_child(home, LifeEventIndexPage, "Lebenslagen", "lebenslagen"),
        cooperations=_child(home, CooperationIndexPage, "Zusammenarbeit", "zusammenarbeit"),
        news=_child(home, NewsIndexPage, "Aktuelles", "aktuelles"),
    )
    set_up_role(RoleKind.REFERENCE_EDITOR, [portal.catalogue, portal.life_events], [shared_collection()])
    set_up_role(RoleKind.COOPERATION_MANAGER, [portal.cooperations], [shared_collection()])
    provide_workflow()
    return portal


def _create_home(name: str) -> HomePage:
    home = publish_child(Page.get_first_root_node(), HomePage(title=name, slug="portal"))
    # Wagtail's own welcome page comes with a new database; an empty one is nobody's content.
    welcome = Page.objects.filter(depth=2, slug="home", content_type__model="page").first()
    if welcome is not None and not welcome.get_children().exists():
        Site.objects.filter(root_page=welcome).update(root_page=home)
        welcome.delete()
    return home


def _point_site_at(home: HomePage, name: str, hostname: str | None, port: int | None) -> None:
    site = Site.objects.filter(root_page=home).order_by("-is_default_site").first()
    if site is None:
        site = Site(hostname="localhost", port=80, root_page=home)
    site.site_name = site.site_name or name
    site.hostname = hostname or site.hostname
    site.port = port or site.port
    site.is_default_site = True
    site.save()
    Site.clear_site_root_paths_cache()


def _remove_wagtails_groups() -> None:
    """A new database comes with groups that may edit everything and their workflow; here every role has its place."""
    groups = Group.objects.filter(name__in=("Editors", "Moderators"), user__isnull=True, role__isnull=True)
    tasks = GroupApprovalTask.objects.filter(name="Moderators approval", groups__in=groups)
    Workflow.objects.filter(name="Moderators approval", workflow_tasks__task__in=tasks.values("pk")).delete()
    for gone in [*tasks, *groups]:
        gone.delete()


def _child(home: HomePage, model: type[PageType], title: str, slug: str) -> PageType:
    existing = model.objects.child_of(home).first()
    return existing or publish_child(home, model(title=title, slug=slug, show_in_menus=True))
