"""What the history of pages and people tells besides Wagtail's own actions."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

BINNED, RESTORED = "portal.bin", "portal.restore"
REVIEW_CONFIRMED, REVIEW_DATE_CHOSEN = "portal.review.confirm", "portal.review.date"
ROLES_GIVEN, ADMIN_MADE, SETTINGS_CHANGED = "portal.role.give", "portal.role.admin", "portal.settings"
LEFT, MERGED, CHANGE_CANCELLED = "portal.leave", "portal.merge", "portal.cancel_change"


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(BINNED, _("Into the bin"), _("Put into the bin"))
    actions.register_action(RESTORED, _("Bring back from the bin"), _("Brought back from the bin"))
    actions.register_action(REVIEW_CONFIRMED, _("Confirm"), _("Confirmed as still correct"))
    actions.register_action(REVIEW_DATE_CHOSEN, _("Choose review date"), _("Review date chosen"))
    actions.register_action(ROLES_GIVEN, _("Give roles"), _("Roles given"))
    actions.register_action(ADMIN_MADE, _("Make portal administrator"), _("Made portal administrator"))
    actions.register_action(SETTINGS_CHANGED, _("Change settings"), _("Settings of the municipality changed"))
    actions.register_action(LEFT, _("Leave the portal"), _("Left the portal"))
    actions.register_action(MERGED, _("Merge into a successor"), _("Merged into its successor"))
    actions.register_action(CHANGE_CANCELLED, _("Cancel a planned change"), _("Planned change cancelled"))
