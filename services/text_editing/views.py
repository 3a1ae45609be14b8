"""What the form of a local page asks while somebody writes."""

from typing import Any

from django import forms
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from cms.blocks import RICH_TEXT_FEATURES
from cms.rich_text import PortalRichTextArea
from services.languages import languages
from services.models import LocalServicePage
from services.modes import ELSEWHERE, ModuleMode
from services.text_editing.outcome import OwnText, outcomes
from services.text_modules import CODE_CHOICES


class _EditorField(forms.CharField):
    """What the rich text editor sends, as the HTML that is stored."""

    widget = PortalRichTextArea(features=RICH_TEXT_FEATURES)


class _PartForm(forms.Form):
    language = forms.CharField(max_length=12)
    code = forms.ChoiceField(choices=CODE_CHOICES)
    mode = forms.ChoiceField(choices=ModuleMode.choices)
    text = _EditorField(required=False)


_PartFormSet = formset_factory(_PartForm, can_delete=True)


@require_POST
def text_outcome(request: HttpRequest, page_pk: int) -> HttpResponse:
    """What citizens would read in one text module if the form were saved and published: HTML by language.

    The form sends all its own texts, as it would when saving. What is no such form is answered with 400.
    """
    page = get_object_or_404(LocalServicePage, pk=page_pk).get_latest_revision_as_object()
    code = request.POST.get("code", "")
    parts = _parts(request.POST)
    if parts is None or code not in dict(CODE_CHOICES):
        return HttpResponseBadRequest()
    state = request.POST.get("state", page.state)
    reference = None if state in ELSEWHERE else page.live_reference
    answer = {}
    for language in languages().values():
        shown = outcomes(reference, parts, language.code, {code}).get(code)
        context = {"shown": shown, "language": language}
        answer[language.code] = render_to_string("services/admin/_outcome.html", context)
    return JsonResponse(answer)


def _parts(data: Any) -> list[OwnText] | None:
    formset = _PartFormSet(data, prefix="text_modules")
    if not formset.is_valid():
        return None
    fields = ("language", "code", "mode", "text")
    kept = [form.cleaned_data for form in formset.forms if form.cleaned_data and not form.cleaned_data["DELETE"]]
    return [OwnText(**{name: values.get(name) or "" for name in fields}) for values in kept]
