from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CooperationsConfig(AppConfig):
    name = "cooperations"
    verbose_name = _("Cooperation")

    def ready(self) -> None:
        from django.db.models.signals import pre_delete

        from cooperations.agreement_register import ground
        from cooperations.agreements import end_entries
        from cooperations.contributions import cooperations_of
        from cooperations.lifecycle import (
            end_handing_over_to_itself,
            export_agreements,
            export_participations,
            name_agreements_without_office,
            pass_on_agreements,
            pass_on_participations,
        )
        from cooperations.models import Agreement
        from municipalities.lifecycle import changes
        from municipalities.sections import Section, register_section
        from services.grounds import register_ground

        register_ground("agreement_link__agreement__cooperation", ground)
        pre_delete.connect(end_entries, sender=Agreement, dispatch_uid="cooperations.agreements")
        register_section(Section(40, "cooperations/sections/cooperations.html", cooperations_of))
        changes.leave_steps.append(pass_on_participations)
        changes.merge_steps.append(pass_on_participations)
        # Before the municipality's own entries are passed on, whatever the order of the apps is.
        changes.leave_steps[:0] = [pass_on_agreements, name_agreements_without_office]
        changes.merge_steps[:0] = [end_handing_over_to_itself, pass_on_agreements]
        changes.export_parts["kooperationen"] = export_participations
        changes.export_parts["vereinbarungen"] = export_agreements
