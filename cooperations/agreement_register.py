"""The register of agreements, kept by the managers of cooperations and the portal administrators."""

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, MultipleChooserPanel, ObjectList
from wagtail.permissions import page_permission_policy

from cooperations.agreement_form import AgreementForm
from cooperations.agreements import bring_about, digest, preview
from cooperations.models import Agreement, AgreementResponsibility, CooperationPage
from municipalities.registers import RegisterCreateView, RegisterDeleteView, RegisterEditView, TenantModelAdmin
from services.entries import lock_services
from services.grounds import Ground
from services.models import Responsibility
from services.responsibility_words import period_in_words


class _PreviewedFirst:
    """Shows which towns get which office when, and stores only what was shown."""

    def form_valid(self: Any, form: AgreementForm) -> HttpResponse:
        lines = preview(form.instance, form.wanted())
        seen = digest(lines)
        if lines and self.request.POST.get("seen") != seen:
            response: HttpResponse = self.render_to_response(self.get_context_data(form=form, preview=lines, seen=seen))
            return response
        with transaction.atomic():
            # Two who store the same agreement at once wait for each other; the second is refused.
            Agreement.objects.select_for_update().filter(pk=form.instance.pk).first()
            lock_services(task.service_id for task in form.tasks)
            form.check_opened()
            form.check_others()
            if form.errors:
                return self.form_invalid(form)
            response = super().form_valid(form)  # type: ignore[misc]
            bring_about(Agreement.objects.get(pk=self.instance.pk), self.request.user)
        return response


class AgreementCreateView(_PreviewedFirst, RegisterCreateView):
    pass


class AgreementEditView(_PreviewedFirst, RegisterEditView):
    pass


class AgreementDeleteView(RegisterDeleteView):
    def confirmation_message(self) -> str:
        count = self.instance.links.count()
        return ngettext(
            "%(count)s responsibility follows from this agreement and goes with it, also for the past. What was before "
            "holds again. If the agreement only ends, please enter its last day instead.",
            "%(count)s responsibilities follow from this agreement and go with it, also for the past. What was before "
            "holds again. If the agreement only ends, please enter its last day instead.",
            count,
        ) % {"count": count}


class AgreementAdmin(TenantModelAdmin):
    model = Agreement
    owner_field = "cooperation"
    without_owner = _("without a cooperation")
    base_url_path = "vereinbarungen"
    menu_icon = "doc-full"
    menu_order = 255
    list_display = ("title", "cooperation", "kind", "period", "entries")
    list_filter = ("kind",)
    list_per_page = 50
    search_fields = ("title", "cooperation__title")
    create_view_class = AgreementCreateView
    edit_view_class = AgreementEditView
    delete_view_class = AgreementDeleteView
    create_template_name = "cooperations/admin/agreement_create.html"
    edit_template_name = "cooperations/admin/agreement_edit.html"

    edit_handler = ObjectList(
        [
            FieldPanel("cooperation", widget=forms.Select),
            FieldPanel("title"),
            FieldPanel("kind", widget=forms.RadioSelect),
            FieldPanel("legal_basis"),
            FieldRowPanel([FieldPanel("effective_from"), FieldPanel("effective_until")], heading=_("Period")),
            MultiFieldPanel(
                [FieldPanel("receives"), FieldPanel("decides"), FieldPanel("advises")],
                heading=_("What the office does"),
            ),
            MultipleChooserPanel(
                "tasks",
                chooser_field_name="service",
                label=_("Service"),
                heading=_("Services handed over, with the office that does them"),
                panels=[FieldPanel("service"), FieldPanel("office")],
            ),
            MultipleChooserPanel(
                "areas",
                chooser_field_name="municipality",
                label=_("Municipality"),
                heading=_("Municipalities that hand over"),
                panels=[FieldPanel("municipality"), FieldRowPanel([FieldPanel("since"), FieldPanel("until")])],
            ),
            MultiFieldPanel(
                [
                    FieldPanel("signed_on"),
                    FieldRowPanel([FieldPanel("published_in"), FieldPanel("published_on")]),
                    FieldPanel("document"),
                    FieldPanel("note"),
                ],
                heading=_("Evidence"),
            ),
        ],
        base_form_class=AgreementForm,
    )

    def owners(self, user: Any) -> QuerySet[CooperationPage]:
        """Cooperations that the person publishes."""
        own = page_permission_policy.instances_user_has_permission_for(user, "publish")
        return CooperationPage.objects.filter(pk__in=own.values("pk")).order_by("title")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agreement]:
        return super().get_queryset(request).annotate(number=Count("links"))

    def period(self, agreement: Agreement) -> str:
        period = period_in_words(agreement.effective_from, agreement.effective_until)
        is_over = agreement.effective_until is not None and agreement.effective_until < timezone.localdate()
        return gettext("%(period)s (over)") % {"period": period} if is_over else period

    period.short_description = _("Valid")  # type: ignore[attr-defined]
    period.admin_order_field = "effective_from"  # type: ignore[attr-defined]

    def entries(self, agreement: Any) -> int:
        return int(agreement.number)

    entries.short_description = _("responsibilities")  # type: ignore[attr-defined]


_register = AgreementAdmin()


def ground(row: Responsibility, user: Any = None) -> Ground | None:
    """The agreement that an entry follows from; for those who keep it, with the address of its form."""
    try:
        agreement = row.agreement_link.agreement
    except AgreementResponsibility.DoesNotExist:
        return None
    may_edit = user is not None and _register.rows(user).filter(pk=agreement.pk).exists()
    page = agreement.cooperation
    return Ground(
        title=agreement.title,
        url=f"{page.url}#vereinbarungen" if page is not None and page.live and page.url else "",
        edit_url=_register.url_helper.get_action_url("edit", agreement.pk) if may_edit else "",
    )
