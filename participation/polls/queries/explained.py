"""How an outcome came about, in sentences that anybody can follow. Pure, but for one query for all outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.ui.money import euros
from participation.polls.models import Outcome, Poll, Question
from participation.polls.states import Kind, Rule
from participation.polls.wording import RULES, label_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One option in the outcome. `won`: it comes first, or it is done; `words`: why."""

    id: int
    label: str
    words: str = ""
    won: bool = False
    cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """The outcome of one question. `progress`: 100 when it is there. `rounds`: of a run-off, one line each."""

    rule: str
    rule_label: str
    rule_words: str
    progress: int
    places: tuple[Place, ...] = ()
    notes: tuple[str, ...] = ()
    rounds: tuple[str, ...] = ()
    compared: tuple[str, ...] = field(default=())

    @property
    def is_done(self) -> bool:
        return self.progress >= 100


def outcomes_of(poll: Poll) -> dict[int, Outcome]:
    """By question. One query."""
    return {one.pk: one for one in Outcome.objects.filter(question__poll=poll)}


def explained(one: Question, outcome: Outcome | None) -> Explained | None:
    """None for a question that no rule decides. `one` with its options."""
    if one.kind not in {Kind.RANKING, Kind.BUDGET} or not one.rule:
        return None
    labels = {row.pk: label_of(row) for row in one.options.all()}
    told: dict[str, Any] = {
        "rule": one.rule,
        "rule_label": str(Rule(one.rule).label),
        "rule_words": str(RULES[one.rule]),
    }
    if outcome is None or outcome.done_at is None:
        return Explained(**told, progress=min(99, outcome.progress if outcome else 0))
    if one.kind == Kind.RANKING:
        return Explained(**told, progress=100, **_ranked(outcome.data, labels))
    return Explained(
        **told, progress=100, **_divided(outcome.data, outcome.compared, labels, points=one.form == "points")
    )


# --- an order -------------------------------------------------------------------------------


def _ranked(data: Mapping[str, Any], labels: Mapping[int, str]) -> dict[str, Any]:
    steps, winner = data["steps"], data["winner"]
    words: dict[int, str] = {}
    rounds: list[str] = []
    if data["rule"] == Rule.BORDA:
        for row in steps["rows"]:
            words[row["id"]] = ngettext("%(n)s point", "%(n)s points", row["points"]) % {"n": _plain(row["points"])}
    elif data["rule"] == Rule.SCHULZE:
        for row in steps["wins"]:
            said = ngettext("wins from %(n)d other option", "wins from %(n)d other options", row["wins"])
            words[row["id"]] = said % {"n": row["wins"]}
    else:
        rounds = [_round(at, one, labels) for at, one in enumerate(steps["rounds"], 1)]
    notes = []
    for tied in data["tied"]:
        names = ", ".join(labels.get(pk, "") for pk in tied)
        notes.append(
            _("Equal: %(names)s. Who stands first most often goes before, then who stands first in the list.")
            % {"names": names}
        )
    if data["rule"] == Rule.SCHULZE and winner is not None and steps["beatsAll"] is None:
        notes.append(_("No option wins from each other one directly. The strongest chain of comparisons decided."))
    if data["rule"] == Rule.SCHULZE:
        rounds = [_duel(one, labels) for one in steps["duels"]]
    return {
        "places": tuple(
            Place(id=pk, label=labels.get(pk, ""), words=words.get(pk, ""), won=pk == winner) for pk in data["order"]
        ),
        "notes": tuple(notes),
        "rounds": tuple(rounds),
    }


def _duel(one: Mapping[str, Any], labels: Mapping[int, str]) -> str:
    return _("“%(one)s” before “%(other)s”: %(for)d people. The other way round: %(against)d people.") % {
        "one": labels.get(one["one"], ""),
        "other": labels.get(one["other"], ""),
        "for": one["forOne"],
        "against": one["forOther"],
    }


def _round(at: int, one: Mapping[str, Any], labels: Mapping[int, str]) -> str:
    votes = ", ".join(f"{labels.get(row['id'], '')} {row['votes']}" for row in one["votes"])
    said = _("Round %(n)d: %(votes)s.") % {"n": at, "votes": votes}
    if one["out"] is None:
        return said
    said += " " + _("“%(name)s” drops out.") % {"name": labels.get(one["out"], "")}
    if one["byTieRule"]:
        said += " " + _("It had as few votes as another; the rule for equals decided.")
    return said


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


# --- a budget -------------------------------------------------------------------------------


def _divided(
    data: Mapping[str, Any], compared: Mapping[str, Any], labels: Mapping[int, str], *, points: bool
) -> dict[str, Any]:
    projects = {one["id"]: one for one in data["projects"]}
    order = [*data["chosen"], *(pk for pk in projects if pk not in set(data["chosen"]))]
    rest = sorted(order[len(data["chosen"]) :], key=lambda pk: -projects[pk]["votes"])
    places = tuple(
        Place(
            id=pk,
            label=labels.get(pk, ""),
            won=projects[pk]["chosen"],
            cents=projects[pk]["cost"],
            words=_why(projects[pk], points=points),
        )
        for pk in [*data["chosen"], *rest]
    )
    notes = [
        _("Together the chosen projects cost %(total)s of %(budget)s. %(left)s is left.")
        % {"total": euros(data["total"]), "budget": euros(data["budget"]), "left": euros(data["left"])}
    ]
    if data["share"] is not None:
        notes.append(
            _("Everybody could spend about %(share)s on the projects they chose.")
            % {"share": euros(round(data["share"]))}
        )
        if data["share"] * data["voters"] > data["budget"]:
            notes.append(
                _(
                    "This share was raised step by step, as long as the projects together fitted the money. Not "
                    "everybody spends all of it, so that together it is not more than there is."
                )
            )
    if data["without"]:
        without = ngettext(
            "Of %(voters)d voters, %(n)d has none of their projects chosen.",
            "Of %(voters)d voters, %(n)d have none of their projects chosen.",
            data["without"],
        )
        notes.append(without % {"voters": data["voters"], "n": data["without"]})
    return {"places": places, "notes": tuple(notes), "compared": _compared(compared, labels)}


def _why(one: Mapping[str, Any], *, points: bool) -> str:
    votes = ngettext("%(n)d person", "%(n)d people", one["votes"]) % {"n": one["votes"]}
    if one["chosen"] and one["way"] == "shares" and one["mostEach"] is not None:
        said = ngettext(
            "Chosen by %(n)d person who contributed %(sum)s.",
            "Chosen by %(n)d people who each contributed %(sum)s.",
            one["payers"],
        ) % {"n": one["payers"], "sum": euros(one["mostEach"])}
        if points:
            said = ngettext(
                "Chosen by %(n)d person who contributed %(sum)s per point.",
                "Chosen by %(n)d people who each contributed %(sum)s per point.",
                one["payers"],
            ) % {"n": one["payers"], "sum": euros(one["mostEach"])}
        if one["gaveAll"]:
            less = ngettext(
                "%(n)d of them gave less: it was all they had left.",
                "%(n)d of them gave less: it was all they had left.",
                one["gaveAll"],
            )
            said += " " + less % {"n": one["gaveAll"]}
        return said
    if one["chosen"]:
        return _("Chosen: it fitted the money that was left, and %(votes)s voted for it.") % {"votes": votes}
    if not one["votes"]:
        return _("Nobody voted for it.")
    if one["over"]:
        return _("Not chosen: %(votes)s voted for it, but it costs %(sum)s more than was left.") % {
            "votes": votes,
            "sum": euros(one["over"]),
        }
    if one["missing"]:
        return _("Not chosen: the %(votes)s who voted for it were %(sum)s short together.") % {
            "votes": votes,
            "sum": euros(one["missing"]),
        }
    return _("Not chosen: %(votes)s voted for it.") % {"votes": votes}


def _compared(compared: Mapping[str, Any], labels: Mapping[int, str]) -> tuple[str, ...]:
    if not compared:
        return ()
    other = compared["other"]
    names = ", ".join(labels.get(pk, "") for pk in other["chosen"]) or "–"
    return (
        _("By the rule “%(rule)s” these would be chosen: %(names)s.")
        % {"rule": str(Rule(other["rule"]).label), "names": names},
        _(
            "With the rule of this poll %(first)d people get more of what they chose, with the other one %(second)d. "
            "For %(same)d people it is the same."
        )
        % {"first": compared["betterFirst"], "second": compared["betterSecond"], "same": compared["same"]},
    )
