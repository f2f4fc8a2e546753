"""The whole life of an initiative, from the first word on a phone to a description that others learn from.

Three neighbours begin it: one in English, who leads; one in Turkish; one in Dutch, without a script. At the end every
mail that went out on the way is read.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import APIRequestContext, Page, expect

from tests.browser.conftest import Demonstration, Site, Visitor, running
from tests.browser.desks import Desks, dialog, editor_link, published
from tests.browser.letters import leads_nowhere, mails_of, wrong_in
from tests.browser.neighbours import PICTURES, Neighbour, look_at, sign_in_many, support
from tests.support.live.servers import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]
TITLE = "Een moestuin voor de Esdoornhof"
WHAT = "Op het lege veld achter de flats maken wij een moestuin met bakken, voor groenten en voor elkaar."
HOVENPARK = "BU99010204"
LIKE_IT = "Buurtmoestuin De Hoven"
APPROACH = "Buurtmoestuin"
NEEDED, ON_PAPER, BY_HTTP = 40, 22, 16
LEADER, TURKISH, DUTCH = "oona@example.nl", "aylin@example.nl", "henny@example.nl"


@pytest.fixture(scope="module")
def site() -> Generator[Site]:
    """A demonstration of its own: a coach leaves, and every mail is counted."""
    database = Demonstration(Path(tempfile.mkdtemp(prefix="wijkplatform-life-")))
    with running(Site(database)) as one:
        yield one


def the_group_begins(visitor: Visitor) -> tuple[str, Neighbour, Neighbour, Neighbour]:
    """The slug, and the three."""
    oona = Neighbour(visitor, LEADER, locale="en-GB")
    slug = oona.begin(TITLE, WHAT)
    oona.goto(f"/initiatieven/beginnen/{slug}/wat/")
    oona.fill_step(theme=value_of(oona.page, "#id_theme", "Green"))
    oona.fill_step(why="Er is hier geen groen, en veel mensen zijn alleen.")
    oona.fill_step(area=HOVENPARK)
    oona.fill_step(who="Voor iedereen in de flats.", name="Oona")
    oona.goto(f"/initiatieven/{slug}/groep/mensen/")
    oona.see()
    oona.press("link")
    link = re.sub(r"^https?://[^/]+", "", oona.page.locator("#join-link").inner_text())

    aylin = Neighbour(visitor, TURKISH, locale="tr-TR")
    own = aylin.begin("Komşularla bahçe", "Birlikte sebze yetiştirmek istiyoruz.")
    aylin.join(link, "Aylin")
    aylin.see()
    aylin.goto(f"/initiatieven/{own}/groep/instellingen/?weg")
    aylin.see()
    aylin.press("throw-away")
    aylin.goto(f"/initiatieven/beginnen/{slug}/nodig/")
    aylin.fill_step(wanted="Tien bakken, en een stuk grond.", when="Elke zaterdag vanaf april")

    henny = Neighbour(visitor, DUTCH, locale="nl-NL", java_script_enabled=False)
    henny.begin("Tuinieren met buren", "Samen tuinieren achter de flat.")
    oona.page.locator("#id_email").fill(DUTCH)
    oona.press("invite")
    oona.see()
    henny.join(until(lambda: invitation_to(visitor.site, DUTCH), "the invitation is sent"), "Henny")
    henny.see()
    henny.goto(f"/initiatieven/beginnen/{slug}/fotos/")
    henny.see()
    henny.page.locator("#id_photos").set_input_files(PICTURES / "street" / "green-corner.webp")
    with henny.page.expect_navigation():
        henny.page.locator("#next").click()
    return slug, oona, aylin, henny


def invitation_to(site: Site, address: str) -> str:
    """The path in the mail."""
    links = [link for mail in mails_of(site) if mail.to == address for link in mail.links]
    return next((urlsplit(link).path for link in links if "/uitnodiging/" in link), "")


def value_of(page: Page, select: str, label: str) -> str:
    option = page.locator(f"{select} option", has_text=re.compile(label))
    return str(option.first.get_attribute("value"))


def the_group_looks_and_sends(slug: str, oona: Neighbour) -> None:
    oona.goto(f"/initiatieven/beginnen/{slug}/lijkt-op/")
    page = oona.page
    oona.see()
    expect(page.locator(".similar-list h3")).to_have_text([LIKE_IT])
    chosen = page.locator(".approach-choices li", has_text=APPROACH).first
    chosen.locator("input[name=approach]").check()
    with page.expect_navigation():
        page.locator("#next").click()
    oona.see()
    expect(page.locator("main dl")).to_contain_text(APPROACH)
    expect(page.locator("#wanted-line")).to_contain_text("Tien bakken")  # what Aylin wrote
    expect(page.locator("main dl .photos img")).to_have_count(1)  # what Henny brought
    oona.send(page.locator("form:has(button.large)"))
    expect(page).to_have_url(re.compile("/groep/$"))
    oona.see()


def the_coach_sees_it_arrive(desks: Desks) -> Page:
    """The desk before it came, at which it will arrive."""
    page = desks.of("ilse")
    page.goto("/werk/?view=team")
    expect(page.locator('.live[data-state="live"]')).to_be_attached()
    expect(page.locator("[role=listitem][data-reference]", has_text=TITLE)).to_have_count(0)
    return page


def the_coach_accepts(page: Page) -> str:
    """The reference of its case."""
    row = page.locator("[role=listitem][data-reference]", has_text=TITLE)
    expect(row).to_be_visible()  # without a reload
    reference = str(row.get_attribute("data-reference"))
    row.locator(".row-link").click()
    expect(page.locator("desk-case .reference").first).to_have_text(reference)
    page.locator("[data-step=accept]").click()
    sheet = dialog(page)
    sheet.locator("input[name=role][value=co-produce]").check()
    sheet.locator("input[name=rhythm]").fill("14")
    look_at(page)
    sheet.locator("button[type=submit]").click()
    expect(dialog(page)).to_have_count(0)
    expect(page.locator("desk-case .way [aria-current=step]")).to_have_text("In conversation")
    look_at(page)
    return reference


def coach_and_group_talk(desks: Desks, slug: str, reference: str, aylin: Neighbour) -> None:
    page = desks.open("ilse", reference)
    page.locator("#composer-text").fill("Wat een mooi plan! Zullen we vrijdag samen op het veld kijken?")
    page.locator("desk-composer button[type=submit]").click()
    expect(page.locator("desk-case", has_text="Zullen we vrijdag samen")).to_be_visible()
    aylin.goto(f"/initiatieven/{slug}/groep/gesprek/")
    aylin.see()
    expect(aylin.page.locator(".conversation")).to_contain_text("Zullen we vrijdag samen")
    aylin.page.locator("#id_text").fill("Evet, cuma günü uygun.")
    aylin.press("write")
    expect(page.locator("desk-case")).to_contain_text("cuma günü")  # live, too


def neighbours_support(visitor: Visitor, desks: Desks, slug: str, many: subprocess.Popen[str]) -> list[Neighbour]:
    neighbour = Neighbour(visitor, "bea@example.nl", locale="nl-NL", java_script_enabled=False)
    neighbour.goto(f"/initiatieven/{slug}/")
    neighbour.see()
    neighbour.goto(f"/initiatieven/{slug}/steun/")
    neighbour.see()
    neighbour.sign_in()
    neighbour.see()
    neighbour.press("support")
    neighbour.page.locator("#id_often_weekly").check()
    neighbour.press("follow")
    neighbour.see()
    support(visitor.site, slug, many)
    expect_bar(neighbour, slug, 1 + BY_HTTP)

    page = desks.of("ilse")
    page.goto(f"/werk/initiatieven/{slug}/papier/")
    page.locator("#id_count").fill(str(ON_PAPER))
    page.locator("#id_scan").set_input_files(PICTURES / "street" / "signatures.webp")
    page.locator("main form.card button[type=submit]").click()
    expect(page.locator(".devices li")).to_have_count(1)
    look_at(page)
    expect_bar(neighbour, slug, 1 + BY_HTTP + ON_PAPER)

    last = Neighbour(visitor, "ruben@example.nl", locale="en-GB")
    last.goto(f"/initiatieven/{slug}/")
    last.see()
    last.page.locator(f"a[href^='/initiatieven/{slug}/steun/']").first.click()
    last.sign_in()
    last.press("support")
    expect_bar(last, slug, NEEDED)
    last.see()
    return [neighbour, last]


def expect_bar(neighbour: Neighbour, slug: str, many: int) -> None:
    neighbour.goto(f"/initiatieven/{slug}/")
    expect(neighbour.page.locator(".support-bar").first).to_contain_text(re.compile(rf"\b{many}\b"))


def help_is_asked_and_given(desks: Desks, slug: str, oona: Neighbour, henny: Neighbour) -> None:
    page = oona.goto(f"/initiatieven/{slug}/groep/hulp/vragen/")
    oona.see()
    page.locator("a[href$='/money/']").click()
    page.locator("#id_what").fill("Hout en grond voor tien bakken.")
    for number, (label, euros) in enumerate((("Hout", "450"), ("Grond", "250,50"))):
        page.locator("[name=label]").nth(number).fill(label)
        page.locator("[name=line_amount]").nth(number).fill(euros)
    oona.see()
    oona.send(page.locator(".group-part form"))
    oona.see()
    money = re.search(r"/hulp/([^/]+)/$", page.url)
    assert money, page.url

    page = henny.goto(f"/initiatieven/{slug}/groep/hulp/vragen/space/")
    henny.see()
    page.locator("#id_what").fill("Mogen wij het veld achter de flats gebruiken?")
    henny.send(page.locator(".group-part form"))
    space = re.search(r"/hulp/([^/]+)/$", page.url)
    assert space, page.url

    fatima = desks.open("fatima", money[1])
    fatima.locator("[data-help=decide]").click()
    sheet = dialog(fatima)
    sheet.locator("input[value=partly]").check()
    for number, euros in enumerate(("300", "250.50")):
        sheet.locator("input[name^=line-]").nth(number).fill(euros)
    sheet.locator("[name=reasons]").fill("Voor hout is er dit jaar nog 300 euro. De grond betalen wij helemaal.")
    look_at(fatima)
    sheet.locator("button[type=submit]").click()
    expect(fatima.locator("[data-decision=partly]")).to_be_visible()
    look_at(fatima)

    gerrit = desks.open("gerrit", space[1])
    gerrit.locator("[data-help=decide]").click()
    sheet = dialog(gerrit)
    sheet.locator("input[value=granted]").check()
    sheet.locator("[name=reasons]").fill("Het veld blijft de komende vijf jaar leeg.")
    sheet.locator("[name=conditions]").fill("Het pad naar de kelders blijft vrij.")
    sheet.locator("button[type=submit]").click()
    expect(gerrit.locator("[data-decision=granted]")).to_be_visible()

    oona.page.reload()
    expect(oona.page.locator("main")).to_contain_text("550.50")
    oona.see()
    henny.page.reload()
    expect(henny.page.locator("main")).to_contain_text("Het pad naar de kelders blijft vrij.")
    henny.see()


def a_neighbour_offers_help(visitor: Visitor, slug: str, oona: Neighbour) -> Neighbour:
    wim = Neighbour(visitor, "wim.tuin@example.nl", locale="nl-NL")
    wim.goto(f"/initiatieven/{slug}/hulp/")
    wim.see()
    wim.page.locator("#offer a[href*='inloggen']").click()
    wim.sign_in()
    wim.page.locator("[name=kind]").first.check()
    wim.page.locator("#id_text").fill("Ik was hovenier en kan zaterdags helpen.")
    wim.page.locator("#id_name").fill("Wim")
    wim.see()
    wim.send(wim.page.locator("form:has(input[value=offer])"))
    wim.see()
    page = oona.goto(f"/initiatieven/{slug}/groep/hulp/")
    offer = page.locator("[data-offer]", has_text="hovenier")
    expect(offer).not_to_contain_text("wim.tuin@")
    oona.see()
    offer.locator("textarea").fill("Heel graag! Zaterdag om tien uur?")
    with page.expect_navigation():
        offer.locator("button[value=accept]").click()
    expect(page.locator("[data-offer]")).to_contain_text("wim.tuin@example.nl")
    wim.goto(f"/initiatieven/{slug}/hulp/")
    expect(wim.page.locator("#mine")).to_contain_text(LEADER)
    return wim


def the_coach_hands_over(desks: Desks, slug: str, reference: str, henny: Neighbour) -> None:
    page = desks.of("ilse")
    page.goto("/werk/overdracht/nieuw/")
    for box in page.locator("input[name=case]").all():
        box.set_checked(box.get_attribute("value") == reference)
    page.locator(f"#note-{reference}").fill("Ze zijn al ver. Let op het pad naar de kelders.")
    page.locator("select[name=to]").select_option(value_of(page, "select[name=to]", "^Mirjam"))
    page.locator("main form.handover-form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Let op het pad")
    mirjam = desks.of("mirjam")
    mirjam.goto("/werk/overdracht/")
    mirjam.locator(".handover-card h3 a", has_text="Ilse").first.click()
    look_at(mirjam)
    mirjam.locator("button[value=accept]").click()
    expect(mirjam.locator("tbody tr .badge.ok")).to_have_count(1)
    henny.goto(f"/initiatieven/{slug}/groep/gesprek/")
    henny.see()
    expect(henny.page.locator("main")).to_contain_text("Mirjam")


def they_do_it(slug: str, oona: Neighbour, aylin: Neighbour, henny: Neighbour) -> None:
    oona.step(slug, "begin")
    page = aylin.goto(f"/initiatieven/{slug}/groep/dagboek/")
    page.locator("#id_title").fill("İlk saksılar")
    page.locator("#id_text").fill("Bugün ilk on saksıyı yaptık. De eerste bakken staan!")
    page.locator("#id_photos").set_input_files(PICTURES / "street" / "long-table.webp")
    aylin.see()
    aylin.press("tell")
    expect(page.locator(".told-photos img")).to_have_count(1)
    aylin.see()
    page = henny.goto(f"/initiatieven/{slug}/groep/dagboek/")
    page.locator("#id_milestone").fill("Eerste oogst")
    page.locator("#id_on").fill("2027-08-28")
    henny.press("milestone")
    for direction, label, euros in (("in", "Wijkbudget", "550,50"), ("out", "Hout", "312,80")):
        page.locator(f"#id_direction_{direction}").check()
        page.locator("#id_label").fill(label)
        page.locator("#id_amount").fill(euros)
        henny.press("entry")
    henny.see()
    page.locator("button[value=milestone-done]").click()
    henny.goto(f"/initiatieven/{slug}/")
    for words in ("İlk saksılar", "Eerste oogst", "312,80"):
        expect(henny.page.locator("main")).to_contain_text(words)
    henny.see()
    henny.goto(f"/initiatieven/{slug}/dagboek/")
    henny.see()


def it_worked(slug: str, oona: Neighbour) -> None:
    oona.step(slug, "finish", reason="Tien bakken, en veertig mensen die elkaar kennen.")
    page = oona.goto(f"/initiatieven/{slug}/groep/terugblik/")
    page.locator("#id_worked").fill("Samen bouwen op zaterdag. Iedereen kon iets.")
    page.locator("#id_for_whom").fill("Voor mensen zonder tuin.")
    page.locator("#id_otherwise").fill("Eerder om water vragen.")
    page.locator("#id_carried_on_by").fill("De tuingroep")
    page.locator("#id_again_yes").check()
    page.locator("#id_photos_agreed").check()
    oona.see()
    oona.send(page.locator(".group-part form"))
    oona.see()


def others_learn_from_it(desks: Desks, slug: str, henny: Neighbour) -> None:
    mirjam, editor = desks.of("mirjam"), desks.of("redacteur")
    mirjam.goto(f"/werk/initiatieven/{slug}/afloop/")
    look_at(mirjam)
    # Wagtail's own saving in between may be on its way still, and is then refused as older.
    desks.visitor.expect(r"400 \(Bad Request\).*/beheer/pages/\d+/edit/")
    for deed in ("small-win", "practice"):
        mirjam.locator(f"button[value={deed}]").click()
        made = mirjam.locator(".notice.ok strong")
        expect(made).to_be_visible()
        look_at(mirjam)
        editor.goto("/beheer/")
        editor.locator("a[href*='/beheer/pages/'][href$='/edit/']", has_text=made.inner_text()).first.click()
        published(editor)
        look_at(henny.goto(urlsplit(editor_link(editor)).path), scripted=False)
        expect(henny.page.locator("main")).to_contain_text("Samen bouwen op zaterdag")


def every_mail_is_read(visitor: Visitor, desks: Desks, slug: str, *residents: Neighbour) -> None:
    """By who got it: in their language, from whom, why, how it stops, and where its links lead."""
    asks = {one.address: one.context.request for one in residents}
    languages = dict.fromkeys(asks, "nl") | {LEADER: "en", TURKISH: "tr", "ruben@example.nl": "en"}
    wrong: list[str] = []
    links: dict[tuple[str, str], APIRequestContext] = {}
    for mail in mails_of(visitor.site):
        at_work = mail.to not in asks
        if at_work and slug not in mail.text and "/werk/overdracht/" not in mail.text:
            continue  # of the demonstration itself
        found = wrong_in(mail, at_work=at_work)
        found += [] if mail.language == languages.get(mail.to, "nl") else [f"in {mail.language}"]
        wrong += [f"{mail.to}, “{mail.subject}”: {one}" for one in found]
        who = desks.of(mail.to.partition("@")[0]).request if at_work else asks[mail.to]
        links |= {(mail.to, link): who for link in mail.links}
    wrong += [one for (_to, link), who in links.items() for one in leads_nowhere(link, who, visitor.site)]
    assert not wrong, "\n".join(wrong)


def test_the_whole_life_of_an_initiative(visitor: Visitor, site: Site) -> None:
    desks = Desks(visitor)
    many = sign_in_many(site, BY_HTTP)  # meanwhile
    slug, oona, aylin, henny = the_group_begins(visitor)
    desk = the_coach_sees_it_arrive(desks)
    the_group_looks_and_sends(slug, oona)
    reference = the_coach_accepts(desk)
    coach_and_group_talk(desks, slug, reference, aylin)
    oona.step(slug, "gather")
    supporters = neighbours_support(visitor, desks, slug, many)
    oona.step(slug, "plan")
    help_is_asked_and_given(desks, slug, oona, henny)
    wim = a_neighbour_offers_help(visitor, slug, oona)
    the_coach_hands_over(desks, slug, reference, henny)
    they_do_it(slug, oona, aylin, henny)
    it_worked(slug, oona)
    others_learn_from_it(desks, slug, henny)
    every_mail_is_read(visitor, desks, slug, oona, aylin, henny, wim, *supporters)
