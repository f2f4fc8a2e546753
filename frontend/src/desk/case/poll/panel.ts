/** A poll on the page of its case: what is asked and why, where it stands, and how many vote while it is open. */
import { html, nothing, type TemplateResult } from "lit";
import { day, dayAndTime } from "../../../format";
import { icon } from "../../../icon";
import { t, tn } from "../../../i18n";
import { type Desk } from "../../desk";
import { type Poll, type PollPage, type PollStep, type Total } from "./shapes";
import "./sheets";
import { type DeskPollSheets } from "./sheets";
import { pageWords, pollStepIcon, pollStepWords } from "./words";

function show(step: PollStep | null) {
  return (event: Event): void => (event.currentTarget as Element).closest("desk-case")?.querySelector<DeskPollSheets>("desk-poll-sheets")?.show(step);
}

/** The stage as a pill. */
export function pollStage(about: Poll): TemplateResult {
  return html`<span class="badge stage-badge" data-poll-stage=${about.stage}>${icon("message")}<span>${about.stageLabel}</span></span>`;
}

/** The steps this person may take, as buttons; on a phone behind one. */
export function pollStepButtons(about: Poll, busy: boolean): TemplateResult {
  const answer = about.stage === "closed" ? about.pages.answer : undefined;
  return html`<span class="step-buttons">${answer ? html`<a class="button small primary" href=${answer}>${icon("message")}${t("Write the answer")}</a>` : nothing}${about.steps.map((one, place) => html`<button type="button" class="button small ${place === 0 && !answer ? "primary" : ""}" data-step=${one.step} aria-haspopup="dialog" ?disabled=${busy} @click=${show(one.step)}>${icon(pollStepIcon(one.step))}${pollStepWords(one.step)}…</button>`)}</span>
    ${about.steps.length ? html`<button type="button" class="button small step-sheet" aria-haspopup="dialog" ?disabled=${busy} @click=${show(null)}>${icon("message")}${t("Next step")}${icon("chevron-down")}</button>` : answer ? html`<a class="button small step-sheet" href=${answer}>${icon("message")}${t("Write the answer")}</a>` : nothing}`;
}

/** In the middle: what is asked and why, what is missing, and what was chosen. */
export function pollStory(desk: Desk, about: Poll): TemplateResult {
  const facts: [string, string][] = [
    [t("Why we ask this"), about.purpose],
    [t("What happens with the outcome"), about.outcomeUse],
    [t("Who may vote"), about.whoMay],
    [t("What voters show"), about.levelLabel],
    [t("Opens"), about.opensAt ? dayAndTime(about.opensAt, desk.now) : ""],
    [t("Closes"), about.closesAt ? dayAndTime(about.closesAt, desk.now) : ""],
    [t("Answer at the latest on"), about.answerBy ? day(about.answerBy) : ""],
  ];
  return html`<section class="story initiative-story" aria-labelledby="story-title">
    <h3 id="story-title" class="visually-hidden">${t("What is asked")}</h3>
    ${about.proposal ? html`<div class="notice">${icon("user")}<h4>${t("A resident proposed this")}</h4><p class="prose" dir="auto">${about.proposal}</p></div>` : nothing}
    ${about.reason ? html`<div class="notice">${icon("message")}<h4>${about.stageLabel}</h4><p class="prose" dir="auto">${about.reason}</p></div>` : nothing}
    ${about.findings.length && about.stage !== "proposed" ? readiness(about) : nothing}
    ${about.standing ? standing(about) : nothing}
    ${about.intro ? html`<p class="prose" dir="auto">${about.intro}</p>` : nothing}
    <dl class="facts">${facts.map(([name, value]) => (value ? html`<div><dt>${name}</dt><dd class="prose" dir="auto">${value}</dd></div>` : nothing))}</dl>
    ${about.questions.length ? html`<ol class="plain-list">${about.questions.map((one) => html`<li><span><bdi>${one.title}</bdi> <span class="soft small">${one.kindLabel}</span></span></li>`)}</ol>` : nothing}
    ${about.answer.length ? html`<h4>${t("This is what we do with it")}</h4><ul class="plain-list" role="list">${about.answer.map((one) => html`<li>${icon(one.do === "no" ? "close" : "ok")}<span><strong>${one.doLabel}</strong>${one.about ? html` <bdi>${one.about}</bdi>` : nothing}</span></li>`)}</ul>` : nothing}
    <p class="icon-line small">${icon(about.url ? "globe" : "lock")}<span>${about.url ? html`<a href=${about.url} target="_blank" rel="noopener">${t("Everybody can read it: open the page")}</a>` : t("Only your team sees it.")}</span></p>
  </section>`;
}

function readiness(about: Poll): TemplateResult {
  const blocking = about.findings.filter((one) => one.blocks);
  const advice = about.findings.filter((one) => !one.blocks);
  return html`<section class="notice ${blocking.length ? "warn" : ""}" aria-labelledby="ready-title">${icon(blocking.length ? "danger" : "info")}<h4 id="ready-title">${blocking.length ? t("Before it can open") : t("Look at this too")}</h4>
    <div><ul>${blocking.map(finding)}</ul>${blocking.length && advice.length ? html`<p><strong>${t("Look at this too")}</strong></p>` : nothing}<ul>${advice.map(finding)}</ul></div></section>`;
}

function finding(one: Poll["findings"][number]): TemplateResult {
  return html`<li data-finding=${one.code}><a href=${one.address}>${one.text}</a></li>`;
}

/** Live while it is open: the team sees it as it comes in. */
function standing(about: Poll): TemplateResult | typeof nothing {
  const now = about.standing;
  if (!now) return nothing;
  return html`<section class="poll-standing" aria-labelledby="standing-title">
    <h4 id="standing-title" aria-live="polite">${tn("{n} ballot", "{n} ballots", now.ballots)}</h4>
    <p class="soft small">${now.entered ? `${tn("{n} at a desk", "{n} at a desk", now.entered)} · ` : ""}${now.aside ? `${tn("{n} set aside", "{n} set aside", now.aside)} · ` : ""}${about.stage === "open" ? t("Only your team sees what was chosen so far. Do not pass it on.") : ""}</p>
    ${now.questions.map(total)}</section>`;
}

function total(one: Total): TemplateResult {
  return html`<table class="poll-totals"><caption><bdi>${one.title}</bdi> <span class="soft small">${tn("{n} answer", "{n} answers", one.answered)}</span></caption>
    <thead class="visually-hidden"><tr><th scope="col">${t("Option")}</th><th scope="col">${one.scored ? t("Points") : t("Votes")}</th><th scope="col">${t("Part of the votes")}</th></tr></thead>
    <tbody>${one.rows.map((row) => html`<tr><th scope="row"><bdi>${row.label}</bdi></th><td class="number">${row.count.toLocaleString(document.documentElement.lang)}</td><td><span class="bar-cell"><progress max="100" value=${row.share} aria-hidden="true"></progress>${one.scored ? nothing : html`<span class="soft small">${row.share}%</span>`}</span></td></tr>`)}</tbody></table>`;
}

/** Beside it: the pages where the rest is done. */
export function pollSide(about: Poll): TemplateResult | typeof nothing {
  const words = pageWords();
  const shown = (Object.entries(about.pages) as [PollPage, string][]).filter(([page]) => words[page]);
  if (shown.length === 0) return nothing;
  return html`<section class="side-block" aria-labelledby="poll-pages-title">
    <h3 id="poll-pages-title">${t("Work on this poll")}</h3>
    <ul class="plain-list" role="list">${shown.map(([page, address]) => html`<li>${icon("arrow-right")}<a href=${address}>${words[page]}${page === "projects" && about.projects?.waiting ? html` <span class="badge warn">${tn("{n} waits", "{n} wait", about.projects.waiting)}</span>` : nothing}</a></li>`)}</ul></section>`;
}
