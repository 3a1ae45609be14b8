"""Registers: lists of rows that belong to municipalities, each to be seen and changed by its own editors only.

``modeladmin`` asks Django's permissions, which hold for a model as a whole, and its history asks nothing at all. Every
register is therefore a :class:`TenantModelAdmin`; a system check says so where one is not.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.auth.models import Permission
from django.core import checks
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.models import Page
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import CreateView, DeleteView, EditView, HistoryView, IndexView, InspectView

from cms.forms import register_reference_check
from cms.keys import key_of
from municipalities import gate, permissions


class TenantPermissionHelper(PermissionHelper):
    """Asks the register about each row; Django's permissions for the model as a whole play no part."""

    register: "TenantModelAdmin"

    def user_can_list(self, user: Any) -> bool:
        return permissions.is_portal_admin(user) or self.register.owners(user).exists()

    def user_can_create(self, user: Any) -> bool:
        return self.user_can_list(user)

    def user_can_edit_obj(self, user: Any, obj: Model) -> bool:
        return self.register.rows(user).filter(pk=obj.pk).exists()

    def user_can_delete_obj(self, user: Any, obj: Model) -> bool:
        return self.user_can_edit_obj(user, obj)

    def user_can_inspect_obj(self, user: Any, obj: Model) -> bool:
        return self.inspect_view_enabled and self.user_can_see_history_of_obj(user, obj)

    def user_can_see_history_of_obj(self, user: Any, obj: Model) -> bool:
        return self.user_can_edit_obj(user, obj)

    def user_can_choose_obj(self, user: Any, obj: Model) -> bool:
        """Whether a page may refer to the row."""
        return self.user_can_edit_obj(user, obj)


class _OwnersOnly:
    """A form that offers the person's own municipalities, and accepts no others."""

    def get_form(self: Any) -> WagtailAdminModelForm:
        form = super().get_form()  # type: ignore[misc]
        field = form.fields[self.model_admin.owner_field]
        field.queryset = self.model_admin.owners(self.request.user)
        field.required = not (self.model_admin.without_owner and permissions.is_portal_admin(self.request.user))
        field.empty_label = None if field.required else self.model_admin.without_owner
        if field.required and self.get_instance().pk is None:
            field.initial = field.queryset.first()
        return form


class OwnerFilter(SimpleListFilter):
    """For those who look after several: offers these, and not whatever has rows."""

    title = _("municipality")
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(owner.pk), str(owner)) for owner in model_admin.owners(request.user)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        owner = key_of(self.value() or "")
        return queryset if owner is None else queryset.filter(**{self.owner_field: owner})

    def __init__(self, request: HttpRequest, params: Any, model: type[Model], model_admin: "TenantModelAdmin") -> None:
        self.owner_field = f"{model_admin.owner_field}_id"
        super().__init__(request, params, model, model_admin)


def _parameter(list_filter: Any) -> str:
    """The name that a filter has in the address."""
    if isinstance(list_filter, type) and issubclass(list_filter, SimpleListFilter):
        return str(list_filter.parameter_name)
    return str(list_filter if isinstance(list_filter, str) else list_filter[0])


class RegisterIndexView(IndexView):
    def get_filters(self, request: HttpRequest) -> tuple[list[Any], bool, dict[str, Any], bool]:
        """Only the register's own filters: any other parameter would ask the database about related rows at will."""
        allowed = {_parameter(one) for one in self.list_filter}
        for parameter in list(self.params):
            if parameter not in self.IGNORED_PARAMS and parameter.split("__")[0] not in allowed:
                del self.params[parameter]
        specs, has_filters, _remaining, distinct = super().get_filters(request)
        return specs, has_filters, {}, distinct


class RegisterCreateView(_OwnersOnly, CreateView):
    pass


class RegisterEditView(_OwnersOnly, EditView):
    pass


class RegisterDeleteView(DeleteView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Of what stands in the way, only what the person may see is named."""
        if "linked_objects" in kwargs:
            user = self.request.user
            kwargs["linked_objects"] = [row for row in kwargs["linked_objects"] if gate.check_object(user, row)]
        return super().get_context_data(**kwargs)


class RegisterInspectView(InspectView):
    pass


class RegisterHistoryView(HistoryView):
    """Upstream's opens for everybody who may log in."""

    def check_action_permitted(self, user: Any) -> bool:
        return self.permission_helper.user_can_see_history_of_obj(user, self.instance)


class TenantModelAdmin(ModelAdmin):
    """The one kind of register in this portal.

    A subclass says to what its rows belong (``owner_field``, a relation to a page) and which of these pages a person
    looks after (:meth:`owners`). Lists, forms, each view of a row, references to rows and the gate follow from that.
    """

    owner_field = "municipality"
    # What rows are called that belong to nobody in particular, if there may be any. Portal administrators keep them.
    without_owner: Promise | str = ""

    permission_helper_class = TenantPermissionHelper
    index_view_class = RegisterIndexView
    create_view_class = RegisterCreateView
    edit_view_class = RegisterEditView
    delete_view_class = RegisterDeleteView
    inspect_view_class = RegisterInspectView
    history_view_class = RegisterHistoryView

    def owners(self, user: Any) -> QuerySet[Any]:
        """Pages (municipalities mostly) whose rows the person may see and change."""
        raise NotImplementedError

    def rows(self, user: Any) -> QuerySet[Any]:
        """Rows that the person may see and change."""
        rows: QuerySet[Any] = self.model._default_manager.all()
        if permissions.is_portal_admin(user):
            return rows
        return rows.filter(**{f"{self.owner_field}__in": self.owners(user).values("pk")})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.filter(Q(pk__in=self.rows(request.user).values("pk"))).select_related(self.owner_field)

    def get_permission_helper_class(self) -> type[TenantPermissionHelper]:
        helper: type[TenantPermissionHelper] = super().get_permission_helper_class()
        return type(helper.__name__, (helper,), {"register": self})

    def get_permissions_for_registration(self) -> QuerySet[Permission]:
        """None to give to groups: roles decide."""
        return Permission.objects.none()

    def register_with_wagtail(self) -> None:
        super().register_with_wagtail()
        helper = self.permission_helper
        gate.register_object_check(self.model, helper.user_can_edit_obj)
        register_reference_check(self.model, helper.user_can_choose_obj)
        for action in ("index", "create"):
            gate.register_rule(gate.when(helper.user_can_list), self.url_helper.get_action_url_name(action))
        on_row: dict[str, Callable[[Any, Any], bool]] = {
            "edit": helper.user_can_edit_obj,
            "delete": helper.user_can_delete_obj,
            "inspect": helper.user_can_inspect_obj,
            "history": helper.user_can_see_history_of_obj,
        }
        if not self.inspect_view_enabled:
            del on_row["inspect"]
        for action, check in on_row.items():
            rule = gate.on(self.model, "instance_pk", check)
            gate.register_rule(rule, self.url_helper.get_action_url_name(action))


_GUARDED = {
    "index_view_class": RegisterIndexView,
    "create_view_class": RegisterCreateView,
    "edit_view_class": RegisterEditView,
    "delete_view_class": RegisterDeleteView,
    "inspect_view_class": RegisterInspectView,
    "history_view_class": RegisterHistoryView,
    "permission_helper_class": TenantPermissionHelper,
}


def problems_of(registers: Iterable[ModelAdmin]) -> Iterator[checks.CheckMessage]:
    """What keeps registers from being safe; see :func:`check_registers`."""
    for register in registers:
        name = f"{type(register).__module__}.{type(register).__name__}"
        if not isinstance(register, TenantModelAdmin):
            yield checks.Error(
                f"{name} is no TenantModelAdmin.",
                hint="Every municipality's editors would see and change the rows of all others.",
                id="municipalities.E001",
            )
            continue
        for attribute, guarded in _GUARDED.items():
            if not issubclass(getattr(register, attribute), guarded):
                yield checks.Error(
                    f"{name}.{attribute} does not inherit from {guarded.__name__}.",
                    hint="The view would not ask whose row it is.",
                    id="municipalities.E002",
                )
        owner = register.model._meta.get_field(register.owner_field).related_model
        if not isinstance(owner, type) or not issubclass(owner, Page):
            yield checks.Error(
                f"{name}.owner_field does not lead to a page.",
                hint="Only the tree says to whom a row belongs.",
                id="municipalities.E003",
            )


def registered(resolver: URLResolver | None = None) -> list[ModelAdmin]:
    """Every register that has an address, found through the addresses themselves: nothing else is complete."""
    found: dict[int, ModelAdmin] = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            found |= {id(register): register for register in registered(pattern)}
        elif isinstance(pattern, URLPattern):
            register = _register_of(pattern.callback)
            if register is not None:
                found[id(register)] = register
    return list(found.values())


def _register_of(view: Any) -> ModelAdmin | None:
    while view is not None:
        owner = getattr(view, "__self__", None)
        if isinstance(owner, ModelAdmin):
            return owner
        # Wagtail wraps every view of the editors' interface.
        view = getattr(view, "__wrapped__", None)
    return None


def check_registers(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """System check: every register in the editors' interface keeps municipalities apart."""
    return list(problems_of(registered()))
