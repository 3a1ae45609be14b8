"""Views for portal administrators: take up a municipality, let it leave, merge it. Each shows first what it does."""

import tempfile
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages

from municipalities import permissions, register
from municipalities.admin_views import AdminPageMixin
from municipalities.lifecycle.cancelling import cancel
from municipalities.lifecycle.changes import Change, ChangeError
from municipalities.lifecycle.export import export
from municipalities.lifecycle.forms import LeaveForm, MergeForm, ProvisionForm, RegisterSearchForm
from municipalities.models import MunicipalityPage
from municipalities.register.keys import looks_like_a_key, read_key, why_unknown
from municipalities.tenants.provisioning import ProvisioningError, Report, provision

_MOST_HITS = 20


class _PortalAdmins(AdminPageMixin):
    header_icon = "globe"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not permissions.is_portal_admin(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class MunicipalityListView(_PortalAdmins, TemplateView):
    page_title = _("Municipalities of the portal")
    template_name = "municipalities/admin/lifecycle_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        places = MunicipalityPage.objects.select_related("tenant", "successor", "district")
        return super().get_context_data(
            places=places.defer_streamfields().defer("boundary").alphabetical(), today=timezone.localdate(), **kwargs
        )


class _ConfirmedView(_PortalAdmins, FormView):
    """A form whose effect is shown before it is confirmed."""

    template_name = "municipalities/admin/lifecycle_action.html"
    confirm_label: Any = ""
    explanation: Any = ""

    def carry_out(self, form: Any, *, dry_run: bool) -> Any:
        """Do it, and return what has ``steps``."""
        raise NotImplementedError

    def done(self, result: Any) -> HttpResponse:
        raise NotImplementedError

    def form_valid(self, form: Form) -> HttpResponse:
        is_confirmed = "confirm" in self.request.POST
        try:
            result = self.carry_out(form, dry_run=not is_confirmed)
        except (ChangeError, ProvisioningError) as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        if is_confirmed:
            return self.done(result)
        return self.render_to_response(self.get_context_data(form=form, preview=result))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            confirm_label=self.confirm_label, explanation=self.explanation, **{"preview": None, **kwargs}
        )


class ProvisionView(_ConfirmedView):
    page_title = _("Take up a municipality")
    form_class = ProvisionForm
    template_name = "municipalities/admin/lifecycle_provision.html"
    confirm_label = _("Take up now")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.query = request.GET.get("q", "").strip()[:80]
        query = read_key(self.query) if looks_like_a_key(self.query) else self.query
        self.entries = register.search(query, _MOST_HITS)

    def get_form_kwargs(self) -> dict[str, Any]:
        present = set(MunicipalityPage.objects.filter(tenant__isnull=False).values_list("ags", flat=True))
        return {
            **super().get_form_kwargs(),
            "entries": [(entry.ags, _words(entry, entry.ags in present)) for entry in self.entries],
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            search_form=RegisterSearchForm(initial={"q": self.query}),
            query=self.query,
            has_hits=bool(self.entries),
            hint=why_unknown(self.query) if looks_like_a_key(self.query) else "",
            has_more=len(self.entries) == _MOST_HITS,
            **kwargs,
        )

    def carry_out(self, form: ProvisionForm, *, dry_run: bool) -> Report:
        data = form.cleaned_data
        return provision(data["ags"], hostname=data["hostname"], admin=data["email"], dry_run=dry_run)

    def done(self, result: Report) -> HttpResponse:
        place = result.place
        if result.made:
            messages.success(self.request, gettext("%(place)s has been taken up.") % {"place": place.title})
        else:
            messages.info(self.request, gettext("%(place)s has everything already.") % {"place": place.official_name})
        if result.invitation is not None:
            messages.info(self.request, result.invitation.told)
            if result.invitation.trouble:
                messages.warning(self.request, result.invitation.trouble)
        return redirect("wagtailadmin_explore", place.pk)


def _words(entry: register.RegisterEntry, is_present: bool) -> str:
    parts = [f"{entry.official_name} ({entry.ags})"]
    # A town that is a district of its own bears its name twice.
    if entry.district_name and not entry.district_name.startswith(entry.title):
        parts.append(entry.district_name)
    if entry.population is not None:
        people = ngettext("%(count)s inhabitant", "%(count)s inhabitants", entry.population)
        parts.append(people % {"count": f"{entry.population:,}".replace(",", ".")})
    if is_present:
        parts.append(gettext("already part of the portal"))
    return ", ".join(parts)


class _ChangeView(_ConfirmedView):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.place = get_object_or_404(MunicipalityPage, pk=kwargs["page_id"])

    def get_page_subtitle(self) -> str:
        return self.place.title

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "place": self.place, "user": self.request.user}

    def carry_out(self, form: LeaveForm, *, dry_run: bool) -> Change:
        return form.carry_out(dry_run=dry_run)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(place=self.place, **kwargs)

    def done(self, result: Change) -> HttpResponse:
        names = {"place": result.place.title, "day": result.first_day.strftime("%d.%m.%Y")}
        if result.is_planned:
            text = gettext("%(place)s: noted. The daily run carries it out on %(day)s.")
        else:
            text = gettext("%(place)s: done.")
        messages.success(self.request, text % names)
        return redirect("municipality_list")


class LeaveView(_ChangeView):
    page_title = _("Let a municipality leave")
    form_class = LeaveForm
    confirm_label = _("Let it leave")
    explanation = _(
        "All pages are withdrawn and kept in the archive. Old addresses lead to the municipality's own website. Its "
        "groups are removed, and accounts that hold no other role are blocked. Please save the contents first."
    )


class MergeView(_ChangeView):
    page_title = _("Merge a municipality")
    form_class = MergeForm
    confirm_label = _("Merge")
    explanation = _(
        "The successor takes over pages, offices, responsibilities, localities, postcodes, files and people. What it "
        "has itself stays as it is. Old addresses lead to the new ones."
    )


class CancelChangeView(_PortalAdmins, View):
    """Takes back what was noted for a day that lies ahead."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:
        place = get_object_or_404(MunicipalityPage, pk=page_id)
        try:
            cancel(place.ags, user=request.user)
        except ChangeError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("The planned change of %(place)s is cancelled.") % {"place": place.title})
        return redirect("municipality_list")


class ExportView(_PortalAdmins, View):
    """Everything a municipality has, as one file."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, page_id: int) -> FileResponse:
        place = get_object_or_404(MunicipalityPage, pk=page_id)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        export(file, place)
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=f"{place.ags}-{timezone.localdate():%Y-%m-%d}.zip")
