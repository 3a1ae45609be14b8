"""The forms of a responsibility: a new one, the copy of one, and one that is there."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.snippets.views.snippets import CopyView, CreateView, EditView

from cms.keys import key_of
from services.entries import lock_services
from services.grounds import ground_of
from services.models import Responsibility, ServicePage
from services.responsibility_policy import areas
from services.responsibility_words import period_in_words


class _OneAfterTheOther:
    """Of two people who save entries of one service at once, the second is measured against what the first stored."""

    def services_meant(self, request: HttpRequest) -> set[int]:
        key = key_of(request.POST.get("service", ""))
        return {key} if key else set()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            lock_services(self.services_meant(request))
            return self.post_alone(request, *args, **kwargs)

    def post_alone(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        return response


class ResponsibilityCreateView(_OneAfterTheOther, CreateView):
    """The report of gaps leads here with service and area filled in."""

    def get_initial_form_instance(self) -> Responsibility:
        instance: Responsibility = super().get_initial_form_instance() or self.model()
        service, area = key_of(self.request.GET.get("service", "")), key_of(self.request.GET.get("area", ""))
        if service:
            instance.service = ServicePage.objects.live().filter(pk=service).first()
        if area:
            instance.area_id = areas(self.request.user).filter(pk=area).values_list("pk", flat=True).first()
        return instance


class ResponsibilityCopyView(_OneAfterTheOther, CopyView):
    """The copy of an entry that follows from an agreement is one of the person's own."""

    def get_initial_form_instance(self) -> Responsibility:
        instance: Responsibility = super().get_initial_form_instance()
        instance.pk, instance.prevails = None, False
        return instance


class ResponsibilityEditView(_OneAfterTheOther, EditView):
    """What follows from an agreement is shown with the way to the agreement; it is not changed here."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = self._show() if self.object.prevails else super().get(request, *args, **kwargs)
        return response

    def services_meant(self, request: HttpRequest) -> set[int]:
        return {*super().services_meant(request), self.object.service_id}

    def post_alone(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Read again: while this one waited, it may have been deleted.
        self.object = self.get_object()
        if self.object.prevails:
            messages.error(request, _("This entry follows from an agreement and is changed there."))
            return self._show()
        response: HttpResponse = super().post_alone(request, *args, **kwargs)
        return response

    def _show(self) -> HttpResponse:
        row = self.object
        values = {
            "service": row.service_shown(),
            "area": str(row.area),
            "office": row.office_shown(),
            "role": row.get_role_display(),
            "arrangement": row.get_arrangement_display(),
            "legal_basis": row.legal_basis,
            "source": row.source,
        }
        facts = [(capfirst(row._meta.get_field(name).verbose_name), value or "–") for name, value in values.items()]
        facts.insert(5, (_("Valid"), period_in_words(row.valid_from, row.valid_until)))
        title = _("Responsibility by agreement")
        context = {
            "facts": facts,
            "ground": ground_of(row, self.request.user),
            "header_title": f"{title}: {self.get_page_subtitle()}",
            "header_icon": self.get_header_icon(),
            "breadcrumbs_items": self.get_breadcrumbs_items(),
        }
        return TemplateResponse(self.request, "services/admin/kept_elsewhere.html", context)
