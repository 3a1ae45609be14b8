"""What a person reads who saves a page and may no longer do so: a clear answer, with everything that was typed.

Roles are taken away, accounts are blocked and sessions end while someone writes. The text must survive that. The answer
is the same whether the page exists or not.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware import csrf
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.models import get_page_models

# Views whose forms hold text that somebody has written.
KEEPS_TEXT = {"wagtailadmin_pages:add", "wagtailadmin_pages:edit", "wagtailadmin_pages:revisions_revert"}
# What the form sends for its own purposes.
_MACHINERY = re.compile(
    r"(^(csrfmiddlewaretoken|next|form_key|action-.*|workflow-.*|loaded_.*|overwrite_.*|seen_.*|comments-.*|subscription)$"
    r"|-(TOTAL_FORMS|INITIAL_FORMS|MIN_NUM_FORMS|MAX_NUM_FORMS|ORDER|DELETE|id|order|type|deleted|count)$)"
)
# Refusals that tell nothing about a new login; what stands after a "%" is filled in by Django.
_UNVERIFIED = tuple(
    reason.split("%")[0]
    for reason in (
        csrf.REASON_BAD_ORIGIN,
        csrf.REASON_NO_REFERER,
        csrf.REASON_BAD_REFERER,
        csrf.REASON_MALFORMED_REFERER,
        csrf.REASON_INSECURE_REFERER,
        csrf.REASON_NO_CSRF_COOKIE,
        csrf.REASON_CSRF_TOKEN_MISSING,
    )
)


def show_what_was_typed(
    request: HttpRequest, *, has_expired: bool = False, is_unverified: bool = False
) -> HttpResponse:
    """Refuse to save, and give the text back.

    A form has expired when its writer has logged in anew since. It is unverified where the browser did not send what
    shows that it came from this portal.
    """
    if not request.accepts("text/html"):
        # Saving in the background: the form stays as it is and shows this beside it.
        if has_expired:
            message = _("Not saved: you have logged in again. Please copy your text and open the page again.")
        elif is_unverified:
            message = _("Not saved: the form could not be checked. Please copy your text and open the page again.")
        else:
            message = _("Not saved: you may no longer edit this page. Please copy your text before you leave.")
        return JsonResponse({"success": False, "error_code": "locked", "error_message": message}, status=403)
    context = {
        "texts": list(_texts(request)),
        "is_logged_in": request.user.is_authenticated,
        "has_expired": has_expired,
        "is_unverified": is_unverified,
        "address": request.path,
    }
    return render(request, "municipalities/admin/access_lost.html", context, status=403)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answers forms that were opened before their writer logged in again, or that the browser sent without what shows
    where they came from, in the place of Django's page for developers.

    Nothing is told but what the request itself brought along.
    """
    match = request.resolver_match
    if match is not None and match.view_name in KEEPS_TEXT:
        is_unverified = reason.startswith(_UNVERIFIED)
        return show_what_was_typed(request, has_expired=not is_unverified, is_unverified=is_unverified)
    return render(request, "cms/errors/403_csrf.html", status=403)


def _texts(request: HttpRequest) -> Iterator[tuple[str, str]]:
    labels = _labels()
    for name, values in request.POST.lists():
        if _MACHINERY.search(name):
            continue
        text = "\n".join(filter(None, (_plain(value) for value in values)))
        if text:
            yield labels.get(name.split("-")[0], name), text


def _plain(value: str) -> str:
    """Formatted text arrives in the editor's own notation; its words are what counts."""
    try:
        blocks = json.loads(value)["blocks"] if value.startswith("{") else None
        return value.strip() if blocks is None else "\n".join(block["text"] for block in blocks).strip()
    except (ValueError, KeyError, TypeError):
        return value.strip()


def _labels() -> dict[str, str]:
    """Names of fields in plain words. Of all page types: which one the page has is not to be told here."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for model in get_page_models():
        for field in model._meta.get_fields():
            if hasattr(field, "verbose_name"):
                names[field.name][capfirst(str(field.verbose_name))] += 1
    return {name: labels.most_common(1)[0][0] for name, labels in names.items()}
