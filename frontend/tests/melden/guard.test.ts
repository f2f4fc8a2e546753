import { describe, expect, it } from "vitest";
import { find, mask } from "../../src/melden/guard";
import vectors from "./guard.json";

const KINDS = { email: "email", iban: "iban", phone: "phone", bsn: "bsn", plate: "plate" };

describe("personal data in a report", () => {
  for (const vector of vectors as Array<{ text: string; found: string[][]; masked?: string }>) {
    it(`is found in “${vector.text}”`, () => {
      const findings = find(vector.text);
      expect(findings.map((one) => [one.kind, vector.text.slice(one.start, one.end)])).toEqual(vector.found);
      if (vector.masked !== undefined) expect(mask(vector.text, findings, KINDS)).toBe(vector.masked);
    });
  }

  it("is nothing to be found again once it is masked", () => {
    for (const vector of vectors) expect(find(mask(vector.text, find(vector.text), KINDS))).toEqual([]);
  });
});
