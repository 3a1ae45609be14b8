"""Removes files that somebody uploaded and never described."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import ngettext
from wagtail.models import UploadedFile

# Whoever goes to lunch between upload and description still finds the file.
KEPT_FOR = timedelta(days=2)


class Command(BaseCommand):
    help = "Remove files between upload and form that are older than two days. They hold what cameras write into them."

    def handle(self, *args: Any, **options: Any) -> None:
        removed = 0
        for upload in UploadedFile.objects.iterator():
            storage, name = upload.file.storage, upload.file.name
            is_there = bool(name) and storage.exists(name)
            if is_there and storage.get_modified_time(name) > timezone.now() - KEPT_FOR:
                continue
            if is_there:
                storage.delete(name)
            upload.delete()
            removed += 1
        self.stdout.write(
            ngettext("%(count)d abandoned file removed.", "%(count)d abandoned files removed.", removed)
            % {"count": removed}
        )
