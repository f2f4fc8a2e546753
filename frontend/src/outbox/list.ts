/** What waits on this device, how it stands with each, and what can be done about it. */
import { clock } from "../format";
import { t, tn } from "../i18n";
import { newKey } from "../desk/new-key";
import { follow } from "./follow";
import type { Outbox } from "./outbox";
import type { QueuedReport } from "./shapes";

export interface ListOptions {
  /** Open it in the form again; without this there is a link to where that can be done. */
  correct?: (report: QueuedReport) => void;
  /** The one that was sent with the button just now. */
  current?: () => string | null;
  /** The one that is open in the form: it is shown there. */
  open?: () => string | null;
  /** What is sent leaves this list, for the page has another for it. */
  waitingOnly?: boolean;
}

/** Redrawn with every change; which button has the focus survives that. */
export class WaitingList {
  readonly element = make("section", "card waiting-list");
  private readonly spoken = make("p", "visually-hidden");
  private readonly body = make("div", "stack");
  private readonly dialog = document.createElement("dialog");

  constructor(
    private readonly outbox: Outbox,
    private readonly options: ListOptions = {},
  ) {
    this.element.id = "waiting";
    this.element.hidden = true;
    this.element.setAttribute("aria-labelledby", "waiting-title");
    this.spoken.setAttribute("role", "status");
    this.dialog.className = "ask";
    this.element.append(this.body, this.dialog);
    outbox.watch(() => this.draw());
    this.draw();
  }

  /** Outside the element, which may be hidden: a status must be there before its words. */
  place(before: Element): void {
    before.before(this.element, this.spoken);
  }

  draw(): void {
    const { sending } = this.outbox;
    const sent = this.sent();
    const reports = this.reports();
    this.element.hidden = reports.length === 0 && sent.length === 0;
    const focused = this.body.contains(document.activeElement) ? document.activeElement?.getAttribute("data-focus") : null;
    const title = Object.assign(make("h2", "", this.title()), { id: "waiting-title", tabIndex: -1 });
    title.dataset["focus"] = "title";
    const list = make("ul", "waiting-reports");
    list.setAttribute("role", "list");
    list.append(...sent.map(({ report }) => this.sentRow(report)), ...reports.map((report) => this.row(report)));
    const parts: HTMLElement[] = [title];
    const waiting = reports.filter(({ state }) => state === "waiting");
    if (waiting.length && !sending) parts.push(make("p", "", this.when(waiting)));
    parts.push(list);
    if (waiting.length && !sending) parts.push(row(button(t("Try now"), "button", "try", () => void this.outbox.kick(true))));
    this.body.replaceChildren(...parts);
    if (focused) this.body.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    const said = sending ? t("Sending…") : this.title();
    if (!this.element.hidden && this.spoken.textContent !== said) this.spoken.textContent = said;
  }

  focus(): void {
    this.element.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "start" });
  }

  /** Why what was asked of this one cannot be done. */
  say(key: string, words: string): void {
    const item = this.body.querySelector(`[data-key="${CSS.escape(key)}"]`);
    item?.querySelector(".said")?.remove();
    const said = make("p", "small said", words);
    said.setAttribute("role", "status");
    item?.append(said);
  }

  private reports(): QueuedReport[] {
    const open = this.options.open?.();
    return this.outbox.reports.filter(({ key }) => key !== open);
  }

  private sent(): Outbox["sent"] {
    return this.options.waitingOnly ? [] : this.outbox.sent;
  }

  private title(): string {
    const { sending } = this.outbox;
    const sent = this.sent();
    const reports = this.reports();
    const refused = reports.filter(({ state, problem }) => state === "refused" && problem !== null).length;
    const current = this.options.current?.();
    if (sending && sending.key === current) return t("We are sending your report");
    if (refused && refused === reports.length) return tn("{n} report needs your help", "{n} reports need your help", refused);
    if (reports.length) return tn("{n} report waits on this device", "{n} reports wait on this device", reports.length);
    return tn("Your report was sent", "Your reports were sent", sent.length);
  }

  /** Plainly: it is safe, it goes by itself, and when. */
  private when(waiting: readonly QueuedReport[]): string {
    const safe = waiting.some(({ photos }) => photos.length)
      ? tn("It is kept safely on this device, with its photos.", "They are kept safely on this device, with their photos.", waiting.length)
      : tn("It is kept safely on this device.", "They are kept safely on this device.", waiting.length);
    const until = Math.max(...waiting.map(({ notBefore }) => notBefore));
    const busy = waiting.find(({ waitsFor, notBefore }) => waitsFor === "server" && notBefore > Date.now());
    if (busy) return `${safe} ${t("It is busy now. We try again at {time}.", { time: clock(new Date(until).toISOString()) })}`;
    return `${safe} ${tn("It is sent by itself when you have a connection.", "They are sent by themselves when you have a connection.", waiting.length)}`;
  }

  private row(report: QueuedReport): HTMLElement {
    const item = make("li", "waiting-report");
    item.dataset["key"] = report.key;
    const sending = this.outbox.sending?.key === report.key ? this.outbox.sending : null;
    item.dataset["state"] = sending ? "sending" : report.state;
    const about = make("strong", "");
    about.append(make("bdi", "", report.title));
    const photos = report.photos.length ? ` · ${tn("{n} photo", "{n} photos", report.photos.length)}` : "";
    item.append(about, make("p", "soft small", `${t("Written at {time}", { time: clock(new Date(report.createdAt).toISOString()) })}${photos}`));
    if (sending) item.append(...this.progress(report, sending.photo, sending.photos, sending.part));
    else if (report.state === "refused") item.append(this.reason(report));
    else if (report.failingSince !== null) item.append(make("p", "small", t("Something goes wrong with sending this report. We keep trying for a day.")));
    if (!sending) item.append(row(...this.deeds(report)));
    return item;
  }

  private progress(report: QueuedReport, photo: number, photos: number, part: number): HTMLElement[] {
    const uploading = photos > 0 && report.photos.some(({ upload }) => upload === null) && !(photo === photos && part === 1);
    const words = uploading ? t("Sending photo {n} of {many}", { n: photo, many: photos }) : t("Sending the report");
    const bar = document.createElement("progress");
    bar.max = photos + 1;
    bar.value = photos === 0 ? 0.5 : Math.max(0, photo - 1) + part;
    bar.setAttribute("aria-label", words);
    return [make("p", "small", words), bar];
  }

  private reason({ problem }: QueuedReport): HTMLElement {
    const notice = make("div", "notice warn");
    const words = make("div", "");
    if (problem === null) words.append(make("p", "", t("You are changing this report. It is sent when you press “Send report”.")));
    else if (problem.code === "unsure") words.append(make("p", "", t("We do not know whether this report has arrived. Look for an e-mail from us, or send it again.")));
    else if (problem.code === "stuck") words.append(make("p", "", stuckWords()));
    else {
      words.append(make("p", "", t("This report was not taken:")));
      const details = [...new Set(problem.errors.map(({ detail }) => detail).filter(Boolean))];
      const list = document.createElement("ul");
      list.append(...(details.length ? details : [problem.detail]).map((detail) => make("li", "", detail)));
      words.append(list);
    }
    notice.append(words);
    return notice;
  }

  private deeds(report: QueuedReport): HTMLElement[] {
    const { key } = report;
    const deeds: HTMLElement[] = [];
    if (report.problem?.code === "unsure") deeds.push(button(t("Send again"), "button", `again-${key}`, () => void this.outbox.sendAnew(key, newKey())));
    else if (this.options.correct && (report.state === "refused" || report.unsureSince === null))
      deeds.push(button(report.state === "refused" ? t("Open and correct") : t("Open and change"), "button", `open-${key}`, () => this.options.correct?.(report)));
    else if (!this.options.correct) deeds.push(Object.assign(make("a", "button", t("See this report")), { href: "/melden/" }));
    deeds.push(button(t("Delete"), "button quiet", `delete-${key}`, () => this.confirm(report)));
    return deeds;
  }

  private sentRow(report: { reference: string; token: string; subject: string }): HTMLElement {
    const item = make("li", "waiting-report");
    item.dataset["state"] = "sent";
    item.append(make("strong", "", t("Sent: {subject}", { subject: report.subject || report.reference })), make("p", "soft small", report.reference));
    item.append(row(button(t("Follow this report"), "button", `follow-${report.reference}`, (pressed) => void this.open(report.token, pressed))));
    return item;
  }

  private async open(token: string, pressed: HTMLButtonElement): Promise<void> {
    pressed.ariaBusy = "true";
    if (await follow(token)) return;
    pressed.ariaBusy = null;
    pressed.after(make("p", "small", t("That did not work. Try again.")));
  }

  private confirm(report: QueuedReport): void {
    const title = Object.assign(make("h2", "", t("Delete this report?")), { id: "delete-title" });
    const words = make("p", "", report.unsureSince === null ? t("It was not sent. You cannot get it back.") : t("It may have been sent already. You cannot get it back here."));
    const no = button(t("Keep it"), "button", "keep", () => this.dialog.close());
    const yes = button(t("Delete"), "button danger", "sure", () => {
      this.dialog.close();
      void this.outbox.remove(report.key).then(() => this.focus());
    });
    this.dialog.setAttribute("aria-labelledby", "delete-title");
    this.dialog.replaceChildren(title, words, row(yes, no));
    this.dialog.showModal();
    no.focus();
  }
}

/** Of a report that failed for a day. */
export function stuckWords(): string {
  return t("This report does not get through. Open it, take out a photo or change the text, and send it again. Or call us.");
}

function make(tag: string, classes: string, words = ""): HTMLElement {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  if (words) element.textContent = words;
  return element;
}

function row(...children: HTMLElement[]): HTMLElement {
  const element = make("div", "row");
  element.append(...children);
  return element;
}

function button(words: string, classes: string, focus: string, act: (pressed: HTMLButtonElement) => void): HTMLButtonElement {
  const element = Object.assign(document.createElement("button"), { type: "button", className: classes, textContent: words });
  element.dataset["focus"] = focus;
  element.addEventListener("click", () => act(element));
  return element;
}
