"""`manage.py train_categories [GM0518 …]`: learn category proposals from a municipality's own reports."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from core.areas.models import Area
from participation.routing.actions import keep_learned
from participation.routing.models import LearnedModel
from participation.routing.proposals.measure import Tally
from participation.routing.proposals.training import FEWEST_REPORTS, TooLittle, examples_of, train
from participation.routing.queries import config


class Command(BaseCommand):
    help = "Learns category proposals from municipalities' own reports (all without codes); used only when better."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("codes", nargs="*", metavar="GM0518")

    def handle(self, *args: Any, **options: Any) -> None:
        if find_spec("sklearn") is None:
            raise CommandError(_("Install scikit-learn first: pip install wijkplatform[train]."))
        codes = options["codes"]
        rows = Area.objects.filter(parent=None).order_by("code").values_list("code", "pk")
        known = dict(rows.filter(code__in=codes) if codes else rows)
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise CommandError(_("No municipality with code %(codes)s.") % {"codes": ", ".join(unknown)})
        for code, pk in known.items():
            self._learn(code, pk)

    def _learn(self, code: str, gemeente_id: int) -> None:
        examples = examples_of(gemeente_id)
        try:
            outcome = train(examples, config(gemeente_id).settings.index)
        except TooLittle:
            self.stdout.write(
                _("%(code)s: %(count)d reports to learn from, at least %(least)d are needed. Nothing changed.")
                % {"code": code, "count": len(examples), "least": FEWEST_REPORTS}
            )
            return
        row = keep_learned(gemeente_id, outcome, now=timezone.now())
        self.stdout.write(
            _("%(code)s: learned from %(learned)d reports, measured on %(measured)d newer ones.")
            % {"code": code, "learned": row.learned_from, "measured": row.measured_on}
        )
        self.stdout.write(self._line(_("words"), outcome.words.whole))
        self.stdout.write(self._line(_("learned"), outcome.learned.whole))
        self.stdout.write("  " + self._verdict(row))

    @staticmethod
    def _line(name: str, tally: Tally) -> str:
        return f"  {name:9} top-1 {tally.top1:6.1%}   top-3 {tally.top3:6.1%}"

    @staticmethod
    def _verdict(row: LearnedModel) -> str:
        if not row.is_better:
            return _("The words do as well or better, so they stay in use.")
        if not row.is_on:
            return _("Better, but switched off in the back office.")
        return _("Better, and in use from now on.")
