/**
 * My reports: what this device sent stands in one list with what it has a cookie of, also when that cookie went. What
 * still waits to be sent stands on top, and moves into the list by itself.
 */
import "../styles/melden.css";
import { forgetReport, myReports, type MyReport } from "./device";
import { day } from "./format";
import { loadCatalogue } from "./i18n";
import { follow } from "./outbox/follow";
import { WaitingList } from "./outbox/list";
import { theOutbox } from "./outbox/start";

const MOST = 50;

class MyList {
  private known = new Map<string, MyReport>();

  constructor(private readonly list: HTMLElement) {
    list.addEventListener("submit", (event) => {
      const card = event.target instanceof HTMLFormElement ? event.target.closest<HTMLElement>("[data-reference]") : null;
      const report = this.known.get(card?.dataset["reference"] ?? "");
      if (!card || !report) return; // Of the cookie alone: an ordinary form.
      event.preventDefault();
      const deed = event.submitter instanceof HTMLButtonElement ? event.submitter.value : "";
      void (deed === "forget" ? this.forget(card, report, event.target as HTMLFormElement) : this.open(report));
    });
  }

  async open(report: MyReport): Promise<void> {
    document.getElementById("mine-failed")!.hidden = await follow(report.token);
  }

  /** From the device, and from the cookie where that has it too. */
  private async forget(card: HTMLElement, { reference }: MyReport, form: HTMLFormElement): Promise<void> {
    await forgetReport(reference);
    this.known.delete(reference);
    if (card.dataset["kept"] !== undefined) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "deed", value: "forget" }));
      form.submit();
      return;
    }
    card.remove();
    this.count();
    const heading = document.querySelector<HTMLElement>("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus();
  }

  /** Add what the device knows more. The one that a message asked for is opened. */
  async draw(): Promise<void> {
    const mine = await myReports();
    this.known = new Map(mine.map((report) => [report.reference, report]));
    const asked = this.known.get(new URLSearchParams(location.search).get("melding") ?? "");
    if (asked) {
      history.replaceState(null, "", location.pathname);
      await this.open(asked);
    }
    const missing = mine.filter(({ reference }) => !this.card(reference)).slice(0, MOST);
    if (missing.length) for (const card of await this.cards(missing)) this.place(card);
    this.count();
  }

  private card(reference: string): HTMLElement | null {
    return this.list.querySelector(`[data-reference="${CSS.escape(reference)}"]`);
  }

  /** As the server shows them; what it does not know or cannot be asked now, in our own words. */
  private async cards(missing: MyReport[]): Promise<HTMLElement[]> {
    const found = document.createElement("template");
    try {
      const body = new URLSearchParams({ tokens: missing.map(({ token }) => token).join(".") });
      const answer = await fetch(this.list.dataset["address"] ?? "", { method: "POST", body, credentials: "same-origin", cache: "no-store" });
      if (answer.ok) found.innerHTML = await answer.text();
    } catch {
      // Without a network: what the device knows.
    }
    const shown = [...found.content.querySelectorAll<HTMLElement>("[data-reference]")];
    const references = new Set(shown.map((card) => card.dataset["reference"]));
    return [...shown, ...missing.filter(({ reference }) => !references.has(reference)).map((report) => this.ownCard(report))];
  }

  private ownCard({ reference, subject, createdAt }: MyReport): HTMLElement {
    const template = document.querySelector<HTMLTemplateElement>("#my-report")!;
    const card = (template.content.cloneNode(true) as DocumentFragment).querySelector<HTMLElement>("li")!;
    Object.assign(card.dataset, { reference, created: createdAt });
    card.querySelector("h2 bdi")!.textContent = subject || reference;
    card.querySelector(".reference")!.textContent = reference;
    card.querySelector(".visually-hidden")!.textContent = ` ${reference}`;
    Object.assign(card.querySelector("time")!, { dateTime: createdAt, textContent: day(createdAt) });
    return card;
  }

  /** Newest first, as the others. */
  private place(card: HTMLElement): void {
    if (this.card(card.dataset["reference"] ?? "")) return;
    const later = [...this.list.children].find((one) => ((one as HTMLElement).dataset["created"] ?? "") < (card.dataset["created"] ?? ""));
    this.list.insertBefore(card, later ?? null);
  }

  private count(): void {
    const none = this.list.childElementCount === 0;
    this.list.hidden = none;
    document.getElementById("shared-device")!.hidden = none;
    document.getElementById("no-reports")!.hidden = !none;
  }
}

const list = document.getElementById("my-reports");
if (list) {
  const mine = new MyList(list);
  const outbox = theOutbox();
  let told = false;
  let sent = 0;
  outbox.watch(() => {
    if (outbox.reports.length && !told) {
      told = true;
      void loadCatalogue().then(() => new WaitingList(outbox, { waitingOnly: true }).place(list));
    }
    if (outbox.sent.length > sent) void mine.draw();
    sent = outbox.sent.length;
  });
  void mine.draw().then(() => outbox.start()).catch(() => undefined); // Private browsing that keeps nothing.
}
