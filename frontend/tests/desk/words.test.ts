import { expect, test } from "vitest";
import { listQuery, NO_FILTERS, readAddress, writeAddress } from "../../src/desk/address";
import { HttpApi, Problem, Unreachable } from "../../src/desk/api";
import { promiseOf, workingDaysBetween } from "../../src/desk/promise";
import { row } from "./world";

const NONE = new Set<string>();
const at = (iso: string) => new Date(iso);

test("the address names the group, the filters and the case, and reads back the same", () => {
  const address = { reference: "M-7K3Q9A", filters: { ...NO_FILTERS, view: "late" as const, q: "bank & co", area: "WK1" } };
  const written = writeAddress(address);
  const url = new URL(written, "https://desk.test");
  expect(url.pathname).toBe("/werk/M-7K3Q9A/");
  expect(readAddress(url.pathname, url.search)).toEqual(address);
  expect(writeAddress({ reference: null, filters: NO_FILTERS })).toBe("/werk/");
});

test("nonsense in the address is the ordinary list", () => {
  expect(readAddress("/werk/../x/", "?view=each&ordering=random")).toEqual({ reference: null, filters: NO_FILTERS });
  expect(listQuery(NO_FILTERS)).toBe("cases?view=team&ordering=-createdAt");
});

test("working days skip weekends and closed days, in Amsterdam's calendar", () => {
  expect(workingDaysBetween(at("2026-11-20T10:00:00Z"), at("2026-11-23T16:00:00Z"), NONE)).toBe(1);
  expect(workingDaysBetween(at("2026-12-24T10:00:00Z"), at("2026-12-28T16:00:00Z"), new Set(["2026-12-25", "2026-12-26"]))).toBe(1);
  // Half past eleven in the evening UTC is the next day here.
  expect(workingDaysBetween(at("2026-11-18T23:30:00Z"), at("2026-11-20T16:00:00Z"), NONE)).toBe(1);
});

test("what is left of the promise, in words and tone", () => {
  const now = at("2026-11-18T11:00:00Z");
  const tell = (changes: Parameters<typeof row>[1]) => promiseOf(row("M-1", changes), now, NONE);
  expect(tell({ firstResponseBy: "2026-11-20T16:00:00.000Z", resolveBy: "2026-11-27T16:00:00.000Z" })).toMatchObject({ tone: "fine", words: "2 working days to first reaction", about: "reaction" });
  expect(tell({ firstResponseBy: "2026-11-17T16:00:00.000Z", respondedAt: "2026-11-17T12:00:00.000Z", resolveBy: "2026-11-19T16:00:00.000Z" })).toMatchObject({ tone: "soon", about: "handling" });
  expect(tell({ resolveBy: "2026-11-18T16:00:00.000Z" }).tone).toBe("today");
  expect(tell({ resolveBy: "2026-11-16T16:00:00.000Z" })).toMatchObject({ tone: "late", words: "2 working days late" });
  expect(tell({ status: "waiting", resolveBy: "2026-11-16T16:00:00.000Z" }).tone).toBe("paused");
  expect(tell({ status: "resolved" }).tone).toBe("done");
});

test("what became late on another day says which, though no working day has passed since", () => {
  const friday = { resolveBy: "2026-11-20T16:00:00.000Z" };
  const tell = (now: string, changes: Parameters<typeof row>[1]) => promiseOf(row("M-1", changes), at(now), NONE).words;
  expect(tell("2026-11-20T16:30:00Z", friday)).toBe("late since 17:00");
  expect(tell("2026-11-22T11:00:00Z", friday)).toBe("late since vrijdag 17:00");
  expect(tell("2026-11-22T11:00:00Z", { firstResponseBy: "2026-11-20T16:00:00.000Z", respondedAt: null, resolveBy: "2026-11-27T16:00:00.000Z" })).toBe(
    "first reaction late since vrijdag 17:00",
  );
  expect(tell("2026-11-23T11:00:00Z", friday)).toBe("1 working day late");
});

function answers(...given: (Response | Error)[]): { api: HttpApi; calls: RequestInit[] } {
  const calls: RequestInit[] = [];
  const fetching = (async (_input: unknown, init?: RequestInit) => {
    calls.push(init ?? {});
    const next = given.shift() ?? new Error("nothing left");
    if (next instanceof Error) throw next;
    return next;
  }) as typeof fetch;
  return { api: new HttpApi(fetching, () => "token", async () => undefined), calls };
}

test("a deed whose answer is lost is sent again with the same key", async () => {
  const { api, calls } = answers(new TypeError("network"), new Response("", { status: 502 }), Response.json({ version: 2 }, { status: 201 }));
  await expect(api.send({ method: "POST", path: "cases/M-1/notes", body: { text: "x" }, key: "k" })).resolves.toEqual({ version: 2 });
  expect(calls.map((call) => (call.headers as Record<string, string>)["Idempotency-Key"])).toEqual(["k", "k", "k"]);
});

test("a change without a key is tried once", async () => {
  const { api, calls } = answers(new TypeError("network"));
  await expect(api.send({ method: "PATCH", path: "cases/M-1", body: {}, version: 3 })).rejects.toBeInstanceOf(Unreachable);
  expect(calls).toHaveLength(1);
  expect((calls[0]?.headers as Record<string, string>)["If-Match"]).toBe('"3"');
});

test("a problem is known by its code and said in its own words", async () => {
  const body = { type: "urn:problem-type:wijkplatform:stale", title: "…", status: 412, detail: "Changed meanwhile." };
  const { api } = answers(Response.json(body, { status: 412 }));
  const refusal = await api.send({ method: "POST", path: "x", body: {} }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Problem);
  expect(refusal).toMatchObject({ status: 412, code: "stale", words: "Changed meanwhile." });
});
