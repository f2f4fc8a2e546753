"""The whole life of a poll: from what a resident would like to ask to what is done with the outcome.

The professional looks on live while neighbours vote with a letter: on a phone, without a script and at a desk.
"""

from __future__ import annotations

import csv
import json
import re
import tempfile
from collections.abc import Generator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Demonstration, Site, Visitor, running
from tests.browser.desks import Desks, dialog
from tests.browser.letters import leads_nowhere, mails_of, wrong_in
from tests.browser.neighbours import Neighbour, look_at
from tests.support.live.servers import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
TITLE = "Wat doen we met de lege hoek bij de Esdoornhof?"
WHY = "De winkel is weg, en nu staat de hoek al een jaar leeg."
HOVENPARK = "BU99010204"
PLACES = ("Een speelplek", "Een moestuin", "Iets anders")
HOURS = ("Overdag", "In de avond", "In het weekend")
PROPOSER, LISTENER = "maya@example.nl", "bea@example.nl"
LETTERS, BY_HTTP = 24, 18
"""With one on a phone, one without a script and one at a desk: enough to publish all ballots (20)."""
DONE = "De buurtbeheerder"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
Letter = dict[str, str]


@pytest.fixture(scope="module")
def site() -> Generator[Site]:
    """A demonstration of its own: ballots and mails are counted."""
    database = Demonstration(Path(tempfile.mkdtemp(prefix="wijkplatform-poll-")))
    with running(Site(database)) as one:
        yield one


def the_desk_before(desks: Desks) -> Page:
    page = desks.of("fatima")
    page.goto("/werk/?view=team")
    expect(page.locator('.live[data-state="live"]')).to_be_attached()
    expect(row_of(page)).to_have_count(0)
    return page


def row_of(page: Page) -> Locator:
    return page.locator("[role=listitem][data-reference]", has_text=TITLE)


def a_resident_proposes(visitor: Visitor) -> tuple[str, Neighbour]:
    """The slug, and who proposed it."""
    maya = Neighbour(visitor, PROPOSER, locale="nl-NL")
    page = maya.goto("/peilingen/")
    maya.see()
    page.locator("a[href$='/peilingen/voorstellen/']").first.click()
    maya.sign_in(looking=True)
    maya.see()
    page.locator("#id_title").fill(TITLE)
    page.locator("#id_why").fill(WHY)
    maya.send(page.locator("form:has(#id_why)"))
    expect(page.locator("#id_area_error")).to_be_visible()  # what was typed is kept
    maya.see()
    page.locator("#id_area").select_option(HOVENPARK)
    maya.send(page.locator("form:has(#id_why)"))
    found = re.search(r"/mijn/peilingen/([^/]+)/$", page.url)
    assert found, page.url
    expect(page.locator("main")).to_contain_text(WHY)
    maya.see()
    return found[1], maya


def it_arrives_and_is_taken_up(page: Page, maya: Neighbour) -> str:
    """The reference of its case."""
    expect(row_of(page)).to_be_visible()  # without a reload
    reference = str(row_of(page).get_attribute("data-reference"))
    row_of(page).locator(".row-link").click()
    expect(page.locator("desk-case .reference").first).to_have_text(reference)
    expect(page.locator("desk-case")).to_contain_text(WHY)
    page.locator("desk-case .step-buttons [data-step=accept]").click()
    look_at(page)
    dialog(page).locator("button[type=submit]").click()
    expect(dialog(page)).to_have_count(0)
    expect(page.locator("desk-case [data-poll-stage=preparing]").first).to_be_visible()
    look_at(page)
    maya.page.reload()
    expect(maya.page.locator("[data-poll-stage=preparing]")).to_be_visible()
    return reference


def it_is_prepared(page: Page, slug: str) -> None:
    """Told what is missing, at first; nothing in the end."""
    desk = f"/werk/peilingen/{slug}/"
    page.locator(f"desk-case a[href='{desk}']").first.click()
    expect(page.locator("[data-finding=required]")).not_to_have_count(0)
    step(page, "open")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator(".error-summary a[href$='#id_purpose']")).to_be_visible()
    look_at(page)
    page.locator(".findings a[href$='#id_purpose']").click()
    expect(page.locator("#id_purpose")).to_be_visible()
    today = datetime.now(tz=AMSTERDAM).date()
    page.locator("#id_intro").fill("De hoek is van de gemeente. Er is geld voor een klein plan.")
    page.locator("#id_purpose").fill("Wij willen weten wat de buurt met de hoek wil.")
    page.locator("#id_outcome_use").fill("Wij maken wat de meeste mensen kiezen.")
    page.locator("#id_who_may").fill("Iedereen van 12 jaar en ouder in Hovenpark.")
    page.locator("#id_level_letter").check()
    page.locator("#id_at_desk").check()
    page.locator("#id_closes_at").fill(f"{today + timedelta(days=1)}T20:00")
    page.locator("#id_answer_by").fill(str(today + timedelta(days=30)))
    look_at(page)
    saved(page)
    expect(page.locator("[data-finding=too-short]")).to_be_visible()
    page.locator("[data-finding=too-short] a").click()
    page.locator("#id_closes_at").fill(f"{today + timedelta(days=14)}T20:00")
    saved(page)
    expect(page.locator(".findings:not(.advice) [data-finding]")).to_have_count(1)  # what is asked
    page.locator(".findings:not(.advice) a").click()
    look_at(page)
    a_question(page, "single", "Wat komt er op de hoek?", PLACES)
    a_question(page, "multiple", "Wanneer bent u er?", HOURS, page_number=2)
    page.goto(desk)
    expect(page.locator(".findings:not(.advice)")).to_have_count(0)
    page.goto(f"{desk}voorbeeld/")
    expect(page.locator(".ballot-option")).to_have_count(len(PLACES) + len(HOURS))
    look_at(page)


def a_question(page: Page, kind: str, title: str, options: tuple[str, ...], *, page_number: int = 1) -> None:
    page.locator(f"#id_kind_{kind}").check()
    page.locator("#id_title").fill(title)
    saved(page)
    for number, label in enumerate(options):
        page.locator(f"#id_label-new{number}").fill(label)
    page.locator("#id_page").fill(str(page_number))
    if page_number > 1:  # the other has less to choose
        look_at(page)
    saved(page)
    expect(page.locator(".question-rows .poll-row", has_text=title)).to_be_visible()


def saved(page: Page) -> None:
    """By the main button of the last form."""
    with page.expect_navigation():
        page.locator("main form:not(.poll-steps form) button.primary").last.click()


def step(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator(f"button[name=step][value={name}]").click()


def letters_go_out(page: Page, slug: str) -> list[Letter]:
    """What the printer gets, as rows of the file."""
    page.goto(f"/werk/peilingen/{slug}/brieven/")
    page.locator("#id_name").fill("Eerste brieven")
    page.locator("#id_count").fill(str(LETTERS))
    look_at(page)
    with page.expect_navigation():
        page.locator("form:has(#id_count) button.primary").click()
    with page.expect_download() as fetched:
        page.locator("button[name=deed][value=file]").click()
    with Path(fetched.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    letters = [{"number": row[0], "code": row[1], "link": row[5]} for row in rows]
    assert len(letters) == LETTERS
    expect(page.locator("button[name=deed][value=forget]")).to_be_visible()  # without a reload
    look_at(page)
    with page.expect_navigation():
        page.locator("button[name=deed][value=forget]").click()
    expect(page.locator("button[name=deed][value=file]")).to_have_count(0)
    look_at(page)
    return letters


def it_opens(page: Page, slug: str) -> Page:
    """A second page of the professional, that is not touched any more: it must go on by itself."""
    page.goto(f"/werk/peilingen/{slug}/")
    step(page, "open")
    watching = page.context.new_page()
    watching.goto(page.url)
    expect_ballots(watching, 0)
    return watching


def expect_ballots(page: Page, many: int) -> None:
    """On a page of the desk that nobody reloads."""
    expect(page.locator("#standing-title")).to_have_text(re.compile(rf"^\s*{many} ballots?\s*$"))


def on_a_phone(visitor: Visitor, slug: str, letter: Letter) -> tuple[Neighbour, str]:
    """The code typed as people do; the receipt."""
    henny = Neighbour(visitor, "henny@example.nl", locale="nl-NL")
    page = henny.goto(f"/peilingen/{slug}/")
    pick(page, PLACES[1])
    button = page.locator("[data-buttons] .primary")
    button.click()
    pick(page, HOURS[0], HOURS[2])
    henny.see()
    page.locator("#id_code").fill("7k3q 9axm")
    button.click()
    expect(page.locator("#id_code_error")).to_be_visible()
    expect(page.locator("[data-told] dd")).to_have_text([PLACES[1], HOURS[0], HOURS[2]])  # nothing chosen is lost
    henny.see()
    page.locator("#id_code").fill(sloppily(letter["code"]))
    button.click()
    receipt = page.locator("[data-receipt]").inner_text()
    henny.see()
    assert receipt not in page.url
    return henny, receipt


def sloppily(code: str) -> str:
    return code.replace("1", "l").replace("0", "o").replace("-", "  ").lower()


def pick(page: Page, *labels: str) -> None:
    for label in labels:
        page.locator(".ballot-option", has_text=label).locator("input").check()


def without_a_script(visitor: Visitor, slug: str, letter: Letter) -> Neighbour:
    bea = Neighbour(visitor, LISTENER, locale="nl-NL", java_script_enabled=False)
    page = bea.goto(f"/peilingen/{slug}/")
    bea.see()
    pick(page, PLACES[1])
    go(page)
    pick(page, HOURS[1])
    bea.see()
    go(page)
    expect(page.locator("[data-told] dd")).to_have_text([PLACES[1], HOURS[1]])
    page.locator("#id_code").fill(letter["code"])
    bea.see()
    go(page)
    expect(page.locator("[data-receipt]")).to_be_visible()
    bea.see()
    page.locator("#id_email").fill(LISTENER)
    with page.expect_navigation():
        page.locator("form:has(#id_email) button[type=submit]").click()
    bea.goto(until(lambda: listening_link(visitor.site), "the link to confirm is sent"))
    bea.see()
    bea.press("confirm")
    expect(page).to_have_url(re.compile(f"/peilingen/{slug}/$"))
    expect(page.locator(".messages, .notice.ok").first).to_be_visible()
    return bea


def go(page: Page) -> None:
    with page.expect_navigation():
        page.locator("[data-buttons] .primary").click()


def listening_link(site: Site) -> str:
    links = [link for mail in mails_of(site) if mail.to == LISTENER for link in mail.links]
    return next((urlsplit(link).path for link in links if "/horen/" in link), "")


def at_a_desk(desks: Desks, slug: str, letter: Letter) -> None:
    """By a colleague of another team."""
    page = desks.of("ilse")
    page.goto("/werk/peilingen/")
    look_at(page)
    page.locator("a", has_text=TITLE).click()
    look_at(page)
    page.locator("#id_code").fill(letter["code"])
    deed(page, "letter")
    pick(page, PLACES[0], HOURS[0])
    look_at(page)
    deed(page, "cast")
    expect(page.locator("[data-receipt]")).to_be_visible()
    look_at(page)


def deed(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator(f"button[name=deed][value={name}]").click()


def the_same_letter_again(visitor: Visitor, slug: str, letter: Letter) -> None:
    visitor.expect(r"409 \(Conflict\).*/peilingen/")
    other = Neighbour(visitor, "nobody@example.nl", locale="nl-NL")
    page = other.goto(urlsplit(letter["link"])._replace(scheme="", netloc="").geturl())  # the square for a camera
    pick(page, PLACES[0])
    page.locator("[data-buttons] .primary").click()
    pick(page, HOURS[1])
    expect(page.locator("#id_code")).to_have_value(letter["code"])
    assert letter["code"] not in page.url
    page.locator("[data-buttons] .primary").click()
    expect(page.locator("[data-refused=already-voted]")).to_be_visible()
    other.see()


def others_vote(site: Site, slug: str, letters: list[Letter]) -> None:
    token = "c" * 32
    headers = {"Cookie": f"csrftoken={token}", "X-CSRFToken": token, "Content-Type": "application/json"}
    asked = json.loads(site.server.get(f"/api/v1/polls/{slug}")[1])["questions"]
    for number, letter in enumerate(letters):
        choices: dict[str, Any] = {
            str(asked[0]["id"]): asked[0]["options"][number % 2]["id"],
            str(asked[1]["id"]): [asked[1]["options"][number % 3]["id"]],
        }
        body = {"choices": choices, "code": letter["code"]}
        once = headers | {"Idempotency-Key": str(uuid4())}
        status, answer = site.server.post(f"/api/v1/polls/{slug}/ballots", body, once)
        assert status == 201, answer


def it_closes(page: Page, slug: str) -> None:
    page.goto(f"/werk/peilingen/{slug}/")
    step(page, "close")
    expect(page.locator("[data-poll-stage=closed]").first).to_be_visible()
    look_at(page)


def everybody_can_count_again(site: Site, slug: str, henny: Neighbour, receipt: str) -> None:
    """The results, the file with all ballots, and one's own among them."""
    page = henny.page

    def published() -> bool:
        henny.goto(f"/peilingen/{slug}/uitslag/")
        return page.locator("a[href$='stembiljetten.jsonl']").count() > 0

    until(published, "all ballots are published")
    many = BY_HTTP + 3
    expect(page.locator(".turnout-figures li strong").first).to_have_text(str(many))
    bars = page.locator("[data-result]").first.locator(".bar-many")
    expect(bars.nth(1)).to_have_text(f"{round(100 * (BY_HTTP / 2 + 2) / many)}%")
    henny.see()
    address = page.locator("a[href$='stembiljetten.jsonl']").get_attribute("href")
    kept = site.database.folder / "stembiljetten.jsonl"
    kept.write_bytes(henny.context.request.get(str(address)).body())
    lines = kept.read_text().splitlines()
    assert sum(receipt.replace("-", "") in line.replace("-", "") for line in lines) == 1
    said = site.database.manage("verify_poll", str(kept), "--digest", page.locator(".fingerprint").inner_text())
    assert f"{many} ballots counted" in said
    page.locator("#id_receipt").fill(receipt.lower())
    with page.expect_navigation():
        page.locator("form:has(#id_receipt) button[type=submit]").click()
    expect(page.locator(".found-ballot dd")).to_have_text([PLACES[1], HOURS[0], HOURS[2]])
    assert receipt not in page.url
    henny.see()


def it_is_answered(page: Page, slug: str) -> None:
    """The whole, and two of the options; then a day on which something follows."""
    page.goto(f"/werk/peilingen/{slug}/")
    page.locator(f"main a.primary[href='/werk/peilingen/{slug}/antwoord/']").click()
    saved(page)
    expect(page.locator(".error-summary")).to_be_visible()
    answer(page, "", "partly", "De moestuin komt er. Voor een speelplek is geen ruimte.")
    answer(page, PLACES[1], "yes", "De meeste mensen kozen dit.", who=DONE)
    answer(page, PLACES[0], "no", "Om de hoek is al een speelplek.")
    page.locator("#id_follow-new0").fill("De eerste spade in de grond")
    page.locator("#id_on-new0").fill(str(datetime.now(tz=AMSTERDAM).date() + timedelta(days=120)))
    look_at(page)
    saved(page)
    expect(page.locator("[data-poll-stage=answered]").first).to_be_visible()
    look_at(page)


def answer(page: Page, about: str, do: str, why: str, who: str = "") -> None:
    rows = page.locator("details:has(input[name=row])")
    row = rows.filter(has_text=about).first if about else rows.first
    if row.get_attribute("open") is None:
        row.locator("summary").click()
    row.locator(f"input[value={do}]").check()
    row.locator("textarea").fill(why)
    row.locator("input[name^=who-]").fill(who)


def everybody_reads_it(site: Site, slug: str, reference: str, desks: Desks, *residents: Neighbour) -> None:
    for one in residents:
        one.goto(f"/peilingen/{slug}/")
        said = one.page.locator("#antwoord")
        for words in ("De moestuin komt er.", DONE, "Om de hoek is al", "De eerste spade in de grond"):
            expect(said).to_contain_text(words)
        expect(said.locator("[data-do=no]")).to_contain_text(PLACES[0])
    residents[0].see()
    look_at(desks.open("fatima", reference))

    def told() -> bool:
        mails = mails_of(site)
        proposed = [mail for mail in mails if mail.to == PROPOSER and slug in mail.text]
        listened = [mail for mail in mails if mail.to == LISTENER]
        return len(proposed) == 5 and len(listened) == 2

    until(told, "the proposer hears of every step, and who asked of the answer")


def every_mail_is_read(visitor: Visitor, maya: Neighbour, bea: Neighbour) -> None:
    wrong: list[str] = []
    asks = {one.address: one.context.request for one in (maya, bea)}
    for mail in mails_of(visitor.site):
        if mail.to not in asks:
            continue
        wrong += [f"{mail.to}, “{mail.subject}”: {one}" for one in wrong_in(mail)]
        wrong += [] if mail.language == "nl" else [f"{mail.to}, “{mail.subject}” is in {mail.language}"]
        gone = [link for link in mail.links if "/horen/" in link]  # an address that was erased
        for link in mail.links - set(gone):
            wrong += leads_nowhere(link, asks[mail.to], visitor.site)
        for link in gone:
            assert asks[mail.to].get(f"{visitor.site.address}{urlsplit(link).path}").status == 404
    last = [mail for mail in mails_of(visitor.site) if mail.to == LISTENER][-1]
    assert "De moestuin komt er." in last.text
    assert not wrong, "\n".join(wrong)


def test_the_whole_life_of_a_poll(visitor: Visitor, site: Site) -> None:
    desks = Desks(visitor)
    desk = the_desk_before(desks)
    slug, maya = a_resident_proposes(visitor)
    visitor.expect(rf"(400|409|422) \(.*/peilingen/{slug}/|400 \(Bad Request\).*/peilingen/voorstellen/")
    reference = it_arrives_and_is_taken_up(desk, maya)
    it_is_prepared(desk, slug)
    letters = letters_go_out(desk, slug)
    watching = it_opens(desk, slug)
    desks.open("fatima", reference)
    expect_ballots(desk, 0)
    henny, receipt = on_a_phone(visitor, slug, letters[0])
    expect_ballots(watching, 1)
    expect_ballots(desk, 1)
    bea = without_a_script(visitor, slug, letters[1])
    expect_ballots(watching, 2)
    at_a_desk(desks, slug, letters[2])
    expect_ballots(watching, 3)
    the_same_letter_again(visitor, slug, letters[0])
    others_vote(site, slug, letters[3 : 3 + BY_HTTP])
    expect_ballots(watching, 3 + BY_HTTP)
    expect_ballots(desk, 3 + BY_HTTP)
    look_at(watching)
    it_closes(desk, slug)
    everybody_can_count_again(site, slug, henny, receipt)
    it_is_answered(desk, slug)
    everybody_reads_it(site, slug, reference, desks, maya, bea)
    every_mail_is_read(visitor, maya, bea)
