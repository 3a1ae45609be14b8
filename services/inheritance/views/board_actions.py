"""What is done from the board: a change is made binding or free again, a translation is confirmed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin import messages

from municipalities.admin_views import go_on
from services.inheritance import log_actions
from services.inheritance.binding import lift_binding, make_binding
from services.inheritance.follow_up import begin, go_on_at_once
from services.inheritance.versions import confirm_translation, latest
from services.inheritance.views.board import VersionView
from services.inheritance.views.forms import MakeBindingForm
from services.languages import GERMAN, languages
from services.models import FollowUp, ReferenceVersion, ServicePage


class MakeBindingView(VersionView):
    """The form stands on the page of the change; this takes it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = MakeBindingForm(request.POST)
        if self.form.is_valid():
            data = self.form.cleaned_data
            try:
                with transaction.atomic():
                    make_binding(self.version, data["effective_on"], data["legal_basis"], data["note"])
                    log_actions.note(
                        self.version.service, log_actions.MADE_BINDING, request.user, "", self.version.language
                    )
                    # Municipalities are told as they are of a new change.
                    begin(self.version.service, FollowUp.Kind.PUBLISHED)
            except ValidationError as error:
                self.form.add_error(None, error)
            else:
                messages.success(request, _("The change is binding. The municipalities are told."))
                return redirect("reference_version", self.version.pk)
        messages.error(request, _("Not saved. Please look at the messages at the fields."))
        return self.render_to_response(self.get_context_data())


class LiftBindingView(View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, version_id: int) -> HttpResponse:
        version = get_object_or_404(ReferenceVersion.objects.select_related("service"), pk=version_id)
        if version.is_binding:
            lift_binding(version)
            log_actions.note(version.service, log_actions.BINDING_LIFTED, request.user, "", version.language)
            messages.success(request, _("The change is no longer binding. What was replaced stays replaced."))
        else:
            messages.info(request, _("The change is not binding."))
        return redirect("reference_version", version.pk)


class GoOnView(View):
    """Follow-up work that a worker left behind is taken up again, without waiting for the daily command."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, work_id: int) -> HttpResponse:
        work = get_object_or_404(FollowUp, pk=work_id)
        if go_on_at_once(work.pk):
            messages.success(request, _("The follow-up work goes on where it stopped."))
        elif work.finished_at is not None:
            messages.info(request, _("The follow-up work is done already."))
        else:
            messages.info(request, _("The follow-up work is going on already."))
        return go_on(request, "reference_board")


class ConfirmTranslationView(View):
    """“Still says the same”, in one click."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, page_id: int, language: str) -> HttpResponse:
        service = get_object_or_404(ServicePage, pk=page_id)
        if language == GERMAN or language not in languages():
            raise Http404
        with transaction.atomic():
            ServicePage.objects.select_for_update(of=("self",)).filter(pk=service.pk).first()
            german = latest(service)
            if german is None or latest(service, language) is None:
                messages.error(request, _("There is no such translation."))
            elif request.POST.get("german") != str(german.number):
                messages.warning(
                    request, _("Not saved: the German text has changed meanwhile. Please look at it once more.")
                )
            else:
                confirm_translation(service, language)
                log_actions.note(service, log_actions.TRANSLATION_CONFIRMED, request.user, "", language)
                messages.success(
                    request,
                    _("The translation of “%(title)s” (%(language)s) is marked as up to date.")
                    % {"title": service.title, "language": languages()[language].name},
                )
        return go_on(request, "reference_board")
