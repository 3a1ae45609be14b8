"""Permission policies whose answers are predicates of the portal instead of Django's permissions."""

from typing import Any

from django.db.models import Model
from wagtail.permission_policies import ModelPermissionPolicy


class PredicatePolicy(ModelPermissionPolicy):
    """A subclass answers for one action, as a whole and for one object; any of several follows from that."""

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Model) -> bool:
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)
