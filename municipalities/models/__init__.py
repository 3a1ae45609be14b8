"""Places and tenants."""

from .alert import Alert, AlertLevel
from .bin import BinnedPage, BinPage
from .consent import (
    Capacity,
    ConsentAnswer,
    ConsentOutcome,
    ConsentParty,
    ConsentRequest,
    ConsentRule,
    ConsentTask,
    ConsentVote,
)
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
    "Capacity",
    "ConsentAnswer",
    "ConsentOutcome",
    "ConsentParty",
    "ConsentRequest",
    "ConsentRule",
    "ConsentTask",
    "ConsentVote",
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
