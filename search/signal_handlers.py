"""What happens to the index when editors publish, move or delete."""

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from cms.models import BasePage
from search.indexing import index_again, index_page, index_subtree, remove_page, remove_subtree
from search.models import SearchEntry


def on_published(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    # Where something below the page can be found, the page was published before and only its own words have changed.
    if SearchEntry.objects.below(instance).exclude(page_id=instance.pk).exists():
        index_page(instance)
    else:
        index_subtree(instance)
    if isinstance(instance, BasePage):
        index_again(instance.search_dependents())


def on_unpublished(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """What lies below a page that is not published cannot be reached, so it goes with it."""
    remove_subtree(instance)
    if isinstance(instance, BasePage):
        index_again(instance.search_dependents())


def on_address_changed(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    index_subtree(instance)


def on_delete(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, Page):
        remove_page(instance.pk)
    if isinstance(instance, BasePage):
        # Asked now, because the relation is gone once the page is.
        instance.__dict__["search_dependents_left"] = list(instance.search_dependents())


def on_deleted(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, BasePage):
        index_again(instance.__dict__.pop("search_dependents_left", ()))


def on_restriction_saved(sender: type[Any], instance: PageViewRestriction, **kwargs: Any) -> None:
    index_subtree(instance.page)
    # An alias is seen by those who may see its source.
    for alias in Page.objects.filter(alias_of__path__startswith=instance.page.path):
        index_subtree(alias)


def on_restriction_deleted(sender: type[Any], instance: PageViewRestriction, origin: Any, **kwargs: Any) -> None:
    # A restriction that goes because its page is being deleted makes nothing visible.
    if getattr(origin, "model", type(origin)) is PageViewRestriction:
        on_restriction_saved(sender, instance)


def connect() -> None:
    page_published.connect(on_published, dispatch_uid="search_published")
    page_unpublished.connect(on_unpublished, dispatch_uid="search_unpublished")
    page_slug_changed.connect(on_address_changed, dispatch_uid="search_slug_changed")
    post_page_move.connect(on_address_changed, dispatch_uid="search_moved")
    pre_delete.connect(on_delete, dispatch_uid="search_delete")
    post_delete.connect(on_deleted, dispatch_uid="search_deleted")
    post_save.connect(on_restriction_saved, sender=PageViewRestriction, dispatch_uid="search_restricted")
    post_delete.connect(on_restriction_deleted, sender=PageViewRestriction, dispatch_uid="search_unrestricted")
