"""How a municipality works with the portal: its local administrators say who approves and how often pages are read."""

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.utils import get_user_display_name
from wagtail.log_actions import log

from municipalities import log_actions, permissions
from municipalities.admin_views import AdminListView, AdminPageMixin
from municipalities.consent.representatives import people_to_name
from municipalities.gate import on, register_rule, when
from municipalities.models import Approval, MunicipalityPage, RoleKind, Tenant
from municipalities.tenants.provisioning import set_up_workflow
from municipalities.tenants.roles import set_up_role

_APPROVAL_HELP = {
    Approval.PUBLISHER: gettext_lazy("Authors submit. A publisher or a local administrator reads it and publishes."),
    Approval.TWO_STEPS: gettext_lazy("After the publisher, a local administrator has to approve as well."),
    Approval.AUTHORS_PUBLISH: gettext_lazy(
        "Authors publish and withdraw pages without asking. Nobody has to approve anything."
    ),
}


def apply_approval(tenant: Tenant) -> None:
    """Bring what authors may do and the steps of the workflow in step with who approves.

    What waits for a step that no longer exists goes on as if that step were done.
    """
    set_up_role(RoleKind.AUTHOR, [tenant.municipality], [tenant.collection], tenant.municipality)
    set_up_workflow(tenant)


class PlaceSettingsForm(forms.ModelForm):
    class Meta:
        model = Tenant
        fields = ("approval", "review_months", "representative")
        widgets = {"approval": forms.RadioSelect}
        labels = {
            "approval": gettext_lazy("Who publishes?"),
            "review_months": gettext_lazy("How often is a page to be reviewed?"),
            "representative": gettext_lazy("Who answers for the municipality where all municipalities are asked?"),
        }
        help_texts = {
            "review_months": gettext_lazy(
                "Counted from when a page was published or confirmed last. It holds from the next time on; "
                "dates that are set already stay."
            ),
            "representative": gettext_lazy(
                "One person with a role here. If nobody is named, or the role ends, the local administrators answer."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        approval: Any = self.fields["approval"]
        approval.choices = [
            (kind.value, format_html("<span><strong>{}</strong><br>{}</span>", kind.label, _APPROVAL_HELP[kind]))
            for kind in Approval
        ]
        people: Any = self.fields["representative"]
        people.queryset = people_to_name(self.instance.municipality)
        people.empty_label = _("nobody by name")
        people.label_from_instance = get_user_display_name


class PlaceSettingsView(AdminPageMixin, FormView):
    page_title = gettext_lazy("Settings of the municipality")
    header_icon = "cogs"
    form_class = PlaceSettingsForm
    template_name = "municipalities/admin/place_settings.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        tenants = Tenant.objects.select_related("municipality", "collection", "workflow")
        self.tenant = get_object_or_404(tenants, municipality_id=kwargs["page_id"])

    def get_page_subtitle(self) -> str:
        return self.tenant.municipality.title

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.tenant}

    def form_valid(self, form: PlaceSettingsForm) -> HttpResponse:
        with transaction.atomic():
            tenant = form.save()
            if "approval" in form.changed_data:
                apply_approval(tenant)
            if form.has_changed():
                log(
                    instance=tenant.municipality,
                    action=log_actions.SETTINGS_CHANGED,
                    user=self.request.user,
                    data={
                        "approval": tenant.approval,
                        "review_months": tenant.review_months,
                        "representative": tenant.representative_id,
                    },
                )
        messages.success(self.request, _("The settings were saved."))
        return redirect("municipality_settings", self.tenant.municipality_id)


def places_to_set_up(user: Any) -> QuerySet[MunicipalityPage]:
    """Municipalities whose settings the person may change."""
    return permissions.municipalities_of(user, RoleKind.LOCAL_ADMIN).filter(tenant__isnull=False)


class PlaceSettingsListView(AdminListView):
    """Whoever administers one municipality goes straight to it."""

    page_title = gettext_lazy("Settings of the municipality")
    header_icon = "cogs"
    template_name = "municipalities/admin/places_to_set_up.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        places = list(places_to_set_up(request.user)[:2])
        if len(places) == 1:
            return redirect("municipality_settings", places[0].pk)
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[MunicipalityPage]:
        return places_to_set_up(self.request.user).select_related("tenant").order_by("title")


@hooks.register("register_admin_urls")
def register_place_settings_urls() -> list[URLPattern]:
    return [
        path("kommune/", PlaceSettingsListView.as_view(), name="municipality_settings_list"),
        path("kommune/<int:page_id>/", PlaceSettingsView.as_view(), name="municipality_settings"),
    ]


register_rule(
    when(lambda user: bool(permissions.municipality_ids(user, RoleKind.LOCAL_ADMIN))), "municipality_settings_list"
)
register_rule(on(MunicipalityPage, "page_id", "may_set_up"), "municipality_settings")


class _SettingsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return places_to_set_up(request.user).exists()


@hooks.register("register_settings_menu_item")
def register_place_settings_menu_item() -> MenuItem:
    label = gettext_lazy("Settings of the municipality")
    return _SettingsMenuItem(label, reverse("municipality_settings_list"), icon_name="cogs", order=50)
