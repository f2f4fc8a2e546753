/** Sending what waits, exactly once: the server takes one ballot per key, and answers a repeat with the same receipt. */
import type { Shelf, Waiting } from "./box";

export interface Answer {
  status: number;
  body: unknown;
  retryAfter: number | null;
}

/** null: nothing came back. */
export type Post = (one: Waiting) => Promise<Answer | null>;

/** Levels of which a ballot may wait: nothing has to be sent first, and it stays the voter's whoever signs in here. */
const CAN_WAIT = new Set(["device", "letter"]);
/** How long one that waits or was refused is kept after its last try. */
export const KEPT = 7 * 24 * 3_600_000;
/** Refusals that no change of the choices mends: nothing of them stays on the device. */
const FOR_EVER = new Set(["already-voted", "not-open", "voided", "idempotency-key-reused", "not-found", "not-signed-in"]);
const SHORTEST = 3_000;
const LONGEST = 5 * 60_000;

export function canWait(level: string): boolean {
  return CAN_WAIT.has(level);
}

export function backOff(tries: number, retryAfter: number | null): number {
  return Math.max(Math.min(LONGEST, SHORTEST * 2 ** Math.min(tries, 10)), (retryAfter ?? 0) * 1000);
}

/** What nobody came back for goes; a receipt stays until its voter has kept it. */
export async function dropOld(shelf: Shelf, now: number): Promise<void> {
  for (const one of await shelf.list()) if (one.state !== "sent" && !(one.triedAt + KEPT > now)) await shelf.remove(one.key);
}

/** Sends everything that is due; the moment of the next try, or null when nothing waits. Whoever calls holds the lock. */
export async function sendAll(shelf: Shelf, post: Post, now: () => number): Promise<number | null> {
  await dropOld(shelf, now());
  for (const one of await shelf.list()) {
    if (one.state !== "waiting" || one.notBefore > now() || !one.body) continue;
    const answer = await post(one);
    const known = (await shelf.list()).find(({ key }) => key === one.key);
    if (!known || known.state !== "waiting") continue; // Taken back meanwhile.
    await shelf.put(after(one, answer, now()));
  }
  const moments = (await shelf.list()).filter(({ state }) => state === "waiting").map(({ notBefore }) => notBefore);
  return moments.length ? Math.min(...moments) : null;
}

/** What becomes of it with this answer. */
export function after(one: Waiting, answer: Answer | null, now: number): Waiting {
  const told = (answer?.body ?? null) as { receipt?: unknown; status?: unknown; code?: unknown; type?: unknown; detail?: unknown; errors?: unknown } | null;
  if (answer?.status === 201 && typeof told?.receipt === "string") {
    return { ...one, state: "sent", receipt: told.receipt, body: null, entries: [], problem: null };
  }
  const forGood = answer && answer.status >= 400 && answer.status < 500 && ![407, 408, 425, 429].includes(answer.status) && told?.status === answer.status;
  if (forGood) {
    const errors = Array.isArray(told.errors) ? (told.errors as { code?: unknown; detail?: unknown }[]) : [];
    const detail = String(errors[0]?.detail ?? told.detail ?? "");
    const code = typeof told.code === "string" ? told.code : typeof told.type === "string" ? (told.type.split(/[/:#]/).at(-1) ?? "") : "";
    const ended = [code, ...errors.map((error) => error.code)].some((said) => FOR_EVER.has(String(said)));
    // The code of a letter is typed anew: another may use this device meanwhile.
    const body = ended || !one.body ? null : { choices: one.body.choices, order: one.body.order, declared: one.body.declared };
    return { ...one, body, entries: body ? one.entries : [], state: "refused", triedAt: now, problem: { code, detail } };
  }
  return { ...one, triedAt: now, tries: one.tries + 1, notBefore: now + backOff(one.tries, answer?.retryAfter ?? null) };
}
