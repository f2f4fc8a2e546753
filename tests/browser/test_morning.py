"""A working morning: thirty reports, and what a team does with them until everything is in good hands.

Several desks side by side, several organisations, one database of its own. At the end nothing is without somebody
responsible, and every resident got exactly the mails they should.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Generator
from datetime import timedelta
from email import message_from_string, policy
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import APIRequestContext, Browser, Locator, Page, expect

from tests.browser.conftest import PHONE, Demonstration, Site, Visitor, assert_accessible, running
from tests.support.live.servers import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]
HOVEN = [4.64236, 52.05572]
WASTE = "bijplaatsing-grofvuil"
CLOSED = {"resolved", "unresolved", "merged"}


@pytest.fixture(scope="module")
def site() -> Generator[Site]:
    """A demonstration of its own: somebody leaves it this morning."""
    database = Demonstration(Path(tempfile.mkdtemp(prefix="wijkplatform-morning-")))
    with running(Site(database)) as one:
        yield one


class Morning:
    """The desks by whose they are, and the residents by number."""

    def __init__(self, visitor: Visitor, **options: Any) -> None:
        self.visitor = visitor
        self.options = options
        self.word = "m" + uuid4().hex[:8]
        self.references: dict[int, str] = {}
        self.desks: dict[str, Page] = {}

    def report(self, browser: Browser, number: int, text: str, **more: Any) -> str:
        """A resident reports; each has an address of their own."""
        context = browser.new_context(base_url=self.visitor.site.address)
        body = {
            "text": f"{text} {self.word} {number}",
            "location": {"type": "Point", "coordinates": HOVEN},
            "category": WASTE,
            "contact": {"email": f"r{number}@{self.word}.example"},
        }
        answer = context.request.post("/api/v1/reports", data=body | more, headers={"Idempotency-Key": str(uuid4())})
        assert answer.status == 201, answer.text()
        self.references[number] = str(answer.json()["reference"])
        context.close()
        return self.references[number]

    def desk(self, username: str) -> Page:
        """Somebody's desk, in English; the same page each time."""
        if username not in self.desks:
            context = self.visitor.sign_in(self.visitor.context(**({"locale": "en-GB"} | self.options)), username)
            self.desks[username] = context.new_page()
        return self.desks[username]

    def open(self, username: str, number: int) -> Page:
        """The case of this resident, open at somebody's desk."""
        return self.open_case(username, self.references[number])

    def open_case(self, username: str, reference: str) -> Page:
        page = self.desk(username)
        page.goto(f"/werk/{reference}/")
        expect(page.locator("desk-case .reference").first).to_have_text(reference)
        expect(page.locator("#case-title")).not_to_have_class(re.compile("visually-hidden"))
        return page

    def case(self, username: str, number: int) -> dict[str, Any]:
        return self.fetched(username, f"/api/v1/cases/{self.references[number]}")

    def fetched(self, username: str, path: str) -> dict[str, Any]:
        request: APIRequestContext = self.desk(username).request
        answer = request.get(path)
        assert answer.status == 200, answer.text()
        found: dict[str, Any] = answer.json()
        return found

    def mails(self) -> list[tuple[str, str]]:
        """(resident, subject) of every mail to a resident of this morning."""
        found = []
        for raw in self.visitor.site.mails():
            mail = message_from_string(raw, policy=policy.default)
            resident, _at, domain = str(mail["To"]).partition("@")
            if domain == f"{self.word}.example":
                found.append((resident, str(mail["Subject"])))
        return found


def resolve(page: Page, words: str) -> None:
    """The step and its words; on a small screen the steps stand behind one button."""
    step = page.get_by_role("button", name=re.compile("^Resolve"))
    if not step.first.is_visible():
        page.get_by_role("button", name="Next step").click()
    step.first.click()
    page.locator("#composer-text").fill(words)
    page.locator("desk-composer button[type=submit]").click()
    expect(page.locator("desk-case .case-marks .status")).to_have_attribute("data-status", "resolved")


def sheet(page: Page) -> Locator:
    return page.locator("dialog[open]")


def morning_reports(morning: Morning, browser: Browser) -> None:
    """Thirty: the last one is about neighbours, and confidential."""
    for number in range(1, 30):
        language = {"language": "tr"} if number == 6 else {}
        morning.report(browser, number, "Grofvuil naast de container", **language)
    morning.report(browser, 30, "Mijn buren maken elke nacht ruzie", category="burenoverlast")


def triage_by_keyboard(morning: Morning) -> None:
    """Everything is divided between two people without touching the mouse."""
    page = morning.desk("precious")
    page.goto("/werk/?view=team")
    expect(page.locator('.live[data-state="live"]')).to_be_attached()
    keys = page.keyboard
    keys.press("/")
    keys.type(morning.word)
    shown = page.locator("[role=listitem][data-reference]")
    expect(shown).to_have_count(29)
    keys.press("Enter")
    expect(page.locator(".row-link:focus")).to_have_count(1)
    for name, many in (("marek", 15), ("precious", 14)):
        keys.press("x")
        for _step in range(many - 1):
            keys.press("j")
        keys.press("X")
        expect(page.get_by_text(f"{many} selected").first).to_be_visible()
        keys.press("a")
        expect(sheet(page).get_by_role("combobox")).to_be_focused()
        keys.type(name)
        keys.press("Enter")
        expect(sheet(page).get_by_role("button", name=re.compile(r"^Do it for"))).to_be_focused()
        keys.press("Enter")
        expect(sheet(page).get_by_text(re.compile("^Done for"))).to_be_visible()
        keys.press("Escape")
        keys.press("Escape")
        keys.press("j")
    people = Counter(row["assignee"]["name"] for row in listed(morning))
    assert people == {"Marek": 15, "Precious": 14}


def listed(morning: Morning) -> list[dict[str, Any]]:
    found = morning.fetched("precious", f"/api/v1/cases?q={morning.word}&limit=200")
    rows: list[dict[str, Any]] = found["results"]
    return rows


def forward_to_the_corporation(morning: Morning) -> None:
    """It stays with the sender until the other organisation accepts."""
    morning.visitor.expect(r"status of 404 .*/api/v1/cases/M-")  # the sender's desk looks once more for what went away
    page = morning.open("precious", 1)
    page.get_by_role("button", name="Forward…").click()
    sheet(page).get_by_label("To which team?").select_option(label="Wijkteam wonen")
    sheet(page).get_by_label("Why is it for them?").fill("Dit ligt op het terrein van de corporatie.")
    sheet(page).get_by_role("button", name="Forward").click()
    expect(page.get_by_role("heading", name="Offered to Wijkteam wonen")).to_be_visible()
    assert morning.case("precious", 1)["team"]["name"] == "Reiniging"

    other = morning.desk("shanti")
    other.goto("/werk/?view=handovers")
    other.locator(f'[data-reference="{morning.references[1]}"] a').first.click()
    other.get_by_role("button", name="Accept for the team").click()
    expect(other.get_by_role("button", name="Accept for the team")).to_have_count(0)
    assert morning.case("shanti", 1)["team"]["name"] == "Wijkteam wonen"


def split_in_two(morning: Morning) -> None:
    """Two other teams do a part; the whole cannot be closed before them."""
    page = morning.open("precious", 2)
    for team, words in (("Handhaving", "Zoek uit wie dit neerzette."), ("Wijkbeheer", "Zet een bord neer.")):
        page.get_by_role("button", name="Split off a part…").click()
        sheet(page).get_by_label("To which team?").select_option(label=team)
        sheet(page).get_by_label("What should they do?").fill(words)
        sheet(page).get_by_role("button", name="Ask them").click()
        expect(page.locator(".together-row").get_by_text(words)).to_be_visible()
    parts = {part["team"]["name"]: part["reference"] for part in morning.case("precious", 2)["parts"]}

    part = morning.open_case("anouk", parts["Handhaving"])
    expect(part.get_by_text(f"r2@{morning.word}.example")).to_have_count(0)
    resolve(part, "Het adres staat in het dossier.")

    # The team of the whole case sees it happen.
    expect(page.locator(f'[data-part="{parts["Handhaving"]}"]').get_by_text("Resolved")).to_be_visible()
    morning.visitor.expect("status of 409")
    page.locator("desk-case").get_by_role("button", name=re.compile("^Resolve")).first.click()
    page.locator("#composer-text").fill("Alles is klaar.")
    page.locator("desk-composer button[type=submit]").click()
    expect(page.get_by_text(re.compile("A part of this case is still open")).first).to_be_visible()

    resolve(morning.open_case("fatima", parts["Wijkbeheer"]), "Het bord staat er.")
    page = morning.open("precious", 2)
    resolve(page, "Alles is opgeruimd en er staat een bord.")


def merge_two(morning: Morning) -> None:
    """Two more reports of the same: who sent them follows the one that is worked on."""
    for number in (3, 4):
        page = morning.open("precious", number)
        page.get_by_role("button", name="Link as duplicate…").click()
        sheet(page).get_by_label("Or its reference").fill(morning.references[5])
        sheet(page).get_by_role("button", name="Link", exact=True).click()
        expect(page.get_by_role("heading", name="This was reported before")).to_be_visible()
    page = morning.open("precious", 5)
    expect(page.get_by_role("heading", name="2 more reports of this")).to_be_visible()
    resolve(page, "Opgehaald. Dank u wel voor de melding.")


def answer_in_turkish(morning: Morning) -> None:
    """A standard answer in the resident's language, and the very mail before it goes."""
    page = morning.open("precious", 6)
    page.get_by_role("tab", name="To the resident").click()
    page.get_by_role("button", name="Standard answer").click()
    sheet(page).locator("button.answer").filter(has_text="Bildiriminiz için teşekkür ederiz").first.click()
    field = page.get_by_label("Message to the resident")
    expect(field).to_have_value(re.compile("Bildiriminiz için teşekkür ederiz"))
    page.get_by_role("button", name="See the e-mail").click()
    frame = sheet(page).frame_locator("iframe.mail-frame")
    expect(frame.get_by_text("Bildiriminiz için teşekkür ederiz").first).to_be_visible()
    assert_accessible(page, leave_out=("iframe",))
    sheet(page).get_by_role("button", name="Back to your text").click()
    page.locator("desk-composer button[type=submit]").click()
    expect(field).to_have_value("")


def the_confidential_one_stays_unseen(morning: Morning) -> None:
    reference = morning.references[30]
    page = morning.open("shanti", 30)
    expect(page.get_by_text("Mijn buren maken elke nacht ruzie").first).to_be_visible()
    colleague = morning.desk("gerrit").request
    assert colleague.get(f"/api/v1/cases/{reference}").status == 404
    assert reference not in colleague.get(f"/api/v1/cases?q={morning.word}").text()
    views = morning.fetched("shanti", f"/api/v1/cases/{reference}/views")["results"]
    assert [one["by"]["name"] for one in views] == ["Shanti"]


def away_and_gone(morning: Morning, browser: Browser) -> None:
    """Marek is away and Sjors stands in; then Sjors leaves, and nothing falls between."""
    page = morning.desk("marek")
    page.goto("/werk/rooster/")
    today = timezone.localdate()
    page.get_by_label("First day away").fill(today.isoformat())
    page.get_by_label("Last day away").fill((today + timedelta(days=10)).isoformat())
    choice = page.locator("select[name=replacement]")
    choice.select_option(value=choice.locator("option", has_text="Sjors").get_attribute("value") or "")
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.get_by_role("heading", name="You are away")).to_be_visible()
    assert_accessible(page)

    lead = morning.open("precious", 7)
    lead.keyboard.press("a")
    expect(sheet(lead).get_by_role("combobox")).to_be_focused()
    lead.keyboard.type("marek")
    lead.keyboard.press("Enter")
    until(lambda: morning.case("precious", 7)["assignee"]["name"] == "Sjors", "the replacement has it")

    people = morning.fetched("nadia", "/api/v1/desk")["teams"]
    [sjors] = {one["id"] for team in people for one in team["people"] if one["name"] == "Sjors"}
    page = morning.desk("nadia")
    page.goto(f"/werk/team/vertrek/{sjors}/")
    assert_accessible(page)
    form = page.locator("form[data-heirs]")
    for chooser in form.locator("select").all():
        heir = chooser.locator("option", has_text="Precious")
        back = chooser.locator("option:not([value=''])")
        chosen = heir if heir.count() else back
        chooser.select_option(value=chosen.first.get_attribute("value") or "")
    page.get_by_role("button", name="Hand over and end the account").click()
    expect(page.get_by_text(re.compile("The account of Sjors has ended")).first).to_be_visible()
    assert morning.desk("nadia").request.get("/api/v1/desk").status == 200
    left = [row for row in listed(morning) if row["status"] not in CLOSED and row["assignee"]]
    assert "Sjors" not in {row["assignee"]["name"] for row in left}


EXPECTED = Counter({f"r{number}": 1 for number in range(1, 31)}) + Counter(
    {
        "r2": 1,  # resolved
        "r3": 1,  # the case it was linked to is resolved
        "r4": 1,
        "r5": 1,
        "r6": 1,  # the answer in Turkish
    }
)
"""Everyone hears that the report came in; after that only who is told something."""


def test_a_working_morning(visitor: Visitor, browser: Browser) -> None:
    morning = Morning(visitor)
    morning_reports(morning, browser)
    triage_by_keyboard(morning)
    forward_to_the_corporation(morning)
    split_in_two(morning)
    merge_two(morning)
    answer_in_turkish(morning)
    the_confidential_one_stays_unseen(morning)
    away_and_gone(morning, browser)

    visitor.site.database.manage("check_responsibility")  # fails when a case is nobody's
    until(lambda: len(morning.mails()) >= EXPECTED.total(), "the mails are sent")
    assert Counter(name for name, _subject in morning.mails()) == EXPECTED


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": PHONE, "has_touch": True, "is_mobile": True},
        {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2},
    ],
    ids=["phone", "zoom-200"],
)
def test_the_morning_on_a_phone_and_at_200_percent(visitor: Visitor, browser: Browser, options: dict[str, Any]) -> None:
    """The same deeds on a small screen: forward, split, link, answer. Half a screen of 1440 is what 200 % leaves."""
    morning = Morning(visitor, **options)
    for number in (1, 2, 3, 4, 5, 6):
        morning.report(browser, number, "Grofvuil naast de container", **({"language": "tr"} if number == 6 else {}))
    forward_to_the_corporation(morning)
    merge_two(morning)
    answer_in_turkish(morning)
    for page in morning.desks.values():
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
