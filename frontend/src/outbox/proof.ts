/**
 * Proof of work, asked only when very much comes in: the ALTCHA protocol, version 2.
 *
 * The browser's own cryptography does the sums beside the page's thread, so nothing freezes and no worker is needed.
 */

interface Challenge {
  parameters: { algorithm: string; nonce: string; salt: string; cost: number; keyLength: number; keyPrefix: string };
  signature: string;
}

/** More tries than a challenge takes once in a billion times. */
const MOST = 6_000;

/** What an answer of 429 asks; null when it only asks to wait. */
export function challengeIn(body: unknown): Challenge | null {
  const challenge = (body as { challenge?: Challenge } | null)?.challenge;
  const asked = challenge?.parameters;
  const known = asked?.algorithm === "PBKDF2/SHA-256" && typeof asked.cost === "number" && typeof asked.keyPrefix === "string";
  return challenge && known && /^[0-9a-f]+$/i.test(`${asked.nonce}${asked.salt}`) ? challenge : null;
}

/** The value of the `Proof` header; null where the browser cannot (no https) or found nothing. */
export async function solve(challenge: Challenge): Promise<string | null> {
  // Absent on plain http.
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
  if (!subtle) return null;
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  const password = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
  const view = new DataView(password.buffer);
  const derive = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  for (let counter = 0; counter < MOST; counter += 1) {
    view.setUint32(password.length - 4, counter);
    const key = await subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derived = hex(new Uint8Array(await subtle.deriveBits(derive, key, keyLength * 8)));
    if (derived.startsWith(keyPrefix.toLowerCase())) return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey: derived } }));
  }
  return null;
}

function bytes(written: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(written.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function hex(read: Uint8Array): string {
  return [...read].map((one) => one.toString(16).padStart(2, "0")).join("");
}
