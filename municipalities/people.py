"""People: local administrators invite, change and block their own colleagues, and nobody else."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import CreateView, EditView, IndexView, UserFilterSet, UserViewSet

from cms.models import User
from municipalities import permissions
from municipalities.invitations import invite


class PeoplePolicy(ModelPermissionPolicy):
    """Accounts are looked after by portal administrators and, each for the own municipality, local administrators."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        if action == "delete":
            # A blocked account keeps its name in the history of pages; deleting is for those who clean up.
            return permissions.is_portal_admin(user)
        return permissions.may_manage_people(user)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: User) -> bool:
        if action == "delete":
            return permissions.is_portal_admin(user)
        return permissions.may_give_roles(user, instance)

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: User) -> bool:
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)


class _RolesMixin:
    """A form in which only groups appear that the person in front of it may give."""

    def limit_roles(self: Any, by: User) -> None:
        self.by = by
        field = self.fields["groups"]
        field.queryset = permissions.assignable_groups(by).order_by("name")
        field.label = _("Roles")
        field.help_text = ""
        if not permissions.is_portal_admin(by):
            del self.fields["is_superuser"]

    def kept_groups(self: Any) -> QuerySet[Group]:
        """Roles elsewhere, which this form neither shows nor takes away."""
        return self.instance.groups.exclude(pk__in=permissions.assignable_groups(self.by))


class InvitationForm(_RolesMixin, UserCreationForm):
    """Name, address and roles. Whoever has an account already gets the roles; all others get a link by e-mail."""

    password_enabled = False

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["username"]
        self.limit_roles(by)
        self.fields["groups"].required = not permissions.is_portal_admin(by)
        self.fields["email"].help_text = _("The invitation goes here. It is also the user name.")

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip()
        if User.objects.filter(email__iexact=email, is_active=False).exists():
            raise forms.ValidationError(_("There is a blocked account with this address."))
        if not User.objects.filter(email__iexact=email).exists() and User.objects.filter(username=email[:150]).exists():
            raise forms.ValidationError(_("There is an account with this name already."))
        return email

    def _clean_username(self) -> None:
        """The e-mail address is the user name."""

    def save(self, commit: bool = True) -> User:
        data = self.cleaned_data
        user = invite(data["email"], data["groups"], data["first_name"], data["last_name"])
        if data.get("is_superuser"):
            user.is_superuser = True
            user.save(update_fields=["is_superuser"])
        return user


class PersonForm(_RolesMixin, UserEditForm):
    """Of those who work elsewhere too, only the roles in the own municipality can be changed."""

    password_enabled = False

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit_roles(by)
        if not permissions.may_manage_person(by, self.instance):
            for name in ("username", "email", "first_name", "last_name", "is_active"):
                if name in self.fields:
                    self.fields[name].disabled = True
        if by.pk == self.instance.pk and not permissions.is_portal_admin(by):
            # Nobody takes away the own rights by mistake.
            self.fields["groups"].disabled = True

    def _save_m2m(self) -> None:
        kept = list(self.kept_groups())
        super()._save_m2m()
        self.instance.groups.add(*kept)


class PeopleFilterSet(UserFilterSet):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.request.user
        self.filters["group"].queryset = permissions.assignable_groups(user).order_by("name")
        if not permissions.is_portal_admin(user):
            del self.filters["is_superuser"]


class PeopleIndexView(IndexView):
    def get_base_queryset(self) -> QuerySet[User]:
        return super().get_base_queryset().filter(pk__in=permissions.visible_people(self.request.user))

    def get_edit_url(self, instance: User) -> str | None:
        if not permissions.may_give_roles(self.request.user, instance):
            return None
        return super().get_edit_url(instance)

    @cached_property
    def columns(self) -> list[Column]:
        if permissions.is_portal_admin(self.request.user):
            return super().columns
        # What is done to many at once asks no permission for each of them.
        return [
            column
            for column in super().columns
            if not isinstance(column, BulkActionsCheckboxColumn) and column.name != "is_superuser"
        ]


class _ByMixin:
    def get_form_kwargs(self: Any) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "by": self.request.user}  # type: ignore[misc]


class InvitationView(_ByMixin, CreateView):
    page_title = _("Invite a colleague")
    success_message = _("“%(object)s” was invited.")

    def save_instance(self) -> User:
        """The form decides whose account it is: a new one, or that of a person who works elsewhere already."""
        with transaction.atomic():
            person = self.form.save()
            log(instance=person, action="portal.role.give", user=self.request.user)
        return person


class PersonView(_ByMixin, EditView):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated and not permissions.may_give_roles(request.user, self.object):
            raise PermissionDenied


class PeopleViewSet(UserViewSet):
    filterset_class = PeopleFilterSet
    index_view_class = PeopleIndexView
    add_view_class = InvitationView
    edit_view_class = PersonView
    create_template_name = "wagtailadmin/generic/form.html"
    edit_template_name = "wagtailadmin/generic/edit.html"
    copy_view_enabled = False
    menu_label = _("Colleagues")

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return PersonForm if for_update else InvitationForm
