import { describe, expect, test } from "vitest";
import { answerOffline, chainAt, type Outline } from "../src/worker/answers";

function square(code: string, level: string, parent: string | null, [w, s, e, n]: [number, number, number, number], hole?: [number, number, number, number]): Outline {
  const ring = ([a, b, c, d]: [number, number, number, number]): [number, number][] => [[a, b], [c, b], [c, d], [a, d], [a, b]];
  return {
    properties: { code, name: code, level, parent, bbox: [w, s, e, n], point: [(w + e) / 2, (s + n) / 2] },
    geometry: { type: "MultiPolygon", coordinates: [[ring([w, s, e, n]), ...(hole ? [ring(hole)] : [])]] },
  };
}

const outlines = {
  features: [
    square("GM1", "gemeente", null, [4, 52, 5, 53], [4.8, 52.8, 4.9, 52.9]),
    square("WK1", "wijk", "GM1", [4, 52, 4.5, 52.5]),
    square("WK2", "wijk", "GM1", [4.5, 52, 5, 52.5]),
    square("BU1", "buurt", "WK1", [4, 52, 4.2, 52.2]),
  ],
};
const ask = (path: string, query = ""): ReturnType<typeof answerOffline> => answerOffline(outlines, path, new URLSearchParams(query));

describe("without a network", () => {
  test("the areas below one are known", () => {
    expect(ask("/api/v1/areas", "limit=200&parent=GM1")).toMatchObject({ status: 200, body: { results: [{ code: "WK1" }, { code: "WK2" }], next: null } });
    expect(ask("/api/v1/areas", "q=Moerwijk")).toBeNull();
  });

  test("an area has its outline", () => {
    expect(ask("/api/v1/areas/WK2")).toMatchObject({ status: 200, body: { code: "WK2", geometry: { type: "MultiPolygon" } } });
    expect(ask("/api/v1/areas/WK9")).toBeNull();
  });

  test("a point lies in the smallest area and those above it", () => {
    expect(chainAt(outlines.features, 4.1, 52.1).map(({ properties }) => properties.code)).toEqual(["BU1", "WK1", "GM1"]);
    expect(chainAt(outlines.features, 4.3, 52.3).map(({ properties }) => properties.code)).toEqual(["WK1", "GM1"]);
    expect(ask("/api/v1/areas/_locate", "lat=52.1&lon=4.1")).toMatchObject({ status: 200, body: { areas: [{ code: "BU1" }, { code: "WK1" }, { code: "GM1" }] } });
  });

  test("a point in a hole or outside is nowhere", () => {
    expect(chainAt(outlines.features, 4.85, 52.85)).toEqual([]);
    expect(ask("/api/v1/areas/_locate", "lat=51&lon=4.1")).toMatchObject({ status: 404 });
  });
});
