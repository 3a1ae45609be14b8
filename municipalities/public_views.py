"""The two small addresses that the script of every public page asks: current alerts, and counting a view."""

import hashlib
import logging
from urllib.parse import urlsplit

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page

from cms.keys import key_of
from cms.models import BasePage
from municipalities.alerts import COLUMNS, as_json, current
from municipalities.models import PageViews
from municipalities.models.page_views import week_of

logger = logging.getLogger(__name__)


@require_safe
def alerts(request: HttpRequest, place: str = "") -> HttpResponse:
    """Alerts for the pages of a municipality. Kept nowhere without asking; whoever has them already gets 304."""
    rows = list(current().at(place).values_list(*COLUMNS))
    etag = f'"{hashlib.sha256(repr(rows).encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or JsonResponse(as_json(rows))
    response["ETag"] = etag
    patch_cache_control(response, public=True, no_cache=True, max_age=0)
    return response


@csrf_exempt
@require_POST
def count_view(request: HttpRequest) -> HttpResponse:
    """Add one to the views of a page in this week; nothing else about the visit is read or kept.

    ``seite`` is the key of the page, ``inhalt`` that of the page whose content it showed, where that is another.
    Whoever asks not to be tracked is not counted.
    """
    if not _comes_from_this_site(request):
        return HttpResponseForbidden()
    page = request.POST.get("seite", "")
    page_id, subject_id = key_of(page), key_of(request.POST.get("inhalt") or page)
    if page_id is None or subject_id is None:
        return HttpResponseBadRequest()
    wants_no_traces = "1" in (request.headers.get("DNT"), request.headers.get("Sec-GPC"))
    if not wants_no_traces:
        try:
            _count(page_id, subject_id)
        except DatabaseError:
            # One view less in the sum is no reason to show a visitor an error.
            logger.warning("A view of page %s could not be counted.", page_id, exc_info=True)
    return HttpResponse(status=204)


def _comes_from_this_site(request: HttpRequest) -> bool:
    """Browsers say so themselves; pages of others cannot forge it."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()


def _count(page_id: int, subject_id: int) -> None:
    today = timezone.localdate()
    if PageViews.objects.count_one(page_id, subject_id, today):
        return
    # The first view of the week; or no public page shows this, and nobody fills the table with pairs at will.
    page = Page.objects.live().filter(pk=page_id).first()
    if page is not None and (subject_id == page_id or _answers_for(page, subject_id)):
        row = PageViews(page_id=page_id, subject_id=subject_id, week=week_of(today))
        # Two first visitors at once make one row.
        PageViews.objects.bulk_create([row], ignore_conflicts=True)
        PageViews.objects.count_one(page_id, subject_id, today)


def _answers_for(page: Page, subject_id: int) -> bool:
    specific = page.specific
    return isinstance(specific, BasePage) and specific.answers_for(subject_id)
