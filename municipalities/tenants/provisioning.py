"""Taking up a municipality: page, default pages, roles, collection, workflow and host name, in one step.

Running it again adds what is missing and changes nothing that editors wrote. A run is all or nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    Page,
    PageLogEntry,
    Revision,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.dry_run import all_or_nothing
from cms.publishing import publish_child
from cms.sites import portal_site
from cms.together import together
from municipalities import log_actions, register
from municipalities.models import Approval, MunicipalityPage, PostalCode, RoleGroup, RoleKind, Tenant
from municipalities.people.invitations import Invitation, InvitationError, invite
from municipalities.register.keys import read_key, why_unknown
from municipalities.tenants.default_pages import DefaultPage, default_pages
from municipalities.tenants.roles import set_up_role

_HOST_NAME = RegexValidator(r"^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")


class ProvisioningError(Exception):
    """The municipality cannot be taken up; the text says why, in the user's language."""


@dataclass
class Report:
    """What a run made, in the order it was made, and what it found already there."""

    place: MunicipalityPage
    made: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    invitation: Invitation | None = None

    @property
    def steps(self) -> list[str]:
        return self.made

    def note(self, what: str, is_new: bool) -> None:
        (self.made if is_new else self.found).append(what)


def provision(ags: str, *, hostname: str = "", admin: str = "", dry_run: bool = False) -> Report:
    """Take up the municipality or district with this official key.

    ``admin`` is the e-mail address of the first local administrator: a new account, or one that exists.
    ``dry_run`` does everything and takes it back, so that the report says what would be made. Raises
    :class:`ProvisioningError`, and then nothing has changed.
    """
    try:
        with all_or_nothing(dry_run):
            report = _municipality(ags, _wait_for_home())
            set_up_tenant(report.place, report)
            if hostname:
                _set_up_site(report.place, hostname, report)
            if admin:
                _invite(admin, report)
    except (ValidationError, InvitationError) as error:
        raise ProvisioningError(" ".join(getattr(error, "messages", [str(error)]))) from error
    return report


def set_up_tenant(place: MunicipalityPage, report: Report | None = None) -> Tenant:
    """Give an existing municipality everything its editors need."""
    report = report or Report(place)
    with together():
        for default in default_pages():
            page = _existing(place, default)
            is_new = page is None
            if page is None:
                page = publish_child(place, default.make(place))
            report.note(_("Page “%(title)s”") % {"title": page.title}, is_new)
        tenant = Tenant.objects.filter(municipality=place).select_related("collection", "workflow").first()
        collection = collection_of(place)
        report.note(_("Collection for images and documents"), collection is None)
        if collection is None:
            collection = Collection.get_first_root_node().add_child(name=f"{place.title} ({place.ags})")
        if tenant is None:
            tenant = Tenant.objects.create(municipality=place, collection=collection)
        roles = {}
        for kind in RoleKind.local():
            is_new = not RoleGroup.objects.filter(kind=kind, municipality=place).exists()
            roles[kind] = set_up_role(kind, [place], [tenant.collection], place)
            report.note(_("Group “%(name)s”") % {"name": roles[kind].group.name}, is_new)
        report.note(_("Workflow"), tenant.workflow is None)
        set_up_workflow(tenant, roles)
        return tenant


def _existing(place: MunicipalityPage, default: DefaultPage) -> Page | None:
    """The municipality's default page, also where editors have given it another address since."""
    children = place.get_children()
    page = children.filter(slug=default.slug).first()
    if page is None:
        keys = [str(pk) for pk in children.values_list("pk", flat=True)]
        had_it = Revision.page_revisions.filter(object_id__in=keys, content__slug=default.slug)
        first = had_it.order_by("pk").values_list("object_id", flat=True).first()
        page = children.filter(pk=first).first() if first else None
    return page


def collection_of(place: MunicipalityPage) -> Collection | None:
    """Where the municipality's images and documents are; after it has left, the name still tells."""
    tenant = Tenant.objects.filter(municipality=place).select_related("collection").first()
    return tenant.collection if tenant else Collection.objects.filter(name__endswith=f" ({place.ags})").first()


def set_up_workflow(tenant: Tenant, roles: dict[RoleKind, RoleGroup] | None = None) -> None:
    """Bring the municipality's workflow in step with the way of approval it has chosen."""
    place = tenant.municipality
    roles = roles or {RoleKind(role.kind): role for role in place.roles.select_related("group")}
    if tenant.workflow is None:
        tenant.workflow = Workflow.objects.create(name=_("Approval %(place)s") % {"place": place.title})
        tenant.save(update_fields=["workflow"])
    workflow: Workflow = tenant.workflow
    steps: list[tuple[str, tuple[RoleKind, ...]]] = [
        (_("Approval by a publisher"), (RoleKind.PUBLISHER, RoleKind.LOCAL_ADMIN))
    ]
    if tenant.approval == Approval.TWO_STEPS:
        steps.append((_("Approval by a local administrator"), (RoleKind.LOCAL_ADMIN,)))
    # Portal administrators may have put steps of another kind beside these.
    links = WorkflowTask.objects.filter(workflow=workflow, task__groupapprovaltask__isnull=False)
    old = {link.sort_order: link for link in links.select_related("task")}
    for order, (name, kinds) in enumerate(steps):
        link = old.pop(order, None)
        if link is None:
            # The step may have been there before: its groups are the municipality's own.
            own = GroupApprovalTask.objects.filter(active=False, groups=roles[kinds[-1]].group)
            task = own.first() or GroupApprovalTask()
            task.name, task.active = f"{name} – {place.title}"[:255], True
            task.save()
            WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
        else:
            task = link.task.specific
        task.groups.set(roles[kind].group for kind in kinds)
    for link in old.values():
        link.delete()
        link.task.deactivate()
    if tenant.approval == Approval.AUTHORS_PUBLISH:
        WorkflowPage.objects.filter(page=place).delete()
    else:
        WorkflowPage.objects.update_or_create(page_id=place.pk, defaults={"workflow": workflow})


def _wait_for_home() -> Page:
    """The portal's start page, held until the end: of two runs the second finds what the first has made."""
    site = portal_site()
    if site is None:
        raise ProvisioningError(_("The portal has no start page yet; please install it first."))
    return Page.objects.select_for_update().get(pk=site.root_page_id)


def _municipality(ags: str, home: Page) -> Report:
    try:
        entry = register.entry(read_key(ags))
    except register.UnknownKeyError as error:
        raise ProvisioningError(why_unknown(ags)) from error
    what = _("Page “%(title)s”") % {"title": entry.title}
    place = MunicipalityPage.objects.filter(ags=entry.ags).first()
    if place is not None:
        if place.valid_until is not None:
            return Report(place, made=_take_back(place, place.valid_until))
        return Report(place, found=[what])
    page = MunicipalityPage(
        title=entry.title,
        slug=_free_slug(entry, home),
        kind=entry.kind,
        official_name=entry.official_name,
        ags=entry.ags,
        ars=entry.ars,
        district=MunicipalityPage.objects.filter(ags=entry.district_key).first() if entry.district_key else None,
        population=entry.population,
        population_as_of=register.EDITION if entry.population is not None else None,
        area_ha=entry.area_ha,
        sources=_sources(entry),
    )
    page.postal_codes.add(*(PostalCode(code=code) for code in entry.postcodes))
    place = publish_child(home, page)
    _adopt_members(place)
    return Report(place, made=[what])


def _take_back(place: MunicipalityPage, last_day: date) -> list[str]:
    """A municipality that had left is back: its page is published, and of its default pages those that were public.

    What else lies in its archive is published by its editors, who know whether it still holds.
    """
    if Tenant.objects.filter(municipality=place).exists():
        raise ProvisioningError(
            _("%(place)s ends on %(day)s; please cancel that plan first.")
            % {"place": place.title, "day": date_format(last_day, "SHORT_DATE_FORMAT")}
        )
    if place.successor is not None:
        raise ProvisioningError(
            _("%(place)s was merged into %(heir)s.") % {"place": place.title, "heir": place.successor.title}
        )
    place.valid_until = None
    MunicipalityPage.objects.filter(pk=place.pk).update(valid_until=None)
    keys = {page.pk for page in (_existing(place, default) for default in default_pages()) if page is not None}
    left = PageLogEntry.objects.filter(page=place.pk, action=log_actions.LEFT).order_by("timestamp", "pk").last()
    if left is not None and "live" in left.data:
        keys &= set(left.data["live"])
    pages = [place, *place.get_children().filter(pk__in=keys).order_by("path").specific()]
    for page in pages:
        page.save_revision(clean=False).publish()
    place.refresh_from_db()
    return [_("Page “%(title)s”, published again") % {"title": page.title} for page in pages]


def _invite(email: str, report: Report) -> None:
    group = report.place.roles.get(kind=RoleKind.LOCAL_ADMIN).group
    report.invitation = invite(email, [group])
    report.note(report.invitation.told, bool(report.invitation.gained))


def _adopt_members(place: MunicipalityPage) -> None:
    """A district that comes after its municipalities becomes theirs."""
    if place.is_district:
        for member in MunicipalityPage.objects.filter(ags__startswith=place.ags, district=None).exclude(pk=place.pk):
            member.district = place
            member.save_revision().publish()


def _free_slug(entry: register.RegisterEntry, home: Page) -> str:
    """The name; with the district, or at last the key, where another place or page has the name already."""
    taken = set(home.get_children().values_list("slug", flat=True))
    makers: list[Callable[[], str]] = [
        lambda: entry.slug,
        lambda: f"{entry.slug}-{register.slug_of(entry.district_name)}",
        lambda: f"{entry.slug}-{entry.ags}",
    ]
    return next(slug for slug in (make() for make in makers) if slug not in taken and not slug.endswith("-"))


def _sources(entry: register.RegisterEntry) -> list[tuple[str, dict[str, str]]]:
    labels = [register.SOURCE, *([register.POSTCODE_SOURCE] if entry.postcodes else [])]
    return [("source", {"label": label, "url": "", "as_of": ""}) for label in labels]


def _set_up_site(place: MunicipalityPage, hostname: str, report: Report) -> None:
    hostname = hostname.strip().lower()
    try:
        _HOST_NAME(hostname)
    except ValidationError as error:
        raise ProvisioningError(_("“%(name)s” is not a host name.") % {"name": hostname}) from error
    taken = Site.objects.filter(hostname=hostname).exclude(root_page_id=place.pk).select_related("root_page").first()
    if taken is not None:
        raise ProvisioningError(
            _("The host name %(name)s already belongs to “%(page)s”.")
            % {"name": hostname, "page": taken.root_page.title}
        )
    portal = portal_site()
    site = Site.objects.filter(root_page_id=place.pk).first()
    report.note(_("Host name %(name)s") % {"name": hostname}, site is None or site.hostname != hostname)
    site = site or Site(root_page_id=place.pk, site_name=place.title)
    site.hostname, site.port = hostname, portal.port if portal else 80
    site.save()
