import { afterEach, expect, test, vi } from "vitest";
import { challengeIn, solve } from "../src/outbox/proof";
import { byFetch } from "../src/outbox/transport";

const challenge = {
  parameters: { algorithm: "PBKDF2/SHA-256", nonce: "00112233445566778899aabbccddeeff", salt: "ffeeddccbbaa99887766554433221100", cost: 2, keyLength: 32, keyPrefix: "00" },
  signature: "abc",
};

afterEach(() => vi.unstubAllGlobals());

test("the number that is found is the first that fits, as the server counts", async () => {
  const solved = JSON.parse(atob((await solve(challenge))!)) as { challenge: unknown; solution: { counter: number; derivedKey: string } };
  expect(solved.challenge).toEqual(challenge);
  // What `altcha.solve_challenge` of the server's library finds.
  expect([solved.solution.counter, solved.solution.derivedKey.slice(0, 8)]).toEqual([1085, "00a8404a"]);
});

test("what is not asked of us is left alone", () => {
  expect(challengeIn(null)).toBeNull();
  expect(challengeIn({ detail: "wait" })).toBeNull();
  expect(challengeIn({ challenge: { parameters: { ...challenge.parameters, algorithm: "ARGON2ID" } } })).toBeNull();
  expect(challengeIn({ challenge: { parameters: { ...challenge.parameters, nonce: "zz" } } })).toBeNull();
});

test("a report that is asked for a proof goes once more, to the letter and under its key", async () => {
  const asked: RequestInit[] = [];
  vi.stubGlobal("fetch", (_address: string, init: RequestInit) => {
    asked.push(init);
    return Promise.resolve(new Response(JSON.stringify(asked.length === 1 ? { challenge } : { reference: "M-1" }), { status: asked.length === 1 ? 429 : 201 }));
  });
  const answer = await byFetch.post("{}", "key", "nl");
  expect([answer?.status, asked.length]).toEqual([201, 2]);
  expect([asked[1]?.body, (asked[1]?.headers as Record<string, string>)["Idempotency-Key"]]).toEqual(["{}", "key"]);
  expect((asked[1]?.headers as Record<string, string>)["Proof"]).toBe(await solve(challenge));
});
