from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import shapely
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db.models import Count, Max
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.following.models import Follower, Wish
from cms.news.models import NewsPage
from cms.wijken.models import WijkPage
from config.demo import content, followers, removal
from config.demo.accounts import demo_accounts
from config.demo.world import PASSWORD
from core.accounts.models import User
from core.areas.models import Area, Tenant
from core.areas.queries import locate, tree
from core.events.models import Event, Stream
from core.media.models import Photo
from participation.cases.models import Case, CasePhoto, Message, Note
from participation.organisations.models import Organisation, Professional, Team
from participation.reports.models import Contact, Report
from participation.routing.models import Category, Responsibility

pytestmark = pytest.mark.usefixtures("demo")

TABLES = (
    Area, Tenant, WijkPage, NewsPage, Organisation, Team, Professional, Category, Responsibility, User,
    Case, Report, Contact, Message, Note, CasePhoto, Photo, Event, Stream, Follower,
)  # fmt: skip


def counts() -> dict[str, int]:
    return {table.__name__: table.objects.count() for table in TABLES}


def session(*arguments: str) -> str:
    out = StringIO()
    call_command("demo_session", *arguments, stdout=out)
    return out.getvalue().strip()


def test_loading_again_changes_nothing() -> None:
    before = counts()
    call_command("load_demo", stdout=StringIO())
    assert counts() == before


def test_wijken_have_followers_whose_addresses_lead_nowhere() -> None:
    found = Follower.objects.filter(gemeente__code__in=content.GEMEENTEN)
    by_wijk = Counter(found.values_list("areas__code", flat=True))
    assert by_wijk == followers.FOLLOWERS
    assert all(one.email.endswith("@example.org") for one in found)
    assert not found.filter(next_at__lte=timezone.now()).exists(), "no digest is owed for the time before"
    assert not Wish.objects.exists()


def test_removing_leaves_nothing_of_it() -> None:
    removal.remove()
    left = {name: count for name, count in counts().items() if count}
    assert left == {}


def test_there_is_enough_to_look_at() -> None:
    roots = {area.code: area for area in Area.objects.filter(level="gemeente")}
    levels = Counter(Area.objects.filter(gemeente=roots["GM9901"]).values_list("level", flat=True))
    assert levels == {"gemeente": 1, "wijk": 4, "buurt": 15}
    assert Organisation.objects.filter(gemeente=roots["GM9901"]).count() == 4
    assert Team.objects.filter(gemeente=roots["GM9901"]).count() == 8
    assert Professional.objects.filter(gemeente=roots["GM9901"], photo__isnull=False).count() == 20
    assert Case.objects.filter(gemeente=roots["GM9901"]).count() >= 300
    assert Case.objects.filter(gemeente=roots["GM9902"]).count() >= 5
    statuses = Counter(Case.objects.values_list("status", flat=True))
    assert set(statuses) >= {"received", "assigned", "in-progress", "planned", "waiting", "resolved", "unresolved"}
    assert Case.objects.filter(created_at__gte=timezone.now() - timedelta(hours=10)).count() >= 12
    assert not Case.objects.filter(updated_at__gt=timezone.now()).exists()
    texts = Counter(Report.objects.values_list("text", flat=True))
    assert len(texts) > 230
    assert max(texts.values()) <= 3


def test_every_wijk_has_a_page_with_its_story_and_news_that_visitors_can_open() -> None:
    pages = WijkPage.objects.live().select_related("area")
    assert {page.area.code for page in pages} == {"WK990101", "WK990102", "WK990103", "WK990104", "WK990201"}
    assert all(page.story and page.intro and page.photo for page in pages)
    assert NewsPage.objects.live().count() >= 9
    assert not any("{" in page.lead or "{tuesday" in str(page.body.raw_data) for page in NewsPage.objects.all())
    assert Client().get("/", HTTP_HOST="localhost").status_code == 200
    hoven = pages.get(area__code="WK990102")
    assert Client().get(hoven.get_url(), HTTP_HOST="localhost").status_code == 200


def test_every_municipality_is_marked_as_a_demonstration() -> None:
    assert list(Tenant.objects.order_by("pk").values_list("hostname", "is_default", "is_demo")) == [
        ("vlietstede.localhost", True, True),
        ("rietmade.localhost", False, True),
    ]
    assert not User.objects.filter(is_demo=False).exists()


def test_every_case_has_a_team_of_its_municipality_with_someone_who_may_see_it() -> None:
    for case in Case.objects.select_related("team"):
        assert case.team.gemeente_id == case.gemeente_id
        members = case.team.memberships.filter(professional__user__is_active=True)
        if case.visibility == Case.Visibility.CONFIDENTIAL:
            members = members.filter(confidential=True)
        assert members.exists(), case.reference
        assert case.assignee_id is None or members.filter(professional_id=case.assignee_id).exists(), case.reference


def test_rules_and_not_only_the_catch_all_decide_who_handles_what() -> None:
    reasons = Counter(reason["code"] for case in Case.objects.all() for reason in case.decision["reasons"])
    assert Responsibility.objects.count() > 20
    assert reasons.get("catch-all", 0) < 20


def test_streams_have_no_gaps_and_run_in_order_of_time() -> None:
    for stream in Stream.objects.annotate(many=Count("entries"), last=Max("entries__seq")):
        assert (stream.many, stream.last or 0) == (stream.head, stream.head), stream.name
        moments = list(stream.entries.order_by("seq").values_list("event__at", flat=True))
        assert moments == sorted(moments), stream.name


def test_the_version_of_a_case_is_the_number_of_its_events() -> None:
    events = Counter(Event.objects.filter(subject__startswith="case/").values_list("subject", flat=True))
    assert {f"case/{case.reference}": case.version for case in Case.objects.all()} == dict(events)


def test_nobody_is_mailed_about_the_past() -> None:
    assert not DBTaskResult.objects.filter(task_path="participation.reports.tasks.send_update").exists()


def test_contact_data_belongs_to_nobody() -> None:
    for contact in Contact.objects.all():
        assert contact.email.endswith("@example.nl")
        assert not contact.phone or contact.phone.startswith("+31612345")


def test_quarters_fill_their_wijk_without_gap_or_overlap() -> None:
    outlines = {area.code: shapely.from_wkb(bytes(area.geometry)) for area in Area.objects.all()}
    for code, outline in outlines.items():
        if code.startswith("WK"):
            quarters = [part for name, part in outlines.items() if name.startswith(f"BU{code[2:]}")]
            assert shapely.union_all(quarters).symmetric_difference(outline).area < 1e-10
            assert sum(part.area for part in quarters) == pytest.approx(outline.area)
    lake = outlines["GM9901"].difference(shapely.union_all([g for c, g in outlines.items() if c.startswith("WK9901")]))
    centre = lake.representative_point()
    chain = locate(centre.x, centre.y)
    assert chain is not None
    assert [area.code for area in chain] == ["GM9901"]


def test_every_street_lies_in_its_quarter() -> None:
    for code, streets in content.streets().items():
        for street in streets:
            for lon, lat in (street["from"], street["to"]):
                chain = locate(lon, lat)
                assert chain is not None
                assert chain[0].code == code, street["name"]


def test_moerwijk_lies_outside() -> None:
    assert locate(4.2980, 52.0503) is None
    assert set(tree().by_code) >= set(content.GEMEENTEN)


def test_the_list_of_accounts_says_who_they_are() -> None:
    rows = json.loads(session())
    assert rows == demo_accounts()
    by_name = {row["username"]: row for row in rows}
    assert by_name["fatima"] == {
        "username": "fatima",
        "role": "Wijkbeheerder De Hoven",
        "organisation": "Gemeente Vlietstede",
        "teams": ["Wijkbeheer"],
    }
    assert {"beheerder", "redacteur", "wim"} <= set(by_name)


def test_a_demo_session_opens_the_inbox_of_that_person_and_of_nobody_else() -> None:
    seen = {}
    for username in ("fatima", "daan", "wim"):
        browser = Client()
        browser.cookies[django_settings.SESSION_COOKIE_NAME] = session(username)
        answer = browser.get("/api/v1/cases", {"limit": "200"})
        assert answer.status_code == 200
        seen[username] = {row["reference"] for row in answer.json()["results"]}
    assert seen["fatima"]
    assert seen["daan"]
    assert seen["wim"]
    assert not seen["fatima"] & seen["daan"]
    assert not seen["fatima"] & seen["wim"]
    assert Client().get("/api/v1/cases").status_code in {401, 403}


def test_the_administrator_and_the_editor_may_enter_the_back_office() -> None:
    for username in ("beheerder", "redacteur"):
        user = User.objects.get(username=username)
        assert user.has_perm("wagtailadmin.access_admin")
        assert user.check_password(PASSWORD)


def test_a_demo_session_is_refused_for_real_accounts_and_for_nobody(settings: Any) -> None:
    User.objects.create(username="echt", email="echt@example.nl")
    for username in ("echt", "niemand"):
        with pytest.raises(CommandError, match=username):
            session(username)


def test_outside_demonstration_mode_everything_is_refused(settings: Any) -> None:
    cookie = session("fatima")
    settings.DEMO = False
    for command, arguments in (
        ("load_demo", []),
        ("demo_session", []),
        ("demo_session", ["fatima"]),
        ("demo_session", ["a@b.nl"]),
    ):
        with pytest.raises(CommandError, match="DEMO=1"):
            call_command(command, *arguments, stdout=StringIO())
    browser = Client()
    browser.cookies[django_settings.SESSION_COOKIE_NAME] = cookie
    assert browser.get("/api/v1/cases").status_code in {401, 403}
