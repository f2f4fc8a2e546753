import { expect, test } from "vitest";
import { askedFor } from "../../src/melden/offline";

test("the page that was asked for is one of this site", () => {
  expect(askedFor(`#${encodeURIComponent("/wijken/?q=a&b")}`)).toBe("/wijken/?q=a&b");
  for (const hash of ["", "#", "#waiting", "#https%3A%2F%2Felsewhere.nl", "#%2F%2Felsewhere.nl", "#%2F%5Celsewhere.nl", "#%E0%A4%A", "#javascript:alert(1)"]) expect(askedFor(hash)).toBeNull();
});
