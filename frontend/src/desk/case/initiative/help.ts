/** A request for help on the page of its case: what the group asks, and the decision; and all of them beside an initiative. */
import { html, nothing, type TemplateResult } from "lit";
import { day } from "../../../format";
import { icon } from "../../../icon";
import { t } from "../../../i18n";
import { type Desk } from "../../desk";
import { caseLink } from "../parts";
import "./help-sheets";
import { type DeskHelpSheets } from "./help-sheets";
import { euros } from "./money";
import { type HelpCase, type HelpRequest, type Initiative } from "./shapes";
import { stage } from "./stage";

function sheets(event: Event): DeskHelpSheets | null {
  return (event.currentTarget as Element).closest("desk-case")?.querySelector<DeskHelpSheets>("desk-help-sheets") ?? null;
}

/** Deciding, and more time for it. */
export function helpButtons(about: HelpCase, busy: boolean): TemplateResult {
  return html`${about.mayDecide ? html`<button type="button" class="button small primary" data-help="decide" aria-haspopup="dialog" ?disabled=${busy} @click=${(event: Event) => sheets(event)?.show("decide")}>${icon("check")}${t("Decide")}…</button>` : nothing}
    ${about.mayExtend ? html`<button type="button" class="button small" data-help="extend" aria-haspopup="dialog" ?disabled=${busy} @click=${(event: Event) => sheets(event)?.show("extend")}>${icon("clock")}${t("More time")}…</button>` : nothing}`;
}

const TONE: Record<string, string> = { granted: "ok", partly: "accent", refused: "warn" };

function state(one: HelpRequest): TemplateResult {
  return html`<span class="badge ${TONE[one.state] ?? ""}">${one.stateLabel}</span>`;
}

/** In the middle: the words of the group, the budget, the criteria, and the answer. */
export function helpStory(desk: Desk, about: HelpCase): TemplateResult {
  const facts: [string, string][] = [
    [t("Asked by"), about.by],
    [t("Needed on"), about.neededOn ? day(about.neededOn) : ""],
    [t("Who sees the question"), about.seenBy === "everybody" ? t("Everybody") : t("The group and who helps it")],
  ];
  return html`<section class="story initiative-story" aria-labelledby="story-title">
    <h3 id="story-title" class="visually-hidden">${t("What the group asks")}</h3>
    ${ofInitiative(desk, about)}
    <p class="help-kind"><strong>${capital(about.kindLabel)}${about.cents === null ? nothing : html` · ${euros(about.cents)}`}</strong></p>
    <p class="prose" dir="auto">${about.what}</p>
    ${about.lines.length ? budget(about) : nothing}
    ${about.challenge ? challenge(about) : nothing}
    <dl class="facts">${facts.map(([name, value]) => (value ? html`<div><dt>${name}</dt><dd dir="auto">${value}</dd></div>` : nothing))}</dl>
    ${answer(about)}
  </section>`;
}

function ofInitiative(desk: Desk, about: HelpCase): TemplateResult {
  const { initiative } = about;
  return html`<div class="notice help-of">${icon("leaf")}<div><p><strong dir="auto">${initiative.title}</strong> ${stage(initiative.stage, initiative.stageLabel)}</p>
    ${initiative.what ? html`<p class="prose small" dir="auto">${initiative.what}</p>` : nothing}
    <p class="small">${initiative.reference ? html`${t("The initiative:")} ${caseLink(desk, { reference: initiative.reference, mayOpen: true })}` : nothing} ${initiative.url ? html`<a href=${initiative.url} target="_blank" rel="noopener">${t("Open its page")}</a>` : nothing}</p></div></div>`;
}

function budget(about: HelpRequest): TemplateResult {
  const granted = about.decision !== "" && about.decision !== "withdrawn";
  return html`<table class="help-budget"><thead><tr><th scope="col">${t("For what")}</th><th scope="col" class="sum">${t("Asked")}</th>${granted ? html`<th scope="col" class="sum">${t("Granted")}</th>` : nothing}</tr></thead>
    <tbody>${about.lines.map((line) => html`<tr><td dir="auto">${line.label}</td><td class="sum">${euros(line.cents)}</td>${granted ? html`<td class="sum">${euros(line.grantedCents ?? 0)}</td>` : nothing}</tr>`)}</tbody></table>`;
}

function challenge(about: HelpRequest): TemplateResult {
  const told = about.challenge;
  if (!told) return html``;
  const facts: [string, string][] = [
    [t("The task"), told.task],
    [t("Why they do it better"), told.better],
    [t("How they keep it up"), told.able],
    [t("What it costs"), told.costs],
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => (value ? html`<div><dt>${name}</dt><dd class="prose" dir="auto">${value}</dd></div>` : nothing))}</dl>
    <h4>${t("Criteria")}</h4>
    <ul class="help-criteria">${told.judged.map((one) => html`<li>${one.met === null ? nothing : html`<span class="badge ${one.met ? "ok" : "warn"}">${one.met ? t("Yes") : t("No")}</span> `}<span dir="auto">${one.label}</span>${one.reason ? html`<span class="soft small prose" dir="auto">${one.reason}</span>` : nothing}</li>`)}</ul>
    <p class="icon-line small">${icon("calendar")}<span>${t("Decide on {day} at the latest.", { day: day(told.decideBy) })}${told.extended ? html` ${t("Made longer:")} <span dir="auto">${told.extended}</span>` : nothing}</span></p>`;
}

function answer(about: HelpCase): TemplateResult | typeof nothing {
  if (!about.decision) return nothing;
  const facts: [string, string][] = [
    [t("Conditions"), about.conditions],
    [t("They get it before"), about.promisedOn ? day(about.promisedOn) : ""],
    [t("Look back on"), about.followUpOn ? day(about.followUpOn) : ""],
    [t("How it went"), about.went],
  ];
  return html`<section class="notice ${about.decision === "granted" ? "ok" : ""}" aria-labelledby="answer-title" data-decision=${about.decision}>${icon(about.decision === "refused" || about.decision === "withdrawn" ? "info" : "ok")}
    <h4 id="answer-title">${capital(about.stateLabel)}${about.grantedCents && about.cents ? html` · ${t("{granted} of {asked}", { granted: euros(about.grantedCents), asked: euros(about.cents) })}` : nothing}</h4>
    <div><p class="prose" dir="auto">${about.reasons}</p><dl class="facts">${facts.map(([name, value]) => (value ? html`<div><dt>${name}</dt><dd class="prose" dir="auto">${value}</dd></div>` : nothing))}</dl></div></section>`;
}

/** Beside an initiative: everything its group asked, and where that stands. */
export function helpList(desk: Desk, about: Initiative): TemplateResult | typeof nothing {
  if (!about.helpRequests.length) return nothing;
  return html`<section class="side-block" aria-labelledby="help-title">
    <h3 id="help-title">${t("Help the group asked")}</h3>
    <ul class="plain-list help-asked" role="list">${about.helpRequests.map(
      (one) => html`<li data-request=${one.reference}><span><strong>${capital(one.kindLabel)}${one.cents === null ? nothing : html` · ${euros(one.cents)}`}</strong> ${state(one)}</span>
        <span class="small" dir="auto">${one.what}</span>
        <span class="soft small">${caseLink(desk, { reference: one.reference, mayOpen: one.mayOpen === true })} · ${one.team.name} · ${one.team.organisation}${one.decision === "" && one.answerBy ? html` · ${t("before {when}", { when: day(one.answerBy) })}` : nothing}</span></li>`,
    )}</ul></section>`;
}

function capital(words: string): string {
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}
