"""Categories and rules from memory: `config(gemeente_id)` costs a report no query."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType

from django.db.models import F

from core.snapshots.snapshot import Snapshot
from participation.organisations.queries import Roster, TeamRow, roster
from participation.routing.choose import Rule
from participation.routing.models import (
    KEPT_IN,
    THEMES,
    Category,
    ClosedDay,
    LearnedModel,
    Question,
    Responsibility,
    Theme,
    Translation,
)
from participation.routing.proposals import Proposer
from participation.routing.proposals.index import Index
from participation.routing.proposals.learned import Learned
from participation.routing.proposals.vocabulary import index_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Main:
    """A main category with the subcategories one can report, both in use and in order."""

    category: Category
    children: tuple[Category, ...]


@dataclass(frozen=True)
class Settings:
    """What the routing tables say for one municipality. The `Category` and `Question` rows are shared: read only."""

    gemeente_id: int
    categories: Mapping[int, Category]
    questions: Mapping[int, tuple[Question, ...]]
    rules: tuple[Rule, ...]
    closed_days: frozenset[date]
    translations: Mapping[tuple[int, str], Translation]
    """By category and language."""
    learned: Learned | None
    by_slug: Mapping[str, Category] = field(init=False)

    def __post_init__(self) -> None:
        by_slug = {category.slug: category for category in self.categories.values()}
        object.__setattr__(self, "by_slug", MappingProxyType(by_slug))

    @cached_property
    def tree(self) -> tuple[Main, ...]:
        """Main categories that are in use and have something to report; not what belongs to initiatives."""
        below: dict[int, list[Category]] = defaultdict(list)
        for category in self.categories.values():
            if category.parent_id and category.is_active:
                below[category.parent_id].append(category)
        return tuple(
            Main(category, tuple(below[category.pk]))
            for category in self.categories.values()
            if category.kind == Category.Kind.REPORT
            and category.parent_id is None
            and category.is_active
            and below[category.pk]
        )

    @cached_property
    def index(self) -> Index:
        """The words that point to each category one can report."""
        return index_of(tuple((one.slug, one.name, tuple(one.keywords)) for main in self.tree for one in main.children))

    @cached_property
    def proposer(self) -> Proposer:
        """The words, and what was learned here when that is in use."""
        return Proposer(self.index, self.learned)


@dataclass(frozen=True, slots=True)
class RoutingConfig:
    """Everything routing needs to know of one municipality."""

    settings: Settings
    roster: Roster

    @property
    def gemeente_id(self) -> int:
        return self.settings.gemeente_id

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.settings.rules

    @property
    def tree(self) -> tuple[Main, ...]:
        return self.settings.tree

    @property
    def closed_days(self) -> frozenset[date]:
        return self.settings.closed_days

    @property
    def catch_all(self) -> int:
        """The team that gets what no rule covers; `LookupError` when the municipality was never provisioned."""
        team_id = self.roster.catch_all.get(self.gemeente_id)
        if team_id is None:
            raise LookupError(f"municipality {self.gemeente_id} has no catch-all team")
        return team_id

    def team(self, team_id: int) -> TeamRow:
        return self.roster.teams[team_id]

    def category(self, slug: str) -> Category | None:
        """Any category with that slug, in use or not."""
        return self.settings.by_slug.get(slug)

    def reportable(self, slug: str) -> Category | None:
        """A subcategory in use under a main category in use: what a resident may choose."""
        return next((one for main in self.tree for one in main.children if one.slug == slug), None)

    def help_kinds(self) -> tuple[Category, ...]:
        """What a group can ask for here: the subcategories in use, in order."""
        return self._below(Category.Kind.HELP)

    def initiatives(self) -> tuple[Category, ...]:
        """What an initiative is filed under, in order; the first unless somebody chose."""
        return self._below(Category.Kind.INITIATIVE)

    def polls(self) -> tuple[Category, ...]:
        """What a poll is filed under; the first unless somebody chose."""
        return self._below(Category.Kind.POLL)

    def _below(self, kind: str) -> tuple[Category, ...]:
        every = self.settings.categories.values()
        return tuple(one for one in every if one.kind == kind and one.parent_id is not None and one.is_active)

    def questions_of(self, category_id: int | None) -> tuple[Question, ...]:
        """The extra questions of a category, in order."""
        return () if category_id is None else self.settings.questions.get(category_id, ())


class _Shelf:
    """The settings of every municipality that was asked for, each read once (6 queries)."""

    def __init__(self) -> None:
        self._read: dict[int, Settings] = {}
        self._lock = threading.Lock()

    def settings(self, gemeente_id: int) -> Settings:
        found = self._read.get(gemeente_id)
        if found is None:
            with self._lock:
                found = self._read.get(gemeente_id)
                if found is None:
                    found = self._read[gemeente_id] = _load(gemeente_id)
        return found


def _load(gemeente_id: int) -> Settings:
    categories = {one.pk: one for one in Category.objects.filter(gemeente_id=gemeente_id).order_by("position", "name")}
    questions: dict[int, list[Question]] = defaultdict(list)
    for question in Question.objects.filter(category__gemeente_id=gemeente_id).order_by("position", "id"):
        questions[question.category_id].append(question)
    return Settings(
        gemeente_id=gemeente_id,
        categories=MappingProxyType(categories),
        questions=MappingProxyType({pk: tuple(rows) for pk, rows in questions.items()}),
        rules=tuple(
            Rule(
                id=one.pk,
                gemeente_id=one.gemeente_id,
                team_id=one.team_id,
                area_id=one.area_id,
                category_id=one.category_id,
                kind=one.kind,
            )
            for one in Responsibility.objects.filter(
                gemeente_id=gemeente_id, team__gemeente_id=F("gemeente_id")
            ).order_by("id")
        ),
        closed_days=frozenset(ClosedDay.objects.filter(gemeente_id=gemeente_id).values_list("day", flat=True)),
        translations=MappingProxyType(
            {
                (one.category_id, one.language): one
                for one in Translation.objects.filter(category__gemeente_id=gemeente_id)
            }
        ),
        learned=_learned(gemeente_id),
    )


def _learned(gemeente_id: int) -> Learned | None:
    """The model that was learned here, when it is better than the words and switched on."""
    row = LearnedModel.objects.filter(gemeente_id=gemeente_id, is_better=True, is_on=True).first()
    if row is None:
        return None
    try:
        return Learned(row.weights)
    except (ValueError, KeyError, TypeError):
        logger.exception("the learned model of municipality %s cannot be read; the words alone are used", gemeente_id)
        return None


_snapshot: Snapshot[_Shelf] = Snapshot(KEPT_IN, _Shelf)


def config(gemeente_id: int) -> RoutingConfig:
    """Categories, questions, rules, teams and people of a municipality, from memory."""
    return RoutingConfig(_snapshot.get().settings(gemeente_id), roster())


def _load_themes() -> Mapping[int, tuple[Theme, ...]]:
    found: dict[int, list[Theme]] = defaultdict(list)
    for theme in Theme.objects.order_by("gemeente_id", "position", "name"):
        found[theme.gemeente_id].append(theme)
    return MappingProxyType({pk: tuple(themes) for pk, themes in found.items()})


_themes: Snapshot[Mapping[int, tuple[Theme, ...]]] = Snapshot(THEMES, _load_themes)


def themes_of(gemeente_id: int) -> tuple[Theme, ...]:
    """What a municipality works on for years, in order; from memory. The rows are shared: read only."""
    return _themes.get().get(gemeente_id, ())


def unreadable_rules(gemeente_id: int) -> list[Rule]:
    """Rules that can bring a confidential case to a team in which nobody may read it."""
    routing = config(gemeente_id)
    secret = {
        pk
        for one in routing.settings.categories.values()
        if one.is_active and one.visibility == Category.Visibility.CONFIDENTIAL
        for pk in (one.pk, one.parent_id)
    }
    able = {team.id for team in routing.roster.teams.values() if any(member.confidential for member in team.members)}
    return [rule for rule in routing.rules if rule.category_id in secret and rule.team_id not in able]
