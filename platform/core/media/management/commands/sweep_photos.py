"""`manage.py sweep_photos`: remove unclaimed photos and files without a photo."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.media.actions import sweep


class Command(BaseCommand):
    help = "Remove photos that no report claimed within 24 hours, and files that belong to no photo."

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep(now=timezone.now())
        self.stdout.write(f"{swept.photos} unclaimed photos and {swept.files} stray files removed")
