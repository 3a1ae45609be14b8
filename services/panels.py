"""What the form of a local page shows besides its fields."""

from wagtail.admin.panels import Panel


class LegalHintsPanel(Panel):
    """Says that a law behind the service has changed, until the municipality has answered."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "services/admin/legal_hints_panel.html"

        def is_shown(self) -> bool:
            from services.legal_hints import hints_for

            self.hints = hints_for(self.instance)
            self.has_future = any(not change.is_in_force for change in self.hints)
            return bool(self.hints) and super().is_shown()
