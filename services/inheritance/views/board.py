"""The board: each change of a reference, and what the municipalities have made of it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from cms.keys import key_of
from cms.models import User
from municipalities import permissions
from municipalities.admin_views import AdminListView, AdminPageMixin
from municipalities.folding import in_german_order
from municipalities.gate.viewer import shown_title
from municipalities.models import MunicipalityPage
from municipalities.tenancy import municipality_of, remember_municipalities
from services.inheritance.access import people_shown, visible_notices, visible_versions
from services.inheritance.follow_up import is_left_behind
from services.inheritance.versions import all_stale_translations
from services.inheritance.views.forms import MakeBindingForm
from services.inheritance.views.waiting import decider, language_name
from services.languages import languages
from services.models import ChangeNotice, FollowUp, Outcome, ReferenceVersion, ServicePage
from services.responsibility_policy import decides_for_all
from services.text_modules import MODULES_BY_CODE

# Work that has not moved for so long waits for a worker.
PATIENCE = timedelta(minutes=1)


@dataclass(frozen=True)
class BoardRow:
    version: ReferenceVersion
    service: str
    language: str
    modules: str
    # How many own texts have which outcome, in the order of the outcomes.
    counts: list[tuple[str, int]]


@dataclass(frozen=True)
class StaleTranslation:
    service: ServicePage
    language: str
    name: str
    modules: str
    german: int
    may_confirm: bool


def modules_of(codes: list[str]) -> str:
    return ", ".join(str(MODULES_BY_CODE[code].label) for code in codes if code in MODULES_BY_CODE)


class BoardView(AdminListView):
    page_title = gettext_lazy("State of the changes")
    header_icon = "list-ul"
    template_name = "services/admin/references/board.html"
    paginate_by = 25

    @cached_property
    def service(self) -> ServicePage | None:
        user: Any = self.request.user
        wanted = key_of(self.request.GET.get("service", ""))
        found = ServicePage.objects.filter(pk=wanted).first() if wanted else None
        return found if found is not None and permissions.may_see(user, found) else None

    def get_queryset(self) -> QuerySet[ReferenceVersion]:
        versions = visible_versions(self.request.user).select_related("service")
        if self.service is not None:
            versions = versions.filter(service=self.service)
        if self.request.GET.get("open"):
            waiting = visible_notices(self.request.user).waiting()
            versions = versions.filter(pk__in=waiting.values("version"))
        return versions.defer("texts").order_by("-published_at", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        versions = list(context["object_list"])
        counts = _counts(self.request.user, versions)
        rows = [
            BoardRow(
                version,
                shown_title(version.service),
                language_name(version.language),
                modules_of(version.changed),
                [
                    (str(outcome.label), counts[version.pk][outcome])
                    for outcome in Outcome
                    if counts[version.pk][outcome]
                ],
            )
            for version in versions
        ]
        context |= {"rows": rows, "service": self.service, "only_open": bool(self.request.GET.get("open"))}
        if decides_for_all(self.request.user):
            context |= {
                "running": _running(self.request.user, self.service),
                "stale": _stale(self.request.user),
                "oversees": True,
            }
        return context


def _counts(user: Any, versions: list[ReferenceVersion]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = visible_notices(user).filter(version__in=versions).order_by().values("version", "outcome")
    for row in rows.annotate(total=Count("pk")):
        found[row["version"]][row["outcome"]] = row["total"]
    return found


def _running(user: Any, service: ServicePage | None) -> list["Progress"]:
    work = FollowUp.objects.filter(finished_at=None).select_related("service")
    return [Progress.of(one, user) for one in (work.filter(service=service) if service else work)]


def _stale(user: Any) -> list[StaleTranslation]:
    own = (
        set(permissions.own_pages(user).values_list("pk", flat=True)) if not permissions.is_portal_admin(user) else None
    )
    return [
        StaleTranslation(
            service,
            language,
            languages()[language].name if language in languages() else language,
            modules_of(codes),
            number,
            own is None or service.pk in own,
        )
        for service, language, codes, number in all_stale_translations()
    ]


@dataclass(frozen=True)
class Progress:
    """How far follow-up work has come."""

    work: FollowUp
    service: str
    is_done: bool
    is_stuck: bool
    # Whether the person may have it taken up again.
    may_go_on: bool

    @classmethod
    def of(cls, work: FollowUp, user: Any) -> "Progress":
        is_done = work.finished_at is not None
        return cls(
            work,
            work.service.title,
            is_done,
            is_stuck=not is_done and work.moved_at < timezone.now() - PATIENCE,
            may_go_on=is_left_behind(work) and permissions.may_confirm(user, work.service),
        )

    @property
    def address(self) -> str:
        return reverse("reference_progress", args=[self.work.pk])


class ProgressView(TemplateView):
    """The part of a page that tells how far the work has come, asked for again and again until it is done."""

    template_name = "services/admin/references/_progress.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        work = get_object_or_404(FollowUp.objects.select_related("service"), pk=self.kwargs["work_id"])
        return super().get_context_data(progress=Progress.of(work, self.request.user), **kwargs)


@dataclass(frozen=True)
class Cell:
    notice: ChangeNotice
    shown_who: str


@dataclass(frozen=True)
class PlaceRow:
    place: MunicipalityPage
    cells: list[Cell | None]


class VersionView(AdminPageMixin, TemplateView):
    """One change: municipalities and modules, with who decided what, when and why."""

    page_title = gettext_lazy("Change of a shared text")
    header_icon = "list-ul"
    template_name = "services/admin/references/version.html"
    form: MakeBindingForm | None = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.version = get_object_or_404(
            ReferenceVersion.objects.select_related("service", "published_by"), pk=kwargs["version_id"]
        )

    def get_page_subtitle(self) -> str:
        return shown_title(self.version.service)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *before, here = super().get_breadcrumbs_items()
        return [*before, {"url": reverse("reference_board"), "label": _("State of the changes")}, here]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, version = self.request.user, self.version
        notices = list(visible_notices(user).filter(version=version).select_related("page", "decided_by"))
        oversees = decides_for_all(user)
        work = FollowUp.objects.filter(service=version.service, started_at__gte=version.published_at)
        latest = work.select_related("service").order_by("pk").first() if oversees else None
        found = {(notice.code, notice.language) for notice in notices}
        columns = [
            (code, language) for code in MODULES_BY_CODE for language in languages() if (code, language) in found
        ]
        return super().get_context_data(
            version=version,
            service=shown_title(version.service),
            language=language_name(version.language),
            modules=modules_of(version.changed),
            columns=[_column(code, language, version.language) for code, language in columns],
            rows=_rows(notices, columns, people_shown(user, notices)),
            published_by=_published_by(user, version),
            progress=Progress.of(latest, user) if latest is not None else None,
            may_bind=oversees and permissions.may_confirm(user, version.service),
            is_past=version.effective_on is not None and version.effective_on <= timezone.localdate(),
            form=self.form or MakeBindingForm(initial={"note": version.note, "legal_basis": version.legal_basis}),
            **kwargs,
        )


def _published_by(user: Any, version: ReferenceVersion) -> str:
    person: User | None = version.published_by
    if person is None or not permissions.visible_people(user).filter(pk=person.pk).exists():
        return ""
    return person.get_full_name() or person.get_username()


def _column(code: str, language: str, usual: str) -> str:
    """The text module, with the language of the own texts where it is not that of the change."""
    label = str(MODULES_BY_CODE[code].label)
    return label if language == usual else f"{label} ({languages()[language].name})"


def _rows(notices: list[ChangeNotice], columns: list[tuple[str, str]], people: set[int]) -> list[PlaceRow]:
    remember_municipalities(notice.page for notice in notices)
    cells: dict[int, dict[tuple[str, str], Cell]] = defaultdict(dict)
    places: dict[int, MunicipalityPage] = {}
    for notice in notices:
        place = municipality_of(notice.page)
        if place is not None:
            places[place.pk] = place
            cells[place.pk][notice.code, notice.language] = Cell(notice, decider(notice, people, others=""))
    return [
        PlaceRow(place, [cells[place.pk].get(column) for column in columns])
        for place in in_german_order(places.values())
    ]
