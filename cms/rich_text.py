"""The rich text editor of all forms."""

from typing import Any

from django.core.exceptions import SuspiciousOperation
from wagtail.admin.rich_text import DraftailRichTextArea


class PortalRichTextArea(DraftailRichTextArea):
    """As Wagtail's, but what no editor sends is a bad request (400) and no fault of the portal (500)."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        try:
            return super().value_from_datadict(data, files, name)
        except Exception as error:
            # The converter meets whatever was sent with whatever exception comes first.
            message = f"{name} holds no rich text."
            raise SuspiciousOperation(message) from error
