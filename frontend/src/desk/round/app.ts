/** Rounds on the screen: the list, making one, and walking it with the thumb. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { ago, dayAndTime } from "../../format";
import { icon } from "../../icon";
import { t, tn } from "../../i18n";
import { HttpApi } from "../api";
import { newKey } from "../new-key";
import { status, visibility } from "../parts";
import { type Page, type Row } from "../shapes";
import { distance, geoAddress, references } from "./places";
import { type Round, type RoundRow, type Stop, type StopState } from "./shapes";
import { type Walk } from "./walk";

const MOST = 40;
const UNDO_FOR = 8_000;
/** Told longer ago than this, what is shown may be old. */
const FRESH = 90_000;

interface Choice {
  rows: Row[];
  chosen: Set<string>;
  fromMe: boolean;
  busy: boolean;
  trouble: string;
}

export class DeskRounds extends LitElement {
  walk!: Walk;
  signIn = "";
  private readonly api = new HttpApi();
  private making: Choice | null = null;
  private ordering = false;
  private undo: { reference: string; state: StopState } | null = null;
  private undoing: number | undefined;
  private dialog: "done" | null = null;
  private opened: string | null = null;
  private spoken = "";
  private dragged: string | null = null;

  static override properties = {
    making: { state: true },
    ordering: { state: true },
    undo: { state: true },
    dialog: { state: true },
    opened: { state: true },
    spoken: { state: true },
  };

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.walk.watch(() => this.requestUpdate());
    window.addEventListener("popstate", () => void this.begin());
    window.setInterval(() => this.requestUpdate(), 30_000);
  }

  /** What the address asks: the rounds, one of them, or a new one along given cases. */
  async begin(): Promise<void> {
    const id = /\/werk\/ronde\/(\d+)\/$/.exec(location.pathname)?.[1];
    const wanted = references(new URLSearchParams(location.search).get("cases"));
    this.making = null;
    this.dialog = null;
    await this.walk.begin(id ? Number(id) : null);
    if (!id && wanted.length) await this.choose(wanted);
  }

  private async goTo(id: number | null): Promise<void> {
    history.pushState(null, "", id === null ? "/werk/ronde/" : `/werk/ronde/${id}/`);
    this.making = null;
    this.ordering = false;
    this.undo = null;
    await (id === null ? this.walk.showRounds() : this.walk.show(id));
    await this.updateComplete;
    this.querySelector<HTMLElement>("h2")?.focus();
  }

  protected override render(): TemplateResult {
    const { walk } = this;
    return html`<div class="rounds-scroll"><div class="rounds">${this.state()} ${this.making ? this.maker(this.making) : this.body()}</div></div>
      ${this.making ? this.makerBar(this.making) : walk.where === "round" && walk.round ? this.roundBar(walk.round) : nothing}
      <p class="visually-hidden" role="status" aria-live="polite">${this.spoken}</p>
      ${walk.where === "round" ? this.doneDialog() : nothing}`;
  }

  private body(): TemplateResult {
    switch (this.walk.where) {
      case "loading":
        return html`<p class="soft" role="status">${t("Loading…")}</p>`;
      case "list":
        return this.list();
      case "missing":
        return html`<div class="empty plain">${icon("route")}<h2 tabindex="-1">${this.walk.offline ? t("This round is not on this device") : t("This round does not exist")}</h2>
          <p>${this.walk.offline ? t("Open it once with a connection; after that you can read it without.") : t("It was removed, or it is somebody else's.")}</p>
          <p><a class="button" href="/werk/ronde/" @click=${this.toList}>${t("To my rounds")}</a></p></div>`;
      case "round":
        return this.walk.round ? this.shown(this.walk.round) : html``;
    }
  }

  // --- how fresh, and what waits ----------------------------------------------------------------

  private state(): TemplateResult {
    const { walk } = this;
    const now = new Date();
    const told = walk.toldAt === null ? null : new Date(walk.toldAt).toISOString();
    const old = walk.toldAt !== null && now.getTime() - walk.toldAt > FRESH;
    const waiting = walk.waiting.length;
    return html`${walk.signedOut
        ? html`<div class="notice warn" role="alert">${icon("key")}<div><p>${t("You are signed out. What you ticked off is kept on this device and goes out when you sign in.")}</p><p><a class="button small" href=${`${this.signIn}?next=${encodeURIComponent(location.pathname)}`}>${t("Sign in again")}</a></p></div></div>`
        : nothing}
      ${walk.offline || old
        ? html`<p class="notice info kept-state" data-offline>${icon("wifi-off")}<span>${walk.offline ? t("No connection.") : t("Not renewed just now.")} ${told ? html`<strong>${t("This is how it was {age} ({moment}).", { age: ago(told, now), moment: dayAndTime(told, now) })}</strong>` : nothing}</span></p>`
        : nothing}
      ${waiting ? html`<p class="notice calm owed" data-owed=${waiting}>${icon("clock")}<span>${tn("{n} thing you did waits to be sent. It goes out by itself.", "{n} things you did wait to be sent. They go out by themselves.", waiting)}</span></p>` : nothing}
      ${walk.refused.map((one) => html`<div class="notice danger" role="alert" data-refused>${icon("alert")}<div><p><strong>${one.reference}</strong>: ${one.refused}</p><p><a href=${`/werk/${one.reference}/`}>${t("Open the case")}</a> <button type="button" class="link-button" @click=${() => void walk.dismiss(one.key)}>${t("I have read this")}</button></p></div></div>`)}
      ${walk.trouble ? html`<p class="notice warn" role="alert">${icon("alert")}<span>${walk.trouble}</span></p>` : nothing}`;
  }

  // --- the list ---------------------------------------------------------------------------------

  private list(): TemplateResult {
    const { rounds } = this.walk;
    return html`<div class="rounds-head"><h2 tabindex="-1">${t("My rounds")}</h2><button type="button" class="button primary" data-new ?disabled=${this.walk.offline} @click=${() => void this.choose([])}>${icon("plus")}${t("New round")}</button></div>
      ${rounds.length === 0
        ? html`<div class="empty plain">${icon("route")}<h3>${t("No rounds yet")}</h3><p>${t("Choose cases in the inbox or on the map, or start with the cases that are yours. We put them in a short order to walk.")}</p><p><a class="button" href="/werk/kaart/">${icon("map")}${t("Choose on the map")}</a></p></div>`
        : html`<ul class="round-list" role="list">${rounds.map((one) => this.row(one))}</ul>`}`;
  }

  private row(one: RoundRow): TemplateResult {
    const words = one.finishedAt ? t("finished") : one.marked === 0 ? t("not started") : t("{n} of {many}", { n: one.marked, many: one.total });
    return html`<li><a class="round-row" href=${`/werk/ronde/${one.id}/`} @click=${(event: MouseEvent) => this.open(event, one.id)}>
      <span><strong>${this.nameOf(one)}</strong><span class="soft small">${tn("{n} stop", "{n} stops", one.total)} · ${words}</span></span>
      <progress max=${one.total} value=${one.marked} aria-hidden="true"></progress>${icon("chevron-right")}</a></li>`;
  }

  private nameOf(one: RoundRow): string {
    return one.name || t("Round of {day}", { day: dayAndTime(one.createdAt, new Date()) });
  }

  private open(event: MouseEvent, id: number): void {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void this.goTo(id);
  }

  private readonly toList = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void this.goTo(null);
  };

  // --- making one -------------------------------------------------------------------------------

  /** The cases to choose from: those given, else one's own open ones. */
  private async choose(wanted: readonly string[]): Promise<void> {
    const query = wanted.length ? `reference=${encodeURIComponent(wanted.join(","))}` : "view=mine";
    try {
      const { results } = await this.api.get<Page>(`cases?${query}&limit=${MOST}`);
      this.making = { rows: results, chosen: new Set(results.filter((row) => wanted.length > 0 || row.location !== null).map((row) => row.reference)), fromMe: false, busy: false, trouble: "" };
      await this.updateComplete;
      this.querySelector<HTMLElement>("h2")?.focus();
    } catch (error) {
      this.walk.trouble = this.walk.explain(error);
      this.requestUpdate();
    }
  }

  private maker(making: Choice): TemplateResult {
    return html`<div class="rounds-head"><h2 tabindex="-1">${t("A new round")}</h2><button type="button" class="button quiet" @click=${() => void this.leaveMaker()}>${t("Cancel")}</button></div>
      <form class="form round-maker" id="round-maker" @submit=${this.make}>
        <fieldset class="field choices"><legend>${t("Which cases do you pass?")}</legend>
          ${making.rows.length === 0 ? html`<p>${t("There are no cases to choose from. Choose some in the inbox or on the map first.")}</p>` : nothing}
          <ul role="list" class="maker-rows">${making.rows.map((row) => html`<li><label class="choice"><input type="checkbox" .checked=${making.chosen.has(row.reference)} @change=${() => this.toggle(row.reference)} /><span><strong dir="auto">${row.subject || row.reference}</strong><span class="soft small">${[row.address, row.area.name].filter(Boolean).join(" · ")}${row.location ? nothing : html` · ${t("no place known: comes last")}`}</span></span></label></li>`)}</ul>
        </fieldset>
        <div class="field"><label for="round-name">${t("Name")} <span class="optional">(${t("optional")})</span></label><input id="round-name" name="name" maxlength="60" autocomplete="off" /></div>
        <label class="choice"><input type="checkbox" name="from-me" .checked=${making.fromMe} @change=${(event: Event) => (making.fromMe = (event.target as HTMLInputElement).checked)} /><span>${t("Begin where I am now")}</span></label>
        ${making.trouble ? html`<p class="notice danger" role="alert">${icon("alert")}<span>${making.trouble}</span></p>` : nothing}
      </form>`;
  }

  private makerBar(making: Choice): TemplateResult {
    const many = making.chosen.size;
    return html`<div class="thumb-bar"><button class="button primary big" type="submit" form="round-maker" ?disabled=${many === 0 || making.busy} aria-busy=${making.busy ? "true" : "false"}>${tn("Make the round: {n} stop", "Make the round: {n} stops", many)}</button></div>`;
  }

  private toggle(reference: string): void {
    if (!this.making) return;
    const chosen = new Set(this.making.chosen);
    if (!chosen.delete(reference)) chosen.add(reference);
    this.making = { ...this.making, chosen };
  }

  private async leaveMaker(): Promise<void> {
    this.making = null;
    await this.goTo(null);
  }

  private readonly make = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get("name") ?? "");
    void this.makeNow(name);
  };

  private async makeNow(name: string): Promise<void> {
    const { making } = this;
    if (!making) return;
    this.making = { ...making, busy: true, trouble: "" };
    const start = making.fromMe ? await whereAmI() : null;
    try {
      const made = await this.api.send<Round>({
        method: "POST",
        path: "rounds",
        body: { references: making.rows.map((row) => row.reference).filter((one) => making.chosen.has(one)), name, ...(start ? { start } : {}) },
        key: newKey(),
      });
      if (made) await this.goTo(made.id);
    } catch (error) {
      this.making = { ...making, busy: false, trouble: this.walk.explain(error) };
    }
  }

  // --- walking ----------------------------------------------------------------------------------

  private shown(round: Round): TemplateResult {
    const { walk } = this;
    const { here } = this;
    const left = round.stops.filter((stop) => stop.state === "open").length;
    return html`<div class="rounds-head"><a class="button quiet round back" href="/werk/ronde/" aria-label=${t("To my rounds")} @click=${this.toList}>${icon("arrow-left")}</a>
        <div><h2 tabindex="-1">${this.nameOf(round)}</h2><p class="soft small" data-progress>${tn("{n} stop to go", "{n} stops to go", left)} · ${distance(round.metres)}</p></div></div>
      <progress class="round-progress" max=${round.stops.length} value=${round.stops.length - left} aria-label=${t("{n} of {many}", { n: round.stops.length - left, many: round.stops.length })}></progress>
      ${here ? this.current(here, round) : this.ended(round)}
      <section aria-labelledby="all-stops"><div class="stops-head"><h3 id="all-stops">${t("All stops")}</h3>
        <button type="button" class="button small quiet" data-order aria-pressed=${this.ordering ? "true" : "false"} ?disabled=${walk.offline || round.stops.some((stop) => stop.withheld)} @click=${() => (this.ordering = !this.ordering)}>${icon("list")}${this.ordering ? t("Ready") : t("Change the order")}</button>
        ${this.ordering ? html`<button type="button" class="button small quiet" data-near @click=${() => void this.fromHere()}>${icon("locate")}${t("Shortest from here")}</button>` : nothing}</div>
        <ol class="stops">${repeat(round.stops, (stop, place) => stop.reference || `withheld-${place}`, (stop, place) => this.stopRow(stop, place, round, here))}</ol></section>`;
  }

  private current(stop: Stop, round: Round): TemplateResult {
    const place = round.stops.indexOf(stop) + 1;
    const found = stop.case;
    const head = html`<p class="stop-number">${t("Stop {n} of {many}", { n: place, many: round.stops.length })}</p>`;
    if (stop.withheld)
      return html`<section class="card stop-card" aria-label=${t("Next stop")}>${head}<h3>${icon("lock")} ${t("A confidential case")}</h3><p>${t("Confidential cases are not kept on your device. Look at it with a connection.")}</p></section>`;
    if (!found)
      return html`<section class="card stop-card" aria-label=${t("Next stop")}>${head}<h3>${stop.reference}</h3><p>${t("This case is with another team now. You can skip it.")}</p></section>`;
    const geo = geoAddress(found);
    return html`<section class="card stop-card" data-stop=${stop.reference} aria-label=${t("Next stop")}>
      ${head}
      <h3 dir="auto">${found.subject || found.reference}</h3>
      <p class="stop-place">${icon("map-pin")}<span>${[found.address, found.area.name].filter(Boolean).join(" · ")}</span></p>
      <p class="stop-marks">${status(found.status, found.statusLabel)} ${found.late ? html`<span class="badge danger">${icon("alert")}${t("Late")}</span>` : nothing} ${visibility(found)} ${found.category ? html`<span class="badge">${found.category.name}</span>` : nothing}</p>
      ${stop.photos.length ? html`<ul class="stop-photos" role="list">${stop.photos.map((photo, at) => html`<li><img src=${photo.thumbnailUrl} width="160" height="120" alt=${t("Photo {n}", { n: at + 1 })} /></li>`)}</ul>` : nothing}
      <p class="stop-links">${geo ? html`<a class="button" href=${geo}>${icon("route")}${t("Way there")}</a>` : nothing} <a class="button" href=${`/werk/${found.reference}/`}>${t("Open the case")}</a></p>
    </section>`;
  }

  private roundBar(round: Round): TemplateResult | typeof nothing {
    const stop = this.here;
    if (!stop) return this.endBar(round);
    return stop.withheld ? nothing : this.bar(stop);
  }

  private bar(stop: Stop): TemplateResult {
    const { undo } = this;
    const { reference } = stop;
    return html`<div class="thumb-bar" role="group" aria-label=${t("This stop")}>
      ${undo ? html`<p class="undo"><span>${undo.state === "done" ? t("{reference} is done.", { reference: undo.reference }) : t("{reference} is skipped.", { reference: undo.reference })}</span> <button type="button" class="button small" data-undo @click=${() => void this.takeBack()}>${icon("undo")}${t("Undo")}</button></p>` : nothing}
      ${stop.state === "open"
        ? html`<button type="button" class="button big" data-skip @click=${() => void this.mark(reference, "skipped")}>${t("Skip")}</button>
            <button type="button" class="button big" data-more ?disabled=${!stop.case} @click=${this.showDone}>${icon("edit")}${t("Done, with…")}</button>
            <button type="button" class="button primary big" data-done ?disabled=${!stop.case} @click=${() => void this.mark(reference, "done")}>${icon("check")}${t("Done")}</button>`
        : html`<button type="button" class="button big" data-again @click=${() => void this.mark(reference, "open")}>${icon("undo")}${t("Still to do")}</button>
            <button type="button" class="button primary big" data-next @click=${() => (this.opened = null)}>${icon("arrow-right")}${t("To the next stop")}</button>`}
    </div>`;
  }

  private ended(round: Round): TemplateResult {
    const done = round.stops.filter((stop) => stop.state === "done").length;
    return html`<section class="card stop-card ended"><h3>${icon("ok")} ${t("You passed every stop")}</h3><p>${tn("{n} is done", "{n} are done", done)}${round.stops.length > done ? html`, ${tn("{n} skipped", "{n} skipped", round.stops.length - done)}` : nothing}.</p></section>`;
  }

  private endBar(round: Round): TemplateResult {
    return html`<div class="thumb-bar" role="group" aria-label=${t("This round")}>${this.undo ? html`<p class="undo"><button type="button" class="button small" data-undo @click=${() => void this.takeBack()}>${icon("undo")}${t("Undo")}</button></p>` : nothing}
      ${round.finishedAt ? html`<a class="button primary big" href="/werk/ronde/" @click=${this.toList}>${t("To my rounds")}</a>` : html`<button type="button" class="button primary big" data-finish ?disabled=${this.walk.offline} @click=${() => void this.finish()}>${icon("check")}${t("Finish the round")}</button>`}</div>`;
  }

  private stopRow(stop: Stop, place: number, round: Round, here: Stop | null): TemplateResult {
    const found = stop.case;
    const words = { open: t("to do"), done: t("done"), skipped: t("skipped") }[stop.state];
    const title = stop.withheld ? t("A confidential case") : (found?.subject ?? stop.reference);
    const where = stop.withheld ? t("Only with a connection") : [found?.address, found?.area.name].filter(Boolean).join(" · ");
    return html`<li class="stop" data-state=${stop.state} data-reference=${stop.reference} ?data-here=${stop === here} draggable=${this.ordering ? "true" : "false"} @dragstart=${() => (this.dragged = stop.reference)} @dragover=${(event: DragEvent) => event.preventDefault()} @drop=${() => this.dropOn(stop.reference)}>
      <button type="button" class="stop-open" aria-current=${stop === here ? "step" : "false"} ?disabled=${stop.withheld} @click=${() => this.lookAt(stop)}><span class="stop-mark" aria-hidden="true">${stop.state === "done" ? icon("check") : stop.state === "skipped" ? icon("minus") : place + 1}</span>
        <span><strong dir="auto">${title || stop.reference}</strong><span class="soft small">${where}</span></span><span class="visually-hidden">${words}</span></button>
      ${this.ordering ? html`<span class="stop-move"><button type="button" class="button quiet round" data-up ?disabled=${place === 0} aria-label=${t("{name} earlier", { name: title })} @click=${() => void this.shift(place, -1)}>${icon("arrow-up")}</button><button type="button" class="button quiet round" data-down ?disabled=${place === round.stops.length - 1} aria-label=${t("{name} later", { name: title })} @click=${() => void this.shift(place, 1)}>${icon("arrow-down")}</button></span>` : nothing}
    </li>`;
  }

  private lookAt(stop: Stop): void {
    this.opened = stop.reference;
    void this.updateComplete.then(() => this.querySelector(".stop-card")?.scrollIntoView({ block: "start" }));
  }

  // --- deeds ------------------------------------------------------------------------------------

  private async mark(reference: string, state: StopState): Promise<void> {
    this.opened = null;
    this.undo = state === "open" ? null : { reference, state };
    clearTimeout(this.undoing);
    this.undoing = window.setTimeout(() => (this.undo = null), UNDO_FOR);
    this.spoken = { open: t("{reference} is to do again.", { reference }), done: t("{reference} is done.", { reference }), skipped: t("{reference} is skipped.", { reference }) }[state];
    const marked = this.walk.mark(reference, state);
    await this.updateComplete;
    const bar = this.querySelector<HTMLElement>("[data-done], [data-finish], [data-skip]");
    if (!this.contains(document.activeElement) || document.activeElement === document.body) bar?.focus({ preventScroll: true });
    this.querySelector(".rounds-head")?.scrollIntoView({ block: "start" });
    await marked;
  }

  private async takeBack(): Promise<void> {
    const { undo } = this;
    if (undo) await this.mark(undo.reference, "open");
  }

  private async finish(): Promise<void> {
    if (await this.walk.change({ finished: true })) await this.goTo(null);
  }

  private async fromHere(): Promise<void> {
    const start = await whereAmI();
    if (start) await this.walk.change({ start });
    else this.walk.trouble = t("Your device does not say where you are.");
    this.requestUpdate();
  }

  private async shift(place: number, steps: number): Promise<void> {
    const order = (this.walk.round?.stops ?? []).map((stop) => stop.reference);
    const [moved] = order.splice(place, 1);
    if (moved === undefined) return;
    order.splice(place + steps, 0, moved);
    const side = steps < 0 ? "[data-up]" : "[data-down]";
    const saved = this.walk.reorder(order);
    await this.updateComplete;
    const row = this.querySelector(`.stop[data-reference="${moved}"]`);
    (row?.querySelector<HTMLButtonElement>(`${side}:not([disabled])`) ?? row?.querySelector<HTMLButtonElement>(".stop-move button:not([disabled])"))?.focus();
    this.spoken = t("Now stop {n} of {many}", { n: place + steps + 1, many: order.length });
    await saved;
  }

  private dropOn(reference: string): void {
    const { dragged } = this;
    this.dragged = null;
    if (!dragged || dragged === reference) return;
    const before = (this.walk.round?.stops ?? []).map((stop) => stop.reference);
    const order = before.filter((one) => one !== dragged);
    order.splice(before.indexOf(reference), 0, dragged);
    void this.walk.reorder(order);
  }

  // --- done, with a note or a step --------------------------------------------------------------

  private get here(): Stop | null {
    return this.walk.round?.stops.find((stop) => stop.reference === this.opened) ?? this.walk.next;
  }

  private readonly showDone = (): void => {
    this.dialog = "done";
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  };

  private doneDialog(): TemplateResult {
    const stop = this.here;
    return html`<dialog class="dialog sheet round-sheet" aria-labelledby="done-title" @close=${() => (this.dialog = null)}>
      ${this.dialog && stop
        ? html`<form class="form" method="dialog" @submit=${this.saveDone}>
            <header class="sheet-head"><h2 id="done-title">${t("Done: {subject}", { subject: stop.case?.subject || stop.reference })}</h2><button type="button" class="button quiet round" aria-label=${t("Close")} @click=${() => this.querySelector("dialog")?.close()}>${icon("close")}</button></header>
            <div class="field"><label for="done-note">${t("Note for colleagues")} <span class="optional">(${t("optional")})</span></label><textarea id="done-note" name="note" rows="3" maxlength="3000" dir="auto"></textarea></div>
            <div class="field"><label for="done-step">${t("And the case itself")}</label><select id="done-step" name="step" @change=${() => this.requestUpdate()}>
              <option value="">${t("leave it as it is")}</option><option value="start">${t("is being worked on")}</option><option value="resolve">${t("is resolved")}</option></select></div>
            <div class="field" ?hidden=${this.chosenStep() !== "resolve"}><label for="done-message">${t("Message to the resident")}</label><textarea id="done-message" name="message" rows="3" maxlength="3000" dir="auto" ?required=${this.chosenStep() === "resolve"}></textarea><p class="hint">${t("The resident receives what you write here.")}</p></div>
            <div class="thumb-bar"><button class="button primary big" type="submit">${icon("check")}${t("Save and tick off")}</button></div>
          </form>`
        : nothing}</dialog>`;
  }

  private chosenStep(): string {
    return this.querySelector<HTMLSelectElement>("#done-step")?.value ?? "";
  }

  private readonly saveDone = (event: SubmitEvent): void => {
    event.preventDefault();
    const stop = this.here;
    const given = new FormData(event.target as HTMLFormElement);
    const said = (name: string) => String(given.get(name) ?? "").trim();
    const [note, step, message] = [said("note"), said("step"), said("message")];
    if (!stop || (step === "resolve" && !message)) return;
    this.querySelector("dialog")?.close();
    void (async () => {
      if (note) await this.walk.note(stop.reference, note);
      if (step) await this.walk.step(stop.reference, step, step === "resolve" ? message : "");
      await this.mark(stop.reference, "done");
    })();
  };
}

customElements.define("desk-rounds", DeskRounds);

/** [lon, lat], or null when the device does not say. */
function whereAmI(): Promise<[number, number] | null> {
  return new Promise((done) => {
    if (!("geolocation" in navigator)) done(null);
    else
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => done([coords.longitude, coords.latitude]),
        () => done(null),
        { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
      );
  });
}

