"""The form of an agreement: what it hands over must exist, and be handed over once."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from cooperations.agreements import Key, conflicts, state_of, wanted
from cooperations.models import AgreementArea, AgreementTask
from municipalities import permissions
from services.grounds import ground_of
from services.models import Responsibility
from services.responsibility_words import period_in_words


class AgreementForm(WagtailAdminModelForm):
    """After validation ``tasks`` and ``areas`` are what the lines of the form say."""

    tasks: list[AgreementTask]
    areas: list[AgreementArea]
    # What was stored when the form was opened.
    opened = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["opened"] = state_of(self.instance.pk)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self.check_opened()
        return data

    def check_opened(self) -> None:
        """A form that was opened before somebody else stored something would take that away unseen."""
        if self.instance.pk is not None and self.data.get("opened") != state_of(self.instance.pk):
            text = _(
                "Not saved: this agreement has been changed since you opened it. What you have typed is still in the "
                "form. Please open the agreement in a second window and enter your changes there."
            )
            self.add_error(None, text)

    def clean_document(self) -> Any:
        document = self.cleaned_data["document"]
        is_new = "document" in self.changed_data
        if document is not None and is_new and not permissions.may_use_media(self.for_user, document):
            raise forms.ValidationError(_("This document belongs to others. Please choose another."))
        return document

    def _post_clean(self) -> None:
        super()._post_clean()
        self.tasks, self.areas = [], []
        if not self.instance.roles:
            self.add_error("decides", _("Please say what the office does: at least one of these."))
        self._check_tasks()
        self._check_areas()
        # Not as a least number of lines: the form would open with empty ones above those that are chosen.
        if not self.tasks:
            self._miss("tasks", _("Please choose at least one service."))
        if not self.areas:
            self._miss("areas", _("Please choose at least one municipality."))
        if not self.errors and all(formset.is_valid() for formset in self.formsets.values()):
            self.check_others()

    def wanted(self) -> dict[Key, Responsibility]:
        return wanted(self.instance, self.tasks, self.areas)

    def check_others(self) -> None:
        """What another agreement hands over already is refused; its lines are named."""
        others = conflicts(self.instance, self.wanted())
        seen = {
            _("“%(service)s” in %(place)s (%(agreement)s, %(period)s)")
            % {
                "service": row.service.title,
                "place": row.area.title,
                "agreement": ground.title if (ground := ground_of(row)) is not None else "–",
                "period": period_in_words(row.valid_from, row.valid_until),
            }
            for row in others
        }
        if seen:
            text = _("Another agreement hands this over in the same period: %(what)s. Please end that one before.")
            self.add_error("effective_from", text % {"what": ", ".join(sorted(seen))})

    def _miss(self, name: str, text: str) -> None:
        if self.formsets[name].is_valid():
            self.formsets[name].non_form_errors().append(text)

    def _lines(self, name: str) -> Iterator[Any]:
        """The lines that stay, in their order."""
        formset = self.formsets[name]
        formset.is_valid()
        lines = [
            line
            for line in formset.forms
            if getattr(line, "cleaned_data", None) and not line.cleaned_data.get("DELETE") and _is_filled(line)
        ]
        yield from sorted(lines, key=lambda line: line.cleaned_data.get("ORDER") or 0)

    def _check_tasks(self) -> None:
        seen: set[int] = set()
        above = None
        for line in self._lines("tasks"):
            service, office = line.cleaned_data.get("service"), line.cleaned_data.get("office")
            if service is None:
                continue
            if service.pk in seen:
                line.add_error("service", _("This service stands in the list twice."))
            if "service" in line.changed_data and not permissions.may_see(self.for_user, service):
                line.add_error("service", _("This service is not published. Please choose another."))
            if office is not None and "office" in line.changed_data and not permissions.may_see(self.for_user, office):
                line.add_error("office", _("This office is not published. Please choose another."))
            # The office of a stored line is gone: it stays a gap until somebody chooses another one.
            is_gap = office is None and line.instance.pk and not {"service", "office"} & set(line.changed_data)
            if not is_gap:
                office = line.instance.office = office or above
            if office is None and not is_gap and "office" not in line.errors:
                line.add_error("office", _("Please choose the office that does it."))
            seen.add(service.pk)
            above = office
            self.tasks.append(line.instance)

    def _check_areas(self) -> None:
        seen: set[int] = set()
        start, end = self.cleaned_data.get("effective_from"), self.cleaned_data.get("effective_until")
        for line in self._lines("areas"):
            place, since, until = (line.cleaned_data.get(name) for name in ("municipality", "since", "until"))
            if place is None:
                continue
            if place.pk in seen:
                line.add_error("municipality", _("This municipality stands in the list twice."))
            elif "municipality" in line.changed_data and not permissions.may_see(self.for_user, place):
                line.add_error("municipality", _("This municipality is not published. Please choose another."))
            # A part that is over stays as it is, whoever has the offices now.
            is_over = until is not None and until < timezone.localdate()
            if not is_over and any(task.office and task.office.path.startswith(place.path) for task in self.tasks):
                line.add_error(
                    "municipality",
                    _("%(place)s cannot hand a task over to an office of its own.") % {"place": place.title},
                )
            if since and end and since > end:
                line.add_error("since", _("The agreement is over by then."))
            if until and start and until < start:
                line.add_error("until", _("The agreement has not begun by then."))
            seen.add(place.pk)
            self.areas.append(line.instance)


def _is_filled(line: Any) -> bool:
    return bool(line.instance.pk or line.has_changed())
