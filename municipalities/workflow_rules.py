"""For whom the views of review dates, bin and the municipality's settings open."""

from wagtail.models import Page

from municipalities import permissions
from municipalities.gate import everyone, on, register_rule, when
from municipalities.models import BinnedPage, MunicipalityPage, RoleKind


def register_workflow_rules() -> None:
    # Both lists show what belongs to the person's own part of the tree.
    register_rule(everyone, "page_reviews", "bin")
    confirm = on(Page, "page_id", lambda user, page: permissions.may_confirm(user, page))
    register_rule(confirm, "page_review", "page_review_confirm")
    register_rule(
        on(BinnedPage, "binned_id", lambda user, binned: permissions.may_restore(user, binned)), "bin_restore"
    )
    register_rule(
        when(lambda user: bool(permissions.municipality_ids(user, RoleKind.LOCAL_ADMIN))), "municipality_settings_list"
    )
    register_rule(
        on(MunicipalityPage, "page_id", lambda user, place: permissions.may_set_up(user, place)),
        "municipality_settings",
    )
