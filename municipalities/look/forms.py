"""The form of a municipality's page."""

from typing import Any

from cms.forms import PortalPageForm


class MunicipalityPageForm(PortalPageForm):
    """Leaves the look to those who publish for the municipality: authors neither see nor send these fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from municipalities.permissions import may_publish_for

        super().__init__(*args, **kwargs)
        place = self.instance
        if self.for_user is None or not place.pk or may_publish_for(self.for_user, place):
            return
        for name in place.brand_fields:
            self.fields.pop(name, None)
