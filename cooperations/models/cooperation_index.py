"""All cooperations, with a filter by field of activity and legal form that stands in the address."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from cms.blocks import PLAIN_RICH_TEXT_FEATURES
from cms.models import BasePage
from cooperations.models.cooperation import CooperationPage, LegalForm
from municipalities.folding import fold_bare

PAGE_SIZE = 12


class CooperationIndexPage(BasePage):
    intro = RichTextField(_("introduction"), blank=True, features=PLAIN_RICH_TEXT_FEATURES)

    page_description = _("The list of all cooperation projects.")
    parent_page_types = ["home.HomePage"]
    subpage_types = ["cooperations.CooperationPage"]
    max_count = 1
    is_reviewed = False
    template = "cooperations/cooperation_index_page.html"

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("cooperations")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        cooperations = CooperationPage.objects.child_of(self).live()
        fields = sorted(set(cooperations.values_list("field_of_activity", flat=True)), key=fold_bare)
        field, form = request.GET.get("feld", ""), request.GET.get("form", "")
        if field in fields:
            cooperations = cooperations.filter(field_of_activity=field)
        if form in LegalForm.values:
            cooperations = cooperations.filter(legal_form=form)
        context.update(
            cooperations=Paginator(cooperations.alphabetical(), PAGE_SIZE).get_page(request.GET.get("seite")),
            fields=fields,
            legal_forms=_legal_forms(),
            chosen_field=field if field in fields else "",
            chosen_form=form if form in LegalForm.values else "",
        )
        return context


def _legal_forms() -> list[tuple[str, str]]:
    """The choices by their German names, what is not known last."""
    forms = [(form.value, str(form.label)) for form in LegalForm]
    return sorted(forms, key=lambda form: (form[0] == LegalForm.UNKNOWN, fold_bare(form[1])))
