from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class MunicipalitiesConfig(AppConfig):
    name = "municipalities"
    default = True
    verbose_name = _("Municipalities")

    def ready(self) -> None:
        from wagtail.models import Page
        from wagtail.permissions import register_permission_policy

        from cms.forms import register_reference_check
        from cms.models import PortalDocument, PortalImage, User
        from municipalities import permissions
        from municipalities.gate_rules import register_rules
        from municipalities.listings import scope_reports
        from municipalities.people import PeoplePolicy

        register_rules()
        scope_reports()
        register_reference_check(Page, permissions.may_see)
        register_reference_check(PortalImage, permissions.may_use_media)
        register_reference_check(PortalDocument, permissions.may_use_media)
        # For this very class: Wagtail registers a policy of its own for the user model.
        register_permission_policy(User, PeoplePolicy(User), exact_class=True)


class PortalUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user administration, with the views that keep to the own municipality."""

    user_viewset = "municipalities.people.PeopleViewSet"
