from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from search.indexing import index_pages
        from search.signal_handlers import connect
        from services.inheritance import follow_up

        connect()
        follow_up.page_steps.append(index_pages)
