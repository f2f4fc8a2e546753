"""Professionals from a file: read it, and say of every person what would happen. Writes nothing.

One row is one place in a team; rows with the same address are one person. A file adds and changes, it takes nothing
away: an empty cell leaves what is there, and a team that is not named stays. So the same file twice does nothing.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _

from core.accounts.models import User
from core.areas.models import Area
from core.errors import FieldError, Invalid
from participation.organisations.invitations import email_fault
from participation.organisations.languages import OFFERED
from participation.organisations.models import Membership, Professional, Team, WorksIn

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000
SEPARATORS = ";,\t"

COLUMNS: dict[str, tuple[str, ...]] = {
    "email": ("e-mail", "email", "e-mailadres", "emailadres", "mail"),
    "name": ("naam", "name", "volledige naam"),
    "called": ("roepnaam", "voornaam", "first name"),
    "role": ("functie", "job", "role"),
    "team": ("team",),
    "place": ("plaats in team", "plaats", "place"),
    "confidential": ("vertrouwelijk", "confidential"),
    "areas": ("gebieden", "gebied", "areas"),
    "languages": ("talen", "taal", "languages"),
    "public": ("op wijkpagina's", "openbaar", "public"),
}
"""What a column is called in the first row, in any case; the first name is the one in the template."""
NEEDED = ("email",)
YES, NO = {"ja", "j", "yes", "y", "1", "x", "true", "waar"}, {"nee", "n", "no", "0", "false", "onwaar"}
PLACES = {
    "lid": Membership.Role.MEMBER,
    "member": Membership.Role.MEMBER,
    "teamleider": Membership.Role.LEAD,
    "team lead": Membership.Role.LEAD,
    "lead": Membership.Role.LEAD,
}

Outcome = Literal["new", "changed", "unchanged", "wrong"]


@dataclass(kw_only=True)
class Person:
    """Someone in the file. `lines` as a spreadsheet numbers them. `notes` says what changes, or what is wrong."""

    lines: list[int]
    email: str
    name: str = ""
    called: str = ""
    role: str = ""
    places: list[dict[str, Any]] = field(default_factory=list)
    areas: list[int] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    public: bool | None = None
    outcome: Outcome = "unchanged"
    notes: list[str] = field(default_factory=list)

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


# --- reading ----------------------------------------------------------------------------------


def read(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file as a spreadsheet saves it, each with its line as `line`. Raises `Invalid` on "file"."""
    if len(data) > MOST_BYTES:
        raise _refused("too-large", _("This file is too large. Save only the sheet with people, at most 5 MB."))
    text = _decoded(data)
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=head.count)
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise _refused(
            "not-csv", _("This file cannot be read. Save it as CSV in your spreadsheet program and try again.")
        ) from error
    first = next((number for number, cells in enumerate(table) if any(cell.strip() for cell in cells)), None)
    if first is None:
        raise _refused("empty", _("This file is empty."))
    names = _headings(table[first])
    rows = [
        {names[at]: cell.strip() for at, cell in enumerate(cells) if at in names} | {"line": str(number)}
        for number, cells in enumerate(table[first + 1 :], start=first + 2)
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise _refused("empty", _("There are no people under the first row."))
    if len(rows) > MOST_ROWS:
        raise _refused("too-long", _("This file has more than %d rows. Divide it.") % MOST_ROWS)
    return rows


def template() -> bytes:
    """An empty file with the headings, as Excel opens it in the Netherlands."""
    return ("\ufeff" + ";".join(names[0] for names in COLUMNS.values()) + "\r\n").encode()


def _decoded(data: bytes) -> str:
    """UTF-16 and UTF-8 when the file says so or is so; else what Excel writes on Windows."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codes = ["utf-16"]
    elif b"\x00" in data:
        codes = []  # a workbook or a picture
    else:
        codes = ["utf-8-sig", "cp1252"]
    for code in codes:
        try:
            return data.decode(code)
        except UnicodeDecodeError:
            continue
    raise _refused(
        "not-text", _("This is no CSV file. In Excel choose “Save as” and then “CSV UTF-8 (delimited)”, and send that.")
    )


def _headings(cells: Sequence[str]) -> dict[int, str]:
    known = {name: column for column, names in COLUMNS.items() for name in names}
    found = {at: known[text] for at, cell in enumerate(cells) if (text := cell.strip().lower()) in known}
    missing = [COLUMNS[column][0] for column in NEEDED if column not in found.values()]
    twice = sorted({COLUMNS[one][0] for one in found.values() if list(found.values()).count(one) > 1})
    if missing:
        raise _refused(
            "headings",
            _("The first row must hold the names of the columns. Missing: %(names)s. Download the template.")
            % {"names": ", ".join(missing)},
        )
    if twice:
        raise _refused("headings", _("This column stands there twice: %(names)s.") % {"names": ", ".join(twice)})
    return found


def _refused(code: str, detail: str) -> Invalid:
    return Invalid(FieldError("file", code, detail))


# --- understanding ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Places:
    """Teams and areas of one municipality by what people write."""

    teams: dict[str, list[Team]]
    areas: dict[str, list[Area]]

    @classmethod
    def of(cls, gemeente_id: int) -> Places:
        teams: dict[str, list[Team]] = defaultdict(list)
        for team in Team.objects.filter(gemeente_id=gemeente_id).select_related("organisation"):
            both = f"{team.organisation.name} / {team.name}"
            for name in {team.slug.casefold(), team.name.casefold(), both.casefold()}:
                teams[name].append(team)
        areas: dict[str, list[Area]] = defaultdict(list)
        for area in Area.objects.filter(gemeente_id=gemeente_id).only("id", "code", "name"):
            for name in {area.code.casefold(), area.name.casefold()}:
                areas[name].append(area)
        return cls(teams, areas)


def people_in(rows: Iterable[dict[str, str]], places: Places) -> list[Person]:
    """Rows of one address together, with everything understood that can be; what is wrong stands in `notes`."""
    found: dict[str, Person] = {}
    for row in rows:
        email = row.get("email", "").lower()
        key = email or f"line {row['line']}"
        person = found.setdefault(key, Person(lines=[], email=email))
        person.lines.append(int(row["line"]))
        if not email:
            person.notes.append(_("The e-mail address is missing."))
        elif len(person.lines) == 1 and (fault := email_fault(email)):
            person.notes.append(str(fault.detail))
        _texts(person, row)
        _place(person, row, places)
        _areas(person, row, places)
        _languages(person, row)
    for person in found.values():
        if person.notes:
            person.outcome, person.notes = "wrong", list(dict.fromkeys(person.notes))
    return list(found.values())


def _texts(person: Person, row: dict[str, str]) -> None:
    for name, most in (("name", 120), ("called", 80), ("role", 80)):
        value, before = row.get(name, ""), getattr(person, name)
        if value and before and value != before:
            person.notes.append(
                _("The rows of this person differ in “%(column)s”. Make them the same.") % {"column": COLUMNS[name][0]}
            )
        elif len(value) > most:
            person.notes.append(
                _("“%(column)s” is longer than %(most)d characters.") % {"column": COLUMNS[name][0], "most": most}
            )
        elif value:
            setattr(person, name, value)
    public = _yes_or_no(person, row, "public")
    person.public = person.public if public is None else public


def _place(person: Person, row: dict[str, str], places: Places) -> None:
    confidential = _yes_or_no(person, row, "confidential")
    role = PLACES.get(row.get("place", "").casefold() or "lid")
    if role is None:
        person.notes.append(
            _("“%(text)s” is no place in a team. Write “lid” or “teamleider”.") % {"text": row["place"][:40]}
        )
        role = Membership.Role.MEMBER
    if not row.get("team"):
        return
    teams = places.teams.get(row["team"].casefold(), [])
    if len(teams) != 1:
        message = (
            _("There are several teams “%(text)s”. Write “organisation / team”.")
            if teams
            else _("There is no team “%(text)s”. Write its name as it stands under Teams.")
        )
        person.notes.append(message % {"text": row["team"][:80]})
    elif any(place["team_id"] == teams[0].pk for place in person.places):
        person.notes.append(_("Team “%(text)s” stands here twice. Keep one row.") % {"text": row["team"][:80]})
    else:
        given = {"role": bool(row.get("place")), "confidential": confidential is not None}
        person.places.append(
            {
                "team_id": teams[0].pk,
                "team": teams[0].name,
                "role": role,
                "confidential": bool(confidential),
                "given": [name for name, there in given.items() if there],
            }
        )


def _areas(person: Person, row: dict[str, str], places: Places) -> None:
    for text in _parts(row.get("areas", "")):
        areas = places.areas.get(text.casefold(), [])
        if len(areas) != 1:
            message = (
                _("There are several areas “%(text)s”. Write the code, such as WK051836.")
                if areas
                else _("There is no area “%(text)s” in this municipality. Write its name or its code.")
            )
            person.notes.append(message % {"text": text[:80]})
        elif areas[0].pk not in person.areas:
            person.areas.append(areas[0].pk)


def _languages(person: Person, row: dict[str, str]) -> None:
    for text in _parts(row.get("languages", "")):
        code = text.lower()
        if code not in OFFERED:
            person.notes.append(
                _("“%(text)s” is no language we know. Use: %(codes)s.")
                % {"text": text[:40], "codes": ", ".join(OFFERED)}
            )
        elif code not in person.languages:
            person.languages.append(code)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("|", ",").split(",") if part.strip()]


def _yes_or_no(person: Person, row: dict[str, str], column: str) -> bool | None:
    text = row.get(column, "").casefold()
    if text and text not in YES | NO:
        person.notes.append(
            _("Write “ja” or “nee” under “%(column)s”, not “%(text)s”.")
            % {"column": COLUMNS[column][0], "text": text[:40]}
        )
    return None if not text else text in YES


# --- comparing --------------------------------------------------------------------------------


def compare(people: Iterable[Person], gemeente_id: int) -> None:
    """Say of each person that is not wrong what would happen now. A fixed number of queries per call."""
    right = [person for person in people if person.outcome != "wrong"]
    emails = [person.email for person in right]
    users = {user.email.lower(): user for start in range(0, len(emails), 500) for user in _users(emails[start:][:500])}
    ids = [user.pk for user in users.values()]
    known = {
        one.user_id: one
        for start in range(0, len(ids), 500)
        for one in Professional.objects.filter(user_id__in=ids[start:][:500])
    }
    members: dict[int, dict[int, Membership]] = defaultdict(dict)
    works: dict[int, set[int]] = defaultdict(set)
    keys = [one.pk for one in known.values()]
    for start in range(0, len(keys), 500):
        for member in Membership.objects.filter(professional_id__in=keys[start:][:500]):
            members[member.professional_id][member.team_id] = member
        for professional_id, area_id in WorksIn.objects.filter(professional_id__in=keys[start:][:500]).values_list(
            "professional_id", "area_id"
        ):
            works[professional_id].add(area_id)
    for person in right:
        person.outcome, person.notes = "unchanged", []
        user = users.get(person.email)
        professional = known.get(user.pk) if user is not None else None
        if user is None:
            _new(person)
        elif professional is None or professional.gemeente_id != gemeente_id:
            _wrong(person, _("This e-mail address cannot be used here. Use another one."))
        else:
            notes = differences(person, user, professional, members[professional.pk], works[professional.pk])
            if notes:
                person.outcome, person.notes = "changed", notes


def _users(emails: Sequence[str]) -> Iterable[User]:
    from django.db.models.functions import Lower

    return User.objects.annotate(address=Lower("email")).filter(address__in=emails)


def _new(person: Person) -> None:
    person.outcome = "new"
    if not person.name:
        _wrong(person, _("The name is missing."))
    if not person.role:
        _wrong(person, _("Say under “%(column)s” what this person does.") % {"column": COLUMNS["role"][0]})
    if person.outcome == "new":
        person.notes = [_place_in_words(place) for place in person.places] or [_("No team yet.")]


def _wrong(person: Person, note: str) -> None:
    person.notes = [*person.notes, note] if person.outcome == "wrong" else [note]
    person.outcome = "wrong"


def differences(
    person: Person, user: User, professional: Professional, members: dict[int, Membership], works: set[int]
) -> list[str]:
    """What would change, in words. A place that follows the groups of the sign-in provider is left to them."""
    notes = []
    for label, before, after in (
        (_("name"), user.name, person.name),
        (_("first name"), professional.name, person.called),
        (_("role"), professional.role, person.role),
    ):
        if after and before != after:
            notes.append(
                _("%(what)s: %(before)s → %(after)s") % {"what": label, "before": before or "–", "after": after}
            )
    if person.public is not None and person.public != professional.is_public:
        notes.append(_("shown on neighbourhood pages") if person.public else _("no longer on neighbourhood pages"))
    if person.areas and set(person.areas) != works:
        notes.append(_("other areas"))
    if person.languages and sorted(person.languages) != sorted(professional.languages):
        notes.append(_("other languages"))
    for place in person.places:
        member = members.get(place["team_id"])
        if member is None or changes_of(place, member):
            notes.append(_place_in_words(place))
    return notes


def changes_of(place: dict[str, Any], member: Membership) -> dict[str, Any]:
    """The fields of a membership that this place changes: only what the file says."""
    if member.by_group:
        return {}
    return {name: place[name] for name in place["given"] if getattr(member, name) != place[name]}


def _place_in_words(place: dict[str, Any]) -> str:
    words = f"{place['team']} ({Membership.Role(place['role']).label})"
    return f"{words}, {_('confidential')}" if place["confidential"] else words
