"""Forms of the views of changed references."""

from typing import Any

from django import forms
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from cms.blocks import RICH_TEXT_FEATURES
from cms.forms import foreign_references
from cms.rich_text import PortalRichTextArea
from services.inheritance.comparison import BOTH, OURS, THEIRS, Comparison
from services.inheritance.three_way import Conflict
from services.models import LocalTextModule

MAX_REASON = 1000


class ForgivingRichText(PortalRichTextArea):
    """What no editor sends, such as broken notation, counts as no text. Says its name to those who do not see it."""

    def __init__(self, *args: Any, name: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options["ariaLabel"] = name

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        try:
            value: str | None = super().value_from_datadict(data, files, name)
        except SuspiciousOperation:
            return ""
        return value


class ConflictsForm(forms.Form):
    """For each conflict of a merge, which version is to stand."""

    def __init__(self, comparison: Comparison, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = comparison.merge.parts if comparison.merge else ()
        conflicts = [part for part in parts if isinstance(part, Conflict)]
        for number, _part in enumerate(conflicts, 1):
            self.fields[f"conflict-{number}"] = forms.ChoiceField(
                label=_("Conflict %(number)s") % {"number": number},
                choices=[
                    (THEIRS, gettext_lazy("The shared text's version")),
                    (OURS, gettext_lazy("Our version")),
                    (BOTH, gettext_lazy("Both, one after the other")),
                ],
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("Please choose which version is to stand.")},
            )

    @property
    def choices(self) -> list[str]:
        """What was chosen, in the order of the conflicts; where nothing was, both versions stay."""
        known = (THEIRS, OURS, BOTH)
        sent = [str(self.data.get(self.add_prefix(name), "")) for name in self.fields]
        return [choice if choice in known else BOTH for choice in sent]


class MergedTextForm(forms.Form):
    """What somebody makes of a merge."""

    text = forms.CharField(
        label=gettext_lazy("Merged text"),
        widget=ForgivingRichText(features=RICH_TEXT_FEATURES, name=gettext_lazy("Merged text")),
        error_messages={
            "required": gettext_lazy("Please write a text, or take the shared text."),
        },
    )

    def __init__(self, comparison: Comparison, user: Any, *args: Any, **kwargs: Any) -> None:
        self.comparison, self.user = comparison, user
        super().__init__(*args, **kwargs)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if not strip_tags(text).strip():
            raise ValidationError(self.fields["text"].error_messages["required"])
        merged = self.comparison.merge.html if self.comparison.merge else ""
        for kind in foreign_references(self.user, LocalTextModule(text=text), LocalTextModule(text=merged)):
            raise ValidationError(
                _("You have chosen a %(kind)s that belongs to another municipality. Please choose another.")
                % {"kind": kind}
            )
        return text


class ReasonForm(forms.Form):
    """Why the own text has to stay although the law has changed."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Please say why your own text has to stay.")},
    )


class BindingForm(forms.Form):
    """What goes along with a change: a few words, and whether it must be followed."""

    note = forms.CharField(
        label=gettext_lazy("What has changed"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A few words for the municipalities."),
    )
    is_binding = forms.BooleanField(
        label=gettext_lazy("Binding"),
        required=False,
        help_text=gettext_lazy(
            "The law has changed: on the day below the shared text takes the place of texts that stand instead of it. "
            "What stands before or after it stays."
        ),
    )
    legal_basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        required=False,
        max_length=250,
        help_text=gettext_lazy("Only for binding changes: the law that demands the change."),
    )
    effective_on = forms.DateField(
        label=gettext_lazy("Holds from"),
        required=False,
        widget=AdminDateInput,
        help_text=gettext_lazy("Only for binding changes: until then municipalities may object."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("is_binding"):
            if (cleaned.get("legal_basis") or cleaned.get("effective_on")) and "is_binding" not in self.errors:
                self.add_error(
                    "is_binding", _("You have named a law or a day. Please tick this box, or empty those fields.")
                )
            return cleaned
        if "legal_basis" not in self.errors and not cleaned.get("legal_basis", "").strip():
            self.add_error("legal_basis", _("Please name the law that demands the change."))
        day = cleaned.get("effective_on")
        if "effective_on" not in self.errors and (day is None or day <= timezone.localdate()):
            self.add_error("effective_on", _("Please choose a day from tomorrow on, so that nobody is surprised."))
        return cleaned


class ApprovalForm(BindingForm):
    """The same, with what the approving person says to the author."""

    comment = forms.CharField(
        label=gettext_lazy("Comment on the approval"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MakeBindingForm(BindingForm):
    """The same for a change that is published already."""

    is_binding = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["legal_basis"].help_text = _("The law that demands the change.")
        self.fields["effective_on"].help_text = _("Until then municipalities may object.")

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["is_binding"] = True
        return super().clean()
