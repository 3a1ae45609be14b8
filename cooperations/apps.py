from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CooperationsConfig(AppConfig):
    name = "cooperations"
    verbose_name = _("Cooperation")

    def ready(self) -> None:
        from cooperations.contributions import cooperations_of
        from municipalities.sections import Section, register_section

        register_section(Section(40, "cooperations/sections/cooperations.html", cooperations_of))
