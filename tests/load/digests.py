"""What a thousand followers cost: `python tests/load/digests.py [--followers 1000] [--initiatives 20]`.

Fills a new database (SQLite in a temporary folder, or the empty one of DATABASE_URL) with the demonstration's ground,
so many public initiatives with news in their diaries, and followers who chose every day, week or month, each of three.
Then lives thirty days of mornings: claims what is due and sends it to a mailbox in memory. Says how long a digest takes
from claim to mail, and fails when somebody got more than they chose, or two mails on a day.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
BEGIN = datetime(2031, 3, 3, 6, tzinfo=UTC)
"""A Monday, before the first mails of the day."""
DAYS = 30
MOST = {"daily": DAYS, "weekly": 5, "monthly": 1}
FOLLOWED = 3


def fill(followers: int, initiatives: int) -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from config.demo import world
    from core.areas.models import Area
    from core.notify.moments import Frequency, next_moment
    from participation.cases.models import Case
    from participation.initiatives.models import Follow, Initiative
    from participation.initiatives.states import Stage
    from participation.organisations.models import Team
    from participation.residents.models import Resident

    call_command("migrate", verbosity=0)
    world.build(now=timezone.now())
    team = Team.objects.get(gemeente__code="GM9901", is_catch_all=True)
    area = Area.objects.filter(gemeente__code="GM9901", level="buurt").first()
    assert area is not None
    common = {"gemeente_id": team.gemeente_id, "created_at": BEGIN}
    cases = Case.objects.bulk_create(
        Case(
            **common,
            reference=f"I-{number:06}",
            kind="initiative",
            visibility="limited",
            team=team,
            area=area,
            updated_at=BEGIN,
        )
        for number in range(initiatives)
    )
    plans = Initiative.objects.bulk_create(
        Initiative(
            **common,
            slug=f"plan-{number}",
            title=f"Plan {number}",
            case=case,
            area=area,
            stage=Stage.DOING,
            stage_since=BEGIN,
            changed_at=BEGIN,
            submitted_at=BEGIN,
            published_at=BEGIN,
        )
        for number, case in enumerate(cases)
    )
    people = Resident.objects.bulk_create(
        Resident(**common, email=f"volger{number}@example.nl") for number in range(followers)
    )
    chance = random.Random(6)
    Follow.objects.bulk_create(
        Follow(
            initiative=plan,
            resident=one,
            often=often,
            told_until=BEGIN,
            next_at=next_moment(often, BEGIN, spread=one.pk),
            created_at=BEGIN,
        )
        for number, one in enumerate(people)
        for often in [list(Frequency.values)[number % 3]]
        for plan in chance.sample(plans, FOLLOWED)
    )


def live() -> tuple[list[float], dict[str, Counter[datetime]], int]:
    """Seconds per digest that was sent, mails per address and day, and how many held nothing new."""
    from django.core import mail

    from participation.initiatives.models import Digest, Initiative, Update
    from participation.initiatives.tasks.supporting import claim_digests, send_digest

    chance, spent, empty = random.Random(7), list[float](), 0
    got: dict[str, Counter[datetime]] = defaultdict(Counter)
    plans = list(Initiative.objects.all())
    for day in range(DAYS):
        morning = BEGIN + timedelta(days=day)
        for plan in chance.sample(plans, len(plans) // 4):
            Update.objects.create(
                initiative=plan,
                text="Wat we deden. " * 40,
                created_at=morning - timedelta(hours=chance.randrange(1, 20)),
            )
        now = morning + timedelta(hours=6)
        while True:
            started = time.perf_counter()
            many = claim_digests(now=now)
            claimed = time.perf_counter() - started
            if not many:
                break
            for digest_id in list(Digest.objects.filter(state="owed").values_list("pk", flat=True)):
                started, before = time.perf_counter(), len(mail.outbox)
                send_digest(digest_id, now=now + timedelta(minutes=5))
                if len(mail.outbox) > before:
                    spent.append(time.perf_counter() - started + claimed / many)
                    got[mail.outbox[-1].to[0]][morning] += 1
                else:
                    empty += 1
            mail.outbox.clear()
    return spent, got, empty


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--followers", type=int, default=1000)
    arguments.add_argument("--initiatives", type=int, default=20)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
        import django
        from django.test.utils import setup_test_environment

        django.setup()
        setup_test_environment()  # mails stay in memory
        from participation.initiatives.models import Follow

        fill(given.followers, given.initiatives)
        often = dict(Follow.objects.values_list("resident__email", "often"))
        spent, got, empty = live()
        mails = {address: days.total() for address, days in got.items()}
        print(f"{given.followers} followers, {given.initiatives} initiatives, {DAYS} days")
        print(f"{len(spent)} digests sent, {empty} held nothing new and were not")
        print(f"from claim to mail: mean {1000 * sum(spent) / len(spent):.1f} ms, worst {1000 * max(spent):.1f} ms")
        for name, most in MOST.items():
            these = [many for address, many in mails.items() if often[address] == name]
            print(f"{name:8} at most {max(these, default=0)} of {most} in {DAYS} days, {len(these)} people")
        twice = [address for address, days in got.items() if max(days.values()) > 1]
        more = [address for address, many in mails.items() if many > MOST[often[address]]]
        if twice or more:
            raise SystemExit(f"too much: {len(twice)} got two on a day, {len(more)} more than they chose")


if __name__ == "__main__":
    main()
