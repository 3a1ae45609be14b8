"""The start page of the editors' interface: what waits for this person, and what citizens miss of the own pages.

Wagtail's panels go by who once owned, edited or locked a page; here they also ask whether the page is still the
person's to work on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import LockedPagesPanel, RecentEditsPanel, UserObjectsInWorkflowModerationPanel
from wagtail.models import Page, PageLogEntry

from municipalities import permissions
from municipalities.consent.record import awaiting
from municipalities.models import PageViews
from municipalities.review import due_reviews
from services.gap_report import GapReport, ServiceSpots, Spot, gap_report
from services.inheritance.views.waiting import count_questions, pages_with_questions, questions_of

# What is more is behind a link.
SHOWN, EXAMPLES = 8, 3
COUNTED_WEEKS = 4
_EDITS = ("wagtail.create", "wagtail.edit", "wagtail.revert")


def arrange(user: Any, panels: list[Component]) -> None:
    """Put the portal's panels in place of those of Wagtail that show pages by their history alone."""
    replaced = (RecentEditsPanel, UserObjectsInWorkflowModerationPanel, LockedPagesPanel)
    panels[:] = [panel for panel in panels if not isinstance(panel, replaced)]
    panels += [ConsentPanel(), OwnSubmissionsPanel(), OwnLockedPagesPanel(), DraftsPanel()]
    panels += [ChangedReferencesPanel(), ReviewsPanel(), MissingPanel(), MostViewedPanel()]
    if permissions.municipalities_overseen_by(user).exists():
        panels.append(BoardPanel())


def _own_keys(user: Any, pages: list[Page]) -> set[int]:
    return set(permissions.own_pages(user).filter(pk__in=[page.pk for page in pages]).values_list("pk", flat=True))


class OwnSubmissionsPanel(UserObjectsInWorkflowModerationPanel):
    """What the person submitted, or owns, and others have not approved yet."""

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        states = [state for state in context["workflow_states"] if isinstance(state.content_object, Page)]
        own = _own_keys(parent_context["request"].user, [state.content_object for state in states])
        context["workflow_states"] = [state for state in states if state.content_object.pk in own]
        return context


class OwnLockedPagesPanel(LockedPagesPanel):
    """Pages that the person has locked."""

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        own = _own_keys(parent_context["request"].user, list(context["locked_pages"]))
        context["locked_pages"] = [page for page in context["locked_pages"] if page.pk in own]
        return context


class _Panel(Component):
    """Shown only when :meth:`content` has something to show."""

    template_name: str
    order: int

    def content(self, user: Any) -> dict[str, Any]:
        raise NotImplementedError

    def render_html(self, parent_context: Mapping[str, Any] | None = None) -> str:
        self.found = self.content(parent_context["request"].user) if parent_context else {}
        return super().render_html(parent_context) if self.found else ""

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {**self.found, "request": parent_context["request"]}


@dataclass(frozen=True)
class Draft:
    page: Page
    title: str
    url: str


class DraftsPanel(_Panel):
    template_name = "home/admin/drafts_panel.html"
    order = 230

    def content(self, user: Any) -> dict[str, Any]:
        pages = drafts_of(user)
        shown = pages.select_related("latest_revision")[: SHOWN + 1]
        drafts = [
            Draft(
                page,
                page.latest_revision.content.get("title", page.title) if page.latest_revision else page.title,
                reverse("wagtailadmin_pages:edit", args=[page.pk]),
            )
            for page in shown
        ]
        return {"drafts": drafts[:SHOWN], "has_more": len(drafts) > SHOWN} if drafts else {}


def drafts_of(user: Any) -> QuerySet[Page]:
    """Own pages that the person edited and that hold something unpublished, the newest first."""
    edited = PageLogEntry.objects.filter(user=user, action__in=_EDITS).values("page")
    unpublished = Q(live=False) | Q(has_unpublished_changes=True)
    pages = permissions.own_pages(user).filter(unpublished, pk__in=edited, binned=None)
    # What was withdrawn on purpose, or because its time is over, is no draft.
    return pages.exclude(expired=True).order_by("-latest_revision_created_at", "-pk")


class ConsentPanel(_Panel):
    """What the person has to answer for a municipality. First of all: there is a last day."""

    template_name = "home/admin/consent_panel.html"
    order = 90

    def content(self, user: Any) -> dict[str, Any]:
        waiting = awaiting(user)
        shown = list(waiting[:SHOWN])
        return {"parties": shown, "count": waiting.count()} if shown else {}


class ChangedReferencesPanel(_Panel):
    template_name = "home/admin/changed_references_panel.html"
    order = 235

    def content(self, user: Any) -> dict[str, Any]:
        count = count_questions(user)
        pages = questions_of(pages_with_questions(user)[:SHOWN]) if count else []
        return {"pages": pages, "count": count} if count else {}


class ReviewsPanel(_Panel):
    template_name = "home/admin/reviews_panel.html"
    order = 240

    def content(self, user: Any) -> dict[str, Any]:
        reviews = due_reviews(user)
        shown = list(reviews[:SHOWN])
        return {"reviews": shown, "count": reviews.count()} if shown else {}


@dataclass(frozen=True)
class Missing:
    """One kind of gap: how many, a few of them, and where all of them stand."""

    label: str
    count: int
    examples: list[Spot]
    url: str


class MissingPanel(_Panel):
    template_name = "home/admin/missing_panel.html"
    order = 260

    def content(self, user: Any) -> dict[str, Any]:
        return {"missing": missing_of(gap_report(user, timezone.localdate()))}


def missing_of(report: GapReport) -> list[Missing]:
    labels = {
        "missing": _("Services without a responsible office"),
        "contested": _("Contested responsibilities"),
        "responsibilities": _("Responsibilities whose office no longer exists"),
        "places": _("Municipalities without services"),
        "local_pages": _("Local pages without a reference text"),
        "dead_ends": _("Local pages that leave people without help"),
        "laws": _("Legal basis changed"),
        "offices": _("Offices without opening hours"),
        "images": _("Images without alternative text"),
        "links": _("Links that lead nowhere"),
    }
    address = reverse("content_gaps")
    found = []
    for name, label in labels.items():
        entries: list[Any] = getattr(report, name)
        if entries:
            examples = [_example(entry) for entry in entries[:EXAMPLES]]
            found.append(Missing(label, len(entries), examples, f"{address}#{name}"))
    return found


def _example(entry: Spot | ServiceSpots) -> Spot:
    if isinstance(entry, Spot):
        return entry
    spot = entry.spots[0]
    return Spot(entry.service.title, spot.url if len(entry.spots) == 1 else "")


@dataclass(frozen=True)
class Viewed:
    title: str
    total: int
    url: str


class MostViewedPanel(_Panel):
    template_name = "home/admin/most_viewed_panel.html"
    order = 270

    def content(self, user: Any) -> dict[str, Any]:
        viewed = most_viewed(user)
        return {"viewed": viewed, "weeks": COUNTED_WEEKS} if viewed else {}


def most_viewed(user: Any) -> list[Viewed]:
    """The own pages that were looked at most in the last weeks; a shared text stands for its place's address."""
    views = PageViews.objects.last_weeks(COUNTED_WEEKS, timezone.localdate())
    own = permissions.own_pages(user).filter(live=True)
    rows = list(views.filter(page__in=own.values("pk")).most_viewed()[:SHOWN])
    pages = Page.objects.in_bulk({key for row in rows for key in (row["page_id"], row["subject_id"])})
    return [
        Viewed(
            pages[row["subject_id"]].title,
            row["total"],
            reverse("wagtailadmin_pages:edit", args=[row["page_id"]])
            if row["page_id"] == row["subject_id"]
            # There is nothing to edit yet; here a text of their own can be added.
            else reverse("wagtailadmin_pages:add_subpage", args=[row["page_id"]]),
        )
        for row in rows
    ]


class BoardPanel(_Panel):
    template_name = "home/admin/board_panel.html"
    order = 280

    def content(self, user: Any) -> dict[str, Any]:
        return {"address": reverse("board")}
