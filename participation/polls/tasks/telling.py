"""Who hears of a step. What is owed is enqueued in the transaction of what happened."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from core.notify.letters import send
from participation.polls.letters import telling as letters
from participation.polls.models import Listener, Poll, Project, StageChange

ENDS = {"answer": "answer", "stop": "stop"}
"""Steps after which whoever listens hears it, and is forgotten."""
AT_ONCE = 500


@task()
def mail_proposer(poll_id: int, step_id: int | None) -> str:
    """That we have the proposal, or what a step means for it."""
    return send(letters.to_proposer(poll_id, step_id), key=f"poll-proposal-{poll_id}-{step_id or 0}")


@task()
def mail_author(project_id: int, checked: str) -> str:
    """What the team found of a project; `checked` is when, so that each check is told once."""
    return send(letters.to_author(project_id), key=f"poll-project-{project_id}-{checked}")


@task()
def mail_listener(listener_id: int, what: str) -> str:
    """One mail; after the answer their address is erased."""
    said = send(letters.to_listener(listener_id, what), key=f"poll-{what}-{listener_id}")
    if what != "confirm":
        Listener.objects.filter(pk=listener_id).delete()
    return said


@task()
def tell_listeners(poll_id: int, what: str) -> int:
    """Owe everybody who asked their mail; how many. Who never confirmed is forgotten at once."""
    Listener.objects.filter(poll_id=poll_id, confirmed_at=None).delete()
    ids = Listener.objects.filter(poll_id=poll_id).order_by("pk").values_list("pk", flat=True)
    many = 0
    for listener_id in ids.iterator(chunk_size=AT_ONCE):
        mail_listener.enqueue(listener_id, what)
        many += 1
    return many


def owe_received(poll: Poll) -> None:
    """Owe whoever proposed it a word that we have it."""
    mail_proposer.enqueue(poll.pk, None)


def owe_step(poll: Poll, taken: StageChange) -> None:
    """Owe whoever proposed it, and who asked to hear of the outcome, what this step means for them."""
    if poll.proposer_id is not None and poll.proposer_mailed and taken.name in letters.TOLD:
        mail_proposer.enqueue(poll.pk, taken.pk)
    if taken.name in ENDS:
        tell_listeners.enqueue(poll.pk, ENDS[taken.name])


def owe_confirmation(listener: Listener) -> None:
    mail_listener.enqueue(listener.pk, "confirm")


def owe_checked(project: Project) -> None:
    if project.resident_id is not None and project.checked_at is not None:
        mail_author.enqueue(project.pk, project.checked_at.isoformat())


def anybody_unconfirmed(now: datetime) -> bool:
    from participation.polls.actions.listening import UNCONFIRMED_FOR

    return Listener.objects.filter(confirmed_at=None, asked_at__lt=now - UNCONFIRMED_FOR).exists()


@task()
def forget_unconfirmed() -> int:
    """Erase addresses that did not confirm in time; how many."""
    from participation.polls.actions.listening import forget_unconfirmed as forget

    return forget(now=timezone.now())
