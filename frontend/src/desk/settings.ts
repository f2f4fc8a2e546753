/** The settings page: push messages on this device. Everything else there is an ordinary form. */
import { loadCatalogue, t } from "../i18n";
import { HttpApi } from "./api";
import { registerWorker } from "./offline";

const PATH = "desk/push-subscriptions";

class PushHere {
  private readonly api = new HttpApi();
  private readonly on: HTMLButtonElement | null;
  private readonly off: HTMLButtonElement | null;
  private readonly state: HTMLElement | null;

  constructor(
    place: HTMLElement,
    private readonly key: string,
  ) {
    this.on = place.querySelector("[data-push=on]");
    this.off = place.querySelector("[data-push=off]");
    this.state = place.querySelector("[data-push-state]");
    this.on?.addEventListener("click", () => void this.turnOn());
    this.off?.addEventListener("click", () => void this.turnOff());
  }

  async show(words = ""): Promise<void> {
    const subscription = await this.subscription();
    const able = "PushManager" in window && "Notification" in window && "serviceWorker" in navigator;
    const refused = able && Notification.permission === "denied";
    if (this.on) this.on.hidden = !able || refused || subscription !== null;
    if (this.off) this.off.hidden = subscription === null;
    if (!this.state) return;
    if (words) this.state.textContent = words;
    else if (!able) this.state.textContent = t("This browser cannot show messages. On an iPhone: put the workplace on your home screen first.");
    else if (refused) this.state.textContent = t("Your browser refuses messages of this site. Allow them in its settings, beside the address.");
    else this.state.textContent = subscription ? t("This device gets messages.") : t("This device gets no messages.");
  }

  private async subscription(): Promise<PushSubscription | null> {
    const registration = await navigator.serviceWorker?.getRegistration("/werk/");
    return (await registration?.pushManager?.getSubscription()) ?? null;
  }

  private async turnOn(): Promise<void> {
    this.busy(true);
    try {
      if ((await Notification.requestPermission()) !== "granted") {
        await this.show(t("Your browser did not allow messages."));
        return;
      }
      const registration = await registerWorker();
      await navigator.serviceWorker.ready;
      const subscription = await registration?.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.key });
      if (!subscription) throw new Error("no worker");
      await this.api.send({ method: "POST", path: PATH, body: { ...keysOf(subscription), device: deviceName() } });
      await this.show();
    } catch {
      await this.show(t("That did not work. Try again, or use another browser."));
    } finally {
      this.busy(false);
    }
  }

  private async turnOff(): Promise<void> {
    this.busy(true);
    try {
      const subscription = await this.subscription();
      if (subscription) {
        await this.api.send({ method: "POST", path: `${PATH}/_forget`, body: { endpoint: subscription.endpoint } });
        await subscription.unsubscribe();
      }
      await this.show();
    } catch {
      await this.show(t("That did not work. Try again in a moment."));
    } finally {
      this.busy(false);
    }
  }

  private busy(busy: boolean): void {
    for (const button of [this.on, this.off]) button?.toggleAttribute("disabled", busy);
  }
}

function keysOf(subscription: PushSubscription): { endpoint: string; keys: { p256dh: string; auth: string } } {
  const { endpoint, keys } = subscription.toJSON();
  return { endpoint: endpoint ?? "", keys: { p256dh: keys?.["p256dh"] ?? "", auth: keys?.["auth"] ?? "" } };
}

/** "Firefox · Android": enough to know which of one's devices it is. */
function deviceName(): string {
  const agent = navigator.userAgent;
  const browser = (["Edg", "Firefox", "Chrome", "Safari"] as const).find((name) => agent.includes(name));
  const system = (["Android", "iPhone", "iPad", "Windows", "Mac", "Linux"] as const).find((name) => agent.includes(name));
  return [browser === "Edg" ? "Edge" : browser, system].filter(Boolean).join(" · ");
}

const place = document.querySelector<HTMLElement>("[data-push-key]");
if (place) {
  const here = new PushHere(place, place.dataset["pushKey"] ?? "");
  void loadCatalogue().then(() => here.show());
}
