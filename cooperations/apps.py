from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CooperationsConfig(AppConfig):
    name = "cooperations"
    verbose_name = _("Cooperation")

    def ready(self) -> None:
        from cooperations.contributions import cooperations_of
        from cooperations.lifecycle import export_participations, pass_on_participations
        from municipalities.lifecycle import changes
        from municipalities.sections import Section, register_section

        register_section(Section(40, "cooperations/sections/cooperations.html", cooperations_of))
        changes.leave_steps.append(pass_on_participations)
        changes.merge_steps.append(pass_on_participations)
        changes.export_parts["kooperationen"] = export_participations
