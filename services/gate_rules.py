"""For whom the editors' views of this app open."""

from wagtail.models import Page

from municipalities.gate import everyone, on, portal_admins, register_object_check, register_rule, when
from services.models import Responsibility
from services.responsibility_policy import ResponsibilityPolicy, may_decide_for, visible_responsibilities

_LIST = "wagtailsnippets_services_responsibility"
_CHOOSER = "wagtailsnippetchoosers_services_responsibility"


def register_gate_rules() -> None:
    policy = ResponsibilityPolicy(Responsibility)
    register_object_check(Responsibility, lambda user, row: may_decide_for(user, row.area))
    change = on(Responsibility, "pk", lambda user, row: may_decide_for(user, row.area))
    see = on(Responsibility, "pk", lambda user, row: visible_responsibilities(user).filter(pk=row.pk).exists())
    register_rule(when(lambda user: policy.user_has_permission(user, "view")), f"{_LIST}:list", f"{_LIST}:list_results")
    register_rule(when(lambda user: policy.user_has_permission(user, "add")), f"{_LIST}:add")
    register_rule(change, f"{_LIST}:edit", f"{_LIST}:delete", f"{_LIST}:copy")
    register_rule(see, f"{_LIST}:usage", f"{_LIST}:history", f"{_LIST}:history_results")
    # No page refers to a responsibility, so nobody chooses one.
    register_rule(
        portal_admins,
        *(f"{_CHOOSER}:{name}" for name in ("choose", "choose_results", "chosen", "chosen_multiple", "create")),
    )
    register_rule(on(Page, "page_pk", "may_work_on"), "text_outcome")
    # The report shows gaps of the person's own municipalities.
    register_rule(everyone, "content_gaps")
