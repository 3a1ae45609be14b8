from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "services"
    verbose_name = _("Services")

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy
        from wagtail.signals import page_published, page_unpublished

        from municipalities.lifecycle import changes
        from municipalities.sections import Section, register_section
        from municipalities.targets import register_target_finder
        from municipalities.tenants.default_pages import DefaultPage, register_default_page
        from services.addresses import LOCAL_SERVICES_SLUG, OFFICES_SLUG, SERVICE_PARAMETER
        from services.contributions import (
            local_service_url,
            local_services,
            new_office_index,
            new_services_index,
            offices,
        )
        from services.gate_rules import register_gate_rules
        from services.inheritance.follow_up import (
            on_local_page_published,
            on_reference_published,
            on_reference_withdrawn,
        )
        from services.lifecycle import (
            end_responsibilities,
            export_responsibilities,
            short_addresses,
            take_over_responsibilities,
        )
        from services.models import LocalServicePage, Responsibility, ServicePage
        from services.responsibility_policy import ResponsibilityPolicy

        page_published.connect(on_reference_published, sender=ServicePage, dispatch_uid="services.reference")
        page_unpublished.connect(on_reference_withdrawn, sender=ServicePage, dispatch_uid="services.reference")
        page_published.connect(on_local_page_published, sender=LocalServicePage, dispatch_uid="services.local_page")
        register_gate_rules()
        register_permission_policy(Responsibility, ResponsibilityPolicy(Responsibility))
        register_default_page(DefaultPage(10, LOCAL_SERVICES_SLUG, new_services_index))
        register_default_page(DefaultPage(20, OFFICES_SLUG, new_office_index))
        register_target_finder(SERVICE_PARAMETER, local_service_url)
        register_section(Section(10, "services/sections/local_services.html", local_services))
        register_section(Section(20, "services/sections/offices.html", offices))
        changes.leave_steps.append(end_responsibilities)
        changes.merge_steps.append(take_over_responsibilities)
        changes.place_addresses.append(short_addresses)
        changes.export_parts["zustaendigkeiten"] = export_responsibilities
