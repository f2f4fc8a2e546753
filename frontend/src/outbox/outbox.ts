/** The outbox as a page sees it: what waits, how far sending is, and when it is tried again. */
import { myReports, type MyReport } from "../device";
import { nextTry } from "./send";
import { alone, send, shelf, SYNC, Wire } from "./run";
import type { News, QueuedReport } from "./shapes";
import { byPage } from "./transport";

export interface Progress {
  key: string;
  photo: number;
  photos: number;
  /** From 0 to 1. */
  part: number;
}

interface SyncRegistration extends ServiceWorkerRegistration {
  readonly sync?: { register(tag: string): Promise<void> };
}

export class Outbox {
  reports: QueuedReport[] = [];
  sending: Progress | null = null;
  /** Sent since this page is open. */
  sent: { key: string; report: MyReport }[] = [];
  private readonly watchers = new Set<() => void>();
  private readonly wire = new Wire((news) => void this.heard(news));
  private timer: number | undefined;
  private running = false;
  private again = false;
  private hurried = false;

  watch(changed: () => void): void {
    this.watchers.add(changed);
  }

  /** Look what waits, and try to send it; now, and whenever it may go well. */
  async start(): Promise<void> {
    window.addEventListener("online", () => void this.kick(true));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void this.kick(true));
    window.addEventListener("pageshow", (event) => event.persisted && void this.kick(true));
    await this.load();
    if (this.reports.length) await this.kick(true);
  }

  /** Keep it for good, then send it. Fails when there is no room, and then nothing has changed. */
  async add(report: QueuedReport, draft: string): Promise<void> {
    await shelf.queue(report, draft);
    this.wire.tell({ kind: "changed" });
    await this.load();
    // Ask the browser not to throw it away when the device gets full; it may say no.
    void navigator.storage?.persist?.().catch(() => false);
    void this.kick(true);
  }

  /** `hurry`: also what waits for the network, which may be back. Wakes up the service worker for later, too. */
  async kick(hurry = false): Promise<void> {
    this.hurried ||= hurry;
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    try {
      do {
        this.again = false;
        const now = this.hurried;
        this.hurried = false;
        await send(byPage, this.wire.tell, now);
      } while (this.again);
    } finally {
      this.running = false;
      this.sending = null;
      await this.load();
    }
    if (this.reports.some(({ state }) => state === "waiting")) void wakeUpLater();
  }

  async remove(key: string): Promise<void> {
    await alone(() => shelf.remove(key));
    this.wire.tell({ kind: "changed" });
    await this.load();
  }

  /** The server no longer knows whether it has this one; send it as a new one. */
  async sendAnew(key: string, newKey: string): Promise<void> {
    await alone(() => shelf.renew(key, newKey));
    await this.load();
    await this.kick(true);
  }

  /** Hold it back to be changed. Null when it is gone, or may have arrived already. */
  async holdBack(key: string): Promise<QueuedReport | null> {
    const held = await alone(() =>
      shelf.change(key, (one) => {
        if (one.state === "waiting" && one.unsureSince === null) Object.assign(one, { state: "refused", problem: null });
      }),
    );
    await this.load();
    return held?.state === "refused" ? held : null;
  }

  /** Resolves when this one is sent, refused or put off. */
  outcome(key: string): Promise<MyReport | "refused" | "later"> {
    return new Promise((done) => {
      const look = (): void => {
        const sent = this.sent.find((one) => one.key === key);
        if (sent) return done(sent.report);
        const report = this.reports.find((one) => one.key === key);
        if (report?.state === "refused") done("refused");
        else if (report && report.notBefore > Date.now()) done("later");
      };
      this.watch(look);
      look();
    });
  }

  private async heard(news: News): Promise<void> {
    if (news.kind === "sending") {
      this.sending = news;
      this.changed();
      return;
    }
    if ("key" in news && this.sending?.key === news.key) this.sending = null;
    if (news.kind === "sent") {
      const report = (await myReports()).find(({ reference }) => reference === news.reference);
      if (report) this.sent.push({ key: news.key, report });
    }
    await this.load();
  }

  private async load(): Promise<void> {
    this.reports = (await shelf.list()).sort((one, other) => one.createdAt - other.createdAt);
    window.clearTimeout(this.timer);
    const next = nextTry(this.reports);
    if (next !== null && !this.running) this.timer = window.setTimeout(() => void this.kick(), Math.min(2 ** 31 - 1, Math.max(250, next - Date.now())));
    this.changed();
  }

  private changed(): void {
    for (const watcher of this.watchers) watcher();
  }
}

/** Where there is Background Sync the service worker sends it when the network is back, also without this page. */
async function wakeUpLater(): Promise<void> {
  try {
    const registration = (await navigator.serviceWorker?.getRegistration("/")) as SyncRegistration | undefined;
    await registration?.sync?.register(SYNC);
  } catch {
    // Not allowed here: then it goes when a page is open.
  }
}
