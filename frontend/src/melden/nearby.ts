/** Reports that look alike, near the chosen place: who sees the same joins one with a tap. Without network: nothing. */
import "../../styles/nearby.css";
import { newKey } from "../desk/new-key";
import { day } from "../format";
import { language, t, tn } from "../i18n";

interface Near {
  distance: number;
  photoUrl: string | null;
  properties: { reference: string; status: string; statusLabel: string; solved: boolean; createdAt: string; category: { name: string } | null };
}

const THINK = 600;
const SHOWN = 5;
const JSON_BOTH = { "Content-Type": "application/json", Accept: "application/json" };

/** Looks again after every change of place, category or text; the section is that of `reports/nearby.html`. */
export function watchNearby(form: HTMLFormElement): void {
  const section = form.querySelector<HTMLElement>("#nearby");
  const list = section?.querySelector("ul");
  if (!section || !list) return;
  let timer: number | undefined;
  let turn = 0;
  let asked = "";
  const given = (name: string): string => form.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? "";

  const look = async (): Promise<void> => {
    const [lon, lat] = [Number(given("lon")), Number(given("lat"))];
    const body = JSON.stringify({ lon, lat, category: given("category"), text: given("text").trim().slice(0, 3000) });
    if (body === asked) return;
    asked = body;
    const mine = ++turn;
    const found = given("lon") && given("lat") ? await near(body) : [];
    if (mine !== turn) return;
    if (found === null) asked = "";
    list.replaceChildren(...(found ?? []).slice(0, SHOWN).map(item));
    section.hidden = !found?.length;
  };
  const soon = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void look(), THINK);
  };
  for (const change of ["keep", "input", "change"]) form.addEventListener(change, soon);
  window.addEventListener("online", soon);
  soon();
}

/** What is near; null when nobody answered. */
async function near(body: string): Promise<Near[] | null> {
  try {
    const answer = await fetch("/api/v1/reports/_nearby", { method: "POST", headers: JSON_BOTH, body });
    return answer.ok ? ((await answer.json()) as { results: Near[] }).results : [];
  } catch {
    return null;
  }
}

/** Nearer than a phone can tell, it is the same place. */
export function far(metres: number): string {
  return metres < 10 ? t("on this spot") : tn("{n} metre away", "{n} metres away", metres);
}

function item({ distance, photoUrl, properties }: Near): HTMLLIElement {
  const line = make("li", "nearby-one");
  line.dataset["reference"] = properties.reference;
  if (photoUrl) {
    const image = make("img", "");
    Object.assign(image, { src: photoUrl, alt: "", width: 64, height: 64, loading: "lazy" });
    line.append(image);
  }
  const what = make("div", "nearby-what");
  const category = properties.category?.name ?? t("Report");
  const status = make("span", "nearby-status", properties.statusLabel);
  status.dataset["status"] = properties.status;
  what.append(make("strong", "", category), make("span", "soft small", `${far(distance)} · ${day(properties.createdAt)}`), status);
  const button = make("button", "button small", properties.solved ? t("I still see this") : t("I see this too"));
  button.type = "button";
  button.setAttribute("aria-label", `${button.textContent}: ${category}, ${far(distance)}`);
  let key = newKey();
  button.addEventListener("click", () => {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    const back = (): void => {
      key = newKey(); // joining again is something new
      line.querySelector(".nearby-said")?.remove();
      line.append(button);
      button.focus();
    };
    void join(properties.reference, key, back).then((said) => {
      button.ariaBusy = null;
      line.querySelector(".nearby-said")?.remove();
      line.append(said);
      if (said.dataset["done"] === undefined) return;
      button.remove();
      said.tabIndex = -1;
      said.focus();
    });
  });
  line.append(what, button);
  return line;
}

/** Join, and say how that went: with the way to more when it worked, and back (`undone`) for a slip of the thumb. */
async function join(reference: string, key: string, undone: () => void): Promise<HTMLElement> {
  const said = make("p", "nearby-said");
  said.setAttribute("role", "status");
  try {
    const answer = await fetch(`/api/v1/reports/${encodeURIComponent(reference)}/supporters`, {
      method: "POST",
      headers: { ...JSON_BOTH, "Idempotency-Key": key },
      body: JSON.stringify({ language: language() }),
    });
    if (!answer.ok) {
      const told = (await answer.json().catch(() => ({}))) as { detail?: string };
      said.textContent = told.detail ?? t("That did not work. Try again.");
      if (answer.status === 409 || answer.status === 404) said.dataset["done"] = "";
      return said;
    }
    const link = make("a", "", t("Add a photo, or get updates"));
    // The device is known there by its cookie: the private link would stand in an address.
    link.href = `/melden/ook/volgen/melding/${encodeURIComponent(reference)}/`;
    const told = (await answer.json()) as { tracking: { token: string } };
    const undo = make("button", "button quiet small", t("Undo"));
    undo.type = "button";
    undo.addEventListener("click", () => void takeBack(reference, told.tracking.token).then((gone) => gone && undone()));
    said.append(make("strong", "", t("Thank you, you are counted.")), ` ${t("You need not send a report yourself.")} `, link, " ", undo);
    said.dataset["done"] = "";
  } catch {
    said.textContent = t("There is no connection now. Send your own report: it waits until there is.");
  }
  return said;
}

/** Not counted after all; false when nobody answered, so that the button stays. Gone already is gone. */
async function takeBack(reference: string, token: string): Promise<boolean> {
  try {
    const headers = { Accept: "application/json", Authorization: `Bearer ${token}` };
    const answer = await fetch(`/api/v1/reports/${encodeURIComponent(reference)}/supporters`, { method: "DELETE", headers });
    return answer.ok || answer.status === 404;
  } catch {
    return false;
  }
}

function make<K extends keyof HTMLElementTagNameMap>(name: K, className: string, words = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (words) made.textContent = words;
  return made;
}
