"""The three-way view: what the reference was, what it is, what we say; and what is to become of it."""

from collections.abc import Callable
from functools import partial
from html import unescape
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages

from municipalities.admin_views import AdminPageMixin
from municipalities.tenancy import municipality_of
from services.inheritance import log_actions
from services.inheritance.comparison import Comparison, compare, resolved
from services.inheritance.decisions import BindingChangeError, Choice, NothingToDecideError, decide
from services.inheritance.notices import give_notice, object_for, take_back
from services.inheritance.views.forms import ConflictsForm, MergedTextForm, ReasonForm
from services.inheritance.views.shown import context_of, is_other_in_draft, settled_in_draft
from services.inheritance.views.waiting import language_name, next_question
from services.languages import languages
from services.models import LocalServicePage, ServicePage
from services.text_modules import MODULES_BY_CODE

_DONE = {
    Choice.KEEP: gettext_lazy("Your own text stays."),
    Choice.TAKE: gettext_lazy("The shared text holds now. Your own text is in the history of the page."),
    Choice.MERGE: gettext_lazy("The merged text is your own text now."),
}
_DRAFTED = {
    Choice.KEEP: gettext_lazy("Noted in the draft: your own text stays."),
    Choice.TAKE: gettext_lazy("In the draft your own text is gone and the shared text holds."),
    Choice.MERGE: gettext_lazy("The merged text is in the draft."),
}


class DecideView(AdminPageMixin, TemplateView):
    """One own text; each decision is one click."""

    page_title = gettext_lazy("Changed shared text")
    header_icon = "sliders"
    template_name = "services/admin/references/decide.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.page = get_object_or_404(LocalServicePage, pk=kwargs["page_id"])
        self.language, self.code = kwargs["language"], kwargs["code"]
        if self.language not in languages() or self.code not in MODULES_BY_CODE:
            raise Http404
        self.conflicts: ConflictsForm | None = None
        self.merged_text: MergedTextForm | None = None
        self.reason = ReasonForm()

    def get_page_subtitle(self) -> str:
        return str(self.page.get_admin_display_title())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *before, here = super().get_breadcrumbs_items()
        return [*before, {"url": reverse("reference_decisions"), "label": _("To decide")}, here]

    # What the person may do here

    def _look(self) -> None:
        """Read the page anew, as the person may change it: as it is published, or the draft."""
        self.page = LocalServicePage.objects.get(pk=self.page.pk)
        self.rights = self.page.permissions_for_user(self.request.user)
        self.publishes = self.rights.can_publish() and self.page.live
        self.comparison = compare(self.page, self.language, self.code)
        # Once the draft has decided, it is the published text that the question is about.
        self.settled = settled_in_draft(self.comparison) if self.comparison is not None else None
        self.shows_draft = not self.publishes and self.settled is None and self.page.has_unpublished_changes
        if self.shows_draft:
            self.comparison = compare(self.page.get_latest_revision_as_object(), self.language, self.code)

    def _obstacle(self) -> str:
        """Why the text cannot be changed now, or nothing."""
        if not self.rights.can_edit():
            return _("You may not change this page.")
        reference = self.page.reference
        if reference is None or not reference.live:
            return _("The shared text is not published at the moment. Your own text stays as it is.")
        lock = self.page.get_lock()
        if lock is not None and lock.for_user(self.request.user):
            reason = lock.get_message(self.request.user) or lock.get_description(self.request.user)
            return _("The page is locked: %(reason)s Decide once it is unlocked.") % {
                "reason": unescape(strip_tags(str(reason)))
            }
        if self.page.current_workflow_state is not None:
            return _(
                "A version of this page waits for approval. Approve it or cancel the approval first, so that nothing "
                "of it is lost. Then decide here."
            )
        return ""

    # Answers

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self._look()
        return self._show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions: dict[str, Callable[[Comparison], HttpResponse]] = {
            "keep": partial(self._decide, choice=Choice.KEEP),
            "take": partial(self._decide, choice=Choice.TAKE),
            "merge": self._merge,
            "edit": self._edit,
            "save": self._save,
            "object": self._object,
            "take_back": self._take_back,
        }
        with transaction.atomic():
            # Whoever presses at the same moment waits here, and then sees what the first has done.
            LocalServicePage.objects.select_for_update(of=("self",)).filter(pk=self.page.pk).first()
            ServicePage.objects.select_for_update(of=("self",)).filter(pk=self.page.reference_id).first()
            self._look()
            comparison, action = self.comparison, request.POST.get("action", "")
            if comparison is None or action not in actions:
                messages.error(request, _("Please choose one of the buttons."))
                return self._show()
            if action != "take_back" and not self._is_as_seen(comparison):
                return self._show(with_text=action == "save")
            return actions[action](comparison)

    def _is_as_seen(self, comparison: Comparison) -> bool:
        """Whether the person decides about what they were shown."""
        if self.request.POST.get("seen") == comparison.seen and comparison.is_waiting:
            return True
        if not comparison.is_waiting:
            messages.warning(self.request, _("Not saved: this has been decided meanwhile."))
        elif self.request.POST.get("version") != str(comparison.now.number):
            messages.warning(
                self.request,
                _("Not saved: the shared text has changed again meanwhile. Please look at the new version below."),
            )
        else:
            messages.warning(
                self.request, _("Not saved: your own text has changed meanwhile. Please look at it again below.")
            )
        return False

    def _merge(self, comparison: Comparison) -> HttpResponse:
        self.conflicts = ConflictsForm(comparison, self.request.POST)
        if not self.conflicts.is_valid():
            messages.error(self.request, _("Please choose for each conflict which version is to stand."))
            return self._show()
        if comparison.merge is None or not comparison.merge.has_conflicts:
            return self._decide(comparison, Choice.MERGE)
        return self._decide(comparison, Choice.MERGE, resolved(comparison.merge, self.conflicts.choices))

    def _edit(self, comparison: Comparison) -> HttpResponse:
        if comparison.merge is None:
            return self._decide(comparison, Choice.MERGE)
        choices = ConflictsForm(comparison, self.request.POST).choices
        text = resolved(comparison.merge, choices)
        self.merged_text = MergedTextForm(comparison, self.request.user, initial={"text": text})
        return self._show()

    def _save(self, comparison: Comparison) -> HttpResponse:
        self.merged_text = MergedTextForm(comparison, self.request.user, self.request.POST)
        if not self.merged_text.is_valid():
            messages.error(self.request, _("Not saved. Please look at the message below the text."))
            return self._show()
        return self._decide(comparison, Choice.MERGE, self.merged_text.cleaned_data["text"])

    def _decide(self, comparison: Comparison, choice: Choice, text: str | None = None) -> HttpResponse:
        if obstacle := self._obstacle():
            messages.error(self.request, obstacle)
            return self._show(with_text=text is not None)
        try:
            with transaction.atomic():
                if self.page.reference is not None:
                    # The record is there even when somebody was quicker than the follow-up work.
                    give_notice(self.page.reference, [self.page.pk])
                is_public = decide(
                    comparison.page,
                    self.code,
                    choice,
                    self.request.user,
                    publish=self.publishes,
                    language=self.language,
                    text=text,
                    anew=self.settled is not None,
                )
        except BindingChangeError:
            messages.error(self.request, _("The law demands this change: take the shared text, or object."))
            return self._show()
        except NothingToDecideError:
            messages.warning(self.request, _("There is no own text any more that could be decided about."))
            return self._show()
        except ValidationError as error:
            reasons = " ".join(error.messages)
            messages.error(
                self.request,
                _("Not saved, because something else on the page has to be mended first: %(reasons)s")
                % {"reasons": reasons},
                buttons=[messages.button(self._editor(), _("Edit the page"))],
            )
            return self._show(with_text=text is not None)
        self._tell(choice, is_public)
        return self._go_on()

    def _tell(self, choice: Choice, is_public: bool) -> None:
        if is_public:
            messages.success(self.request, str(_DONE[choice]))
            return
        rest = (
            _("Somebody who may publish has to publish it; until then the public reads what it read before.")
            if self.page.live
            else _("The page is not published.")
        )
        messages.warning(
            self.request,
            f"{_DRAFTED[choice]} {rest}",
            buttons=[messages.button(self._editor(), _("Edit the page"))],
        )

    def _object(self, comparison: Comparison) -> HttpResponse:
        self.reason = ReasonForm(self.request.POST)
        if not self.rights.can_publish():
            messages.error(self.request, _("Only those who may publish object for the municipality."))
        elif not comparison.binding:
            messages.warning(self.request, _("There is no binding change any more that could be objected to."))
        elif not self.reason.is_valid():
            messages.error(self.request, _("Not saved. Please look at the message at the reason."))
        else:
            reason = self.reason.cleaned_data["reason"]
            object_for(comparison.page, self.code, self.request.user, reason)
            log_actions.note(self.page, log_actions.OBJECTED, self.request.user, self.code, self.language)
            messages.success(self.request, _("Your objection is noted. Your own text stays."))
            return self._go_on()
        return self._show()

    def _take_back(self, comparison: Comparison) -> HttpResponse:
        today = timezone.localdate()
        if not self.rights.can_publish():
            messages.error(self.request, _("Only those who may publish object for the municipality."))
        elif not [notice for notice in comparison.objections if take_back(notice, today)]:
            messages.warning(self.request, _("There is no objection that could be taken back."))
        else:
            log_actions.note(self.page, log_actions.OBJECTION_TAKEN_BACK, self.request.user, self.code, self.language)
            messages.success(self.request, _("Your objection is taken back."))
        return redirect(self.request.path)

    def _go_on(self) -> HttpResponse:
        question = next_question(self.request.user, self.page, without_drafts=not self.rights.can_publish())
        name, key = ("reference_decide", question.key) if question is not None else ("reference_decisions", ())
        # The browser would go on to the part of the page that the form was sent to.
        return redirect(f"{reverse(name, args=key)}#main")

    def _editor(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.page.pk])

    # What is shown

    def _show(self, with_text: bool = False) -> HttpResponse:
        self._look()
        if with_text and self.comparison is not None and self.comparison.merge is not None and self.merged_text is None:
            # Nobody writes a text twice because something came in between.
            self.merged_text = MergedTextForm(self.comparison, self.request.user, self.request.POST)
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        comparison = self.comparison
        context = {
            "page": self.page,
            "place": municipality_of(self.page),
            "module": MODULES_BY_CODE[self.code],
            "language": language_name(self.language),
            "comparison": comparison,
            "publishes": self.publishes,
            "shows_draft": self.shows_draft,
            "settled_in_draft": self.settled,
            "may_publish": self.rights.can_publish(),
            "obstacle": self._obstacle(),
            "editor": self._editor(),
        }
        if comparison is not None:
            self.conflicts = self.conflicts or ConflictsForm(comparison)
            context |= context_of(comparison, self.page, self.request.user, self.conflicts)
            context["draft_says_else"] = self.publishes and self.settled is None and is_other_in_draft(comparison)
            context |= {"merged_text": self.merged_text, "reason": self.reason}
        return super().get_context_data(**context, **kwargs)
