"""The form of every page: what it refers to must be open to the person who refers to it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import ReferenceIndex

# Whether a person may refer to an object; models without an entry may be referred to by everyone.
ReferenceCheck = Callable[[Any, Any], bool]

_checks: dict[type[Model], ReferenceCheck] = {}


def register_reference_check(model: type[Model], check: ReferenceCheck) -> None:
    _checks[model] = check


class FormKeyField(forms.CharField):
    """Tells one opened form from another, so that a form recognises what it has saved itself in the background."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, max_length=36, initial=lambda: str(uuid4()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class _RowField(forms.ModelChoiceField):
    """The hidden key of a row below the page, for rows that only the version in the form has."""

    widget = forms.HiddenInput

    def __init__(self, row: Model) -> None:
        self.row = row
        super().__init__(type(row)._default_manager.all(), required=False)

    def to_python(self, value: Any) -> Any:
        return self.row if str(value) == str(self.row.pk) else super().to_python(value)


class PortalPageForm(WagtailAdminPageForm):
    """Choosers offer only what is open to the person; this holds what is sent to the same rule.

    What the page referred to before stays allowed: someone else may have chosen it.
    """

    form_key = FormKeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            try:
                self._let_rows_come_back()
            except (KeyError, ValidationError) as error:
                raise SuspiciousOperation("Incomplete form data: rows without a usable key") from error

    def _widget_data_value(self, widget: Any, html_name: str) -> Any:
        """Wagtail's blocks trust that all their hidden fields are sent. What no form of ours sends is a bad request."""
        try:
            return super()._widget_data_value(widget, html_name)  # type: ignore[misc]
        except (KeyError, ValueError) as error:
            raise SuspiciousOperation(f"Incomplete form data: {html_name}") from error

    def _let_rows_come_back(self) -> None:
        """Whoever goes back to an older version may bring rows with it that were deleted since. Django looks for each
        row in the database and would refuse the form, at a field that nobody sees."""
        for formset in self.formsets.values():
            for form in formset.initial_forms if formset.management_form.is_valid() else ():
                if form.instance is not None and form.instance.pk:
                    form.fields[form.instance._meta.pk.name] = _RowField(form.instance)

    def _post_clean(self) -> None:
        # The page as it was when the form was opened, before the fields are copied onto it.
        before = set(_references(self.instance)) if self.instance.pk else set()
        super()._post_clean()
        if self.for_user is None:
            return
        for kind in _foreign(self.for_user, set(_references(self.instance)) - before):
            self.add_error(
                None,
                ValidationError(
                    _("You have chosen a %(kind)s that belongs to another municipality. Please choose another.")
                    % {"kind": kind}
                ),
            )


def foreign_references(user: Any, thing: Model, before: Model) -> Iterator[Any]:
    """Kinds of objects that a thing newly refers to though the person may not: for forms that are no page's."""
    return _foreign(user, set(_references(thing)) - set(_references(before)))


def _foreign(user: Any, references: Iterable[tuple[int, str]]) -> Iterator[Any]:
    for content_type_id, key in references:
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        check = _checks.get(model) if model else None
        found = model._base_manager.filter(pk=key).first() if model is not None and check is not None else None
        if model is not None and check is not None and found is not None and not check(user, found):
            yield model._meta.verbose_name


def _references(page: Model) -> Iterator[tuple[int, str]]:
    """Content type and key of everything that the page's fields refer to.

    Wagtail's reference index has this only for saved pages, so its extractor is asked directly.
    """
    for content_type_id, key, _model_path, _content_path in ReferenceIndex._extract_references_from_object(page):
        yield content_type_id, str(key)
