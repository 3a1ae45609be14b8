from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from home.contributions import latest_news, life_event_addresses, life_event_url, life_events
        from home.default_pages import register_default_pages
        from home.gate_rules import register_gate_rules
        from home.models import LIFE_EVENT_PARAMETER
        from municipalities.lifecycle import changes
        from municipalities.sections import Section, register_section
        from municipalities.targets import register_target_finder

        register_default_pages()
        register_gate_rules()
        register_target_finder(LIFE_EVENT_PARAMETER, life_event_url)
        register_section(Section(15, "home/sections/life_events.html", life_events))
        register_section(Section(30, "home/sections/news.html", latest_news))
        changes.place_addresses.append(life_event_addresses)
