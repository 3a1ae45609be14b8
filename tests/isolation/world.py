"""Two municipalities, everything that can leak between them, and one person for each role.

Every secret carries a word that stands nowhere else: whoever reads it in an answer has seen what is not theirs.
"""

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Comment, Page, Site, TaskState, UploadedFile, Workflow, WorkflowTask

from cms.models import User
from cooperations.models import Agreement
from home.installation import install_portal
from municipalities.bin import put_in_bin
from municipalities.models import (
    Alert,
    BinnedPage,
    ConsentRequest,
    ConsentTask,
    ConsentVote,
    MunicipalityPage,
    PageReview,
    RoleGroup,
    RoleKind,
    Tenant,
)
from municipalities.tenants.provisioning import set_up_tenant
from services.inheritance.notices import give_notice
from services.models import ChangeNotice, FollowUp, Responsibility, ServicePage
from services.modes import ModuleMode
from tests.factories import (
    AgreementFactory,
    CooperationFactory,
    DocumentFactory,
    ImageFactory,
    LocalServiceFactory,
    MunicipalityFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
    StandardPageFactory,
    UserFactory,
)

# Letters of the roles, short because the tables of expectations are long.
AUTHOR, PUBLISHER, LOCAL_ADMIN = "A", "P", "L"
REFERENCE_EDITOR, COOPERATION_MANAGER, PORTAL_ADMIN = "R", "C", "S"
STRANGER, ANONYMOUS = "X", "N"
ROLES = {
    AUTHOR: "author",
    PUBLISHER: "publisher",
    LOCAL_ADMIN: "local administrator",
    REFERENCE_EDITOR: "reference editor",
    COOPERATION_MANAGER: "cooperation manager",
    PORTAL_ADMIN: "portal administrator",
    STRANGER: "editor without a role",
    ANONYMOUS: "nobody",
}
# Whose objects are asked for.
OWN, FOREIGN, PUBLISHED, CENTRAL, COOPERATION, NONE = "own", "foreign", "published", "central", "cooperation", "none"
OWNERSHIPS = (OWN, FOREIGN, PUBLISHED, CENTRAL, COOPERATION, NONE)
# The secret word of each part of the tree.
SECRETS = {OWN: "Eigengeheimnis", FOREIGN: "Fremdgeheimnis", CENTRAL: "Stammgeheimnis", COOPERATION: "Bundgeheimnis"}
# What reference editors may read of every municipality too.
NOTES = {SECRETS[OWN]: "Eigenvermerk", SECRETS[FOREIGN]: "Fremdvermerk"}
SECRETS |= {"own note": NOTES[SECRETS[OWN]], "foreign note": NOTES[SECRETS[FOREIGN]]}
KNOWS = {AUTHOR: {OWN, "own note"}, PUBLISHER: {OWN, "own note"}, LOCAL_ADMIN: {OWN, "own note"}}
KNOWS |= {REFERENCE_EDITOR: {CENTRAL, "own note", "foreign note"}}
KNOWS |= {COOPERATION_MANAGER: {COOPERATION}, PORTAL_ADMIN: set(SECRETS), STRANGER: set(), ANONYMOUS: set()}

NOWHERE = 987_654_321


@dataclass
class World:
    people: dict[str, User | None]
    things: dict[str, Any]


def build_world() -> World:
    install_portal()
    own, foreign = _tenant("Eigenstadt"), _tenant("Fremdstadt")
    things = {
        OWN: _things_of(own, SECRETS[OWN]),
        FOREIGN: _things_of(foreign, SECRETS[FOREIGN]),
        CENTRAL: _central(ServiceFactory(), SECRETS[CENTRAL], "Gemeinsam"),
        COOPERATION: _central(CooperationFactory(), SECRETS[COOPERATION], "Gemeinsam"),
        NONE: _nothing(),
    }
    _ask_all(things)
    # It concerns both municipalities; what its keepers wrote for themselves is theirs.
    cooperation = things[COOPERATION]
    cooperation.agreement = AgreementFactory(
        cooperation=cooperation.page,
        title="Vereinbarung",
        note=f"{SECRETS[COOPERATION]}-Vermerk",
        document=cooperation.document,
        hands_over=([(ServiceFactory(), things[FOREIGN].responsibility.office)], [own]),
    )
    things[OWN].bound = Responsibility.objects.get(agreement_link__agreement=cooperation.agreement)
    things[PUBLISHED] = SimpleNamespace(
        **{**vars(things[FOREIGN]), "page": _published(foreign, SECRETS[FOREIGN]), "parent": foreign}
    )
    return World(_people(own), things)


def _ask_all(things: dict[str, Any]) -> None:
    """A shared page is put to both municipalities; who answered there is nobody else's business."""
    page = StandardPageFactory(title="Gemeinsame Regeln", published=True)
    page.save_revision()
    task = ConsentTask.objects.create(name="Alle fragen")
    workflow = Workflow.objects.create(name="Alle fragen")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    workflow.start(page.specific_class.objects.get(pk=page.pk), None)
    consent = ConsentRequest.objects.get(page=page.pk)
    for owner in (OWN, FOREIGN):
        thing = things[owner]
        thing.consent, thing.party = consent, consent.parties.get(municipality=thing.place.pk)
        ConsentVote.objects.create(party=thing.party, answer="agree", by=thing.person, capacity="representative")
    for owner in (CENTRAL, COOPERATION):
        things[owner].consent = things[owner].party = SimpleNamespace(pk=NOWHERE)


def _tenant(name: str) -> MunicipalityPage:
    place = MunicipalityFactory(title=name, published=True)
    set_up_tenant(place)
    return MunicipalityPage.objects.get(pk=place.pk)


def _people(own: MunicipalityPage) -> dict[str, User | None]:
    def holding(kind: RoleKind, municipality: MunicipalityPage | None, name: str) -> User:
        user = UserFactory(username=name, email=f"{name}@example.org")
        user.groups.add(RoleGroup.objects.get(kind=kind, municipality=municipality).group)
        return user

    stranger = UserFactory(username="ohne-rolle")
    stranger.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return {
        AUTHOR: holding(RoleKind.AUTHOR, own, "eigen-autor"),
        PUBLISHER: holding(RoleKind.PUBLISHER, own, "eigen-freigabe"),
        LOCAL_ADMIN: holding(RoleKind.LOCAL_ADMIN, own, "eigen-verwaltung"),
        REFERENCE_EDITOR: holding(RoleKind.REFERENCE_EDITOR, None, "stammredaktion"),
        COOPERATION_MANAGER: holding(RoleKind.COOPERATION_MANAGER, None, "bundredaktion"),
        PORTAL_ADMIN: UserFactory(admin=True, username="portalverwaltung"),
        STRANGER: stranger,
        ANONYMOUS: None,
    }


def _things_of(place: MunicipalityPage, secret: str) -> SimpleNamespace:
    person = UserFactory(username=f"{secret}-person", first_name=secret, last_name=f"{secret}-name")
    person.email = f"{secret.lower()}@example.org"
    person.save()
    person.groups.add(RoleGroup.objects.get(kind=RoleKind.AUTHOR, municipality=place).group)
    collection = Collection.objects.get(pk=place.tenant.collection_id)
    office = OfficeFactory(place=place, title=f"{secret}-Amt", live=False)
    published_office = OfficeFactory(place=place)
    row = ResponsibilityFactory(area=place, office=published_office, note=NOTES[secret])
    # One that is to be shown later, so that its words are a secret still.
    later = timezone.now() + timedelta(days=30)
    alert = Alert.objects.create(municipality=place, title=f"{secret}-Banner", valid_from=later)
    page = StandardPageFactory(parent=place, title=f"{secret}-Entwurf", live=False, owner=person)
    binned = StandardPageFactory(parent=place, title=f"{secret}-Papier", live=False)
    binned_published = StandardPageFactory(parent=place, title=f"{secret}-Altpapier", published=True)
    return SimpleNamespace(
        place=place,
        **_changed_reference(place, secret, person),
        binned=put_in_bin(binned, person),
        binned_published=put_in_bin(binned_published, person),
        parent=place,
        office=office,
        responsibility=row,
        bound=SimpleNamespace(pk=NOWHERE),
        agreement=SimpleNamespace(pk=NOWHERE),
        alert=alert,
        collection=collection,
        **_media(collection, secret, person),
        **_page_things(page, person, secret),
        person=person,
        group=RoleGroup.objects.get(kind=RoleKind.AUTHOR, municipality=place).group,
        redirect=Redirect.add_redirect(f"/{secret.lower()}", page),
        workflow=place.tenant.workflow,
        task=place.tenant.workflow.workflow_tasks.get().task,
        site=Site.objects.create(hostname=f"{place.slug}.example.org", root_page_id=place.pk),
    )


def _changed_reference(place: MunicipalityPage, secret: str, person: User) -> dict[str, Any]:
    """A shared text that has changed under an own one, of which the draft and the objection are nobody else's."""
    service = ServiceFactory(published=True, notes="<p>Damals.</p>")
    index = place.get_children().get(slug="leistungen").specific
    local = LocalServiceFactory(
        parent=index, reference=service, published=True, texts=[("16", ModuleMode.REPLACE, "<p>Unser Text.</p>")]
    )
    service.notes = "<p>Heute.</p>"
    service.save_revision().publish()
    version = service.versions.get(number=2)
    give_notice(service, [local.pk])
    ChangeNotice.objects.filter(page=local).update(reason=NOTES[secret], decided_by=person)
    local = type(local).objects.get(pk=local.pk)
    part = local.text_modules.get()
    part.text = f"<p>{secret}-Text</p>"
    local.text_modules = [part]
    local.save_revision(user=person)
    return {"local_page": local, "version": version, "work": FollowUp.objects.get(service=service)}


def _published(place: MunicipalityPage, secret: str) -> Page:
    """A published page with changes that are not: its published title is no secret, its new one is."""
    page = StandardPageFactory(parent=place, title="Veröffentlichtes", published=True)
    page = page.specific_class.objects.get(pk=page.pk)
    page.title = f"{secret}-neuer-Titel"
    page.save_revision()
    return page


def _central(page: Page, secret: str, collection: str) -> SimpleNamespace:
    """A page that no municipality owns, with its unpublished change."""
    page.title = f"{secret}-Entwurf"
    page.live = False
    page.save()
    found = Collection.objects.get(name=collection)
    person = UserFactory(username=f"{secret}-person", first_name=secret, last_name=f"{secret}-name")
    nothing = _nothing()
    factory = ServiceFactory if isinstance(page, ServicePage) else CooperationFactory
    return SimpleNamespace(
        **{
            **vars(nothing),
            "binned": put_in_bin(factory(title=f"{secret}-Papier", live=False), person),
            **_page_things(page, person, secret),
            **_media(found, f"{collection}-bild", person),
            "parent": page.get_parent(),
            "collection": found,
            "person": person,
        }
    )


def _page_things(page: Page, person: User, secret: str) -> dict[str, Any]:
    page = page.specific
    page.locked, page.locked_by = True, person
    page.save()
    revision = page.save_revision(user=person, log_action=True)
    page.refresh_from_db()
    comment = Comment.objects.create(
        page_id=page.pk, user=person, text=f"{secret}-kommentar", contentpath="title", position=""
    )
    state = task_state = None
    workflow = page.get_workflow()
    if workflow is not None:
        state = workflow.start(page, person)
        task_state = TaskState.objects.get(workflow_state=state)
    session = EditingSession.objects.create(
        user=person,
        content_type=ContentType.objects.get_for_model(page),
        object_id=str(page.pk),
        last_seen_at=revision.created_at,
    )
    return {
        "page": page,
        "revision": revision,
        "comment": comment,
        "workflow_state": state or SimpleNamespace(pk=NOWHERE),
        "task_state": task_state or SimpleNamespace(pk=NOWHERE, task_id=NOWHERE),
        "session": session,
    }


def _media(collection: Collection, secret: str, person: User) -> dict[str, Any]:
    image = ImageFactory(title=f"{secret}-Bild", collection=collection, uploaded_by_user=person)
    document = DocumentFactory(
        title=f"{secret}-Datei", collection=collection, uploaded_by_user=person, file__filename="datei.pdf"
    )
    uploaded = {}
    for name, thing in (("uploaded_image", image), ("uploaded_document", document)):
        uploaded[name] = UploadedFile.objects.create(
            for_content_type=ContentType.objects.get_for_model(thing),
            file=ContentFile(b"x", name=f"{secret}.bin"),
            uploaded_by_user=person,
        )
    return {"image": image, "document": document, **uploaded}


def _nothing() -> SimpleNamespace:
    """Keys that no object has."""
    thing = SimpleNamespace(pk=NOWHERE, task_id=NOWHERE)
    names = (
        "place parent office responsibility collection image document uploaded_image uploaded_document page revision"
    )
    names += " alert bound binned binned_published consent party local_page version work agreement"
    names += " comment workflow_state task_state session person group redirect workflow task site"
    return SimpleNamespace(**dict.fromkeys(names.split(), thing))


def fingerprint() -> list[Any]:
    """What must be the same after everything that was refused."""
    return [
        list(
            Page.objects.order_by("pk").values_list(
                "pk", "path", "url_path", "live", "locked", "title", "latest_revision", "expire_at", "owner"
            )
        ),
        list(User.objects.order_by("pk").values_list("pk", "username", "is_active", "is_superuser", "password")),
        list(User.groups.through.objects.order_by("pk").values_list("user", "group")),
        list(ChangeNotice.objects.order_by("pk").values_list("pk", "outcome", "reason", "version__is_binding")),
        list(Responsibility.objects.order_by("pk").values_list("pk", "area", "office", "note", "valid_until")),
        list(Agreement.objects.order_by("pk").values_list("pk", "title", "effective_from", "effective_until")),
        list(Alert.objects.order_by("pk").values_list("pk", "municipality", "title", "level")),
        list(BinnedPage.objects.order_by("pk").values_list("pk", "page", "slug")),
        list(PageReview.objects.order_by("pk").values_list("pk", "page", "due")),
        list(Tenant.objects.order_by("pk").values_list("pk", "approval", "review_months", "representative")),
        list(ConsentRequest.objects.order_by("pk").values_list("pk", "outcome")),
        list(ConsentVote.objects.order_by("pk").values_list("pk", "party", "answer")),
        list(Collection.objects.order_by("pk").values_list("pk", "name", "path")),
        list(TaskState.objects.order_by("pk").values_list("pk", "status")),
        list(Comment.objects.order_by("pk").values_list("pk", "text", "resolved_at")),
        list(Redirect.objects.order_by("pk").values_list("pk", "old_path", "redirect_page")),
        list(RoleGroup.objects.order_by("pk").values_list("pk", "group__name")),
        *(
            list(model.objects.order_by("pk").values_list("pk", "title", "collection", "file"))
            for model in (ImageFactory._meta.model, DocumentFactory._meta.model)
        ),
    ]
