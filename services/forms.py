"""Forms of the editors' interface that check more than their fields."""

from typing import Any

from django import forms
from django.db.models import F, ForeignKey, QuerySet
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.models import register_form_field_override

from cms.forms import PortalPageForm
from municipalities import permissions
from municipalities.models import Locality
from services.inheritance.fragments import fragments
from services.modes import ModuleMode
from services.responsibility_policy import may_decide_for


class LocalityField(forms.ModelChoiceField):
    """Names each locality with its municipality: many have the same name. One query for all of them."""

    def __init__(self, queryset: QuerySet[Locality], **kwargs: Any) -> None:
        super().__init__(
            queryset.annotate(municipality_title=F("municipality__title")).order_by("name", "municipality_title"),
            **kwargs,
        )

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.municipality_title})"


register_form_field_override(ForeignKey, to=Locality, override={"form_class": LocalityField})


class ResponsibilityForm(WagtailAdminModelForm):
    """Who publishes for a municipality says who is responsible there, and nowhere else."""

    def clean_service(self) -> Any:
        service = self.cleaned_data["service"]
        # What was withdrawn since stays, so that the rest of the entry can be changed.
        is_new = "service" in self.changed_data
        if self.for_user is not None and is_new and not permissions.may_see(self.for_user, service):
            raise forms.ValidationError(_("This service is not published. Please choose another."))
        return service

    def clean_area(self) -> Any:
        area = self.cleaned_data["area"]
        if self.for_user is not None and not may_decide_for(self.for_user, area):
            raise forms.ValidationError(
                _("You can only say who is responsible in your own municipality, not in %(place)s.")
                % {"place": area.title}
            )
        return area

    def clean_office(self) -> Any:
        office = self.cleaned_data["office"]
        if self.for_user is not None and office is not None and not permissions.may_see(self.for_user, office):
            raise forms.ValidationError(_("This office is not published. Please choose another."))
        return office


class LocalServicePageForm(PortalPageForm):
    """A local page stands for exactly one reference, and for each reference there is at most one page in a place."""

    class Media:
        css = {"all": ["services/admin/text-modules.css"]}
        js = ["services/admin/text-modules.js"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        reference = cleaned.get("reference")
        if reference is None:
            # A page whose reference was deleted may be saved as it is: its own text stays readable.
            is_orphan = self.instance.pk is not None and self.instance.reference_id is None
            if "reference" not in self.errors and not is_orphan:
                self.add_error("reference", _("Please choose the reference text that this page belongs to."))
        elif self._siblings().filter(localservicepage__reference=reference).exists():
            self.add_error("reference", _("There is already a page for this service here. Please edit that one."))
        elif self._siblings().filter(slug=reference.slug).exists():
            self.add_error("reference", _("Another page here already has the address of this service."))
        self._refuse_second_replacements()
        self._base_changed_parts()
        return cleaned

    def _refuse_second_replacements(self) -> None:
        """Of two texts instead of the reference the public page would show one, and the other would be lost."""
        seen = set()
        for form in self.formsets["text_modules"].forms:
            values = form.cleaned_data if form.is_valid() else {}
            key = (values.get("language"), values.get("code"))
            if values.get("DELETE") or values.get("mode") != ModuleMode.REPLACE:
                continue
            if key in seen:
                form.add_error("mode", _("There is another text instead of the reference. Please join the two."))
            seen.add(key)

    def _base_changed_parts(self) -> None:
        """Whoever rewrites a text has seen what the reference says now."""
        for form in self.formsets["text_modules"].forms:
            changed = set(form.changed_data) - {"ORDER", "DELETE", "id"}
            if changed and not (changed == {"text"} and _says_the_same(form)):
                form.instance.based_on = None

    def _siblings(self) -> Any:
        return self.parent_page.get_children().exclude(pk=self.instance.pk)


def _says_the_same(form: Any) -> bool:
    """The editor gives its own keys to text that it has not written, such as a merged one; nobody rewrote that."""
    return fragments(form.initial.get("text") or "") == fragments(form["text"].value() or "")
