"""The gate of the editors' interface: no view opens unless a rule says for whom.

Wagtail checks permissions view by view, and some views check none. So every view behind ``/admin/`` needs a rule here,
by the name of its address; one without is closed to all but portal administrators. A rule sees the person and the
parameters of the address. Lists that a view shows are filtered by the view itself.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from wagtail.admin.auth import permission_denied
from wagtail.models import Page

from cms.models import PortalDocument, PortalImage
from municipalities import permissions
from municipalities.editing.lost_access import KEEPS_TEXT, show_what_was_typed
from municipalities.gate import viewer

# Whether the person may go on. ``False`` is answered as if the thing did not exist, so that nobody learns what others
# have; ``None`` as "you may not come here".
Rule = Callable[[HttpRequest, Mapping[str, Any]], bool | None]
ObjectCheck = Callable[[Any, Any], bool]
# A check of the person, or of the person and an object. Those of :mod:`municipalities.permissions` by their names: they
# are looked up each time, so that tests can take out one after the other and see what it keeps closed.
Check = Callable[..., Any] | str

_rules: dict[str, Rule] = {}
_object_checks: dict[type[Model], ObjectCheck] = {}


def register_rule(rule: Rule, *names: str) -> None:
    """Say for whom the views with these names (with their namespace) open."""
    for name in names:
        _rules[name] = rule


def register_object_check(model: type[Model], check: Check) -> None:
    """Say who may see and change objects of a model in views that work for any model (bulk actions, sessions)."""
    _object_checks[model] = _called(check)


def _called(check: Check) -> Callable[..., bool]:
    if not isinstance(check, str):
        return check
    # Said when the rule is written, and not when somebody comes along.
    if not hasattr(permissions, check):
        raise LookupError(f"There is no check of the name {check}.")
    return lambda *subjects: bool(getattr(permissions, check)(*subjects))


def everyone(request: HttpRequest, parameters: Mapping[str, Any]) -> bool:
    """All who may log in: the view shows nothing, or filters what it shows."""
    return True


def portal_admins(request: HttpRequest, parameters: Mapping[str, Any]) -> bool | None:
    """Nobody else; portal administrators pass before any rule is asked."""
    return None


def when(check: Check) -> Rule:
    """Those of whom the check holds."""
    asked = _called(check)
    return lambda request, parameters: asked(request.user) or None


def on(model: type[Model] | str, parameter: str, check: Check) -> Rule:
    """Those who pass the check for the object that a parameter of the address names."""
    asked = _called(check)

    def rule(request: HttpRequest, parameters: Mapping[str, Any]) -> bool:
        found = _find(apps.get_model(model) if isinstance(model, str) else model, parameters.get(parameter))
        return found is not None and asked(request.user, found)

    return rule


def in_query(model: type[Model] | str, parameter: str, check: Check) -> Rule:
    """As :func:`on`, for all objects that the query of the address names."""
    asked = _called(check)

    def rule(request: HttpRequest, parameters: Mapping[str, Any]) -> bool:
        wanted = apps.get_model(model) if isinstance(model, str) else model
        found = [_find(wanted, key) for key in request.GET.getlist(parameter)]
        return all(item is not None and asked(request.user, item) for item in found)

    return rule


def all_of(*rules: Rule) -> Rule:
    def rule(request: HttpRequest, parameters: Mapping[str, Any]) -> bool | None:
        answers = [one(request, parameters) for one in rules]
        return True if all(answers) else next(answer for answer in answers if not answer)

    return rule


def check_object(user: Any, thing: Any) -> bool:
    """Whether the person may work on an object of any model; what nobody spoke for is closed."""
    for model in type(thing).__mro__:
        check = _object_checks.get(model)
        if check is not None:
            return check(user, thing)
    return False


def named_object(request: HttpRequest, parameters: Mapping[str, Any]) -> bool:
    """For views whose address names a model and a key."""
    model = _model(parameters)
    found = _find(model, parameters.get("object_id")) if model else None
    return found is not None and check_object(request.user, found)


def bulk_action(request: HttpRequest, parameters: Mapping[str, Any]) -> bool:
    """Every chosen object must be open to the person."""
    model = _model(parameters)
    keys = request.GET.getlist("id")
    if model is None or not keys:
        return False
    if "all" in keys:
        return _whole_list(request, model)
    found = [_find(model, key) for key in keys]
    return all(item is not None and check_object(request.user, item) for item in found)


def _whole_list(request: HttpRequest, model: type[Model]) -> bool:
    """Wagtail collects the list by itself: of pages everything below one, of images and documents what the person may
    change. Other lists would take in what the person cannot see."""
    if model is Page:
        parent = _find(Page, request.GET.get("childOf"))
        return parent is not None and check_object(request.user, parent)
    return issubclass(model, PortalImage | PortalDocument)


def _model(parameters: Mapping[str, Any]) -> type[Model] | None:
    try:
        return apps.get_model(parameters["app_label"], parameters["model_name"])
    except LookupError:
        return None


def _find(model: type[Model], key: Any) -> Model | None:
    try:
        return model._base_manager.filter(pk=key).first()
    except (TypeError, ValueError):
        return None


class TenantGateMiddleware:
    """Asks the rule of the view that is about to be called."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with viewer.nobody_yet():
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        if match is None or not request.path.startswith(reverse("wagtailadmin_home")):
            return None
        holds_text = request.method == "POST" and match.view_name in KEEPS_TEXT
        # Whoever is not logged in is sent to the login by the view itself.
        if not request.user.is_authenticated:
            return show_what_was_typed(request) if holds_text else None
        viewer.seen_by(request.user)
        if permissions.is_portal_admin(request.user):
            return None
        answer = _rules.get(match.view_name, portal_admins)(request, kwargs)
        if not answer and holds_text:
            return show_what_was_typed(request)
        if answer is None:
            return permission_denied(request)
        if not answer:
            raise Http404
        return None
