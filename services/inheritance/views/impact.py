"""What publishing a reference would do to the municipalities, shown before it is done."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.models import Revision

from municipalities.admin_views import AdminPageMixin
from services.inheritance import log_actions
from services.inheritance.binding import make_binding
from services.inheritance.impact import Impact, ModuleImpact, impact
from services.inheritance.marking import marked, shown
from services.inheritance.views.before_publishing import APPROVE, final_approval
from services.inheritance.views.forms import ApprovalForm, BindingForm
from services.inheritance.views.waiting import language_name
from services.models import ReferenceVersion, ServicePage
from services.text_modules import as_rich_text


def _is_for_later(draft: ServicePage) -> bool:
    return draft.go_live_at is not None and draft.go_live_at > timezone.now()


@dataclass(frozen=True)
class ShownModule:
    """One changed text, before and after, or one kind of facts, of which only the municipalities are shown."""

    module: ModuleImpact
    language: str
    before: SafeString | str = ""
    after: SafeString | str = ""


class ImpactView(AdminPageMixin, FormView):
    """The draft as it is saved last, held against what is published; publishing, planning or approving it from here."""

    page_title = gettext_lazy("Impact of the change")
    header_icon = "view"
    template_name = "services/admin/references/impact.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.service = get_object_or_404(ServicePage, pk=kwargs["page_id"])

    def get_page_subtitle(self) -> str:
        return str(self.draft.get_admin_display_title())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *before, here = super().get_breadcrumbs_items()
        return [*before, {"url": self._editor(), "label": self.get_page_subtitle()}, here]

    def get_form_class(self) -> type[BindingForm]:
        return ApprovalForm if self.approval is not None else BindingForm

    def get_initial(self) -> dict[str, Any]:
        return {"comment": self.request.GET.get("comment", "")}

    def _look(self) -> None:
        self.service = ServicePage.objects.get(pk=self.service.pk)
        self.approval = final_approval(self.service, self.request.user)
        self.revision: Revision | None = self.service.get_latest_revision()
        self.draft = self.service.get_latest_revision_as_object()

    def _obstacle(self) -> str:
        """Why nothing can be published from here, or nothing."""
        is_public = self.service.live and not self.service.has_unpublished_changes
        # Somebody may have handed in a page without changing it.
        if self.revision is None or (is_public and self.approval is None):
            return _("There is nothing to publish: the draft says what is published already.")
        if not self.service.permissions_for_user(self.request.user).can_publish():
            return _("You may not publish this page. Whoever approves it sees this too.")
        if self.service.scheduled_revision is not None:
            return _("A version is planned already. Before another is published, that plan has to be cancelled.")
        lock = self.service.get_lock()
        if lock is not None and lock.for_user(self.request.user):
            return _("The page is locked. It can be published once it is unlocked.")
        if self.service.current_workflow_state is not None and self.approval is None:
            return _("The page waits for approval. It is published when it is approved, in the form of the page.")
        return ""

    def _button(self) -> str:
        if self.approval is not None:
            return _("Approve and plan") if _is_for_later(self.draft) else _("Approve and publish")
        return _("Plan the publication") if _is_for_later(self.draft) else _("Publish now")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self._look()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            # Of two central editors the second waits here, and then sees what the first has done.
            ServicePage.objects.select_for_update(of=("self",)).filter(pk=self.service.pk).first()
            self._look()
            form = self.get_form()
            revision = self.revision
            if revision is not None and request.POST.get("revision") != str(revision.pk):
                messages.warning(
                    request,
                    _("Not published: somebody has saved a newer draft meanwhile. Please look at its impact below."),
                )
                return self.form_invalid(form)
            if (obstacle := self._obstacle()) or revision is None:
                messages.error(request, obstacle)
                return self.form_invalid(form)
            if not form.is_valid():
                messages.error(request, _("Not published. Please look at the messages at the fields."))
                return self.form_invalid(form)
            return self._publish(form, revision)

    def _publish(self, form: BindingForm, revision: Revision) -> HttpResponse:
        try:
            with transaction.atomic():
                versions = self._new_versions(revision, form.cleaned_data.get("comment", ""))
                self._say_with(versions, form.cleaned_data)
        except ValidationError as error:
            self._add_errors(form, error)
            return self.form_invalid(form)
        done = _("“%(title)s” is published. Below you see what the municipalities make of it.")
        if _is_for_later(self.draft):
            done = _("The publication of “%(title)s” is planned.")
        elif not versions:
            done = _("“%(title)s” is published.")
        messages.success(
            self.request,
            done % {"title": self.draft.title},
            buttons=[messages.button(self._editor(), _("Edit the page"))],
        )
        german = next(iter(versions), None)
        if german is None:
            return redirect("wagtailadmin_pages:edit", self.service.pk)
        return redirect("reference_version", german.pk)

    def _new_versions(self, revision: Revision, comment: str) -> list[ReferenceVersion]:
        before = set(self.service.versions.values_list("pk", flat=True))
        if self.approval is not None:
            task = self.approval.task.specific
            task.on_action(self.approval, self.request.user, APPROVE, **({"comment": comment} if comment else {}))
        else:
            # The page's own way, which refuses what nobody may read.
            revision.publish(user=self.request.user)
        return list(self.service.versions.exclude(pk__in=before).order_by("pk"))

    def _say_with(self, versions: list[ReferenceVersion], data: dict[str, Any]) -> None:
        if data["is_binding"] and not versions:
            raise ValidationError(
                {"is_binding": _("Only texts can be binding, once they are published; this publishes no other texts.")}
            )
        for version in versions:
            if data["is_binding"]:
                make_binding(version, data["effective_on"], data["legal_basis"], data["note"])
            elif data["note"].strip():
                version.note = data["note"].strip()
                version.save(update_fields=["note"])
        if data["is_binding"]:
            log_actions.note(self.service, log_actions.MADE_BINDING, self.request.user, "")

    def _add_errors(self, form: BindingForm, error: ValidationError) -> None:
        """What concerns the fields here stands at them; what is wrong with the page itself is mended in its form."""
        rest = []
        for name, texts in getattr(error, "message_dict", {"": error.messages}).items():
            if name in form.fields:
                form.add_error(name, texts)
            else:
                rest += texts
        if rest:
            messages.error(
                self.request,
                _("Not published, because something on the page has to be mended first: %(reasons)s")
                % {"reasons": " ".join(rest)},
                buttons=[messages.button(self._editor(), _("Edit the page"))],
            )

    def _editor(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.service.pk])

    def form_invalid(self, form: BindingForm) -> HttpResponse:
        self._look()
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Only for those who look: whoever publishes has seen it.
        found: Impact = impact(self.draft, timezone.localdate())
        is_for_later = _is_for_later(self.draft)
        context = super().get_context_data(
            service=self.service,
            revision=self.revision,
            impact=found,
            modules=[_shown(module) for module in found.modules],
            obstacle=self._obstacle(),
            button=self._button(),
            planned_for=self.draft.go_live_at if is_for_later else None,
            editor=self._editor(),
            **kwargs,
        )
        form = context["form"]
        says_something = (found.asks and not is_for_later) or bool(form.errors)
        context["fields"] = [field for field in form if says_something or field.name == "comment"]
        return context


def _shown(module: ModuleImpact) -> ShownModule:
    if not module.code:
        return ShownModule(module, "")
    before, after = (as_rich_text(module.code, text) for text in (module.before, module.after))
    return ShownModule(module, language_name(module.language), shown(before), marked(before, after))
