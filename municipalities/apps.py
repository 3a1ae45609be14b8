from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class MunicipalitiesConfig(AppConfig):
    name = "municipalities"
    default = True
    verbose_name = _("Municipalities")

    def ready(self) -> None:
        from django.core import checks
        from django.db.models.signals import pre_delete
        from wagtail.models import Page, TaskState
        from wagtail.permissions import register_permission_policy
        from wagtail.signals import page_published, task_cancelled, task_submitted

        from cms.forms import register_reference_check
        from cms.models import PortalDocument, PortalImage, User
        from cms.models.page import joined_along_addresses, left_along_addresses, workflow_reaches
        from municipalities import permissions
        from municipalities.consent import requests as consents
        from municipalities.consent.workflow import reaches
        from municipalities.editing.link_check import read_linking_pages_again
        from municipalities.gate.choosers import keep_choosers_to_what_is_seen, survive_wrong_keys
        from municipalities.gate.listings import scope_reports
        from municipalities.gate.rules import register_rules
        from municipalities.look.brand import connect_brand
        from municipalities.models import Tenant
        from municipalities.people.recipients import write_only_to_those_at_work
        from municipalities.people.views import PeoplePolicy
        from municipalities.registers import check_registers
        from municipalities.review import on_published
        from municipalities.tenancy import OUTLINES

        checks.register(check_registers)
        for model in (Page, PortalDocument):
            pre_delete.connect(read_linking_pages_again, sender=model)
        connect_brand()
        register_rules()
        page_published.connect(on_published, dispatch_uid="review_published")
        task_submitted.connect(consents.on_task_submitted, dispatch_uid="consent_submitted")
        task_cancelled.connect(consents.on_task_cancelled, dispatch_uid="consent_cancelled")
        pre_delete.connect(consents.on_task_state_deleted, sender=TaskState)
        pre_delete.connect(consents.on_tenant_deleted, sender=Tenant)
        workflow_reaches.append(reaches)
        joined_along_addresses.append("municipalitypage__district")
        left_along_addresses.extend(f"municipalitypage__{name}" for name in OUTLINES)
        scope_reports()
        keep_choosers_to_what_is_seen()
        survive_wrong_keys()
        write_only_to_those_at_work()
        register_reference_check(Page, permissions.may_see)
        register_reference_check(PortalImage, permissions.may_use_media)
        register_reference_check(PortalDocument, permissions.may_use_media)
        # For this very class: Wagtail registers a policy of its own for the user model.
        register_permission_policy(User, PeoplePolicy(User), exact_class=True)


class PortalUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user administration, with the views that keep to the own municipality."""

    user_viewset = "municipalities.people.views.PeopleViewSet"
