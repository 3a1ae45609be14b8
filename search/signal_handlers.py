"""What happens to the index when editors publish, move or delete."""

from typing import Any

from django.db.models.signals import post_delete, pre_delete
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from cms.models import BasePage
from search.indexing import index_page, index_subtree, remove_page


def on_published(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    index_page(instance)
    if isinstance(instance, BasePage):
        for dependent in instance.search_dependents():
            index_page(dependent)


def on_unpublished(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    remove_page(instance.pk)


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
        for dependent in instance.__dict__.pop("search_dependents_left", ()):
            still_there = type(dependent).objects.filter(pk=dependent.pk).first()
            if still_there is not None:
                index_page(still_there)


def connect() -> None:
    page_published.connect(on_published, dispatch_uid="search_published")
    page_unpublished.connect(on_unpublished, dispatch_uid="search_unpublished")
    page_slug_changed.connect(on_address_changed, dispatch_uid="search_slug_changed")
    post_page_move.connect(on_address_changed, dispatch_uid="search_moved")
    pre_delete.connect(on_delete, dispatch_uid="search_delete")
    post_delete.connect(on_deleted, dispatch_uid="search_deleted")
