"""Forms of the editors' interface that check more than their fields."""

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import F, ForeignKey, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.models import register_form_field_override
from wagtail.models import Page

from cms.forms import PortalPageForm
from municipalities import permissions
from municipalities.models import Locality
from services.models.responsibility import Responsibility
from services.modes import ModuleMode
from services.overlaps import can_clash, clashes_of
from services.placeholders import in_own_texts
from services.publication import Objection, of_placeholder
from services.responsibility_policy import areas_decided_by, may_decide_for
from services.responsibility_words import contradiction


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None:
            field: Any = self.fields["locality"]
            field.queryset = field.queryset.filter(municipality__in=areas_decided_by(self.for_user).values("pk"))

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

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.errors:
            before = Responsibility.objects.filter(pk=self.instance.pk).first()
            others = clashes_of(self.instance) if can_clash(before, self.instance) else []
            if others:
                self.add_error("office", contradiction(others))


class ServicePageForm(PortalPageForm):
    """Drafts may be unfinished; what is to be published, or given to somebody to approve, must be whole."""

    @property
    def is_for_the_public(self) -> bool:
        """Not for a draft, and not when the page goes back to its author or stays where it is."""
        if self.is_deferred_validation or self.data.get("action-cancel-workflow"):
            return False
        return not self.data.get("action-workflow-action") or self.data.get("workflow-action-name") == "approve"

    def _post_clean(self) -> None:
        super()._post_clean()
        self.check()
        could_be_draft = not self.errors and all(formset.is_valid() for formset in self.formsets.values())
        is_refused = self.is_for_the_public and self.refuse_publication()
        if is_refused and could_be_draft and self.data.get("action-publish"):
            # What was written may well be saved as a draft already, whatever Wagtail says above.
            self.add_error(None, _("The page was not published. You may still save it as a draft."))

    def check(self) -> None:
        """What even a draft has to keep."""

    def refuse_publication(self) -> bool:
        """Say at each field what must not go public, if anything."""
        found = list(self.instance.field_objections())
        for objection in found:
            if objection.message not in self.errors.get(objection.field, ()):
                self._object(objection)
        return bool(found)

    def _object(self, objection: Objection) -> None:
        if objection.field not in self.fields:
            self.add_error(None, objection.in_full or objection.message)
            return
        self.add_error(objection.field, objection.message)


class LocalServicePageForm(ServicePageForm):
    """A local page stands for exactly one reference, and for each reference there is at most one page in a place."""

    class Media:
        css = {"all": ["services/admin/text-modules.css"]}
        js = ["services/admin/text-modules.js"]

    def clean(self) -> dict[str, Any]:
        from services.text_editing.bases import base_parts

        cleaned = super().clean()
        reference = cleaned.get("reference")
        if reference is None:
            # A page whose reference was deleted may be saved as it is: its own text stays readable.
            is_orphan = self.instance.pk is not None and self.instance.reference_id is None
            if "reference" not in self.errors and not is_orphan:
                self.add_error("reference", _("Please choose the reference text that this page belongs to."))
        elif found := self._siblings().filter(localservicepage__reference=reference).first():
            self.add_error("reference", _already_there(found))
        elif self._siblings().filter(slug=reference.slug).exists():
            self.add_error("reference", _("Another page here already has the address of this service."))
        self._refuse_second_replacements()
        if reference is not None:
            base_parts(self, reference)
        return cleaned

    def check(self) -> None:
        from services.coverage import objection

        super().check()
        page = self.instance
        if page.lacks_alternative:
            message = _("Please say where people can turn instead: choose another service, or name it in words.")
            self.add_error("alternative", message)
        if page.covered_by_id and "covered_by" not in self.errors:
            self._await_neighbours()
            if found := objection(self.parent_page.path, page):
                self.add_error("covered_by", found)

    def _await_neighbours(self) -> None:
        """Two editors who lead two services of a place to each other at the same moment come one after the other."""
        if transaction.get_connection().in_atomic_block:
            Page.objects.select_for_update().filter(pk=self.parent_page.pk).first()

    def refuse_publication(self) -> bool:
        is_refused = super().refuse_publication()
        formset = self.formsets["text_modules"]
        forms = [form for form in formset.forms if form.is_valid() and not formset._should_delete_form(form)]
        spots = list(in_own_texts(self.instance, [form.instance for form in forms]))
        for spot in spots:
            found = of_placeholder(spot)
            forms[spot.part or 0].add_error("text", found.message)
            # Above the form Wagtail lists only the errors of the page's own fields.
            self.add_error(None, found.in_full)
        return is_refused or bool(spots)

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

    def _siblings(self) -> Any:
        return self.parent_page.get_children().exclude(pk=self.instance.pk)


def _already_there(page: Page) -> str:
    """With the way there, so that nobody has to look for the page in the tree."""
    return format_html(
        '{} <a href="{}">{}</a>',
        _("There is already a page for this service here. Please edit that one."),
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        _("Open the page"),
    )
