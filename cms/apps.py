from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from cms.keys import guard_lookups

        guard_lookups()
