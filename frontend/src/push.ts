/** "Tell me on this device": the browser's messages about the report, the support or the wijk that this page is about. */

type Told = "on" | "off" | "denied" | "dismissed" | "failed" | "install";

class PushHere {
  private readonly form: HTMLFormElement;
  private readonly said: HTMLElement;
  private readonly ask: HTMLElement;
  private readonly buttons: HTMLButtonElement[];
  private readonly topics: HTMLInputElement[];
  private busy = false;
  private isOn = false;
  private changes: Promise<void> = Promise.resolve();

  constructor(private readonly place: HTMLElement) {
    this.form = place.querySelector("form")!;
    this.said = place.querySelector("[role=status]")!;
    this.ask = place.querySelector("[data-ask]")!;
    this.buttons = [...place.querySelectorAll<HTMLButtonElement>("[data-turn]")];
    this.topics = [...this.form.querySelectorAll<HTMLInputElement>("input[name=topics]")];
    // What is told changes at once where messages are on; nothing left means off.
    this.form.addEventListener("change", () => {
      this.changes = this.changes.then(() => (this.isOn ? this.turn(this.topics.some(({ checked }) => checked)) : undefined));
    });
    // Before the page's own listener, which says that a form is being sent.
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.turn(event.submitter?.dataset["turn"] === "on");
    });
  }

  /** Nothing is shown where the browser knows no messages, unless there is a way to them. */
  async begin(): Promise<void> {
    if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
      if (!isApple() || isInstalled()) return;
      this.show("install");
    } else {
      const subscription = await (await navigator.serviceWorker.getRegistration("/"))?.pushManager.getSubscription();
      const on = Notification.permission === "granted" && subscription && (await this.isKnown(subscription.endpoint));
      this.show(on ? "on" : Notification.permission === "denied" ? "denied" : null);
    }
    this.place.hidden = false;
  }

  /** A private page names the browsers it knows; a page for everybody is asked, and says of which topics it tells. */
  private async isKnown(endpoint: string): Promise<boolean> {
    const known = this.place.dataset["known"];
    if (known !== undefined) return known.split(" ").includes(await fingerprint(endpoint));
    const { topics = [] } = await this.post({ endpoint, ask: "1" });
    if (topics.length) for (const box of this.topics) box.checked = topics.includes(box.value);
    return topics.length > 0;
  }

  private show(told: Told | null): void {
    const on = told === "on";
    this.isOn = on;
    const able = told !== "install" && told !== "denied";
    this.ask.hidden = on || !able;
    this.said.textContent = (told && this.said.dataset[told]) ?? "";
    const focused = this.form.contains(document.activeElement);
    for (const button of this.buttons) button.hidden = !able || (button.dataset["turn"] === "on") === on;
    if (focused) this.buttons.find(({ hidden }) => !hidden)?.focus();
  }

  private async turn(on: boolean): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    for (const button of this.buttons) button.ariaBusy = "true";
    try {
      this.show(on ? await this.turnOn() : await this.turnOff());
    } catch {
      this.said.textContent = this.said.dataset["failed"] ?? "";
    } finally {
      this.busy = false;
      for (const button of this.buttons) button.ariaBusy = null;
    }
  }

  private async turnOn(): Promise<Told> {
    const answer = await Notification.requestPermission();
    if (answer !== "granted") return answer === "denied" ? "denied" : "dismissed";
    await navigator.serviceWorker.register("/service-worker.js", { scope: "/" });
    const { pushManager } = await navigator.serviceWorker.ready;
    const options = { userVisibleOnly: true, applicationServerKey: this.place.dataset["key"] ?? "" };
    const subscription = await pushManager.subscribe(options).catch(async () => {
      // The browser still knows an older key of ours: what it had no longer works.
      await (await pushManager.getSubscription())?.unsubscribe();
      return pushManager.subscribe(options);
    });
    if (!this.topics.some(({ checked }) => checked)) for (const box of this.topics) box.checked = true;
    const { endpoint, keys } = subscription.toJSON();
    await this.post({ endpoint: endpoint ?? "", key: keys?.["p256dh"] ?? "", secret: keys?.["auth"] ?? "" });
    return "on";
  }

  private async turnOff(): Promise<Told> {
    const subscription = await (await navigator.serviceWorker.getRegistration("/"))?.pushManager.getSubscription();
    if (!subscription) return "off";
    const { needed } = await this.post({ endpoint: subscription.endpoint, stop: "1" });
    if (!needed) await subscription.unsubscribe();
    return "off";
  }

  private async post(fields: Record<string, string>): Promise<{ needed: boolean; topics?: string[] }> {
    const body = new URLSearchParams([...new FormData(this.form)].map(([name, value]) => [name, String(value)]));
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const answer = await fetch(this.form.action, { method: "POST", body, credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()) as { needed: boolean; topics?: string[] };
  }
}

/** As `participation.reports.listening.queries.fingerprint`. */
async function fingerprint(endpoint: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 16);
}

/** iPads say that they are Macs, which have no touch screen. */
function isApple(): boolean {
  return /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
}

function isInstalled(): boolean {
  return window.matchMedia("(display-mode: standalone)").matches;
}

const place = document.getElementById("push");
if (place) void new PushHere(place).begin();
