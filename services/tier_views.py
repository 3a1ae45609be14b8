"""The view in which reference editors let a service go from one tier to the other, and the way to it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.snippets.views.snippets import IndexView

from municipalities.admin_views import AdminPageMixin
from municipalities.models import MunicipalityKind, MunicipalityPage
from services.models import OfficePage, Role, ServicePage
from services.responsibility_policy import decides_for_all
from services.responsibility_words import day_in_words
from services.tier import Tier, TierChange, TierError, TierPlan, carry_out, plan_of, rows_of

# A slip in typing the day would end what holds, or be forgotten until it happens.
_BACK, _AHEAD = timedelta(days=366), timedelta(days=5 * 366)
_LIST = "wagtailsnippets_services_responsibility:list"


class ResponsibilityIndexView(IndexView):
    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons: list[Button] = super().header_more_buttons
        if decides_for_all(self.request.user):
            buttons.append(Button(_("Change of tier"), url=reverse("tier_change"), icon_name="resubmit", priority=50))
        return buttons


class WhatChangesForm(forms.Form):
    """Which service, in which direction, from when on."""

    service: Any = forms.ModelChoiceField(label=_("Service"), queryset=ServicePage.objects.none())
    district: Any = forms.ModelChoiceField(label=_("District"), queryset=MunicipalityPage.objects.none())
    tier = forms.ChoiceField(label=_("Direction"), choices=Tier.choices, widget=forms.RadioSelect)
    role = forms.ChoiceField(
        label=_("Role"), choices=Role.choices, initial=Role.DECIDES, help_text=_("Entries for other roles stay.")
    )
    first_day = forms.DateField(
        label=_("Effective date"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The entries until now end the day before."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        districts = MunicipalityPage.objects.live().filter(kind=MunicipalityKind.DISTRICT)
        fields: Any = self.fields
        fields["service"].queryset = ServicePage.objects.live().listing().order_by("title")
        fields["district"].queryset = districts.defer_streamfields().defer("boundary").order_by("title")
        if len(fields["district"].queryset) == 1:
            fields["district"].initial = fields["district"].queryset[0]

    def clean_first_day(self) -> Any:
        day, today = self.cleaned_data["first_day"], timezone.localdate()
        first, last = today - _BACK, today + _AHEAD
        if not first <= day <= last:
            raise forms.ValidationError(
                gettext("Please choose a day from %(first)s to %(last)s.")
                % {"first": day_in_words(first), "last": day_in_words(last)}
            )
        return day


class WhoTakesOverForm(forms.Form):
    """One office for each place that takes over."""

    def __init__(self, *args: Any, change: TierChange, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = change.takers()
        now = {row.area_id: row.office_id for row in rows_of(change) if row.locality_id is None}
        offices = list(OfficePage.objects.live().only("title", "path", "depth", "content_type_id").order_by("title"))
        for place in self.places:
            own = [office for office in offices if office.path.startswith(place.path)]
            self.fields[_name(place)] = _OfficeField(
                label=gettext("Office for %(place)s") % {"place": place.name_in_sentence},
                offices=own,
                required=change.tier == Tier.DISTRICT,
                initial=now.get(place.pk),
            )
        self.fields["legal_basis"] = forms.CharField(label=_("Legal basis"), max_length=250, required=False)
        self.fields["source"] = forms.CharField(
            label=_("Source"),
            max_length=600,
            required=False,
            help_text=_("Without a source citizens read that the entry is not confirmed."),
        )

    def offices(self) -> dict[int, OfficePage]:
        chosen = {place.pk: self.cleaned_data[_name(place)] for place in self.places}
        return {pk: office for pk, office in chosen.items() if office is not None}


class _OfficeField(forms.TypedChoiceField):
    def __init__(self, *, offices: list[OfficePage], **kwargs: Any) -> None:
        by_key = {str(office.pk): office for office in offices}
        choices = [("", "–"), *((key, office.title) for key, office in by_key.items())]
        super().__init__(choices=choices, coerce=by_key.__getitem__, empty_value=None, **kwargs)


def _name(place: MunicipalityPage) -> str:
    return f"office-{place.pk}"


class TierChangeView(AdminPageMixin, TemplateView):
    """First what changes (in the address), then who takes over, then what would be done; then it is done."""

    page_title = _("Change of tier")
    header_icon = "resubmit"
    template_name = "services/admin/tier_change.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not decides_for_all(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        what = WhatChangesForm(request.GET or None)
        who = None
        if what.is_valid():
            try:
                who = WhoTakesOverForm(change=_change(what))
            except TierError as error:
                what.add_error("service", str(error))
        return self._show(what, who)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        what = WhatChangesForm(request.GET)
        if not what.is_valid():
            return self._show(what)
        try:
            who = WhoTakesOverForm(request.POST, change=_change(what))
            if not who.is_valid():
                return self._show(what, who)
            change, offices = _change(what, who), who.offices()
            seen = request.POST.get("seen", "")
            plan = carry_out(change, offices, seen, request.user) if seen else None
            if plan is not None:
                return self._done(change)
            if seen:
                messages.warning(request, gettext("Somebody has changed entries meanwhile. Please look again."))
            return self._show(what, who, plan_of(change, offices))
        except TierError as error:
            what.add_error("service", str(error))
            return self._show(what)

    def _done(self, change: TierChange) -> HttpResponse:
        messages.success(
            self.request,
            gettext("From %(day)s on, others are responsible for “%(service)s”.")
            % {"day": day_in_words(change.first_day), "service": change.service.title},
            buttons=[
                messages.button(
                    reverse("wagtailadmin_pages:edit", args=[change.service.pk]), gettext("Check “usually run by”")
                )
            ],
        )
        return redirect(f"{reverse(_LIST)}?service={change.service.pk}")

    def _show(self, what: forms.Form, who: forms.Form | None = None, plan: TierPlan | None = None) -> HttpResponse:
        change = _change(what) if who is not None else None
        return self.render_to_response(self.get_context_data(what=what, who=who, plan=plan, change=change))


def _change(what: forms.Form, who: forms.Form | None = None) -> TierChange:
    data = what.cleaned_data
    texts = who.cleaned_data if who is not None else {}
    return TierChange(
        service=data["service"],
        district=data["district"],
        tier=Tier(data["tier"]),
        role=Role(data["role"]),
        first_day=data["first_day"],
        legal_basis=texts.get("legal_basis", ""),
        source=texts.get("source", ""),
    )
