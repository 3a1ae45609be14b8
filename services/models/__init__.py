"""Catalogue, local services, offices and responsibility."""

from .catalogue import ServiceCataloguePage
from .hours import ClosedPeriod, OpeningHours, Weekday
from .legal_change import LegalChange
from .local_service import LocalServicePage, LocalState, LocalTextModule
from .local_service_index import LocalServiceIndexPage
from .office import OfficePage
from .office_index import OfficeIndexPage
from .reference_version import ChangeNotice, FollowUp, Outcome, ReferenceVersion
from .responsibility import Arrangement, Evidence, Responsibility, Role
from .service import ExecutionLevel, ServiceLifeEvent, ServicePage, places_with_services

__all__ = [
    "Arrangement",
    "ChangeNotice",
    "ClosedPeriod",
    "Evidence",
    "ExecutionLevel",
    "FollowUp",
    "LegalChange",
    "LocalServiceIndexPage",
    "LocalServicePage",
    "LocalState",
    "LocalTextModule",
    "OfficeIndexPage",
    "OfficePage",
    "OpeningHours",
    "Outcome",
    "ReferenceVersion",
    "Responsibility",
    "Role",
    "ServiceCataloguePage",
    "ServiceLifeEvent",
    "ServicePage",
    "Weekday",
    "places_with_services",
]
