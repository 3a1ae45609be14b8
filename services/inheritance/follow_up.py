"""What follows a change of a reference in the municipalities: done in the background, in steps that can be resumed."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from cms.background import give_to_worker
from services.inheritance.mails import tell_about_changes, tell_about_withdrawal
from services.inheritance.notices import follow, give_notice
from services.inheritance.versions import remember
from services.models import FollowUp, LocalServicePage, ServicePage

logger = logging.getLogger(__name__)

# Pages done in one step, which is one transaction.
STEP = 50
# Work that has not moved for so long was left behind by a worker, or none is there.
LEFT_BEHIND = timedelta(minutes=5)
# What other apps do with local pages whose reference has changed; each takes the keys of some pages.
page_steps: list[Callable[[list[int]], None]] = []


def on_reference_published(sender: type[ServicePage], instance: ServicePage, **kwargs: Any) -> None:
    revision = kwargs.get("revision")
    remember(instance, revision.user if revision is not None else None)
    begin(instance, FollowUp.Kind.PUBLISHED)


def on_reference_withdrawn(sender: type[ServicePage], instance: ServicePage, **kwargs: Any) -> None:
    # Wagtail also says so of a page that is being deleted, which nothing may refer to any more.
    transaction.on_commit(lambda: begin_withdrawal(instance.pk))


def begin_withdrawal(key: int) -> None:
    service = ServicePage.objects.filter(pk=key).first()
    if service is not None:
        begin(service, FollowUp.Kind.WITHDRAWN)


def on_local_page_published(sender: type[LocalServicePage], instance: LocalServicePage, **kwargs: Any) -> None:
    revision = kwargs.get("revision")
    follow(instance, revision.user if revision is not None else None)


def begin(service: ServicePage, kind: FollowUp.Kind) -> FollowUp | None:
    """Have the follow-up work done after this transaction; none where no municipality has a page of its own."""
    total = LocalServicePage.objects.filter(reference=service).count()
    if not total:
        return None
    follow_up = FollowUp.objects.create(service=service, kind=kind, total=total)
    transaction.on_commit(lambda: enqueue(follow_up.pk))
    return follow_up


def enqueue(key: int) -> None:
    give_to_worker(follow_up_task, key)


@task(backend="background")
def follow_up_task(key: int) -> None:
    work_off(key)


def work_off(key: int) -> None:
    """Do what is left of a piece of work. Two workers at once share it; nothing is done twice."""
    while step(key):
        pass


def step(key: int) -> bool:
    """Do the next pages. Whether there was anything to do."""
    with transaction.atomic():
        follow_up = FollowUp.objects.select_for_update().filter(pk=key, finished_at=None).first()
        if follow_up is None:
            return False
        pages = LocalServicePage.objects.filter(reference=follow_up.service_id, pk__gt=follow_up.after)
        keys = list(pages.order_by("pk").values_list("pk", flat=True)[:STEP])
        if not keys:
            follow_up.finished_at = timezone.now()
            follow_up.save()
            return False
        _do(follow_up, keys)
        FollowUp.objects.filter(pk=key).update(after=keys[-1], done=F("done") + len(keys), moved_at=timezone.now())
    return True


def _do(follow_up: FollowUp, keys: list[int]) -> None:
    service = follow_up.service
    if follow_up.kind == FollowUp.Kind.PUBLISHED:
        give_notice(service, keys)
        tell_about_changes(service, keys)
    elif not service.live:
        tell_about_withdrawal(service, keys)
    for work in page_steps:
        work(keys)


def is_left_behind(follow_up: FollowUp) -> bool:
    return follow_up.finished_at is None and follow_up.moved_at < timezone.now() - LEFT_BEHIND


def go_on_at_once(key: int) -> bool:
    """Give work to the worker again that was left behind. Whether it was: of two people at once, one does it."""
    now = timezone.now()
    left = FollowUp.objects.filter(pk=key, finished_at=None, moved_at__lt=now - LEFT_BEHIND)
    if not left.update(moved_at=now):
        return False
    transaction.on_commit(lambda: enqueue(key))
    return True


def resume() -> int:
    """Work off what a worker left behind, such as after a power cut; returns how many pieces of work were finished.

    What fails is tried again the next time; neither the other pieces nor what else is due today wait for it.
    """
    finished = 0
    for key in list(FollowUp.objects.filter(finished_at=None).order_by("pk").values_list("pk", flat=True)):
        try:
            work_off(key)
        except Exception:
            logger.exception("Follow-up work %s could not be finished.", key)
        else:
            finished += 1
    return finished
