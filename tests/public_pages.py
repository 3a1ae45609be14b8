"""The table of public pages: every page type and every view that visitors see, with an address in the demonstration
content. Tests of speed, headers, HTML and accessibility walk along it, so a page type without an entry fails there.
"""

from django.apps import apps

from cms.models import BasePage

PAGES: dict[str, str] = {
    "home.HomePage": "/",
    "home.LifeEventIndexPage": "/lebenslagen/",
    "home.LifeEventPage": "/lebenslagen/geburt/",
    "home.NewsIndexPage": "/aktuelles/",
    "home.NewsPage": "/aktuelles/serviceportal-gestartet/",
    "home.StandardPage": "/quellen-und-lizenzen/",
    "cooperations.CooperationIndexPage": "/zusammenarbeit/",
    "cooperations.CooperationPage": "/zusammenarbeit/serviceportal-kreis-heinsberg/",
    "services.ServiceCataloguePage": "/leistungen/",
    "services.ServicePage": "/leistungen/unterhaltsvorschuss/",
    "services.LocalServiceIndexPage": "/wassenberg/leistungen/",
    "services.LocalServicePage": "/gangelt/leistungen/kfz-adresse/",
    "services.OfficeIndexPage": "/erkelenz/stellen/",
    "services.OfficePage": "/erkelenz/stellen/jugendamt-erkelenz/",
    "municipalities.MunicipalityPage": "/erkelenz/",
}
VIEWS: dict[str, str] = {
    "service without a local page": "/wassenberg/leistungen/unterhaltsvorschuss/",
    "service in English": "/wassenberg/leistungen/unterhaltsvorschuss/en/",
    "service in English with local texts": "/gangelt/leistungen/kfz-adresse/en/",
    "reference text in plain language": "/leistungen/personalausweis/de-simple/",
    "service, contested": "/uebach-palenberg/leistungen/baugenehmigung/",
    "service, district asked for a municipal one": "/kreis-heinsberg/leistungen/personalausweis/",
    "comparison of a service": "/leistungen/sperrmuell/vergleich/",
    "life event at a place": "/lebenslagen/geburt/erkelenz/",
    "district": "/kreis-heinsberg/",
    "news of a municipality": "/erkelenz/aktuelles/",
    "search": "/suche/?q=ausweis&ort=41812",
    "search without place": "/suche/?q=kind",
    "search without hit": "/suche/?q=qwrtzpsdfg",
    "search, ambiguous place": "/suche/?q=ausweis&ort=52525",
    "search, locality": "/suche/?q=amt&ort=L%C3%B6venich",
    "empty search": "/suche/",
    "place, ambiguous": "/ort/?ort=52538&leistung=unterhaltsvorschuss",
    "place, unknown": "/ort/?ort=Castrop-Rauxel",
    "place, empty": "/ort/",
}
ALL = PAGES | VIEWS


def page_types() -> set[str]:
    """All page types of the portal that can be created."""
    return {model._meta.label for model in apps.get_models() if issubclass(model, BasePage) and model.is_creatable}
