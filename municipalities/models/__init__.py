"""Places and tenants."""

from .municipality import Locality, MunicipalityKind, MunicipalityPage, PostalCode

__all__ = ["Locality", "MunicipalityKind", "MunicipalityPage", "PostalCode"]
