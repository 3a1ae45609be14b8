"""Who links to a page: asked before it is withdrawn, moved or deleted, because their links then lead into the void."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Model, Q
from django.utils.text import capfirst
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page, ReferenceIndex, get_default_page_content_type
from wagtail.query import PageQuerySet

from cms.models import User
from cms.visibility import open_to_all
from municipalities import permissions
from municipalities.gate import check_object
from municipalities.tenancy import municipality_of, remember_municipalities

# More lines than this nobody reads.
LONGEST_LIST = 30


@dataclass(frozen=True)
class OwnPlace:
    """A place that the person can mend."""

    title: str
    kind: str
    url: str


@dataclass(frozen=True)
class OthersPage:
    """A published page of others, with what the public sees of it."""

    title: str
    municipality: str
    url: str


@dataclass
class LinksHere:
    own: list[OwnPlace] = field(default_factory=list)
    others: list[OthersPage] = field(default_factory=list)
    # What others have not published, and entries of their registers: told as a number only.
    hidden: int = 0
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.own or self.others or self.hidden or self.more)


def links_to(pages: Iterable[Page], user: User) -> LinksHere:
    """Everything outside the pages, and outside what lies below them, that links to them or below."""
    below = Q()
    for page in pages:
        below |= Q(path__startswith=page.path)
    if not below:
        return LinksHere()
    keys = [str(pk) for pk in Page.objects.filter(below).values_list("pk", flat=True)]
    page_type = get_default_page_content_type()
    references = ReferenceIndex.objects.filter(to_content_type=page_type, to_object_id__in=keys)
    sources = references.values_list("base_content_type", "object_id").distinct()
    own_keys = set(keys)
    page_keys = [key for kind, key in sources if kind == page_type.pk and key not in own_keys]
    found, finder = LinksHere(), AdminURLFinder(user)
    _add_pages(found, Page.objects.filter(pk__in=page_keys), user, finder)
    others = references.exclude(base_content_type=page_type)
    for thing, _references in others.group_by_source_object() if others.exists() else ():
        _add_thing(found, thing, user, finder)
    found.more = max(0, len(found.own) - LONGEST_LIST) + max(0, len(found.others) - LONGEST_LIST)
    del found.own[LONGEST_LIST:], found.others[LONGEST_LIST:]
    return found


def _add_pages(found: LinksHere, pages: PageQuerySet, user: User, finder: AdminURLFinder) -> None:
    """A contact page may be linked from hundreds: the queries are the same for few and for many."""
    own = set(permissions.own_pages(user).filter(pk__in=pages.values("pk")).values_list("pk", flat=True))
    public = set(open_to_all(pages).values_list("pk", flat=True))
    listed = list(pages.select_related("content_type").order_by("path"))
    remember_municipalities(listed)
    for page in listed:
        if page.pk in own:
            url = finder.get_edit_url(page) or ""
            found.own.append(OwnPlace(page.specific_deferred.get_admin_display_title(), _kind(page), url))
        elif page.pk in public:
            place = municipality_of(page)
            found.others.append(OthersPage(page.title, place.title if place else "", page.url or ""))
        else:
            found.hidden += 1


def _add_thing(found: LinksHere, thing: Model | None, user: User, finder: AdminURLFinder) -> None:
    if thing is None:
        return
    if permissions.is_portal_admin(user) or check_object(user, thing):
        kind = capfirst(str(thing._meta.verbose_name))
        found.own.append(OwnPlace(str(thing), kind, finder.get_edit_url(thing) or ""))
    else:
        found.hidden += 1


def _kind(page: Page) -> str:
    model = page.specific_class
    return capfirst(str(model.get_verbose_name())) if model is not None else ""
