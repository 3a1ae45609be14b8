"""One factory for each model. Traits name the situations that tests ask for."""

from .cooperations import CooperationFactory, CooperationIndexFactory, ParticipationFactory
from .home import (
    HomePageFactory,
    LifeEventFactory,
    LifeEventIndexFactory,
    NewsFactory,
    NewsIndexFactory,
    StandardPageFactory,
)
from .municipalities import LocalityFactory, MunicipalityFactory, PostalCodeFactory
from .pages import without_editors_indexes
from .services import (
    CatalogueFactory,
    LocalServiceFactory,
    LocalServiceIndexFactory,
    OfficeFactory,
    OfficeIndexFactory,
    ResponsibilityFactory,
    ServiceFactory,
)
from .users import DocumentFactory, ImageFactory, UserFactory

__all__ = [
    "CatalogueFactory",
    "CooperationFactory",
    "CooperationIndexFactory",
    "DocumentFactory",
    "HomePageFactory",
    "ImageFactory",
    "LifeEventFactory",
    "LifeEventIndexFactory",
    "LocalServiceFactory",
    "LocalServiceIndexFactory",
    "LocalityFactory",
    "MunicipalityFactory",
    "NewsFactory",
    "NewsIndexFactory",
    "OfficeFactory",
    "OfficeIndexFactory",
    "ParticipationFactory",
    "PostalCodeFactory",
    "ResponsibilityFactory",
    "ServiceFactory",
    "StandardPageFactory",
    "UserFactory",
    "without_editors_indexes",
]
