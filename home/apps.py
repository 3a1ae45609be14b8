from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from home.contributions import latest_news
        from municipalities.sections import Section, register_section

        register_section(Section(30, "home/sections/news.html", latest_news))
