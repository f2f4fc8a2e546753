/** What the inbox opens over the page: filters, a saved view, a deed on many cases, the list as a file, the keys. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { dayAndTime } from "../../format";
import { icon } from "../../icon";
import { t, tn } from "../../i18n";
import { type Filters, type Narrowing, NO_FILTERS } from "../address";
import { Problem } from "../api";
import { DeskElement } from "../element";
import { groupOf } from "../parts";
import { type Category, type Priority } from "../shapes";
import "./areas";
import type { DeskAreas } from "./areas";
import { type BulkLine, type BulkWish, changeWords } from "./bulk";
import { chipsOf, kindWords, LISTS, priorityWords, statusWords, SWITCHES, switchWords, visibilityWords } from "./filters";
import "./people";
import type { Chosen } from "./people";
import { type SavedView } from "./saved-views";

export const INBOX_SHEETS = ["filters", "save-view", "edit-view", "bulk-assign", "bulk-priority", "bulk", "exports", "help"] as const;
export type InboxSheet = (typeof INBOX_SHEETS)[number];

export class DeskInboxSheets extends DeskElement {
  private sheet: InboxSheet | null = null;
  private view: SavedView | null = null;
  private trouble = "";
  private references: string[] = [];
  private shownStep = "";
  private returnTo: HTMLElement | null = null;

  static override properties = { sheet: { state: true }, trouble: { state: true } };

  show(sheet: InboxSheet, { view = null, references = [] }: { view?: SavedView | null; references?: string[] } = {}): void {
    if (this.sheet) return;
    this.returnTo = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.sheet = sheet;
    this.view = view;
    this.references = references;
    this.trouble = "";
    this.shownStep = "";
    if (sheet === "filters") void this.desk.loadChoices();
    if (sheet === "exports") this.desk.exports.open();
    void this.updateComplete.then(() => {
      this.dialog?.showModal();
      this.focusFirst();
    });
  }

  private get dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }

  private focusFirst(): void {
    this.querySelector<HTMLElement>("[data-first]")?.focus();
  }

  private readonly close = (): void => this.dialog?.close();

  private readonly closed = (): void => {
    if (this.sheet === "exports") this.desk.exports.close();
    if (this.sheet?.startsWith("bulk")) this.desk.bulk.close();
    this.sheet = null;
    void this.updateComplete.then(() => {
      // What opened it may be gone with what it did.
      if (this.returnTo?.isConnected && this.returnTo.offsetParent !== null) this.returnTo.focus({ preventScroll: true });
      else this.dispatchEvent(new CustomEvent("to-list", { bubbles: true }));
    });
  };

  private readonly outside = (event: MouseEvent): void => {
    if (event.target === event.currentTarget) this.close();
  };

  protected override updated(_changes: PropertyValues): void {
    const step = this.sheet?.startsWith("bulk") ? this.desk.bulk.state.step : "";
    if (step === this.shownStep) return;
    this.shownStep = step;
    if (step !== "idle" && step !== "") this.focusFirst();
  }

  protected override render(): TemplateResult {
    return html`<dialog class="dialog sheet" data-sheet-kind=${this.sheet ?? nothing} aria-labelledby="inbox-sheet-title" @close=${this.closed} @click=${this.outside}>${this.sheet ? html`<div class="sheet-body">${this.content(this.sheet)}</div>` : nothing}</dialog>`;
  }

  private content(sheet: InboxSheet): TemplateResult {
    switch (sheet) {
      case "filters":
        return this.filters();
      case "save-view":
      case "edit-view":
        return this.viewForm();
      case "exports":
        return this.exports();
      case "help":
        return this.help();
      default:
        return this.bulk(sheet);
    }
  }

  private head(title: string): TemplateResult {
    return html`<header class="sheet-head"><h2 id="inbox-sheet-title" tabindex="-1">${title}</h2><button type="button" class="button quiet round" aria-label=${t("Close")} @click=${this.close}>${icon("close")}</button></header>`;
  }

  // --- filters ----------------------------------------------------------------------------------

  private filters(): TemplateResult {
    const { desk } = this;
    const { filters } = desk.address;
    const teams = desk.me?.teams ?? [];
    const organisations = [...new Map(teams.filter((team) => team.organisationSlug).map((team) => [team.organisationSlug as string, team.organisation]))];
    return html`${this.head(t("Filters"))}
      <form class="filter-form" method="dialog" @submit=${this.saveFilters}>
        <div class="filter-columns">
          <div class="filter-column">
            ${this.boxes("status", t("Status"), statusWords(), filters)}
            ${this.boxes("priority", t("Priority"), priorityWords(), filters)}
            ${this.boxes("visibility", t("Who may see it"), visibilityWords(), filters)}
            ${this.boxes("kind", t("Kind"), kindWords(), filters)}
            <fieldset class="filter-set"><legend>${t("Only")}</legend>${SWITCHES.map((name) => html`<label class="chip-choice"><input type="checkbox" name=${name} value="true" .checked=${filters[name] === "true"} /><span>${switchWords(name, true)}</span></label>`)}</fieldset>
          </div>
          <div class="filter-column">
            <fieldset class="filter-set area-set"><legend>${t("Neighbourhood")}</legend><desk-areas .desk=${desk} .value=${filters.area}></desk-areas></fieldset>
          </div>
          <div class="filter-column">
            <div class="field"><label for="filter-category">${t("Category")}</label><select id="filter-category" name="category">
              <option value="">${t("All categories")}</option>
              ${(desk.categories ?? []).map((main) => html`<optgroup label=${main.name}><option value=${main.slug} ?selected=${main.slug === filters.category}>${t("Everything under {name}", { name: main.name })}</option>${(main.children ?? ([] as Category[])).map((one) => html`<option value=${one.slug} ?selected=${one.slug === filters.category}>${one.name}</option>`)}</optgroup>`)}
            </select></div>
            ${organisations.length > 1 ? html`<div class="field"><label for="filter-organisation">${t("Organisation")}</label><select id="filter-organisation" name="organisation"><option value="">${t("All organisations")}</option>${organisations.map(([slug, name]) => html`<option value=${slug} ?selected=${slug === filters.organisation}>${name}</option>`)}</select></div>` : nothing}
            <div class="field"><label for="filter-team">${t("Team")}</label><select id="filter-team" name="team"><option value="">${t("All teams")}</option>${teams.map((team) => html`<option value=${team.slug} ?selected=${team.slug === filters.team}>${team.name}</option>`)}</select></div>
            <div class="field"><label for="filter-assignee">${t("Who has it")}</label><select id="filter-assignee" name="assignee"><option value="">${t("Everyone")}</option>
              <option value="me" ?selected=${filters.assignee === "me"}>${t("Me")}</option><option value="none" ?selected=${filters.assignee === "none"}>${t("Nobody yet")}</option>
              ${teams.map((team) => html`<optgroup label=${team.name}>${team.people.map((person) => html`<option value=${person.id} ?selected=${filters.assignee === String(person.id)}>${person.name}</option>`)}</optgroup>`)}</select></div>
            <fieldset class="filter-set period"><legend>${t("Reported")}</legend>
              <div class="field"><label for="filter-after">${t("from")}</label><input id="filter-after" type="date" name="createdAfter" .value=${filters.createdAfter.slice(0, 10)} /></div>
              <div class="field"><label for="filter-before">${t("until")}</label><input id="filter-before" type="date" name="createdBefore" .value=${filters.createdBefore.slice(0, 10)} /></div></fieldset>
            <div class="field"><label for="filter-supporters">${t("Supporters, at least")}</label><input id="filter-supporters" type="number" name="supporters" inputmode="numeric" min="1" max="9999" .value=${filters.supporters} /></div>
          </div>
        </div>
        <div class="sheet-foot"><button type="submit" class="button primary" >${t("Show")}</button><button type="button" class="button" @click=${this.noFilters}>${t("Clear all filters")}</button></div>
      </form>`;
  }

  private boxes(name: Narrowing, legend: string, words: Record<string, string>, filters: Filters): TemplateResult {
    const on = new Set(filters[name].split(","));
    return html`<fieldset class="filter-set"><legend>${legend}</legend>${Object.entries(words).map(([value, label], place) => html`<label class="chip-choice"><input type="checkbox" ?data-first=${name === "status" && place === 0} name=${name} value=${value} .checked=${on.has(value)} /><span>${label}</span></label>`)}</fieldset>`;
  }

  private readonly saveFilters = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const given = new FormData(form);
    const said = (name: Narrowing): string => (LISTS.has(name) ? given.getAll(name).join(",") : String(given.get(name) ?? ""));
    const names: Narrowing[] = ["kind", "status", "category", "organisation", "team", "assignee", "priority", "visibility", "createdAfter", "createdBefore", "supporters", ...SWITCHES];
    const change: Partial<Filters> = Object.fromEntries(names.map((name) => [name, said(name)]));
    const area = form.querySelector<DeskAreas>("desk-areas")?.value ?? "";
    // A day that ends before it begins finds nothing: they were meant the other way round.
    if (change.createdAfter && change.createdBefore && change.createdAfter > change.createdBefore) [change.createdAfter, change.createdBefore] = [change.createdBefore, change.createdAfter];
    this.close();
    this.desk.filter({ ...change, area });
  };

  private readonly noFilters = (): void => {
    const { view, ordering } = this.desk.address.filters;
    this.close();
    this.desk.filter({ ...NO_FILTERS, view, ordering });
  };

  // --- a saved view -----------------------------------------------------------------------------

  private viewForm(): TemplateResult {
    const { desk, view } = this;
    const mine = desk.me?.teams.filter((team) => desk.me?.myTeams.includes(team.id)) ?? [];
    const chips = view ? [] : chipsOf(desk.address.filters, desk);
    const group = groupOf(desk.address.filters.view);
    const place = view ? desk.views.all.findIndex((one) => one.id === view.id) : -1;
    return html`${this.head(view ? t("Change view") : t("Save as a view"))}
      <form class="form" method="dialog" @submit=${this.saveView}>
        ${view ? nothing : html`<p class="soft small">${t("This view shows:")} <strong>${[group.name, ...chips.map((chip) => chip.words)].join(" · ")}</strong></p>`}
        <div class="field" data-invalid=${this.trouble ? "" : nothing}><label for="view-name">${t("Name")}</label>
          <input id="view-name" name="name" data-first required maxlength="60" dir="auto" autocomplete="off" .value=${view?.name ?? ""} aria-describedby=${this.trouble ? "view-trouble" : nothing} aria-invalid=${this.trouble ? "true" : nothing} />
          ${this.trouble ? html`<p id="view-trouble" class="field-error" role="alert">${icon("alert")}${this.trouble}</p>` : nothing}</div>
        <div class="field"><label for="view-team">${t("Who sees it")}</label><select id="view-team" name="team"><option value="">${t("Only me")}</option>${mine.map((team) => html`<option value=${team.id} ?selected=${view?.team?.id === team.id}>${t("Everyone of {team}", { team: team.name })}</option>`)}</select>
          <p class="hint">${t("A colleague sees through it only what that colleague may see.")}</p></div>
        ${view
          ? html`<div class="row"><button type="button" class="button small" ?disabled=${place <= 0} @click=${() => void desk.views.move(view, -1).then(() => this.requestUpdate())}>${icon("arrow-up")}${t("Up")}</button><button type="button" class="button small" ?disabled=${place < 0 || place >= desk.views.all.length - 1} @click=${() => void desk.views.move(view, 1).then(() => this.requestUpdate())}>${icon("arrow-down")}${t("Down")}</button></div>`
          : nothing}
        <div class="row"><button type="submit" class="button primary">${t("Save")}</button><button type="button" class="button" @click=${this.close}>${t("Cancel")}</button>
          ${view ? html`<button type="button" class="button danger end" @click=${() => this.removeView(view)}>${icon("trash")}${t("Delete")}</button>` : nothing}</div>
      </form>`;
  }

  private readonly saveView = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const name = String(given.get("name") ?? "").trim();
    const team = Number(given.get("team")) || null;
    const { desk, view } = this;
    this.trouble = name ? "" : t("Give the view a name.");
    if (!name) return;
    try {
      const saved = view ? await desk.views.change(view, { name, team }) : await desk.views.create(name, desk.address.filters, team);
      this.close();
      if (!view && saved) desk.filter({ saved: String(saved.id) }, "replace");
      desk.showToast(team ? t("View “{name}” is there for your team too", { name }) : t("View “{name}” is saved", { name }));
    } catch (error) {
      this.trouble = error instanceof Problem && error.status === 404 ? t("This view is no longer there.") : desk.explain(error);
    }
  };

  private removeView(view: SavedView): void {
    this.close();
    if (this.desk.address.filters.saved === String(view.id)) this.desk.filter({ saved: "" }, "replace");
    void this.desk.views.remove(view);
  }

  // --- a deed on many ---------------------------------------------------------------------------

  private bulk(sheet: InboxSheet): TemplateResult {
    const { state } = this.desk.bulk;
    switch (state.step) {
      case "idle":
        return sheet === "bulk-assign" ? this.bulkAssign() : sheet === "bulk-priority" ? this.bulkPriority() : html``;
      case "previewing":
      case "running":
        return html`${this.head(state.wish.words)}<p role="status" data-first tabindex="-1">${state.step === "running" ? t("Being done…") : t("Looking what will happen…")} ${tn("{n} of {many}", "{n} of {many}", state.sofar, { many: state.references.length })}</p>
          <progress max=${state.references.length} .value=${state.sofar} aria-label=${state.wish.words}></progress>`;
      case "preview":
        return this.bulkPreview(state.wish, state.references, state.lines);
      case "done":
        return this.bulkDone(state.wish, state.lines);
      case "failed":
        return html`${this.head(state.wish.words)}<div class="notice danger" role="alert">${icon("alert")}<p>${state.words}</p></div>
          <div class="row"><button type="button" class="button primary" data-first @click=${() => void (state.ran ? this.desk.bulk.run(state.wish, state.references, state.key) : this.desk.bulk.preview(state.wish, state.references))}>${icon("reload")}${t("Try again")}</button><button type="button" class="button" @click=${this.close}>${t("Cancel")}</button></div>
          ${state.ran ? html`<p class="soft small">${t("Trying again does nothing twice.")}</p>` : nothing}`;
    }
  }

  private bulkAssign(): TemplateResult {
    return html`${this.head(tn("Who takes this case?", "Who takes these {n} cases?", this.references.length))}<desk-people .desk=${this.desk} @person-chosen=${this.assignAll}></desk-people>`;
  }

  private readonly assignAll = (event: CustomEvent<Chosen>): void => {
    const { team, person } = event.detail;
    const words = t("Give to {name}", { name: person?.name ?? team.name });
    void this.desk.bulk.preview({ deed: "assign", values: { team: team.id, professional: person?.id ?? null }, words }, this.references);
  };

  private bulkPriority(): TemplateResult {
    const icons: Record<Priority, string> = { high: "flag", normal: "minus", low: "arrow-down" };
    return html`${this.head(tn("Priority of this case", "Priority of these {n} cases", this.references.length))}
      <ul class="choices plain" role="list">${Object.entries(priorityWords()).map(([value, words], place) => html`<li><button type="button" class="step-choice" ?data-first=${place === 0} @click=${() => void this.desk.bulk.preview({ deed: "priority", values: { priority: value }, words }, this.references)}><span class="dot">${icon(icons[value as Priority])}</span><span><strong>${words}</strong></span></button></li>`)}</ul>`;
  }

  private bulkPreview(wish: BulkWish, references: string[], lines: BulkLine[]): TemplateResult {
    const able = lines.filter((line) => line.ok);
    const not = lines.length - able.length;
    return html`${this.head(wish.words)}
      <p>${able.length ? tn("This happens to {n} case.", "This happens to {n} cases.", able.length) : t("This is possible for none of these cases.")} ${not && able.length ? tn("{n} stays as it is; beside it stands why.", "{n} stay as they are; beside them stands why.", not) : nothing}</p>
      ${this.lines(lines)}
      <div class="sheet-foot">${able.length ? html`<button type="button" class="button primary" data-first @click=${() => void this.desk.bulk.run(wish, able.map((line) => line.reference))}>${tn("Do it for {n} case", "Do it for {n} cases", able.length)}</button>` : nothing}<button type="button" class="button" ?data-first=${able.length === 0} @click=${this.close}>${t("Cancel")}</button></div>
      ${references.length > lines.length ? html`<p class="soft small">${t("Some of these cases are no longer with you.")}</p>` : nothing}`;
  }

  private bulkDone(wish: BulkWish, lines: BulkLine[]): TemplateResult {
    const done = lines.filter((line) => line.ok).length;
    const not = lines.filter((line) => !line.ok);
    return html`${this.head(wish.words)}
      <div class="notice ${done ? "ok" : "warn"}" role="status">${icon(done ? "ok" : "alert")}<p>${tn("Done for {n} case.", "Done for {n} cases.", done)}${not.length ? html` ${tn("{n} stayed as it is.", "{n} stayed as they are.", not.length)}` : nothing}</p></div>
      ${not.length ? this.lines(not) : nothing}
      <div class="sheet-foot"><button type="button" class="button primary" data-first @click=${this.close}>${t("Ready")}</button>
        ${this.desk.undo?.run ? html`<button type="button" class="button" @click=${() => (this.close(), void this.desk.takeBack())}>${icon("undo")}${t("Undo")}</button>` : nothing}</div>`;
  }

  private lines(lines: readonly BulkLine[]): TemplateResult {
    const rows = new Map(this.desk.inbox.rows.map((row) => [row.reference, row]));
    return html`<ul class="bulk-lines" role="list" tabindex="0" aria-label=${t("Case by case")}>${[...lines].sort((one, other) => Number(one.ok) - Number(other.ok)).map(
      (line) => html`<li data-ok=${line.ok ? "yes" : "no"}>${icon(line.ok ? "check" : "minus")}<span class="bulk-what"><strong>${line.reference}</strong> <span dir="auto">${rows.get(line.reference)?.subject ?? ""}</span>
        <span class="soft small">${line.ok ? (line.change ? changeWords(line.change).map((words) => html`<span class="bulk-change">${words}</span>`) : nothing) : (line.error?.detail ?? t("Not possible"))}</span></span></li>`,
    )}</ul>`;
  }

  // --- the list as a file -----------------------------------------------------------------------

  private exports(): TemplateResult {
    const { desk } = this;
    const { exports } = desk;
    const chips = chipsOf(desk.address.filters, desk);
    const group = groupOf(desk.address.filters.view);
    return html`${this.head(t("List as a file"))}
      <p>${t("A file for a spreadsheet with every case of:")} <strong>${[group.name, ...chips.map((chip) => chip.words)].join(" · ")}</strong>. ${t("Names, addresses and numbers of residents are not in it.")}</p>
      ${exports.trouble ? html`<div class="notice danger" role="alert">${icon("alert")}<p>${exports.trouble}</p></div>` : nothing}
      <div class="row"><button type="button" class="button primary" data-first aria-busy=${exports.busy ? "true" : nothing} @click=${() => void exports.start(desk.address.filters)}>${icon("download")}${t("Make the file")}</button></div>
      ${exports.all?.length
        ? html`<h3>${t("Your files")}</h3><ul class="export-list" role="list">${exports.all.map(
            (one) => html`<li data-status=${one.status}><span><strong>${dayAndTime(one.createdAt, desk.now)}</strong><span class="soft small">${this.exportWords(one)}</span></span>
              ${one.status === "ready" && one.url ? html`<a class="button small" href=${one.url} download>${icon("download")}${t("Download")}</a>` : one.status === "waiting" ? html`<progress aria-label=${t("Being made")}></progress>` : nothing}</li>`,
          )}</ul>`
        : nothing}`;
  }

  private exportWords(one: { status: string; rows: number; expiresAt: string }): string {
    switch (one.status) {
      case "ready":
        return `${tn("{n} case", "{n} cases", one.rows)} · ${t("until {when}", { when: dayAndTime(one.expiresAt, this.desk.now) })}`;
      case "waiting":
        return t("Being made. You can close this; the file waits for you here.");
      case "failed":
        return t("This did not work. Make it again.");
      default:
        return t("Removed, because its time was over");
    }
  }

  // --- help -------------------------------------------------------------------------------------

  private help(): TemplateResult {
    const places = [...document.querySelectorAll<HTMLElement>("a[data-place]")].map((link): [string[], string] => [["g", link.dataset["place"] ?? ""], link.textContent?.trim() ?? ""]);
    const parts: [string, [string[], string][]][] = [
      [
        t("In the list"),
        [
          [["j", "↓"], t("Next case")],
          [["k", "↑"], t("Previous case")],
          [["o", "Enter"], t("Open the case")],
          [["x"], t("Select, or not")],
          [["Shift + x"], t("Select up to here")],
          [["u"], t("Read or unread")],
          [["l"], t("Let new cases in")],
          [["/"], t("Search")],
          [["f"], t("Filters")],
          [["Esc"], t("Deselect, or back to the list")],
        ],
      ],
      [
        t("With a case, or with all selected"),
        [
          [["a"], t("Assign")],
          [["s"], t("Next step; priority of all selected")],
          [["m"], t("Message to the resident")],
          [["n"], t("Note for colleagues")],
          [["Ctrl + Enter"], t("Send what you wrote")],
          [["z"], t("Undo the last deed on many cases")],
        ],
      ],
      [t("Going somewhere"), [[["g", "1…8"], t("Go to a group")], ...places, [["?"], t("This help")]]],
    ];
    return html`${this.head(t("Keys"))}
      <div class="key-parts">${parts.map(([title, keys]) => html`<section><h3>${title}</h3><dl class="keys">${keys.map(([names, words]) => html`<div><dt>${names.map((name) => html`<kbd>${name}</kbd> `)}</dt><dd>${words}</dd></div>`)}</dl></section>`)}</div>
      <label class="choice"><input type="checkbox" data-first .checked=${this.desk.shortcuts} @change=${(event: Event) => (this.desk.shortcuts = (event.target as HTMLInputElement).checked)} /><span>${t("Use single keys as shortcuts")}</span></label>
      <p class="soft small">${t("Keys do nothing while you type in a field. Everything works with mouse and touch too.")}</p>`;
  }
}

customElements.define("desk-inbox-sheets", DeskInboxSheets);
