"""`ConfigurationRow`: a table whose rows a `Snapshot` keeps in memory.

Every way of writing such a row (save, delete, the bulk methods of its manager, a many-to-many
set through a `ConfigurationRow`, and so the admin, forms and shell) tells the snapshot, so that
no screen or script can forget it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from django.db import models, transaction

from core.snapshots.snapshot import changed

Row = TypeVar("Row", bound="ConfigurationRow")


class ConfigurationQuerySet(models.QuerySet[Row]):
    """Bulk writes that tell the snapshot."""

    def bulk_create(self, objs: Iterable[Row], *args: Any, **kwargs: Any) -> list[Row]:
        with transaction.atomic():
            made = super().bulk_create(objs, *args, **kwargs)
            changed(self.model.kept_in)
        return made

    def bulk_update(self, objs: Iterable[Row], fields: Iterable[str], batch_size: int | None = None) -> int:
        with transaction.atomic():
            count = super().bulk_update(objs, fields, batch_size)
            changed(self.model.kept_in)
        return count

    def update(self, **kwargs: Any) -> int:
        with transaction.atomic():
            count = super().update(**kwargs)
            changed(self.model.kept_in)
        return count

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            answer = super().delete()
            changed(self.model.kept_in)
        return answer


class ConfigurationRow(models.Model):
    """Base of configuration tables; `kept_in` names the snapshot that holds the rows."""

    kept_in: ClassVar[str]

    objects = ConfigurationQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            changed(self.kept_in)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            answer = super().delete(*args, **kwargs)
            changed(self.kept_in)
        return answer
