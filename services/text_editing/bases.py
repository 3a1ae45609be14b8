"""What own texts were written against: what the form showed of the reference to the person who wrote them.

The reference may change while a form is open, or a draft waits. So the form sends back which versions it showed, and
only those count as seen. Saving the same text again, by hand or automatically, says nothing about it.
"""

from collections.abc import Iterable
from typing import Any

from cms.keys import key_of
from services.inheritance.fragments import fragments
from services.inheritance.standing import References
from services.models import LocalServicePage, LocalTextModule, ReferenceVersion, ServicePage

# Added to the name of the forms.
_SHOWN = "shown"
# More than there are languages, so that nobody asks for any number of them.
_MOST = 100


def shown_field(prefix: str) -> str:
    return f"{prefix}-{_SHOWN}"


def versions_shown(page: LocalServicePage) -> str:
    """For the form: which versions of the reference it shows."""
    newest = ReferenceVersion.objects.newest().filter(service=page.reference_id).order_by("pk")
    return ",".join(str(key) for key in newest.values_list("pk", flat=True))


def base_parts(form: Any, reference: ServicePage) -> None:
    """Note for the own texts of a page's form what they were written against.

    All texts of a page that is given another reference are written against that one. What does not say what it showed
    has shown nothing: texts that there were before are not based anew.
    """
    formset = form.formsets["text_modules"]
    shown = form.data.get(shown_field(formset.prefix))
    is_moved = "reference" in form.changed_data
    if is_moved or shown is None:
        seen = References.of([reference.pk], ())
    else:
        keys = [key_of(key) for key in shown.split(",")[:_MOST]]
        seen = References(ReferenceVersion.objects.filter(pk__in=filter(None, keys), service=reference))
    drafted = [part for part in form.instance.text_modules.all() if part.pk is None]
    for child in formset.forms:
        part, values = child.instance, child.cleaned_data if child.is_valid() else {}
        part.is_new = False
        is_seen = is_moved or shown is not None or part.pk is None
        if not is_seen or not (is_moved or _is_rewritten(child)):
            continue
        same = [old for old in drafted if part.pk is None and not is_moved and _is_same(old, values)]
        if same:
            part.based_on = same[0].based_on
        else:
            part.based_on = seen.now(reference.pk, values.get("language", ""), values.get("code", ""))


def base_new_parts(reference: ServicePage, parts: Iterable[LocalTextModule]) -> None:
    """What no form has noted, and no draft holds yet, is written against what the reference says now."""
    new = [part for part in parts if part.is_new and part.pk is None and part.based_on_id is None]
    if new:
        references = References.of([reference.pk], new)
        for part in new:
            part.based_on = references.now(reference.pk, part.language, part.code)


def _is_rewritten(form: Any) -> bool:
    """The editor gives its own keys to text that it has not written, such as a merged one; nobody rewrote that."""
    changed = set(form.changed_data) - {"ORDER", "DELETE", "id"}
    says_the_same = fragments(form.initial.get("text") or "") == fragments(form["text"].value() or "")
    return bool(changed) and not (changed == {"text"} and says_the_same)


def _is_same(part: LocalTextModule, values: dict[str, Any]) -> bool:
    """Whether a form holds what stands in the draft: a text that was never published has no key to tell."""
    where = all(getattr(part, name) == values.get(name) for name in ("language", "code", "mode"))
    return where and fragments(part.text) == fragments(values.get("text") or "")
