"""The successor takes over the pages of a municipality, except what it has itself."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from cms.models import BasePage
from municipalities.lifecycle.changes import Change
from municipalities.models import MunicipalityPage
from municipalities.tenants.default_pages import default_pages


@dataclass
class TakenOver:
    """Where each page of the old municipality is found now.

    ``moved`` are keys of pages that were moved with everything below them; ``counterparts`` maps the key of a page that
    stays in the archive to that of the page which answers in its place.
    """

    moved: list[int] = field(default_factory=list)
    counterparts: dict[int, int] = field(default_factory=dict)


def take_over_pages(change: Change) -> TakenOver:
    """Move what the successor lacks: offices, news, further pages, and local services that it has no page for.

    Lists of which there is one in each municipality stay, and what stands in them goes into the successor's. What a
    municipality says about itself alone, such as the imprint, is not taken over.
    """
    old, heir = change.place, change.into
    taken = TakenOver(counterparts={old.pk: heir.pk})
    personal = {page.slug for page in default_pages() if page.is_personal}
    for child in old.get_children().order_by("path").specific():
        counterpart = _counterpart(child, heir, is_personal=child.slug in personal)
        if counterpart is None:
            _move(child, heir, old, taken, change)
            continue
        taken.counterparts[child.pk] = counterpart.pk
        for grandchild in child.get_children().order_by("path").specific():
            _take_over(grandchild, counterpart, old, taken, change)
    change.note(_("Pages taken over"), len(taken.moved))
    change.note(_("Pages that %(heir)s has itself") % {"heir": heir.title}, len(taken.counterparts) - 1)
    return taken


def _counterpart(page: Page, heir: MunicipalityPage, *, is_personal: bool) -> Page | None:
    """The successor's page that stands for this one; ``None`` where it has none and takes this one over."""
    children = heir.get_children()
    if is_personal:
        return children.filter(slug=page.slug).first() or heir
    if isinstance(page, BasePage) and page.max_count_per_parent == 1:
        return children.type(type(page)).first()
    return None


def _take_over(page: Page, parent: Page, old: MunicipalityPage, taken: TakenOver, change: Change) -> None:
    counterpart = page.counterpart_below(parent) if isinstance(page, BasePage) else None
    if counterpart is None:
        _move(page, parent, old, taken, change)
    else:
        taken.counterparts[page.pk] = counterpart.pk


def _move(page: Page, parent: Page, old: MunicipalityPage, taken: TakenOver, change: Change) -> None:
    # Both as the database has them: every move changes numbers and paths of the tree.
    parent = Page.objects.get(pk=parent.pk)
    if parent.get_children().filter(slug=page.slug).exists():
        _rename(page, _free_slug(page, parent, old))
    Page.objects.get(pk=page.pk).move(parent, pos="last-child", user=change.user)
    taken.moved.append(page.pk)


def _free_slug(page: Page, parent: Page, old: MunicipalityPage) -> str:
    taken = set(parent.get_children().values_list("slug", flat=True))
    wanted = [f"{page.slug}-{old.slug}", f"{page.slug}-{old.ags}", f"{page.slug}-{page.pk}"]
    return next(slug for slug in wanted if slug not in taken)


def _rename(page: Page, slug: str) -> None:
    """Another address, in the page and in what will be published of it."""
    page = page.specific_class.objects.get(pk=page.pk)
    page.slug = slug
    page.save(clean=False)
    waiting: Any = Q(pk=page.latest_revision_id) | Q(approved_go_live_at__isnull=False)
    for revision in Revision.objects.filter(waiting, base_content_type__model="page", object_id=str(page.pk)):
        revision.content["slug"] = slug
        revision.save(update_fields=["content"])
