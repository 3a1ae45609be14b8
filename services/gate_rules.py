"""For whom the editors' views of this app open."""

from typing import Any

from wagtail.models import Page

from municipalities.gate import everyone, on, portal_admins, register_object_check, register_rule, when
from services.inheritance.views import hooks
from services.models import Responsibility
from services.responsibility_policy import (
    ResponsibilityPolicy,
    decides_for_all,
    may_decide_for,
    visible_responsibilities,
)

_LIST = "wagtailsnippets_services_responsibility"
_CHOOSER = "wagtailsnippetchoosers_services_responsibility"


def _may_delete(user: Any, row: Responsibility) -> bool:
    return may_decide_for(user, row.area) and not row.prevails


def register_gate_rules() -> None:
    policy = ResponsibilityPolicy(Responsibility)
    register_object_check(Responsibility, _may_delete)
    # What follows from an agreement opens too, and says there where it is changed; a copy of it is an own entry.
    change = on(Responsibility, "pk", lambda user, row: may_decide_for(user, row.area))
    see = on(Responsibility, "pk", lambda user, row: visible_responsibilities(user).filter(pk=row.pk).exists())
    register_rule(when(lambda user: policy.user_has_permission(user, "view")), f"{_LIST}:list", f"{_LIST}:list_results")
    register_rule(when(lambda user: policy.user_has_permission(user, "view")), "responsibility_matrix")
    register_rule(when(lambda user: policy.user_has_permission(user, "add")), f"{_LIST}:add", "responsibility_import")
    register_rule(change, f"{_LIST}:edit", f"{_LIST}:copy")
    register_rule(on(Responsibility, "pk", _may_delete), f"{_LIST}:delete")
    register_rule(see, f"{_LIST}:usage", f"{_LIST}:history", f"{_LIST}:history_results")
    # No page refers to a responsibility, so nobody chooses one.
    register_rule(
        portal_admins,
        *(f"{_CHOOSER}:{name}" for name in ("choose", "choose_results", "chosen", "chosen_multiple", "create")),
    )
    register_rule(when(decides_for_all), "tier_change")
    hooks.register_gate_rules()
    register_rule(on(Page, "page_pk", "may_work_on"), "text_outcome")
    # The report shows gaps of the person's own municipalities.
    register_rule(everyone, "content_gaps")
    # What is published of a service everywhere; and how fresh the person's own municipalities keep their pages.
    register_rule(everyone, "service_comparison", "freshness")
