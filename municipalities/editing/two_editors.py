"""Two editors on one page: a form that was opened before somebody else saved never overwrites what they wrote.

Wagtail refuses this for automatic saving only. Here every save is refused once there is a newer version; the person
sees both, keeps the own text in the form, and may add it as a further draft. Publishing then starts from there.
"""

import json
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.models import Page, Revision

from cms.keys import key_of
from municipalities.editing.comparison import differs_in_substance, words_differ
from municipalities.models import FormSave

# What the form sends to say: I have seen that version, keep mine as a draft above it.
SEEN = "seen_revision_id"
_LEAVES_DRAFT = ("action-publish", "action-submit", "action-restart-workflow", "action-workflow-action")


class _RemembersFormMixin:
    """Notes which form an automatic save came from."""

    def post(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        key = request.POST.get("form_key", "")[:36]
        if key and self.expects_json_response and self.response_is_json(response):
            saved = json.loads(response.content).get("revision_id")
            if saved:
                FormSave.objects.update_or_create(revision_id=saved, defaults={"form_key": key})
        return response


class _NewestOnlyMixin(_RemembersFormMixin):
    """The check, for the edit view and the one that goes back to an older version."""

    newer: Revision | None = None
    comparison: tuple[Any, ...] = ()

    def dispatch(self: Any, request: HttpRequest, page_id: int, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().dispatch(request, page_id, **kwargs)  # type: ignore[misc]
        with transaction.atomic():
            # Two forms that arrive at the same moment: the second waits here, and then sees what the first has saved.
            Page.objects.select_for_update().filter(pk=page_id).first()
            return super().dispatch(request, page_id, **kwargs)  # type: ignore[misc]

    def post(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.expects_json_response and request.POST.get("action-workflow-action"):
            # Approving puts a field into the form, which the browser takes for a change and saves in the background
            # while the form itself is on its way: each approved page would have a further draft without any change.
            return self.json_error_response("blocked_by_hook", "")
        latest = self.latest_revision
        if latest is not None and self.is_out_of_date:
            if request.POST.get(SEEN) != str(latest.pk) or _wants_more_than_a_draft(request):
                return self._refuse(latest)
            messages.info(request, _("Your version was saved as a draft. The other one is in the history."))
        elif request.POST.get("action-publish") and not self.page_perms.can_publish():
            messages.warning(request, _("You may no longer publish here. Your changes are kept as a draft."))
        return super().post(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def is_out_of_date(self: Any) -> bool:
        """As Wagtail's, but a form may go on from what it has saved itself, and a page without any saved version when
        the form was opened must have none now."""
        sent = self.request.POST
        if self.latest_revision is None:
            return False
        key = sent.get("form_key")
        if key and FormSave.objects.filter(revision=self.latest_revision, form_key=key).exists():
            return False
        if key and not sent.get("overwrite_revision_id") and not sent.get("loaded_revision_id"):
            return True
        return bool(super().is_out_of_date)  # type: ignore[misc]

    def _refuse(self: Any, latest: Revision) -> HttpResponse:
        """Show the form as it was sent, with the newer version beside it. Nothing is stored."""
        if self.expects_json_response:
            return self.json_error_response("invalid_revision", _("Somebody else has saved a newer version."))
        self.form = self.form_class(
            self.request.POST,
            self.request.FILES,
            instance=latest.as_object(),
            subscription=self.subscription,
            parent_page=self.parent,
            for_user=self.request.user,
        )
        self.form.defer_required_fields()
        self.form.is_valid()
        self.page = self.form.instance
        self.newer = latest
        self.comparison = _differences(self, latest.as_object())
        self.form.restore_required_fields()
        self.has_unsaved_changes = True
        self._stay_at_opened_version()
        who = get_user_display_name(latest.user) or _("Somebody")
        messages.warning(
            self.request,
            _("Not saved: %(who)s has saved a newer version. Your text is still in the form; both versions are below.")
            % {"who": who},
        )
        return self.render_to_response(self.get_context_data())

    def _stay_at_opened_version(self: Any) -> None:
        """The form shown again still belongs to the version that it was opened with, so it is refused again."""
        sent = self.request.POST
        key = sent.get("overwrite_revision_id") or sent.get("loaded_revision_id") or ""
        opened = self.page.revisions.filter(pk=key_of(key)).first()
        self.page.latest_revision_id = opened.pk if opened else None
        self.latest_revision_created_at = sent.get("loaded_revision_created_at", "")

    def get_template_names(self: Any) -> list[str]:
        names: list[str] = super().get_template_names()  # type: ignore[misc]
        return ["municipalities/admin/edit_page.html"] if names == ["wagtailadmin/pages/edit.html"] else names

    def get_context_data(self: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        if self.newer is not None:
            context["newer"] = self.newer
            context["newer_comparison"] = self.comparison
            context["newer_url"] = reverse("wagtailadmin_pages:revisions_view", args=[self.page.pk, self.newer.pk])
            context["seen_field"] = SEEN
        return context


def _wants_more_than_a_draft(request: HttpRequest) -> bool:
    return any(request.POST.get(action) for action in _LEAVES_DRAFT)


def _differences(view: Any, newer: Page) -> tuple[Any, ...]:
    """Wagtail's comparison of the newer version with what the form holds."""
    mine = view.form.save(commit=False) if view.form.is_valid() else view.form.instance
    panel = view.edit_handler.get_bound_panel(instance=mine, request=view.request, form=None)
    compared = [comparison(newer, mine) for comparison in panel.get_comparison()]
    compared = [one for one in compared if one.has_changed()]
    for one in compared:
        # Wagtail compares words alone: the row of a link that leads elsewhere would look as if nothing differed.
        one.has_same_words = not words_differ(one)
    return tuple(one for one in compared if not one.has_same_words or differs_in_substance(one))


class PortalCreateView(_RemembersFormMixin, CreateView):
    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """All or nothing: what the form has checked against other pages still holds when the page is published."""
        return super().post(request, *args, **kwargs)


class PortalEditView(_NewestOnlyMixin, EditView):
    pass


class PortalRevertView(_NewestOnlyMixin, RevisionsRevertView):
    pass
