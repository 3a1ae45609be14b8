"""Deleting with a way back: pages go to the bin and return with their key, address, state and everything below them.

Whoever deletes in the editors' interface comes here. ``page.delete()`` in code stays what it is.
"""

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from wagtail.actions.move_page import MovePageAction
from wagtail.log_actions import log
from wagtail.models import Page, Revision, Site, WorkflowState, get_default_page_content_type
from wagtail.query import PageQuerySet
from wagtail.signals import page_published, page_unpublished

from cms.models.page import ancestor_paths
from cms.together import together
from municipalities import log_actions
from municipalities.models import BinnedPage, BinPage, MunicipalityPage
from municipalities.tenancy import municipality_of


class BinError(Exception):
    """The page cannot go to the bin or come back; the text says why, in the user's language."""


def bin_page() -> BinPage:
    """The one page below which everything deleted lies; made when it is needed first."""
    found = BinPage.objects.first()
    if found is not None:
        return found
    with transaction.atomic():
        root = Page.objects.select_for_update().get(depth=1)
        return BinPage.objects.first() or root.add_child(
            instance=BinPage(title="Papierkorb", slug="papierkorb", live=False)
        )


def is_in_bin(page: Page) -> bool:
    return BinPage.objects.ancestor_of(page, inclusive=True).exists()


def without_bin(pages: PageQuerySet) -> PageQuerySet:
    """Pages without the bin and what lies in it, for those who would see all pages."""
    basket = BinPage.objects.only("path").first()
    if basket is None:
        return pages
    # By key: a search over the result takes no other conditions.
    return pages.exclude(pk__in=Page.objects.filter(path__startswith=basket.path).values_list("pk", flat=True))


def reason_to_keep(page: Page) -> str:
    """Why the page cannot be deleted, or nothing."""
    below = page.get_descendants(inclusive=True)
    if MunicipalityPage.objects.filter(pk__in=below.values("pk")).exists():
        return _("A municipality is not deleted. It leaves the portal, and its pages are kept.")
    if Site.objects.filter(root_page__in=below.values("pk")).exists():
        return _("This page is the start page of a website and cannot be deleted.")
    return ""


@together()
def put_in_bin(page: Page, user: Any) -> BinnedPage | None:
    """Take the page and everything below it out of the tree, for 30 days.

    Nothing happens, and ``None`` is returned, where it went to the bin already together with a page above it.
    """
    # Of two people who delete the same page, the second finds it in the bin.
    page = Page.objects.select_for_update().get(pk=page.pk)
    basket = bin_page()
    if page.path.startswith(basket.path):
        return None
    if reason := reason_to_keep(page):
        raise BinError(reason)
    subtree = page.get_descendants(inclusive=True)
    keys = [str(pk) for pk in subtree.values_list("pk", flat=True)]
    above = list(page.get_ancestors().filter(depth__gt=1).order_by("-depth").values_list("pk", flat=True))
    scheduled = _revisions(keys).filter(approved_go_live_at__isnull=False)
    binned = BinnedPage.objects.create(
        page=page,
        anchor_id=_anchor(page, above),
        above=above,
        slug=page.slug,
        published=list(subtree.live().values_list("pk", flat=True)),
        scheduled={str(pk): at.isoformat() for pk, at in scheduled.values_list("pk", "approved_go_live_at")},
        binned_by=user,
    )
    for state in WorkflowState.objects.active().filter(
        base_content_type=get_default_page_content_type(), object_id__in=keys
    ):
        state.cancel(user=user)
    scheduled.update(approved_go_live_at=None)
    subtree.filter(locked=True).update(locked=False, locked_by=None, locked_at=None)
    subtree.update(live=False)
    for gone in Page.objects.filter(pk__in=binned.published).specific().iterator(chunk_size=100):
        page_unpublished.send(sender=type(gone), instance=gone)
    # Two pages of the same name may lie in the bin.
    _move(page, basket, f"geloescht-{page.pk}", user)
    log(instance=page.specific, action=log_actions.BINNED, user=user)
    return binned


@together()
def restore(binned: BinnedPage, user: Any) -> Page:
    """Bring a deleted page back to where it was, or, if that is gone, to what is left above it.

    Raises :class:`BinError`, and then nothing has changed.
    """
    still_there = BinnedPage.objects.select_for_update(of=("self",)).select_related("page").filter(pk=binned.pk).first()
    if still_there is None:
        raise BinError(_("Somebody else has brought it back already."))
    binned = still_there
    page, parent = binned.page, place_for(binned)
    _move(page, parent, binned.slug, user)
    Page.objects.filter(pk__in=binned.published).update(live=True)
    for key, at in binned.scheduled.items():
        Revision.objects.filter(pk=key).update(approved_go_live_at=parse_datetime(at))
    published = list(binned.published)
    binned.delete()
    for back in Page.objects.filter(pk__in=published).specific().iterator(chunk_size=100):
        page_published.send(sender=type(back), instance=back, revision=back.live_revision, restored=True)
    page = Page.objects.get(pk=page.pk)
    log(instance=page.specific, action=log_actions.RESTORED, user=user)
    return page


def place_for(binned: BinnedPage) -> Page:
    """Under which page a deleted one can come back: never under one that lies with another municipality by now."""
    left = Page.objects.in_bulk(binned.above)
    parent = next((left[pk] for pk in binned.above if pk in left and _is_with(left[pk], binned.anchor)), None)
    if parent is None:
        raise BinError(_("The place where the page was no longer exists."))
    if is_in_bin(parent):
        raise BinError(
            _("“%(parent)s”, under which the page was, is in the bin too. Please bring that back first.")
            % {"parent": parent.title}
        )
    model = binned.page.specific_class
    if model is None or not model.can_exist_under(parent):
        raise BinError(
            _("The page above it was deleted for good, and directly under “%(parent)s” it cannot stand.")
            % {"parent": parent.title}
        )
    known = without_bin(model.objects.all())
    is_full = model.max_count is not None and known.count() >= model.max_count
    if model.max_count_per_parent is not None:
        is_full = is_full or known.child_of(parent).count() >= model.max_count_per_parent
    if is_full:
        raise BinError(
            _("There is a new page of the kind “%(kind)s” already, and there can be only one.")
            % {"kind": model.get_verbose_name()}
        )
    other = parent.get_children().filter(slug=binned.slug).first()
    if other is not None:
        raise BinError(
            _("Its address “%(slug)s” now belongs to the page “%(title)s”. Please change the address there first.")
            % {"slug": binned.slug, "title": other.title}
        )
    return parent


def empty_bin() -> tuple[int, list[str]]:
    """Delete for good what has been in the bin for longer than 30 days.

    Returns the number of deleted pages, and the titles of those that something else still needs.
    """
    deleted, kept = 0, []
    for binned in BinnedPage.objects.expired(timezone.localdate()).select_related("page"):
        page = binned.page
        count = page.get_descendant_count() + 1
        try:
            with transaction.atomic():
                page.specific.delete()
        except ProtectedError:
            kept.append(page.title)
        else:
            deleted += count
    return deleted, kept


def _is_with(page: Page, anchor: Page | None) -> bool:
    """Whether the page lies below the anchor, or did so when it was deleted itself."""
    if anchor is None or page.path.startswith(anchor.path):
        return True
    return BinnedPage.objects.filter(page__path__in=ancestor_paths(page), anchor=anchor).exists()


def _anchor(page: Page, above: list[int]) -> int | None:
    place = municipality_of(page)
    if place is not None:
        return place.pk
    return above[0] if above else None


def _revisions(keys: list[str]) -> "QuerySet[Revision]":
    return Revision.objects.filter(base_content_type=get_default_page_content_type(), object_id__in=keys)


def _move(page: Page, parent: Page, slug: str, user: Any) -> None:
    Page.objects.filter(pk=page.pk).update(slug=slug)
    MovePageAction(Page.objects.get(pk=page.pk), parent, pos="last-child", user=user).execute(
        skip_permission_checks=True
    )
