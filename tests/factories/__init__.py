"""Factories of what tests create. Traits name the situations that tests ask for."""

from .agreements import AgreementFactory
from .cooperations import CooperationFactory
from .home import LifeEventFactory, NewsFactory, NewsIndexFactory, StandardPageFactory
from .municipalities import LocalityFactory, MunicipalityFactory
from .pages import without_editors_indexes
from .services import (
    LocalServiceFactory,
    LocalServiceIndexFactory,
    OfficeFactory,
    OfficeIndexFactory,
    ResponsibilityFactory,
    ServiceFactory,
)
from .users import DocumentFactory, ImageFactory, UserFactory

__all__ = [
    "AgreementFactory",
    "CooperationFactory",
    "DocumentFactory",
    "ImageFactory",
    "LifeEventFactory",
    "LocalServiceFactory",
    "LocalServiceIndexFactory",
    "LocalityFactory",
    "MunicipalityFactory",
    "NewsFactory",
    "NewsIndexFactory",
    "OfficeFactory",
    "OfficeIndexFactory",
    "ResponsibilityFactory",
    "ServiceFactory",
    "StandardPageFactory",
    "UserFactory",
    "without_editors_indexes",
]
