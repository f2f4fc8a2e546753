"""What workers must remember beside the task rows themselves."""

from __future__ import annotations

from django.db import models


class WorkerLife(models.Model):
    """A running worker; one that is not seen for a while is dead and its tasks are run again."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()


class Periodic(models.Model):
    """When a task that comes round is due next."""

    name = models.CharField(max_length=60, primary_key=True)
    due_at = models.DateTimeField(db_index=True)
