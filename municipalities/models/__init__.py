"""Places and tenants."""

from .municipality import Locality, MunicipalityKind, MunicipalityPage, MunicipalityQuerySet, PostalCode

__all__ = ["Locality", "MunicipalityKind", "MunicipalityPage", "MunicipalityQuerySet", "PostalCode"]
