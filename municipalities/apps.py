from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class MunicipalitiesConfig(AppConfig):
    name = "municipalities"
    default = True
    verbose_name = _("Municipalities")

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from cms.models import User
        from municipalities.gate_rules import register_rules
        from municipalities.people import PeoplePolicy

        register_rules()
        # For this very class: Wagtail registers a policy of its own for the user model.
        register_permission_policy(User, PeoplePolicy(User), exact_class=True)


class PortalUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user administration, with the views that keep to the own municipality."""

    user_viewset = "municipalities.people.PeopleViewSet"
