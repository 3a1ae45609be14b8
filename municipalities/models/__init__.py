"""Places and tenants."""

from .municipality import Locality, MunicipalityKind, MunicipalityPage, MunicipalityQuerySet, PostalCode
from .tenant import Approval, RoleGroup, RoleKind, Tenant

__all__ = [
    "Approval",
    "Locality",
    "MunicipalityKind",
    "MunicipalityPage",
    "MunicipalityQuerySet",
    "PostalCode",
    "RoleGroup",
    "RoleKind",
    "Tenant",
]
