/** An initiative on the page of its case: what the group wants, where it stands, who helps and how it goes. */
import { html, nothing, type TemplateResult } from "lit";
import { day, dayAndTime } from "../../../format";
import { icon } from "../../../icon";
import { t, tn } from "../../../i18n";
import { type Desk } from "../../desk";
import { age, avatar } from "../../parts";
import { helpList } from "./help";
import { type Check, type Initiative, type Question, type StepName } from "./shapes";
import "./sheets";
import { type DeskInitiativeSheets } from "./sheets";
import { questions, roleWords, stepIcon, stepWords } from "./words";

const WEAK = 2;

/** The dialogs, wherever a button stands. */
function sheets(event: Event): DeskInitiativeSheets | null {
  return (event.currentTarget as Element).closest("desk-case")?.querySelector<DeskInitiativeSheets>("desk-initiative-sheets") ?? null;
}

/** The steps this person may take, as buttons; on a phone behind one. */
export function stepButtons(about: Initiative, busy: boolean): TemplateResult {
  const show = (step: StepName | null) => (event: Event) => sheets(event)?.show(step ? "step" : "steps", step);
  return html`<span class="step-buttons">${about.steps.map((one, place) => html`<button type="button" class="button small ${place === 0 ? "primary" : ""}" data-step=${one.step} aria-haspopup="dialog" ?disabled=${busy} @click=${show(one.step)}>${icon(stepIcon(one.step))}${stepWords(one.step)}…</button>`)}</span>
    ${about.steps.length ? html`<button type="button" class="button small step-sheet" aria-haspopup="dialog" ?disabled=${busy} @click=${show(null)}>${icon("leaf")}${t("Next step")}${icon("chevron-down")}</button>` : nothing}`;
}

/** In the middle: what they want, and what was said when it stopped or rests. */
export function initiativeStory(desk: Desk, about: Initiative, text: string): TemplateResult {
  const facts: [string, string][] = [
    [t("Why"), about.why],
    [t("For whom and with whom"), about.who],
    [t("What is needed"), about.wanted],
    [t("When"), about.when],
  ];
  const told = about.lastStep;
  return html`<section class="story initiative-story" aria-labelledby="story-title">
    <h3 id="story-title" class="visually-hidden">${t("What the group wants")}</h3>
    <ol class="way" aria-label=${t("The stages")}>${about.way.map((one) => html`<li data-state=${one.state} aria-current=${one.state === "now" ? "step" : nothing}>${one.label}</li>`)}</ol>
    ${about.stalledAt ? html`<div class="notice warn">${icon("clock")}<p>${t("Nothing was heard since the day you agreed. Call or visit them: often a small thing is in the way.")}</p></div>` : nothing}
    ${told ? html`<div class="notice">${icon("message")}<h4>${told.byGroup ? t("The group says why") : t("Why it stands still")}</h4><div><p class="prose" dir="auto">${told.reason}</p><p class="prose" dir="auto"><strong>${t("What was learned")}:</strong> ${told.learned}</p>${told.answer ? html`<blockquote class="prose" dir="auto"><strong>${t("The group answers")}:</strong> ${told.answer}</blockquote>` : nothing}</div></div>` : nothing}
    <p class="prose" dir="auto">${text}</p>
    <dl class="facts">${facts.map(([name, value]) => (value ? html`<div><dt>${name}</dt><dd class="prose" dir="auto">${value}</dd></div>` : nothing))}${about.theme ? html`<div><dt>${t("Theme")}</dt><dd>${about.theme}</dd></div>` : nothing}</dl>
    ${about.photos.length ? html`<ul class="photos" role="list">${about.photos.map((one) => html`<li><a href=${one.url} target="_blank" rel="noopener"><img src=${one.thumbnailUrl} alt=${one.alt || t("Photo of the group")} width="160" height="160" loading="lazy" /></a></li>`)}</ul>` : nothing}
    <p class="icon-line small">${icon(about.url ? "globe" : "lock")}<span>${about.url ? html`<a href=${about.url} target="_blank" rel="noopener">${t("Everybody can read it: open the page")}</a>` : t("Only the group and professionals see it.")}${about.submittedAt ? html` <span class="soft">· ${t("Sent {when}", { when: dayAndTime(about.submittedAt, desk.now) })}</span>` : nothing}</span></p>
  </section>`;
}

/** Beside it: who carries it, the support, the coach, and the check. */
export function initiativeSide(desk: Desk, about: Initiative): TemplateResult {
  return html`${group(about)} ${support(about)} ${coach(about)} ${helpList(desk, about)} ${checks(desk, about)} ${elsewhere(about)}`;
}

/** What is filled in now and then has a page of its own. */
function elsewhere(about: Initiative): TemplateResult | typeof nothing {
  const pages: [string, string, string][] = [
    ["involve", "partners", t("Partners")],
    ["count-paper", "papier", t("Signatures on paper")],
    ["moderate", "gesprek", about.waitingComments ? tn("{n} comment to look at", "{n} comments to look at", about.waitingComments) : t("Comments to look at")],
    ["thank", "afloop", t("Afterwards")],
  ];
  const shown = pages.filter(([deed]) => about.deeds.includes(deed));
  if (shown.length === 0) return nothing;
  return html`<section class="side-block" aria-labelledby="elsewhere-title">
    <h3 id="elsewhere-title">${t("More about this initiative")}</h3>
    <ul class="plain-list" role="list">${shown.map(([, page, words]) => html`<li>${icon("arrow-right")}<a href="/werk/initiatieven/${about.slug}/${page}/">${words}</a></li>`)}${about.deeds.includes("tell") ? html`<li>${icon("arrow-right")}<a href="/initiatieven/${about.slug}/groep/dagboek/">${t("Diary, milestones and money")}</a></li>` : nothing}</ul></section>`;
}

function group(about: Initiative): TemplateResult {
  return html`<section class="side-block" aria-labelledby="group-title">
    <h3 id="group-title">${t("The group")}</h3>
    <ul class="plain-list" role="list">${about.members.map((one) => html`<li>${icon("user")}<span dir="auto">${one.name || t("Somebody without a name")}</span>${one.role === "member" ? nothing : html` <span class="badge">${one.roleLabel}</span>`}</li>`)}</ul></section>`;
}

function support(about: Initiative): TemplateResult | typeof nothing {
  const { count, paper, needed } = about.support;
  if (!count && !needed && !about.followers && !about.comments) return nothing;
  return html`<section class="side-block" aria-labelledby="support-title">
    <h3 id="support-title">${t("Support")}</h3>
    <p><strong>${needed ? t("{n} of {needed} supporters", { n: count, needed }) : tn("{n} supporter", "{n} supporters", count)}</strong>${paper ? html` <span class="soft small">(${t("{n} on paper", { n: paper })})</span>` : nothing}</p>
    ${needed ? html`<progress max=${needed} value=${Math.min(count, needed)} aria-labelledby="support-title"></progress>` : nothing}
    <p class="soft small">${tn("{n} follower", "{n} followers", about.followers)} · ${tn("{n} comment", "{n} comments", about.comments)}</p></section>`;
}

function coach(about: Initiative): TemplateResult | typeof nothing {
  if (about.coachings.length === 0) return nothing;
  const now = about.coachings.find((one) => one.until === null);
  const before = about.coachings.filter((one) => one !== now).reverse();
  const may = about.deeds.includes("agree");
  return html`<section class="side-block" aria-labelledby="coach-title">
    <h3 id="coach-title">${t("Coaching")}</h3>
    ${now ? html`<div class="holder">${now.by ? avatar(now.by, "") : nothing}<div><strong>${now.by?.name ?? t("A former colleague")}</strong><span class="soft small">${roleWords()[now.role][0]} · ${t("since {day}", { day: day(now.since) })}</span></div></div>` : html`<p>${t("Nobody coaches this group now. Give the case to somebody.")}</p>`}
    <p class="small">${tn("A sign of life every {n} day", "A sign of life every {n} days", about.rhythm)}${about.signBy ? html`, ${t("before {when}", { when: day(about.signBy) })}` : nothing}</p>
    ${may ? html`<p><button type="button" class="button quiet small" aria-haspopup="dialog" @click=${(event: Event) => sheets(event)?.show("coaching")}>${icon("handover")}${t("Change what you agreed")}…</button></p>` : nothing}
    ${before.length ? html`<details class="why"><summary>${icon("history")}${t("Who coached before")}</summary><ul>${before.map((one) => html`<li>${one.by?.name ?? t("A former colleague")} · ${roleWords()[one.role][0]} <span class="soft small">(${day(one.since)} – ${one.until ? day(one.until) : ""})</span></li>`)}</ul></details>` : nothing}
  </section>`;
}

function checks(desk: Desk, about: Initiative): TemplateResult | typeof nothing {
  if (!about.deeds.includes("see-notes") || about.coachings.length === 0) return nothing;
  const [last, ...before] = about.checks;
  return html`<section class="side-block" aria-labelledby="check-title">
    <h3 id="check-title">${t("How the group stands")} <span class="badge">${icon("lock")}${t("Only colleagues")}</span></h3>
    ${last ? scores(desk, last, true) : html`<p class="soft small">${t("Five short questions show where help is needed.")}</p>`}
    ${about.deeds.includes("guide") ? html`<p><button type="button" class="button quiet small" aria-haspopup="dialog" @click=${(event: Event) => sheets(event)?.show("check")}>${icon("list")}${last ? t("Check again") : t("Fill in the check")}…</button></p>` : nothing}
    ${before.length ? html`<details class="why"><summary>${icon("history")}${tn("{n} earlier check", "{n} earlier checks", before.length)}</summary>${before.map((one) => scores(desk, one, false))}</details>` : nothing}
  </section>`;
}

function scores(desk: Desk, check: Check, advise: boolean): TemplateResult {
  const all = Object.entries(questions()) as [Question, [string, string, string]][];
  const weak = advise ? all.filter(([name]) => (check.scores[name] ?? WEAK + 1) <= WEAK) : [];
  return html`<dl class="scores">${all.map(([name, [label]]) => {
      const score = check.scores[name];
      return html`<div><dt>${label}</dt><dd>${score === null ? "–" : html`<meter min="0" max="5" low="3" high="3" optimum="5" value=${score} aria-hidden="true"></meter><span>${score}<span class="visually-hidden"> ${t("of 5")}</span></span>`}</dd></div>`;
    })}</dl>
    ${check.remark ? html`<p class="prose small" dir="auto">${check.remark}</p>` : nothing}
    ${weak.map(([, [label, , low]]) => html`<p class="icon-line small">${icon("sparkles")}<span><strong>${label}:</strong> ${low}</span></p>`)}
    <p class="soft small">${check.by?.name ?? t("A former colleague")} · ${check.stageLabel} · ${age(check.at, desk.now)}</p>`;
}
