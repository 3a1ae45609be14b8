"""Demonstration logins. The passwords are public, so they exist only where the portal says it is a demonstration."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import OperationalError, ProgrammingError, transaction

from municipalities.models import MunicipalityPage, RoleGroup, RoleKind, Tenant
from municipalities.tenants.provisioning import set_up_tenant

PORTAL_ADMIN = "portal_administrator"
_TOWNS = (("05370004", "erkelenz"), ("05370008", "gangelt"), ("05370036", "wassenberg"), ("05370", "kreis"))
_LOCAL = ((RoleKind.AUTHOR, "autor"), (RoleKind.PUBLISHER, "freigabe"), (RoleKind.LOCAL_ADMIN, "verwaltung"))


@dataclass(frozen=True)
class DemoAccount:
    """``role`` is a :class:`RoleKind` or ``portal_administrator``; ``ags`` is empty for central roles."""

    username: str
    role: str
    ags: str = ""

    @property
    def password(self) -> str:
        return f"demo-{self.username}"


ACCOUNTS = (
    DemoAccount("portal-admin", PORTAL_ADMIN),
    DemoAccount("stammtexte", RoleKind.REFERENCE_EDITOR),
    DemoAccount("kooperationen", RoleKind.COOPERATION_MANAGER),
    *(DemoAccount(f"{name}-{word}", kind, ags) for ags, name in _TOWNS for kind, word in _LOCAL),
)


@transaction.atomic
def load_accounts() -> None:
    """Make every municipality a tenant and create the missing accounts; a changed password or role stays changed."""
    for place in MunicipalityPage.objects.filter(valid_until__isnull=True, tenant__isnull=True):
        set_up_tenant(place)
    users = get_user_model().objects
    for account in ACCOUNTS:
        if users.filter(username=account.username).exists():
            continue
        is_admin = account.role == PORTAL_ADMIN
        user = users.create_user(
            account.username,
            email=f"{account.username}@example.org",
            password=account.password,
            is_superuser=is_admin,
            is_staff=is_admin,
            first_name="Demo",
            last_name=account.username.replace("-", " ").title(),
        )
        if not is_admin:
            user.groups.add(_role(account).group)


def _role(account: DemoAccount) -> RoleGroup:
    if account.ags:
        return RoleGroup.objects.get(kind=account.role, municipality__ags=account.ags)
    return RoleGroup.objects.get(kind=account.role, municipality=None)


def accounts_in_place() -> bool:
    """Whether the demonstration content with its logins is installed; not so in a database without any tables."""
    try:
        return Tenant.objects.filter(municipality__ags=_TOWNS[0][0]).exists() and (
            get_user_model().objects.filter(username=ACCOUNTS[0].username).exists()
        )
    except (OperationalError, ProgrammingError):
        return False
