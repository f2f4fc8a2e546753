import { afterEach, expect, test, vi } from "vitest";
import { ago, clock, day } from "../src/format";
import { loadCatalogue, t, tn, useCatalogue } from "../src/i18n";

const NL_PLURALS = Array.from({ length: 200 }, (_unused, n) => (n === 1 ? "0" : "1")).join("");
const dutch = { messages: { Send: "Versturen", "Hello {name}": "Dag {name}", "{n} photo": ["{n} foto", "{n} foto's"] }, plurals: NL_PLURALS };

afterEach(() => {
  useCatalogue({ messages: {}, plurals: "" });
  vi.unstubAllGlobals();
});

test("without a catalogue the English message is shown", () => {
  expect(t("Send")).toBe("Send");
  expect(t("Hello {name}", { name: "Anna" })).toBe("Hello Anna");
  expect([tn("{n} photo", "{n} photos", 1), tn("{n} photo", "{n} photos", 3)]).toEqual(["1 photo", "3 photos"]);
});

test("with a catalogue it is the page's language, filled and in the right number", () => {
  useCatalogue(dutch);
  expect(t("Send")).toBe("Versturen");
  expect(t("Hello {name}", { name: "Anna" })).toBe("Dag Anna");
  expect([0, 1, 2, 101, 1001].map((n) => tn("{n} photo", "{n} photos", n))).toEqual(["0 foto's", "1 foto", "2 foto's", "101 foto's", "1001 foto's"]);
});

test("a text that is also counted is the one of one", () => {
  useCatalogue(dutch);
  expect(t("{n} photo", { n: 1 })).toBe("1 foto");
});

test("a name that is not given stays readable", () => {
  expect(t("Hello {name}", {})).toBe("Hello {name}");
});

test("a catalogue that cannot be fetched leaves English", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new Error("offline")));
  await loadCatalogue({ dataset: { catalogue: "/taal/nl.json" } } as unknown as HTMLElement);
  expect(t("Send")).toBe("Send");
});

test("a catalogue is fetched from the address the page names", async () => {
  vi.stubGlobal("fetch", (address: string) => Promise.resolve({ ok: address === "/taal/nl.json?v=1", json: () => Promise.resolve(dutch) }));
  await loadCatalogue({ dataset: { catalogue: "/taal/nl.json?v=1" } } as unknown as HTMLElement);
  expect(t("Send")).toBe("Versturen");
});

test("dates read as people say them, in the municipality's time", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  expect(day("2026-03-03T23:30:00Z", now)).toBe("woensdag 4 maart");
  expect(day("2025-03-03T12:00:00Z", now)).toBe("maandag 3 maart 2025");
  expect(clock("2026-07-01T08:05:00Z")).toBe("10:05");
  expect([ago("2026-11-21T11:57:10Z", now), ago("2026-11-19T12:00:00Z", now), ago("2026-11-21T14:30:00Z", now)]).toEqual([
    "2 minuten geleden",
    "eergisteren",
    "over 2 uur",
  ]);
});
