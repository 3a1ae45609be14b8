"""Demonstration logins. The passwords are public, so they exist only where the portal says it is a demonstration."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet


@dataclass(frozen=True)
class DemoAccount:
    username: str
    password: str
    role: str
    group: str | None
    # A responsibility holds for the public as soon as it is saved, so it takes someone who may publish.
    may_maintain_responsibilities: bool = False


ACCOUNTS = (
    DemoAccount("portal-admin", "demo-portal-admin", "Portaladministration", None),
    DemoAccount("redaktion", "demo-redaktion-2026", "Redaktion (schreibt Entwürfe)", "Editors"),
    DemoAccount("freigabe", "demo-freigabe-2026", "Freigabe (veröffentlicht)", "Moderators", True),
)


def load_accounts() -> None:
    """Create the missing accounts; a changed password stays changed."""
    user_model = get_user_model()
    for account in ACCOUNTS:
        if user_model.objects.filter(username=account.username).exists():
            continue
        user = user_model.objects.create_user(
            account.username,
            password=account.password,
            is_superuser=account.group is None,
            is_staff=account.group is None,
            first_name="Demo",
            last_name=account.role.split(" ")[0],
        )
        if account.group:
            group = Group.objects.get(name=account.group)
            group.permissions.add(*_responsibility_permissions(account.may_maintain_responsibilities))
            user.groups.add(group)


def _responsibility_permissions(may_maintain: bool) -> QuerySet[Permission]:
    """To see responsibilities, or to do everything with them. Wagtail's groups come with rights on pages alone."""
    permissions = Permission.objects.filter(content_type__app_label="services", content_type__model="responsibility")
    return permissions if may_maintain else permissions.filter(codename__startswith="view")
