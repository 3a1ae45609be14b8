"""“Participation”: what the municipalities are asked, answering for one's own, and the record."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from municipalities import permissions
from municipalities.admin_views import AdminListView, AdminPageMixin
from municipalities.consent import record
from municipalities.consent.representatives import unanswerable
from municipalities.consent.requests import AnswerRefused, answer, settle_all, why_refused
from municipalities.gate import all_of, on, register_rule, when
from municipalities.models import ConsentAnswer, ConsentParty, ConsentRequest, ConsentRule
from municipalities.models.consent import REASON_LENGTH


class AnswerForm(forms.Form):
    """The answer of one municipality. ``seen`` names the answer that was shown with the form, if there was one."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"), choices=ConsentAnswer.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Needed for an objection. All municipalities read it."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, party: ConsentParty, data: Any = None) -> None:
        self.party = party
        self.last = party.votes.last()
        initial = {"answer": self.last.answer, "reason": self.last.reason, "seen": self.last.pk} if self.last else {}
        super().__init__(data, initial=initial, auto_id=f"id_{party.pk}_%s")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        # A text that is refused for another reason was given all the same.
        is_empty = not data.get("reason") and "reason" not in self.errors
        if data.get("answer") == ConsentAnswer.OBJECT and is_empty:
            self.add_error("reason", _("Please give a reason for the objection."))
        last, answer = self.last, data.get("answer")
        if last and last.answer == ConsentAnswer.OBJECT != answer and data.get("reason") == last.reason:
            # Why they objected is no reason to agree.
            data["reason"] = ""
        return data


class ConsentListView(AdminListView):
    page_title = gettext_lazy("Participation")
    header_icon = "group"
    template_name = "municipalities/admin/consents.html"

    def get_queryset(self) -> QuerySet[ConsentRequest]:
        return record.requests_for(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = set(record.awaiting(self.request.user).values_list("pk", flat=True))
        asks = permissions.is_portal_admin(self.request.user)
        return super().get_context_data(waiting=waiting, asks=asks, **kwargs)


class ConsentView(AdminPageMixin, TemplateView):
    """The text, the answers so far, and a form for each municipality that the person answers for."""

    page_title = gettext_lazy("Participation")
    header_icon = "group"
    template_name = "municipalities/admin/consent.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        requests = ConsentRequest.objects.select_related("page", "task_state", "requested_by")
        self.consent = get_object_or_404(requests, pk=kwargs["consent_id"])

    def get_page_subtitle(self) -> str:
        return self.consent.subject

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, consent = self.request.user, self.consent
        sent: AnswerForm | None = kwargs.get("sent")
        mine: list[ConsentParty] = []
        if consent.takes_answers:
            places = permissions.municipalities_answered_by(user)
            mine = list(consent.parties.counting().filter(municipality__in=places.values("pk")))
        forms_shown = [sent if sent and sent.party.pk == party.pk else AnswerForm(party) for party in mine]
        page = consent.page
        return super().get_context_data(
            consent=consent,
            result=record.result_of(consent),
            lines=record.lines_of(consent, user),
            log=record.log_of(consent, user),
            forms=forms_shown,
            unanswerable=unanswerable(consent) if consent.takes_answers else (),
            objection_decides=consent.rule != ConsentRule.MAJORITY,
            published_url=page.url if page is not None and permissions.page_is_public(page) else "",
            may_cancel=consent.is_running and may_cancel(user, consent),
            **kwargs,
        )


class AnswerView(ConsentView):
    """Takes the answer. Whatever is refused comes back with what was typed."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.party = get_object_or_404(ConsentParty, pk=kwargs["party_id"], consent=self.consent)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = why_refused(self.consent, self.party, request.user)
        if refusal:
            return self._refuse(refusal)
        return redirect("consent", self.consent.pk)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = why_refused(self.consent, self.party, request.user)
        if refusal:
            return self._refuse(refusal)
        form = AnswerForm(self.party, request.POST)
        if not form.is_valid():
            messages.error(request, _("The answer was not stored. Please look at the notes in the form."))
            return self.render_to_response(self.get_context_data(sent=form))
        data = form.cleaned_data
        try:
            answer(self.party, request.user, data["answer"], data["reason"], data["seen"])
        except AnswerRefused as error:
            return self._refuse(str(error), 409)
        messages.success(request, _("The answer of %(place)s was stored.") % {"place": self.party.name})
        self._settle()
        return redirect("consent", self.consent.pk)

    def _settle(self) -> None:
        closed, failed = settle_all([self.consent])
        if failed:
            messages.warning(
                self.request,
                _("The decision has fallen, but the page could not be changed yet. The portal tries it again daily."),
            )
        for consent in closed:
            consent.refresh_from_db()
            result = {"result": consent.get_outcome_display()}
            messages.info(self.request, _("This was decided with your answer: %(result)s.") % result)

    def _refuse(self, refusal: str, status: int = 403) -> HttpResponse:
        choice = dict(ConsentAnswer.choices).get(self.request.POST.get("answer", ""), "")
        reason = self.request.POST.get("reason", "")[:REASON_LENGTH]
        typed = "\n".join(part for part in (str(choice), reason) if part)
        context = self.get_context_data(refusal=refusal, typed=typed)
        return self.render_to_response(context, status=status)


class RecordView(TemplateView):
    """The record on paper: no navigation, and no names of persons."""

    template_name = "municipalities/admin/consent_record.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        consent = get_object_or_404(ConsentRequest, pk=kwargs["consent_id"])
        return super().get_context_data(
            consent=consent,
            result=record.result_of(consent),
            lines=record.lines_of(consent),
            log=record.log_of(consent),
            printed_at=timezone.now(),
            **kwargs,
        )


class CancelView(View):
    """Cancels the workflow, for those who cannot or may not open the page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, consent_id: int) -> HttpResponse:
        consent = get_object_or_404(ConsentRequest, pk=consent_id)
        if consent.is_running and consent.task_state is not None:
            consent.task_state.workflow_state.cancel(user=request.user)
            messages.success(request, _("The workflow was cancelled. Nobody is asked any longer."))
        else:
            messages.error(request, _("This is over already."))
        return redirect("consent", consent.pk)


def may_cancel(user: Any, consent: ConsentRequest) -> bool:
    """Whoever asked may stop asking; so may portal administrators."""
    return permissions.is_portal_admin(user) or (
        permissions.may_follow_consents(user) and consent.requested_by_id == user.pk
    )


@hooks.register("register_admin_urls")
def register_consent_urls() -> list[URLPattern]:
    return [
        path("beteiligung/", ConsentListView.as_view(), name="consents"),
        path("beteiligung/<int:consent_id>/", ConsentView.as_view(), name="consent"),
        path("beteiligung/<int:consent_id>/antwort/<int:party_id>/", AnswerView.as_view(), name="consent_answer"),
        path("beteiligung/<int:consent_id>/protokoll/", RecordView.as_view(), name="consent_record"),
        path("beteiligung/<int:consent_id>/abbrechen/", CancelView.as_view(), name="consent_cancel"),
    ]


# Who may read is all at work; for whom somebody answers, the view asks itself, so that it can say why not.
_reads = when("may_follow_consents")
_exists = on(ConsentRequest, "consent_id", lambda user, consent: True)
register_rule(_reads, "consents")
register_rule(all_of(_reads, _exists), "consent", "consent_answer", "consent_record")
register_rule(on(ConsentRequest, "consent_id", may_cancel), "consent_cancel")


class _ConsentMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return permissions.may_follow_consents(request.user)


@hooks.register("register_admin_menu_item")
def register_consent_menu_item() -> MenuItem:
    return _ConsentMenuItem(gettext_lazy("Participation"), reverse("consents"), icon_name="group", order=155)
