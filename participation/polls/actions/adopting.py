"""Projects of a budget that can be done become what one chooses from."""

from __future__ import annotations

from django.db.models import Max

from participation.polls.models import Option, Poll, Project, Question
from participation.polls.states import Kind


def adopt_projects(poll: Poll) -> None:
    """Let the projects that can be done be what one chooses from, and no others; the poll is held.

    What was written of an option by hand stays; price and photo follow the project.
    """
    question = budget_of(poll)
    if question is None:
        return
    fitting = {one.pk: one for one in poll.projects.filter(state=Project.State.FITS)}
    there = {one.project_id: one for one in question.options.filter(project__isnull=False)}
    Option.objects.filter(pk__in=[one.pk for pk, one in there.items() if pk not in fitting]).delete()
    place = (question.options.aggregate(last=Max("position"))["last"] or 0) + 1
    for pk, project in fitting.items():
        row = there.get(pk)
        if row is None:
            Option.objects.create(
                question=question,
                position=place,
                label=project.title,
                explanation=project.what,
                photo_id=project.photo_id,
                alt=project.alt,
                cents=project.cents,
                project=project,
            )
            place += 1
        elif (row.cents, row.photo_id) != (project.cents, project.photo_id):
            row.cents, row.photo_id = project.cents, project.photo_id
            row.save(update_fields=["cents", "photo"])


def budget_of(poll: Poll) -> Question | None:
    """The question of a poll that divides money; the first where there are several. One query."""
    return poll.questions.filter(kind=Kind.BUDGET).first()
