from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "services"
    verbose_name = _("Services")

    def ready(self) -> None:
        from municipalities.sections import Section, register_section
        from municipalities.targets import register_target_finder
        from services.addresses import SERVICE_PARAMETER
        from services.contributions import local_service_url, local_services, offices

        register_target_finder(SERVICE_PARAMETER, local_service_url)
        register_section(Section(10, "services/sections/local_services.html", local_services))
        register_section(Section(20, "services/sections/offices.html", offices))
