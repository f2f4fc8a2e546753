/** Sending what waits, exactly once: the server takes one ballot per key, and answers a repeat with the same receipt. */
import type { Shelf, Waiting } from "./box";

export interface Answer {
  status: number;
  body: unknown;
  retryAfter: number | null;
}

/** null: nothing came back. */
export type Post = (one: Waiting) => Promise<Answer | null>;

const SHORTEST = 3_000;
const LONGEST = 5 * 60_000;

export function backOff(tries: number, retryAfter: number | null): number {
  return Math.max(Math.min(LONGEST, SHORTEST * 2 ** Math.min(tries, 10)), (retryAfter ?? 0) * 1000);
}

/** Sends everything that is due; the moment of the next try, or null when nothing waits. Whoever calls holds the lock. */
export async function sendAll(shelf: Shelf, post: Post, now: () => number): Promise<number | null> {
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
  const forGood = answer && answer.status >= 400 && answer.status < 500 && ![401, 407, 408, 425, 429].includes(answer.status) && told?.status === answer.status;
  if (forGood) {
    const errors = Array.isArray(told.errors) ? (told.errors as { detail?: unknown }[]) : [];
    const detail = String(errors[0]?.detail ?? told.detail ?? "");
    const code = typeof told.code === "string" ? told.code : typeof told.type === "string" ? (told.type.split(/[/:#]/).at(-1) ?? "") : "";
    return { ...one, state: "refused", problem: { code, detail } };
  }
  return { ...one, tries: one.tries + 1, notBefore: now + backOff(one.tries, answer?.retryAfter ?? null) };
}
