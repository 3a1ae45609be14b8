"""What happens to the index when editors publish, move or delete."""

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from cms.models import BasePage
from cms.together import after
from search.indexing import index_pages, index_published, index_subtrees, remove_page, remove_subtree


def on_published(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    after(index_published, instance.pk)


def on_unpublished(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """What lies below a page that is not published cannot be reached, so it goes with it.

    At once: a page that is being deleted counts as withdrawn before the database says so.
    """
    remove_subtree(instance)


def on_address_changed(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    after(index_subtrees, instance.pk)


def on_delete(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, Page):
        remove_page(instance.pk)
    if isinstance(instance, BasePage):
        # Asked now, because the relation is gone once the page is.
        instance.__dict__["search_dependents_left"] = [page.pk for page in instance.search_dependents()]


def on_deleted(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, BasePage):
        index_pages(instance.__dict__.pop("search_dependents_left", ()))


def on_restriction_saved(sender: type[Any], instance: PageViewRestriction, **kwargs: Any) -> None:
    aliases = Page.objects.filter(alias_of__path__startswith=instance.page.path)
    # An alias is seen by those who may see its source.
    index_subtrees({instance.page_id, *aliases.values_list("pk", flat=True)})


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
