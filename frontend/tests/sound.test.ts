import { describe, expect, test } from "vitest";
import { KEPT_FOR, soundDraft } from "../src/melden/draft";
import { photosNamed, soundReport } from "../src/outbox/sound";

describe("a row of the outbox", () => {
  test("is passed by when nothing can be sent of it, whatever it is", () => {
    for (const row of [null, undefined, 7, "x", [], {}, { key: "bad" }, { key: "x", fields: null }, { key: "x", fields: { text: 1 } }, { key: 1, fields: { text: "x", location: {} } }])
      expect(soundReport(row)).toBeNull();
  });

  test("is sent when only what we keep beside it is missing or odd", () => {
    const fields = { text: "Een bank", location: { type: "Point", coordinates: [4, 52] }, language: "nl" };
    expect(soundReport({ key: "k", fields })).toMatchObject({ key: "k", title: "Een bank", photos: [], state: "waiting", problem: null, bodies: [], fixed: false, unsureSince: null, tries: 0, notBefore: 0 });
    const odd = soundReport({ key: "k", fields, photos: [null, { id: "p" }, { id: 3 }], state: "refused", problem: { errors: [null, { field: "text" }] }, bodies: "x", fixed: true, notBefore: NaN, later: "kept" });
    expect(odd).toMatchObject({ photos: [{ id: "p", upload: null }], state: "refused", problem: { code: "", errors: [{ field: "text", detail: "" }] }, bodies: [], fixed: false, notBefore: 0, later: "kept" });
  });

  test("keeps its photos' bytes, sound or not", () => {
    expect(photosNamed({ key: "bad", photos: [null, { id: "p1" }, "p2"] })).toEqual(["p1"]);
    expect(photosNamed(null)).toEqual([]);
    expect(photosNamed({ photos: 3 })).toEqual([]);
  });
});

describe("a draft", () => {
  const now = 1_800_000_000_000;
  test("is taken up when it has a name and a moment", () => {
    expect(soundDraft({ id: "x", updatedAt: now }, now)).toEqual({ id: "x", updatedAt: now, values: [], step: "", photos: [], corrects: null, taken: "" });
    expect(soundDraft({ id: "x", updatedAt: now, photos: [null], values: [["text", "a"], ["b"], null, ["c", 1]], step: 3, corrects: {} }, now)).toMatchObject({ photos: [], values: [["text", "a"]], step: "", corrects: null });
  });

  test("is let go when it has not, or is too old, or of a day to come", () => {
    for (const row of [null, {}, { id: "x" }, { updatedAt: now }, { id: "x", updatedAt: "yesterday" }, { id: "x", updatedAt: now - KEPT_FOR }, { id: "x", updatedAt: now + KEPT_FOR }]) expect(soundDraft(row, now)).toBeNull();
  });
});
