"""Views of the table: taking it out of the list, handing one in, the preview, the confirmation."""

import tempfile
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import IndexView

from municipalities.admin_views import AdminPageMixin
from services.models.responsibility import Responsibility
from services.responsibility_policy import decides_for_all
from services.responsibility_table.columns import COLUMNS, heading
from services.responsibility_table.confirm import MOST_CHARACTERS, ExpiredError, carry_out, signed, waiting_in
from services.responsibility_table.export import write_csv, write_xlsx
from services.responsibility_table.labels import Labels
from services.responsibility_table.plan import Kind, Plan, plan_of
from services.responsibility_table.reading import MOST_ROWS, TableError, TableRow, read_table

LIST = "wagtailsnippets_services_responsibility:list"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The list holds what one person may see: no cache keeps it.
_UNKEPT = {"Cache-Control": "private, no-store"}
KIND_HEADINGS = {
    Kind.NEW: _("New"),
    Kind.CHANGED: _("Changed"),
    Kind.ENDED: _("Ended"),
    Kind.DELETED: _("Deleted"),
}


class ResponsibilityIndexView(IndexView):
    """The list; its two downloads hold the entries that it shows, with the columns that can be read in again."""

    def as_spreadsheet(self, queryset: QuerySet[Responsibility], spreadsheet_format: str) -> HttpResponseBase:
        rows = Labels.load(queryset).iterator(chunk_size=500)
        name = f"{capfirst(self.model._meta.verbose_name_plural)}-{timezone.localdate():%Y-%m-%d}.{spreadsheet_format}"
        if spreadsheet_format == self.FORMAT_CSV:
            headers = {"Content-Disposition": content_disposition_header(True, name) or "", **_UNKEPT}
            content = write_csv(rows, self.request.user)
            return StreamingHttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        write_xlsx(rows, self.request.user, file)
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=name, content_type=_XLSX, headers=_UNKEPT)

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons: list[Button] = [
            *super().header_more_buttons,
            Button(_("At a glance"), url=reverse("responsibility_matrix"), icon_name="table", priority=70),
        ]
        if self.add_url:
            url = reverse("responsibility_import")
            buttons.append(Button(_("Read in a table"), url=url, icon_name="upload", priority=80))
        if decides_for_all(self.request.user):
            buttons.append(Button(_("Change of tier"), url=reverse("tier_change"), icon_name="resubmit", priority=90))
        return buttons


class TableForm(forms.Form):
    table = forms.FileField(
        label=_("Table"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        allow_empty_file=True,
        error_messages={"required": _("Please choose a file.")},
    )

    def clean_table(self) -> list[TableRow]:
        return read_table(self.cleaned_data["table"])


class ImportView(AdminPageMixin, FormView):
    """A file is handed in, what it would change is shown, and only what was shown is done."""

    page_title = _("Read in responsibilities")
    header_icon = "upload"
    template_name = "services/admin/responsibility_import.html"
    form_class = TableForm

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        label = capfirst(Responsibility._meta.verbose_name_plural)
        *above, here = super().get_breadcrumbs_items()
        return [*above, {"url": reverse(LIST), "label": label}, here]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "waiting" in request.POST:
            return self._confirm(request.POST["waiting"])
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: TableForm) -> HttpResponse:
        rows = form.cleaned_data["table"]
        return self._preview(rows, plan_of(rows, self.request.user), form)

    def _preview(self, rows: list[TableRow], plan: Plan, form: TableForm) -> HttpResponse:
        waiting = ""
        if not plan.problems and plan.changes:
            waiting = signed(rows, plan, self.request.user)
            if len(waiting) > MOST_CHARACTERS:
                form.add_error("table", TableError(gettext("The table holds too much text. Please divide it.")))
                return self.form_invalid(form)
        groups = [(KIND_HEADINGS[kind], kind.value, found) for kind in Kind if (found := plan.of(kind))]
        return self.render_to_response(self.get_context_data(form=form, plan=plan, groups=groups, waiting=waiting))

    def _confirm(self, text: str) -> HttpResponse:
        try:
            waiting = waiting_in(text, self.request.user)
        except ExpiredError:
            messages.error(self.request, gettext("The preview is too old. Please choose the file again."))
            return redirect("responsibility_import")
        plan, is_done = carry_out(waiting, self.request.user)
        if not is_done:
            messages.warning(
                self.request,
                gettext("Nothing was changed yet: somebody has changed entries meanwhile. Please look at it again."),
            )
            return self._preview(waiting.rows, plan, TableForm())
        count = len(plan.changes)
        text = ngettext("%(count)d entry was read in.", "%(count)d entries were read in.", count) % {"count": count}
        messages.success(self.request, text)
        return redirect(LIST)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"plan": None, "columns": [heading(name) for name in COLUMNS], "most_rows": MOST_ROWS, **kwargs}
        return super().get_context_data(**context)
