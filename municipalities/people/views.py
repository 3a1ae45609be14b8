"""People: local administrators invite, change and block their own colleagues, and nobody else."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.log_actions import log
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import CreateView, EditView, IndexView, UserFilterSet, UserViewSet

from cms.models import User
from cms.policies import PredicatePolicy
from municipalities import log_actions, permissions
from municipalities.models import RoleGroup, RoleKind
from municipalities.people.invitations import InvitationError, account_of, invite, why_not
from municipalities.people.new_admins import note_new_admin


class PeoplePolicy(PredicatePolicy):
    """Accounts are looked after by portal administrators and, each for the own municipality, local administrators."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        if action == "delete":
            # A blocked account keeps its name in the history of pages; deleting is for those who clean up.
            return permissions.is_portal_admin(user)
        return permissions.may_manage_people(user)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: User) -> bool:
        if action == "delete":
            return permissions.is_portal_admin(user)
        return permissions.may_give_roles(user, instance)


class _RolesMixin:
    """A form in which only groups appear that the person in front of it may give."""

    # Wagtail's forms name their fields in a set, which has no order.
    field_order = ("username", "first_name", "last_name", "email", "is_known", "groups", "is_superuser", "is_active")

    def limit_roles(self: Any, by: User) -> None:
        self.by = by
        groups = permissions.assignable_groups(by)
        field = self.fields["groups"]
        field.queryset = groups.order_by("role__municipality__title", "role__pk", "name")
        field.label_from_instance = _RoleNames(groups)
        field.label = _("Roles")
        field.help_text = ""
        if not permissions.is_portal_admin(by):
            # Wagtail takes it out of the form for the own account itself.
            self.fields.pop("is_superuser", None)

    def kept_groups(self: Any) -> QuerySet[Group]:
        """Roles elsewhere, which this form neither shows nor takes away."""
        return self.instance.groups.exclude(pk__in=permissions.assignable_groups(self.by))


class _RoleNames:
    """Says what a role may do, and for which municipality where there are several to choose from."""

    def __init__(self, groups: QuerySet[Group]) -> None:
        rows = RoleGroup.objects.filter(group__in=groups).values_list("group", "kind", "municipality__title")
        self._names = {pk: (RoleKind(kind).explained, title) for pk, kind, title in rows}
        self._are_several = len({title for _label, title in self._names.values()}) > 1

    def __call__(self, group: Group) -> str:
        label, title = self._names.get(group.pk, (group.name, None))
        return f"{title} – {label}" if title and self._are_several else label


class InvitationForm(_RolesMixin, UserCreationForm):
    """Name, address and roles. Whoever has an account already gets the roles; all others get a link by e-mail."""

    password_enabled = False
    # Asked only where there is something to confirm. The browser sends the address that was confirmed.
    is_known = forms.BooleanField(
        label=_("Yes, give the roles to this account"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["username"]
        self.limit_roles(by)
        self.fields["groups"].required = not permissions.is_portal_admin(by)
        self.fields["email"].help_text = _("The invitation goes here. It is also the user name.")

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip()
        reason = why_not(email)
        if reason:
            raise forms.ValidationError(reason)
        return email

    def clean(self) -> dict[str, Any]:
        """Roles for somebody who works elsewhere are given on purpose, not by a slip in the address."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        email = data.get("email", "")
        confirmed = self.data.get(self.add_prefix("is_known"), "").lower() == email.lower()
        if email and not confirmed and account_of(email) is not None:
            self.fields["is_known"].widget = forms.CheckboxInput(attrs={"value": email}, check_test=lambda value: False)
            self.add_error("is_known", _("There is an account with this address already. Is it the right one?"))
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """The address may well be that of an account, which then gets the roles."""
        return {*super()._get_validation_exclusions(), "email"}

    def _clean_username(self) -> None:
        """The e-mail address is the user name."""

    def save(self, commit: bool = True) -> User:
        data = self.cleaned_data
        self.invitation = invite(
            data["email"],
            data["groups"],
            data["first_name"],
            data["last_name"],
            as_admin=data.get("is_superuser", False),
        )
        return self.invitation.person


class PersonForm(_RolesMixin, UserEditForm):
    """Of those who work elsewhere too, only the roles in the own municipality can be changed."""

    password_enabled = False

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit_roles(by)
        for name in ("first_name", "last_name"):
            # Whoever was invited by the address alone can be changed and blocked without one.
            self.fields[name].required = bool(getattr(self.instance, name))
        is_self = by.pk == self.instance.pk
        if "is_active" in self.fields:
            self.fields["is_active"].label = _("May log in")
            self.fields["is_active"].help_text = _("Without the tick the account is blocked; all texts stay.")
        if not permissions.is_portal_admin(by):
            # They say whose account it is: whoever could set them could take over roles that are meant for others, or
            # keep an address from ever being invited.
            self._lock("email", "username")
            self.fields["email"].help_text = _("Changed by the portal administrators.")
        if not permissions.may_manage_person(by, self.instance):
            self._lock("username", "first_name", "last_name", "is_active")
            if not is_self:
                self.fields["groups"].help_text = _(
                    "This person works elsewhere too. You decide about the roles in your municipality; name and access "
                    "are changed by the portal administrators."
                )
        if is_self and not permissions.is_portal_admin(by):
            # Nobody takes away the own rights by mistake. All are shown, those elsewhere too.
            self._lock("groups")
            self.fields["groups"].queryset = self.instance.groups.order_by("name")
            self.fields["groups"].help_text = _(
                "Your own roles are changed by another local administrator or the portal administrators. Your name you "
                "change in your account (below left)."
            )

    def _lock(self, *names: str) -> None:
        for name in names:
            if name in self.fields:
                self.fields[name].disabled = True
                # Whoever may not fill in what is missing is not held up by it.
                self.fields[name].required = False

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


class _RolesColumn(Column):
    """Roles of a person, as far as the person in front may know of them."""

    def __init__(self, shown: QuerySet[Group], **kwargs: Any) -> None:
        super().__init__("roles", label=_("Roles"), **kwargs)
        self._shown = set(shown.values_list("pk", flat=True))

    def get_value(self, instance: User) -> str:
        roles = sorted(group.name for group in instance.groups.all() if group.pk in self._shown)
        return ", ".join([gettext("Portal administrator"), *roles] if instance.is_superuser else roles)


class PeopleIndexView(IndexView):
    page_title = _("Colleagues")
    add_item_label = _("Invite a colleague")

    def get_base_queryset(self) -> QuerySet[User]:
        people = super().get_base_queryset().filter(pk__in=permissions.visible_people(self.request.user))
        return people.prefetch_related("groups")

    def get_edit_url(self, instance: User) -> str | None:
        if not permissions.may_give_roles(self.request.user, instance):
            return None
        return super().get_edit_url(instance)

    @cached_property
    def columns(self) -> list[Column]:
        user = self.request.user
        columns = [column for column in super().columns if column.name != "is_superuser"]
        if not permissions.is_portal_admin(user):
            # What is done to many at once asks no permission for each of them.
            columns = [column for column in columns if not isinstance(column, BulkActionsCheckboxColumn)]
        at = next(index for index, column in enumerate(columns) if column.name == "is_active")
        return [*columns[:at], _RolesColumn(permissions.assignable_groups(user)), *columns[at:]]


class _PersonMixin:
    index_url_name: str
    error_message = _("Not saved: please correct what is marked.")

    def get_form_kwargs(self: Any) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "by": self.request.user}  # type: ignore[misc]

    def get_breadcrumbs_items(self: Any) -> list[dict[str, Any]]:
        last = {"url": "", "label": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, {"url": reverse(self.index_url_name), "label": _("Colleagues")}, last]


class InvitationView(_PersonMixin, CreateView):
    page_title = _("Invite a colleague")
    page_subtitle = page_title
    submit_button_label = _("Invite")

    def save_instance(self) -> User:
        """The form decides whose account it is: a new one, or that of a person who works elsewhere already."""
        with transaction.atomic():
            person = self.form.save()
            log(instance=person, action=log_actions.ROLES_GIVEN, user=self.request.user)
            if self.form.invitation.is_new_admin:
                note_new_admin(person, self.request.user)
        return person

    def form_valid(self, form: InvitationForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except InvitationError as error:
            # What the form found good has changed since: two people invite the same person, or one clicks twice.
            form.add_error("email", str(error))
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)

    def get_success_message(self, instance: User) -> str:
        """Whoever invites is told what became of it: a new account, or roles for one that exists."""
        return self.form.invitation.told

    def save_action(self) -> HttpResponse:
        response = super().save_action()
        if self.form.invitation.trouble:
            messages.warning(self.request, self.form.invitation.trouble)
        return response


class PersonView(_PersonMixin, EditView):
    success_message = _("“%(object)s” was changed.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated and not permissions.may_give_roles(request.user, self.object):
            raise PermissionDenied

    def save_instance(self) -> User:
        person = super().save_instance()
        if person.is_superuser and "is_superuser" in self.form.changed_data:
            note_new_admin(person, self.request.user)
        return person


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
