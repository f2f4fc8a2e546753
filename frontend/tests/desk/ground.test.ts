/** Drawn areas. */
import { describe, expect, it } from "vitest";
import { boxAround, contains, corners, gathered, type Point, written } from "../../src/desk/map/ground";

const ELL: Point[] = [
  [0, 0],
  [4, 0],
  [4, 1],
  [1, 1],
  [1, 4],
  [0, 4],
];

describe("markers", () => {
  it("that would hide each other are one, however many lie there", () => {
    const at = (one: Point) => one;
    const points: Point[] = [[0, 0], [100, 0], [0, 0], [10, 5], [100, 13], [60, 0]];
    expect(gathered(points, at, 14)).toEqual([[[0, 0], [0, 0], [10, 5]], [[100, 0], [100, 13]], [[60, 0]]]);
    expect(gathered([], at, 14)).toEqual([]);
  });
});

describe("a drawn area", () => {
  it("holds what lies in it and not what lies in its corner", () => {
    expect([contains(ELL, [0.5, 3]), contains(ELL, [3, 0.5]), contains(ELL, [3, 3]), contains(ELL, [-1, 2])]).toEqual([true, true, false, false]);
  });

  it("is the same whichever way round it was drawn", () => {
    const back = [...ELL].reverse();
    for (const point of [[0.5, 3], [3, 3], [2, 0.5]] as Point[]) expect(contains(back, point)).toBe(contains(ELL, point));
  });

  it("of a box holds its middle", () => {
    expect(contains(corners([4, 52, 5, 53]), [4.5, 52.5])).toBe(true);
    expect(contains(corners([4, 52, 5, 53]), [5.5, 52.5])).toBe(false);
  });

  it("has a box around it", () => {
    expect(boxAround(ELL)).toEqual([0, 0, 4, 4]);
    expect(boxAround([])).toBeNull();
    expect(written([4, 52, 4.1234567, 53])).toBe("4.000000,52.000000,4.123457,53.000000");
  });
});
