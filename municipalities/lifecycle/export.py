"""Everything that a municipality has in the portal, as one file that it can take along."""

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from wagtail.models import Collection, ReferenceIndex
from wagtail.query import PageQuerySet

from cms.models import PortalDocument, PortalImage, User
from municipalities.lifecycle.belongings import alerts_of
from municipalities.lifecycle.changes import export_parts
from municipalities.models import BinnedPage, MunicipalityPage, RoleGroup
from municipalities.tenants.provisioning import collection_of

FORMAT = "serviceportal-export/1"


def export_to(path: Path, place: MunicipalityPage) -> dict[str, int]:
    """Write the file in one go: until it is complete, what stood there before stays."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file:
            counts = export(file, place)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return counts


def export(file: IO[bytes], place: MunicipalityPage) -> dict[str, int]:
    """Write a ZIP archive; returns how much of each kind it holds. Passwords are not part of it."""
    counts: dict[str, int] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        counts["seiten"] = _pages(archive, "seiten", place.get_descendants(inclusive=True))
        counts["papierkorb"] = _bin(archive, place)
        counts["bilder"] = _media(archive, place, PortalImage, "bilder")
        counts["dokumente"] = _media(archive, place, PortalDocument, "dokumente")
        people = list(_people(place))
        counts["personen"] = len(people)
        _write(archive, "personen.json", people)
        for name, part in {"hinweise": alerts_of, **export_parts}.items():
            rows = part(place)
            counts[name] = len(rows)
            _write(archive, f"{name}.json", rows)
        summary = {
            "format": FORMAT,
            "ags": place.ags,
            "name": place.official_name,
            "exported_at": timezone.now(),
            "counts": counts,
        }
        _write(archive, "inhalt.json", summary)
    return counts


def _write(archive: zipfile.ZipFile, name: str, content: Any) -> None:
    archive.writestr(name, json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))


def _pages(archive: zipfile.ZipFile, folder: str, pages: PageQuerySet) -> int:
    """One file for each page: its fields as published or last stored, its newest draft, and when it is reviewed."""
    rows = pages.select_related("owner", "latest_revision", "review").order_by("path")
    for page in rows.iterator(chunk_size=100):
        specific = page.specific
        revision = page.latest_revision
        content = {
            "id": page.pk,
            "type": specific._meta.label,
            "title": page.title,
            "address": page.url_path,
            "live": page.live,
            "parent": page.get_parent().pk,
            "owner": page.owner.get_username() if page.owner else None,
            "first_published_at": page.first_published_at,
            "last_published_at": page.last_published_at,
            "review": page.review.due if hasattr(page, "review") else None,
            "fields": specific.serializable_data(),
            "draft": revision.content if revision and page.has_unpublished_changes else None,
        }
        _write(archive, f"{folder}/{page.pk:06d}-{page.slug[:60]}.json", content)
    return pages.count()


def _bin(archive: zipfile.ZipFile, place: MunicipalityPage) -> int:
    """What was deleted and can still be brought back, each with what lay below it."""
    rows = []
    for binned in BinnedPage.objects.filter(anchor=place.pk).select_related("page").order_by("binned_at"):
        _pages(archive, "papierkorb", binned.page.get_descendants(inclusive=True))
        rows.append({"id": binned.page_id, "title": binned.page.title, "deleted_at": binned.binned_at})
    _write(archive, "papierkorb.json", rows)
    return len(rows)


def _media(archive: zipfile.ZipFile, place: MunicipalityPage, model: type[Any], folder: str) -> int:
    """Images or documents of the municipality's collection, and those of others that its pages show."""
    keys = [str(pk) for pk in place.get_descendants(inclusive=True).values_list("pk", flat=True)]
    shown = ReferenceIndex.objects.filter(
        base_content_type__app_label="wagtailcore",
        base_content_type__model="page",
        object_id__in=keys,
        to_content_type__app_label=model._meta.app_label,
        to_content_type__model=model._meta.model_name,
    ).values_list("to_object_id", flat=True)
    found = model.objects.filter(pk__in=set(shown)) | model.objects.filter(collection__in=_collections(place))
    rows = []
    for item in found.distinct().select_related("collection").order_by("pk"):
        name = f"{folder}/{item.pk:06d}-{Path(item.file.name).name}"
        fields = {field: getattr(item, field) for field in item.admin_form_fields if field not in ("file", "tags")}
        fields["collection"] = item.collection.name
        try:
            with item.file.open("rb") as source, archive.open(name, "w") as target:
                shutil.copyfileobj(source, target)
        except OSError:
            name = ""
        rows.append({"id": item.pk, "file": name or None, "uploaded_at": item.created_at, **fields})
    _write(archive, f"{folder}.json", rows)
    return len(rows)


def _collections(place: MunicipalityPage) -> list[Collection]:
    root = collection_of(place)
    return list(root.get_descendants(inclusive=True)) if root else []


def _people(place: MunicipalityPage) -> Iterator[dict[str, Any]]:
    roles = RoleGroup.objects.filter(municipality=place).select_related("group")
    kinds: dict[int, list[str]] = {}
    for role in roles:
        for pk in role.group.user_set.values_list("pk", flat=True):
            kinds.setdefault(pk, []).append(role.kind)
    for person in User.objects.filter(pk__in=kinds).order_by("username"):
        yield {
            "username": person.get_username(),
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": person.email,
            "is_active": person.is_active,
            "roles": kinds[person.pk],
        }
