import { describe, expect, it } from "vitest";
import { far } from "../../src/melden/nearby";
import { nextOption, roundMetres, sayAccuracy, sayCount, sayTrouble, shortAddress, troubleOf, zoomFor } from "../../src/melden/place-words";

describe("finding out where somebody is", () => {
  it("tells four troubles apart", () => {
    expect([troubleOf(1), troubleOf(2), troubleOf(3), troubleOf(1, false)]).toEqual(["denied", "unavailable", "timeout", "unsupported"]);
  });

  it("says of each trouble something else, with what to do", () => {
    const texts = (["denied", "unavailable", "timeout", "unsupported"] as const).map(sayTrouble);
    expect(new Set(texts).size).toBe(4);
    for (const text of texts) expect(text).toMatch(/choose|search/i);
  });

  it("never makes a location more exact than it is", () => {
    for (const metres of [0.4, 3.2, 17, 99.5, 141, 999, 1999]) expect(roundMetres(metres)).toBeGreaterThanOrEqual(metres);
    expect([3.2, 17, 141, 1230].map(roundMetres)).toEqual([4, 20, 150, 1300]);
  });

  it("says how exact a location is, and asks to move the map when it is not", () => {
    expect(sayAccuracy(1)).toBe("Your location, within 1 metre.");
    expect(sayAccuracy(18)).toBe("Your location, within 20 metres.");
    expect(sayAccuracy(640)).toContain("Move the map");
  });

  it("goes closer the more exact it is", () => {
    const zooms = [10, 60, 300, 3000].map(zoomFor);
    expect(zooms).toEqual([...zooms].sort((one, other) => other - one));
  });
});

describe("choosing from what was found", () => {
  it("goes round through the field with the arrow keys", () => {
    expect([-1, 0, 1, 2].map((at) => nextOption("ArrowDown", at, 3))).toEqual([0, 1, 2, -1]);
    expect([-1, 0, 1, 2].map((at) => nextOption("ArrowUp", at, 3))).toEqual([2, -1, 0, 1]);
  });

  it("leaves other keys, and an empty list, to the field", () => {
    expect(nextOption("a", 0, 3)).toBeNull();
    expect(nextOption("Home", 0, 3)).toBeNull();
    expect(nextOption("ArrowDown", -1, 0)).toBeNull();
  });

  it("says how much was found, and that addresses cannot be searched", () => {
    expect(sayCount(1, true)).toContain("1 place found");
    expect(sayCount(4, true)).toContain("4 places found");
    expect(new Set([sayCount(0, true), sayCount(0, false), sayCount(2, false)]).size).toBe(3);
  });

  it("writes an address as a resident would", () => {
    expect(shortAddress("Kerkstraat 12, 2761AB Vlietstede")).toBe("Kerkstraat 12");
    expect(shortAddress("Torenlaan, Vlietstede")).toBe("Torenlaan");
  });
});

it("what is nearer than a phone can tell is on this spot", () => {
  expect([0, 9, 10, 25].map(far)).toEqual(["on this spot", "on this spot", "10 metres away", "25 metres away"]);
});
