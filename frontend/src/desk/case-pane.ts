/** One case: everything on one screen, and the deeds where they belong. */
import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { dayAndTime } from "../format";
import { icon } from "../icon";
import { t, tn } from "../i18n";
import { writeAddress } from "./address";
import "./case-map";
import "./case/contact";
import "./case/context";
import { languageName } from "./case/languages";
import { withNames } from "./case/mentions";
import "./case/photos";
import { photoWords } from "./case/photos";
import "./case/promise-day";
import type { DeskPromiseDay, DeskSmallWin } from "./case/promise-day";
import "./composer";
import type { DeskComposer } from "./composer";
import { type Audience } from "./drafts";
import { duplicatesSection, mainBanner } from "./case/duplicates";
import { hops, offerBanner } from "./case/forwarding";
import { partsSection, wholeBanner } from "./case/parts";
import { helpButtons, helpStory } from "./case/initiative/help";
import { initiativeSide, initiativeStory, stepButtons } from "./case/initiative/panel";
import { stage } from "./case/initiative/stage";
import { pollSide, pollStage, pollStepButtons, pollStory } from "./case/poll/panel";
import "./case/sheets";
import type { CaseSheet, DeskCaseSheets, Show } from "./case/sheets";
import { DeskElement } from "./element";
import { moveWords, type OpenCase, type Place } from "./open-case";
import { age, avatar, priority, promiseLabel, status, visibility } from "./parts";
import { promiseOf, promiseSentence } from "./promise";
import { type Case, CLOSED, type HistoryLine, type Message, type MoveOption, type Note } from "./shapes";

type Entry = { at: string; audience: Audience; item: Message | Note };

export class DeskCase extends DeskElement {
  open!: OpenCase;

  static override properties = { open: { attribute: false } };

  focusHeading(): void {
    void this.updateComplete.then(() => this.querySelector<HTMLElement>("#case-title")?.focus({ preventScroll: true }));
  }

  write(audience: Audience): void {
    this.querySelector<DeskComposer>("desk-composer")?.focusField(audience);
  }

  /** The dialogs between cases and teams. */
  private readonly hang: Show = (sheet) => this.querySelector<DeskCaseSheets>("desk-case-sheets")?.show(sheet);

  protected override render(): TemplateResult {
    const { open } = this;
    const found = open.case;
    if (open.state === "gone" || open.state === "failed") return this.away();
    if (!found) return this.loading();
    return html`
      <header class="case-head">
        <div class="case-bar">
          ${this.back()}
          <span class="reference">${found.reference}</span>
        </div>
        <span class="case-bar-end">
          ${this.more(found)}
          ${open.people.length ? html`<span class="presence">${icon("eye")}<span>${tn("{names} is looking too", "{names} are looking too", open.people.length, { names: open.people.join(", ") })}</span></span>` : nothing}
            <button type="button" class="button quiet round" aria-label=${t("Previous case")} title="k" data-go="-1">${icon("chevron-up")}</button>
            <button type="button" class="button quiet round" aria-label=${t("Next case")} title="j" data-go="1">${icon("chevron-down")}</button>
            <button type="button" class="button quiet round close-case" aria-label=${t("Close the case")} title="Esc" data-close>${icon("close")}</button>
        </span>
        <h2 id="case-title" class=${saysAll(found) ? "says-all" : ""} tabindex="-1" dir="auto" lang=${found.language}>${found.subject || found.category?.name || found.reference}</h2>
        <p class="case-marks">${found.initiative ? stage(found.initiative.stage, found.initiative.stageLabel) : found.poll ? pollStage(found.poll) : status(found.status, found.statusLabel)} ${CLOSED.has(found.status) || (found.initiative && !this.due(found)) ? nothing : promiseLabel(promiseOf(found, this.desk.now, this.desk.closedDays))} <span class="case-category">${found.category?.name ?? t("No category")}</span> ${found.initiative || found.poll ? ((found.initiative ?? found.poll)?.isPublic ? html`<span class="badge is-public">${icon("globe")}${t("Public")}</span>` : visibility(found)) : visibility(found, true)} ${priority(found)}</p>
        ${this.steps(found)}
      </header>
      <div class="case-scroll" tabindex="-1">
        ${this.trouble("status")} ${this.trouble("assign")} ${this.trouble("together")} ${this.conflict()} ${this.meanwhile()}
        ${offerBanner(this.desk, found, this.hang)} ${mainBanner(this.desk, found)} ${wholeBanner(this.desk, found)}
        <div class="case-columns">
          <div class="case-main">${found.initiative ? initiativeStory(this.desk, found.initiative, found.text) : found.helpRequest && !found.whole ? helpStory(this.desk, found.helpRequest) : found.poll && !found.whole ? pollStory(this.desk, found.poll) : this.story(found)} ${this.place(found)} ${partsSection(this.desk, found)} ${duplicatesSection(this.desk, found)} ${this.conversation(found)}</div>
          <aside class="case-side" aria-label=${t("About this case")}>${found.initiative && !this.due(found) && !found.closedAt ? nothing : this.promise(found)} ${this.holder(found)} ${found.initiative ? initiativeSide(this.desk, found.initiative) : nothing} ${found.poll ? pollSide(found.poll) : nothing} ${keyed(found.reference, html`<desk-contact .desk=${this.desk} .case=${found}></desk-contact>`)} ${this.details(found)} ${keyed(found.reference, html`<desk-similar .desk=${this.desk} .case=${found}></desk-similar>`)} ${this.history(found)}</aside>
        </div>
      </div>
      ${found.deeds.includes("handle") || found.deeds.includes("note") ? html`<desk-composer .desk=${this.desk} .open=${open}></desk-composer>` : nothing}
      <desk-case-sheets .desk=${this.desk}></desk-case-sheets>
      ${found.initiative ? html`<desk-initiative-sheets .desk=${this.desk}></desk-initiative-sheets>` : nothing} ${found.poll ? html`<desk-poll-sheets .desk=${this.desk}></desk-poll-sheets>` : nothing} ${found.helpRequest ? html`<desk-help-sheets .desk=${this.desk}></desk-help-sheets>` : nothing}
    `;
  }

  private back(): TemplateResult {
    return html`<a class="button quiet round back" href=${writeAddress({ ...this.desk.address, reference: null })} data-close aria-label=${t("Back to the list")}>${icon("arrow-left")}</a>`;
  }

  private loading(): TemplateResult {
    return html`<header class="case-head waiting"><div class="case-bar">${this.back()}<span class="reference">${this.open.reference}</span></div>
        <h2 id="case-title" tabindex="-1" class="visually-hidden">${t("Loading case {reference}", { reference: this.open.reference })}</h2>
        <span class="skeleton title"></span><span class="skeleton small" data-width="55"></span></header>
      <div class="case-scroll" aria-hidden="true"><div class="case-columns"><div class="case-main"><span class="skeleton block"></span><span class="skeleton block"></span></div><div class="case-side"><span class="skeleton block"></span></div></div></div>`;
  }

  private away(): TemplateResult {
    const { open, desk } = this;
    const gone = open.state === "gone";
    const drafts = (["resident", "colleagues"] as const).filter((audience) => desk.drafts.get(open.reference, audience));
    return html`<header class="case-head waiting"><div class="case-bar">${this.back()}<span class="reference">${open.reference}</span></div></header>
      <div class="case-scroll"><div class="empty plain">${icon(gone ? "arrow-right" : "wifi-off")}
        <h2 id="case-title" tabindex="-1">${gone ? t("This case is not here") : t("The case did not come")}</h2><p>${open.gone}</p>
        ${gone ? nothing : html`<button type="button" class="button" @click=${() => void desk.refreshCase()}>${icon("reload")}${t("Try again")}</button>`}
        ${drafts.map((audience) => html`<div class="kept"><p><strong>${audience === "resident" ? t("Your unsent message to the resident") : t("Your unsent note")}</strong></p><p class="prose" dir="auto">${desk.drafts.get(open.reference, audience)}</p></div>`)}
        <a class="button" href=${writeAddress({ ...desk.address, reference: null })} data-close>${t("To the list")}</a></div></div>`;
  }

  // --- deeds ------------------------------------------------------------------------------------

  private steps(found: Case): TemplateResult {
    const { desk, open } = this;
    const mine = found.assignee?.id === desk.me?.me.id;
    const busy = open.busy !== null;
    const next = primaryMove(found);
    const handles = found.deeds.includes("handle");
    const about = found.whole ? null : (found.initiative ?? null);
    const asks = found.whole ? null : (found.poll ?? null);
    if (!handles && !found.deeds.includes("assign")) return html``;
    const takes = handles && !mine && !CLOSED.has(found.status) && desk.me?.myTeams.includes(found.team.id);
    return html`<div class="case-steps" role="group" aria-label=${t("Steps")}>
      ${takes ? html`<button type="button" class="button small ${found.assignee ? "" : "primary"}" aria-busy=${open.busy?.place === "assign"} ?disabled=${busy} @click=${() => void desk.deeds.takeIt()}>${icon("hand")}${t("Take it")}</button>` : nothing}
      ${CLOSED.has(found.status) || !found.deeds.includes("assign") ? nothing : html`<button type="button" class="button small" data-sheet="assign" ?disabled=${busy}>${icon("user")}${t("Assign")}</button>`}
      ${about ? stepButtons(about, busy) : nothing} ${asks ? pollStepButtons(asks, busy) : nothing} ${found.helpRequest && !found.whole ? helpButtons(found.helpRequest, busy) : nothing}
      <span class="step-buttons">${(handles ? found.moves : []).filter((one) => !(takes && one.move === "accept") && !((about ?? asks) && one.move === "start" && found.status !== "waiting")).map((one) => this.step(one, !about && !asks && !found.helpRequest?.mayDecide && one.move === next && (found.assignee !== null || !takes), busy))}</span>
      ${handles && found.moves.length && !about && !asks ? html`<button type="button" class="button small step-sheet" data-sheet="status" ?disabled=${busy}>${icon(`status-${found.status}`)}${t("Next step")}${icon("chevron-down")}</button>` : nothing}
    </div>`;
  }

  private step(option: MoveOption, primary: boolean, busy: boolean): TemplateResult {
    return html`<button type="button" class="button small ${primary ? "primary" : ""}" aria-pressed=${this.open.move === option.move ? "true" : nothing} ?disabled=${busy} data-move=${option.move}>${icon(`status-${option.to}`)}${moveWords(option.move)}${option.needsMessage ? "…" : ""}</button>`;
  }

  private trouble(place: Place): TemplateResult | typeof nothing {
    const { open, desk } = this;
    if (open.trouble?.place !== place) return nothing;
    const { words, again } = open.trouble;
    return html`<div class="notice danger">${icon("alert")}<p>${words}</p>${again ? html`<p><button type="button" class="button small" @click=${() => void desk.deeds.again(again)}>${icon("reload")}${t("Try again")}</button></p>` : nothing}</div>`;
  }

  private conflict(): TemplateResult | typeof nothing {
    const { open, desk } = this;
    if (!open.conflict) return nothing;
    const { deed, happened } = open.conflict;
    return html`<section class="notice warn conflict" aria-labelledby="conflict-title" tabindex="-1">${icon("users")}
      <h3 id="conflict-title">${t("Someone was just before you")}</h3>
      <div><p>${t("We did not save your change yet. What you typed is still there. Meanwhile this happened:")}</p>
        ${this.lines(happened)}
        <div class="row">
          ${open.canRetry ? html`<button type="button" class="button primary small" @click=${() => void desk.deeds.again(deed)}>${icon("check")}${t("I looked, do it anyway")}</button>` : html`<p class="soft">${t("The step you chose is no longer possible.")}</p>`}
          <button type="button" class="button small" @click=${() => desk.deeds.dropConflict()}>${t("Do not do it")}</button>
        </div></div></section>`;
  }

  private meanwhile(): TemplateResult | typeof nothing {
    const { open, desk } = this;
    if (open.meanwhile.length === 0) return nothing;
    const dismiss = () => {
      open.meanwhile = [];
      desk.changed();
    };
    return html`<section class="notice info meanwhile" aria-label=${t("Changed while you looked")}>${icon("sparkles")}
      <div>${this.lines(open.meanwhile)}</div>
      <button type="button" class="button quiet round" aria-label=${t("Seen")} @click=${dismiss}>${icon("close")}</button></section>`;
  }

  private lines(lines: readonly HistoryLine[]): TemplateResult {
    return html`<ul class="what-changed">${lines.map((line) => html`<li><strong>${line.by}</strong>: ${line.text} <span class="soft">(${age(line.at, this.desk.now)})</span></li>`)}</ul>`;
  }

  // --- what the resident told -------------------------------------------------------------------

  private story(found: Case): TemplateResult {
    return html`<section class="story" aria-labelledby="story-title">
      <h3 id="story-title" class="visually-hidden">${t("What the resident tells")}</h3>
      ${saysAll(found) ? nothing : html`<p class="prose" dir="auto" lang=${found.language}>${found.text}</p>`}
      ${found.answers.length ? html`<dl class="facts answers">${found.answers.map((one) => html`<div><dt>${one.question}</dt><dd dir="auto">${one.answer}</dd></div>`)}</dl>` : nothing}
      ${keyed(found.reference, html`<desk-photos .desk=${this.desk} .case=${found}></desk-photos>`)}
      <p class="soft small told-when">${found.whole ? t("Asked {when}", { when: dayAndTime(found.createdAt, this.desk.now) }) : html`${t("Reported {when}", { when: dayAndTime(found.createdAt, this.desk.now) })} · ${reach(found)}`}</p>
      ${found.supporters ? html`<p class="icon-line told-by" data-supporters=${found.supporters}>${icon("users")}<span>${tn("{n} other resident sees this too", "{n} other residents see this too", found.supporters)}${found.supportersConfirmed ? ` (${tn("{n} with a confirmed address", "{n} with a confirmed address", found.supportersConfirmed)})` : ""}</span></p>` : nothing}
    </section>`;
  }

  private conversation(found: Case): TemplateResult {
    const entries: Entry[] = [
      ...found.messages.map((item): Entry => ({ at: item.at, audience: "resident", item })),
      ...found.notes.map((item): Entry => ({ at: item.at, audience: "colleagues", item })),
    ].sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
    return html`<section aria-labelledby="talk-title">
      <h3 id="talk-title" class="section-title">${t("Conversation and notes")}</h3>
      ${entries.length ? html`<ol class="conversation" role="list">${entries.map((entry) => this.entry(entry))}</ol>` : html`<p class="soft">${t("Nothing has been written yet. A short first reaction does wonders.")}</p>`}
    </section>`;
  }

  private entry({ audience, item }: Entry): TemplateResult {
    const internal = audience === "colleagues";
    const resident = "fromResident" in item && item.fromResident;
    const name = resident ? ("name" in item && item.name) || t("Resident") : (item.by?.name ?? t("A former colleague"));
    const from = "part" in item ? item.part : item.duplicate;
    return html`<li class="bubble ${internal ? "internal" : resident ? "" : "mine"}">
      <div class="meta">${item.by ? avatar(item.by) : icon("user")}<strong>${name}</strong>
        <span class="reads">${internal ? html`${icon("lock")}${t("Only colleagues read this")}` : resident ? nothing : html`${icon("eye")}${t("To the resident")}`}</span>
        ${from ? html`<span class="from-elsewhere">${internal ? t("Part {reference}", { reference: from }) : from}</span>` : nothing}
        <time datetime=${item.at} title=${dayAndTime(item.at, this.desk.now)}>${age(item.at, this.desk.now)}</time></div>
      ${"marks" in item && item.marks?.length ? html`<p class="icon-line small" data-marks=${item.marks.join(" ")}>${icon("alert")}<span>${item.marks.includes("links") ? t("Be careful: many links.") : t("Be careful: a blocked word.")}</span></p>` : nothing}
      <div class="body prose" dir="auto">${"mentions" in item ? withNames(item.text, item.mentions.map((one) => one.name)) : item.text}${"photos" in item && item.photos.length ? this.sent(item.photos) : nothing}</div>
    </li>`;
  }

  /** The photos that went with a message. */
  private sent(ids: readonly string[]): TemplateResult {
    const all = this.open.case?.photos ?? [];
    return html`<ul class="photos sent-photos" role="list">${all.map((photo, place) => (ids.includes(photo.id) ? html`<li><button type="button" data-photo=${place} aria-label=${t("Enlarge photo {n} of {many}: {what}", { n: place + 1, many: all.length, what: photoWords(photo) })}><img src=${photo.thumbnailUrl} alt="" width="96" height="96" loading="lazy" /></button></li>` : nothing))}</ul>`;
  }

  // --- beside it --------------------------------------------------------------------------------

  /** An initiative has no day on which it must be handled; that nothing was heard is said elsewhere. */
  private due(found: Case): string | null {
    const promised = promiseOf(found, this.desk.now, this.desk.closedDays);
    return promised.about === "reaction" ? promised.due : null;
  }

  private promise(found: Case): TemplateResult {
    const { desk } = this;
    const promised = promiseOf(found, desk.now, desk.closedDays);
    const sentence = promiseSentence(promised, desk.now);
    return html`<section class="side-block promise-block" data-tone=${promised.tone} aria-labelledby="promise-title">
      <h3 id="promise-title">${t("What we promised")}</h3>
      ${promiseLabel(promised)} ${sentence ? html`<p class="small">${sentence}</p>` : nothing}
      ${promised.about === "reaction" && found.resolveBy ? html`<p class="small soft">${promiseSentence({ ...promised, about: "handling", due: found.resolveBy }, desk.now)}</p>` : nothing}
      ${found.closedAt ? html`<p class="small soft">${t("Closed {when}", { when: dayAndTime(found.closedAt, desk.now) })}</p>` : nothing}
      ${!CLOSED.has(found.status) && !found.initiative && !found.poll && found.deeds.includes("change") ? html`<p><button type="button" class="button quiet small" @click=${() => this.querySelector<DeskPromiseDay>("desk-promise-day")?.show()}>${icon("calendar")}${t("Promise another day")}</button></p><desk-promise-day .desk=${desk}></desk-promise-day>` : nothing}
      ${found.feedback ? html`<p class="small">${icon(found.feedback.solved ? "heart" : "status-reopened")} ${found.feedback.solved ? t("The resident says: it is solved") : t("The resident says: it is not solved")}</p>` : nothing}
      ${found.status === "resolved" && (found.kind === "report" || found.kind === "initiative") && found.visibility !== "confidential" && !found.parent && found.deeds.includes("handle") ? html`${found.smallWin?.length ? html`<div class="notice ok small" data-small-win>${icon("sparkles")}<div><p>${t("This could be a small win:")}</p><ul>${found.smallWin.map((reason) => html`<li>${reason}</li>`)}</ul></div></div>` : nothing}<p><button type="button" class="button small" @click=${() => this.querySelector<DeskSmallWin>("desk-small-win")?.show()}>${icon("sparkles")}${t("Make this a small win")}</button></p><desk-small-win .desk=${desk}></desk-small-win>` : nothing}
    </section>`;
  }

  private holder(found: Case): TemplateResult {
    return html`<section class="side-block" aria-labelledby="holder-title">
      <h3 id="holder-title">${t("Who has it")}</h3>
      <div class="holder">${found.assignee ? avatar(found.assignee, "") : html`<span class="avatar nobody" aria-hidden="true">${icon("users")}</span>`}
        <div><strong>${found.assignee?.name ?? t("Nobody yet")}</strong><span class="soft small">${found.team.name} · ${found.team.organisation}</span></div></div>
      ${found.why.length ? html`<details class="why"><summary>${icon("help")}${t("Why did this come to me?")}</summary><ul>${found.why.map((reason) => html`<li>${reason}</li>`)}</ul></details>` : nothing}
      ${hops(found, this.desk)}
      ${this.elsewhere(found)}
    </section>`;
  }

  /** The same from the top, where a thumb finds it. */
  private more(found: Case): TemplateResult | typeof nothing {
    if (CLOSED.has(found.status) || !(found.deeds.includes("forward") || found.deeds.includes("merge"))) return nothing;
    return html`<button type="button" class="button quiet round" aria-label=${t("More: another team or another case")} aria-haspopup="dialog" @click=${() => this.hang("more")}>${icon("more")}</button>`;
  }

  /** To other teams, or to another case. */
  private elsewhere(found: Case): TemplateResult | typeof nothing {
    if (CLOSED.has(found.status)) return nothing;
    const busy = this.open.busy !== null;
    const forward = found.deeds.includes("forward");
    const offer = (sheet: CaseSheet, name: string, words: string) => html`<button type="button" class="button quiet small" ?disabled=${busy} @click=${() => this.hang(sheet)}>${icon(name)}${words}…</button>`;
    if (!forward && !found.deeds.includes("merge")) return nothing;
    return html`<div class="elsewhere">
      ${forward && !found.offer ? offer("forward", "handover", t("Forward")) : nothing}
      ${forward ? offer("split", "users", t("Split off a part")) : nothing}
      ${found.deeds.includes("merge") && found.kind === "report" ? offer("link", "link", t("Link as duplicate")) : nothing}
    </div>`;
  }

  private details(found: Case): TemplateResult {
    return html`<section class="side-block" aria-labelledby="details-title">
      <h3 id="details-title">${t("Details")}${found.deeds.includes("change") ? html`<button type="button" class="button quiet round" data-sheet="details" aria-label=${t("Change category, priority or address")}>${icon("edit")}</button>` : nothing}</h3>
      ${this.trouble("details")}
      <dl class="facts">
        <div><dt>${t("Category")}</dt><dd>${found.category?.name ?? "–"}${found.proposed ? html` <span class="soft small">${t("(our proposal)")}</span>` : nothing}</dd></div>
        <div><dt>${t("Priority")}</dt><dd>${{ low: t("Low"), normal: t("Normal"), high: t("High") }[found.priority]}</dd></div>
        <div><dt>${t("Language of the resident")}</dt><dd>${languageName(found.language)}</dd></div>
      </dl>
    </section>`;
  }

  private place(found: Case): TemplateResult {
    const point = found.location?.coordinates;
    return html`<section class="place-block" aria-labelledby="place-title">
      <h3 id="place-title" class="visually-hidden">${t("Where")}</h3>
      <p class="place-words">${icon("map-pin")}<span>${found.address ? html`<strong dir="auto">${found.address}</strong> · ` : nothing}${found.area.name}</span></p>
      ${point ? html`<div class="case-map">${keyed(`${found.reference} ${point.join()}`, html`<desk-map .desk=${this.desk} .lon=${point[0]} .lat=${point[1]}></desk-map>`)}</div>` : nothing}
    </section>`;
  }

  private history(found: Case): TemplateResult {
    return html`<section class="side-block" aria-labelledby="history-title">
      <h3 id="history-title">${t("What happened")}</h3>
      <ol class="timeline" role="list">${[...found.history].reverse().map((line) => html`<li>${line.text}<time datetime=${line.at} title=${dayAndTime(line.at, this.desk.now)}>${line.by} · ${age(line.at, this.desk.now)}</time></li>`)}</ol>
    </section>`;
  }
}

/** A short text is its own title; it is not said twice. */
function saysAll(found: Case): boolean {
  return found.text.trim() === found.subject.trim();
}

/** The step most people take from here. */
function primaryMove(found: Case): string {
  switch (found.status) {
    case "received":
    case "reopened":
      return "accept";
    case "assigned":
      return "start";
    case "resolved":
    case "unresolved":
      return "";
    default:
      return "resolve";
  }
}

function reach({ reachableBy }: Case): string {
  if (reachableBy.email && reachableBy.phone) return t("reachable by e-mail and phone");
  if (reachableBy.email) return t("reachable by e-mail");
  if (reachableBy.phone) return t("reachable by phone");
  return t("anonymous, reads along on the tracking page");
}

customElements.define("desk-case", DeskCase);
