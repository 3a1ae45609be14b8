"""“To decide”: what changed references ask of a person's own pages, and what was decided before."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Min, Prefetch, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.keys import key_of
from municipalities import permissions
from municipalities.admin_views import AdminListView
from municipalities.models import MunicipalityPage
from municipalities.tenancy import municipality_of, remember_municipalities
from services.inheritance.access import own_notices, people_shown
from services.inheritance.comparison import is_settled_in_draft, parts_of_draft
from services.inheritance.notices import must_follow
from services.inheritance.standing import References
from services.languages import GERMAN, languages
from services.models import ChangeNotice, LocalServicePage, LocalTextModule, Outcome

PAGES_SHOWN = 20


@dataclass(frozen=True)
class Question:
    """One own text that somebody has to decide about; of several changes the one that comes first."""

    notice: ChangeNotice
    is_binding: bool
    is_in_draft: bool

    @property
    def key(self) -> tuple[int, str, str]:
        return (self.notice.page_id, self.notice.language, self.notice.code)


@dataclass(frozen=True)
class PageQuestions:
    page: LocalServicePage
    place: MunicipalityPage | None
    questions: list[Question]


def language_name(code: str) -> str:
    """The name of a language other than German, which goes without saying."""
    return languages()[code].name if code != GERMAN and code in languages() else ""


def pages_with_questions(user: Any, place: MunicipalityPage | None = None) -> QuerySet[LocalServicePage]:
    """Own pages of which something is to be decided; those that a law presses first, by day."""
    waiting = own_notices(user).waiting().about_own_texts()
    if place is not None:
        waiting = waiting.filter(page__path__startswith=place.path)
    pressing = Q(change_notices__outcome=Outcome.OPEN, change_notices__version__is_binding=True)
    return (
        LocalServicePage.objects.filter(pk__in=waiting.values("page"))
        .annotate(pressing_on=Min("change_notices__version__effective_on", filter=pressing))
        .order_by(F("pressing_on").asc(nulls_last=True), "title", "pk")
        .defer_streamfields()
    )


def questions_of(pages: Iterable[LocalServicePage]) -> list[PageQuestions]:
    """The questions of some pages; the number of queries is the same for few and for many."""
    keys = [page.pk for page in pages]
    found = LocalServicePage.objects.select_related("reference", "latest_revision").prefetch_related(
        Prefetch("text_modules", LocalTextModule.objects.only("page", "code", "language", "mode")),
        Prefetch(
            "change_notices",
            ChangeNotice.objects.waiting().about_own_texts().select_related("version"),
            to_attr="waiting_notices",
        ),
    )
    by_key = {page.pk: page for page in found.filter(pk__in=keys)}
    remember_municipalities(by_key.values())
    drafts = {key: parts_of_draft(page) for key, page in by_key.items()}
    in_drafts = [part for draft in drafts.values() for part in draft or ()]
    with_drafts = [page.reference_id for key, page in by_key.items() if drafts[key] is not None]
    references = References.of(with_drafts, in_drafts)
    return [_questions(by_key[key], drafts[key], references) for key in keys if key in by_key]


def _questions(page: LocalServicePage, draft: list[LocalTextModule] | None, references: References) -> PageQuestions:
    own = list(page.text_modules.all())
    chosen: dict[tuple[str, str], Question] = {}
    for notice in page.waiting_notices:  # type: ignore[attr-defined]
        question = Question(notice, must_follow(notice, own), is_settled_in_draft(page, notice, draft, references))
        key = (notice.language, notice.code)
        if key not in chosen or _urgency(question) < _urgency(chosen[key]):
            chosen[key] = question
    return PageQuestions(page, municipality_of(page), sorted(chosen.values(), key=_urgency))


def _urgency(question: Question) -> tuple[bool, str, int]:
    day = str(question.notice.version.effective_on) if question.is_binding else ""
    return (not question.is_binding, day, question.notice.pk)


def count_questions(user: Any) -> int:
    """How many own texts wait; several changes of one text count once."""
    waiting = own_notices(user).waiting().about_own_texts()
    return waiting.order_by().values("page", "code", "language").distinct().count()


def next_question(user: Any, after: Page, without_drafts: bool) -> Question | None:
    """What to decide next: on the same page first. Those who only write drafts are not asked for the same twice."""
    waiting = own_notices(user).waiting().about_own_texts()
    same = LocalServicePage.objects.filter(pk__in=waiting.filter(page=after.pk).values("page"))
    for pages in (same, pages_with_questions(user).exclude(pk=after.pk)[:PAGES_SHOWN]):
        for found in questions_of(pages):
            for question in found.questions:
                if not (without_drafts and question.is_in_draft):
                    return question
    return None


class _OfOnePlace(AdminListView):
    """May be narrowed down to one of the person's municipalities."""

    header_icon = "sliders"

    @cached_property
    def places(self) -> list[MunicipalityPage]:
        user: Any = self.request.user
        own = permissions.municipalities_of(user).values("pk")
        return MunicipalityPage.objects.live().filter(pk__in=own).listing().alphabetical()

    @cached_property
    def place(self) -> MunicipalityPage | None:
        wanted = key_of(self.request.GET.get("place", ""))
        return next((place for place in self.places if place.pk == wanted), None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs |= {"places": self.places if len(self.places) > 1 else [], "chosen_place": self.place}
        return super().get_context_data(**kwargs)


class WaitingView(_OfOnePlace):
    page_title = _("To decide")
    template_name = "services/admin/references/waiting.html"
    paginate_by = PAGES_SHOWN

    def get_queryset(self) -> QuerySet[LocalServicePage]:
        return pages_with_questions(self.request.user, self.place)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "pages": questions_of(context["object_list"])}


class DecidedView(_OfOnePlace):
    """Past decisions on own pages: who, when, what."""

    page_title = _("Decisions so far")
    template_name = "services/admin/references/decided.html"

    def get_queryset(self) -> QuerySet[ChangeNotice]:
        notices = own_notices(self.request.user).exclude(outcome=Outcome.OPEN)
        if self.place is not None:
            notices = notices.filter(page__path__startswith=self.place.path)
        return notices.select_related("version", "page", "decided_by").order_by("-decided_at", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        notices = list(context["object_list"])
        remember_municipalities(notice.page for notice in notices)
        people = people_shown(self.request.user, notices)
        rows = [(notice, municipality_of(notice.page), decider(notice, people)) for notice in notices]
        return {**context, "rows": rows}


_SOMEBODY = _("Somebody else")


def decider(notice: ChangeNotice, people: set[int], others: Any = _SOMEBODY) -> str:
    """Who decided, where the viewer may see people; what happened by itself was the portal."""
    if notice.decided_by is None:
        return str(_("The portal")) if notice.outcome in _BY_ITSELF else ""
    if notice.decided_by_id not in people:
        return str(others)
    return notice.decided_by.get_full_name() or notice.decided_by.get_username()


_BY_ITSELF = (Outcome.REPLACED, Outcome.SUPERSEDED, Outcome.WITHDRAWN)
