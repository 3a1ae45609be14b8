"""Forms of the views for portal administrators."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from municipalities.lifecycle.changes import Change
from municipalities.lifecycle.leaving import leave
from municipalities.lifecycle.merging import merge
from municipalities.models import MunicipalityPage


class RegisterSearchForm(forms.Form):
    q = forms.CharField(label=_("Name or official key (AGS)"), max_length=80, required=False)


class ProvisionForm(forms.Form):
    """``entries`` are the municipalities to choose from, as (key, words)."""

    ags = forms.ChoiceField(label=_("Municipality"), widget=forms.RadioSelect)
    hostname = forms.CharField(
        label=_("Own host name"),
        required=False,
        max_length=253,
        help_text=_("Only where the municipality has one that leads here, such as service.example.org."),
    )
    email = forms.EmailField(
        label=_("E-mail of the first local administrator"),
        required=False,
        help_text=_("An invitation goes there. This person then invites all others."),
    )

    def __init__(self, *args: Any, entries: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["ags"]
        field.choices = entries
        if len(entries) == 1:
            field.initial = entries[0][0]


class LeaveForm(forms.Form):
    first_day = forms.DateField(
        label=_("First day without the municipality"),
        initial=timezone.localdate,
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        # The browser's own field: it needs no script, and its calendar hides no button.
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("A day that lies ahead is noted; the daily run carries it out."),
    )

    def __init__(self, *args: Any, place: MunicipalityPage, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place, self.user = place, user

    def carry_out(self, *, dry_run: bool) -> Change:
        return leave(self.place.ags, self.cleaned_data["first_day"], dry_run=dry_run, user=self.user)


class MergeForm(LeaveForm):
    heir: Any = forms.ModelChoiceField(label=_("Successor"), queryset=MunicipalityPage.objects.none())
    field_order = ("heir", "first_day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_day"].label = _("Effective date")
        heirs = MunicipalityPage.objects.live().filter(valid_until__isnull=True, tenant__isnull=False)
        heirs = heirs.exclude(pk=self.place.pk)
        heirs = heirs.filter(kind=self.place.kind) if self.place.is_district else heirs.local()
        field: Any = self.fields["heir"]
        field.queryset = heirs.defer_streamfields().order_by("title")

    def carry_out(self, *, dry_run: bool) -> Change:
        heir, day = self.cleaned_data["heir"], self.cleaned_data["first_day"]
        return merge(self.place.ags, heir.ags, day, dry_run=dry_run, user=self.user)
