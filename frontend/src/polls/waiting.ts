/** The ballots of this device that wait: sending them, and saying so on the page. */
import { language, loadCatalogue, t } from "../i18n";
import { DeviceShelf, type Waiting } from "./box";
import { dropOld, sendAll, type Answer } from "./send";

export const shelf = new DeviceShelf();
const LOOK_AGAIN = 30_000;
let timer = 0;
let drawn: (() => void) | null = null;

async function post(one: Waiting): Promise<Answer | null> {
  const stop = new AbortController();
  const patience = setTimeout(() => stop.abort(), 30_000);
  try {
    const answer = await fetch(`/api/v1/polls/${encodeURIComponent(one.slug)}/ballots`, {
      method: "POST",
      credentials: "same-origin",
      cache: "no-store",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "Accept-Language": one.language,
        "Idempotency-Key": one.key,
        "X-CSRFToken": /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "",
      },
      body: JSON.stringify(one.body),
      signal: stop.signal,
    });
    const wait = Number(answer.headers.get("Retry-After"));
    return { status: answer.status, body: await answer.json().catch(() => null), retryAfter: Number.isFinite(wait) && wait > 0 ? wait : null };
  } catch {
    return null;
  } finally {
    clearTimeout(patience);
  }
}

/** Send what waits, one tab at a time; goes on until nothing waits. */
export async function sendWaiting(): Promise<void> {
  window.clearTimeout(timer);
  const send = async (): Promise<number | null> => sendAll(shelf, post, () => Date.now());
  const next = "locks" in navigator ? await navigator.locks.request("ballots", send) : await send();
  drawn?.();
  if (next !== null) timer = window.setTimeout(() => void sendWaiting(), Math.min(LOOK_AGAIN, Math.max(1_000, next - Date.now())));
}

/** The network is back, or somebody does not want to wait. */
export async function hurry(): Promise<void> {
  for (const one of await shelf.list()) if (one.state === "waiting") await shelf.put({ ...one, notBefore: 0, tries: 0 });
  await sendWaiting();
}

export async function queue(one: Omit<Waiting, "state" | "createdAt" | "language" | "problem" | "receipt" | "tries" | "notBefore" | "triedAt">): Promise<void> {
  await shelf.put({ ...one, state: "waiting", createdAt: Date.now(), triedAt: Date.now(), language: language(), problem: null, receipt: "", tries: 0, notBefore: 0 });
}

function press(words: string, act: () => Promise<void>, kind = ""): HTMLButtonElement {
  const made = Object.assign(document.createElement("button"), { type: "button", className: `button ${kind}`.trim(), textContent: words });
  made.addEventListener("click", () => void act());
  return made;
}

function paragraph(words: string, className = ""): HTMLParagraphElement {
  return Object.assign(document.createElement("p"), { textContent: words, className });
}

function noticeOf(one: Waiting, again: ((one: Waiting) => Promise<void>) | null): HTMLElement {
  const box = document.createElement("div");
  box.className = `waiting-vote notice ${one.state === "refused" ? "danger" : one.state === "sent" ? "ok" : "info"}`;
  box.dataset["waitingState"] = one.state;
  const inner = document.createElement("div");
  inner.className = "stack";
  const row = document.createElement("p");
  row.className = "row";
  const title = Object.assign(document.createElement("strong"), { textContent: one.title, dir: "auto" });
  const remove = async (): Promise<void> => {
    await shelf.remove(one.key);
    drawn?.();
  };
  if (one.state === "waiting") {
    inner.append(title, paragraph(t("Your vote waits on this device. It is not sent yet. It goes by itself as soon as there is a network; keep this page, or come back within seven days.")));
    row.append(press(t("Send now"), hurry, "primary"));
    if (again) row.append(" ", press(t("Change it"), () => again(one)));
    row.append(" ", press(t("Throw it away"), remove, "quiet"));
  } else if (one.state === "refused") {
    inner.append(title, paragraph(t("Your vote was not taken: {reason}", { reason: one.problem?.detail || t("something was not right.") })));
    if (!one.body) inner.append(paragraph(t("What you chose is no longer on this device.")));
    else if (again) row.append(press(t("Open it again"), () => again(one), "primary"), " ");
    row.append(press(t("Throw it away"), remove, "quiet"));
  } else {
    const receipt = paragraph(one.receipt, "receipt");
    receipt.dir = "ltr";
    inner.append(title, paragraph(t("Your vote was sent and is in the box. This is your receipt; keep it. What you chose is no longer on this device.")), receipt);
    const copy = press(t("Copy"), async () => {
      await navigator.clipboard?.writeText(one.receipt).catch(() => undefined);
      copy.textContent = t("Copied");
    });
    row.append(copy, " ", press(t("I have kept it: take it off this device"), remove));
  }
  inner.append(row);
  box.append(inner);
  return box;
}

/**
 * Show what waits in `place`, of one poll or (without a slug) of all; kept up to date. `again` opens a ballot for
 * change; `occupied` hears whether one waits.
 */
export async function showWaiting(place: HTMLElement, slug: string, again: ((one: Waiting) => Promise<void>) | null, occupied: (waits: boolean) => void): Promise<void> {
  place.setAttribute("role", "status");
  const draw = async (): Promise<void> => {
    const mine = (await shelf.list()).filter((one) => !slug || one.slug === slug).sort((one, other) => one.createdAt - other.createdAt);
    place.replaceChildren(...mine.map((one) => noticeOf(one, again)));
    occupied(mine.some(({ body }) => body !== null));
  };
  drawn = () => void draw().catch(() => undefined);
  await loadCatalogue();
  await dropOld(shelf, Date.now());
  await draw();
}

window.addEventListener("online", () => void hurry());
