"""Places and tenants."""

from .alert import Alert, AlertLevel
from .bin import BinnedPage, BinPage
from .form_save import FormSave
from .municipality import Locality, MunicipalityKind, MunicipalityPage, MunicipalityQuerySet, PostalCode
from .page_views import PageViews
from .review import PageReview
from .tenant import Approval, RoleGroup, RoleKind, Tenant

__all__ = [
    "Alert",
    "AlertLevel",
    "Approval",
    "BinPage",
    "BinnedPage",
    "FormSave",
    "Locality",
    "MunicipalityKind",
    "MunicipalityPage",
    "MunicipalityQuerySet",
    "PageReview",
    "PageViews",
    "PostalCode",
    "RoleGroup",
    "RoleKind",
    "Tenant",
]
