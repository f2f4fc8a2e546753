import { expect, test } from "vitest";
import { mistakesInContact } from "../../src/melden/contact";

const wrong = (given: Partial<{ name: string; email: string; phone: string }>): string[] => Object.keys(mistakesInContact({ name: "", email: "", phone: "", ...given }));

test("what reaches nobody is said before the report waits", () => {
  expect(wrong({ email: "geen-adres" })).toEqual(["email"]);
  expect(wrong({ email: "ans@voorbeeld" })).toEqual(["email"]);
  expect(wrong({ phone: "06-123" })).toEqual(["phone"]);
  expect(wrong({ phone: "bel mij", email: "x" })).toEqual(["email", "phone"]);
  expect(wrong({ name: "Ans" })).toEqual(["email"]);
});

test("what the server takes passes", () => {
  for (const email of ["", "ans@voorbeeld.nl", " ans+wijk@mail.voorbeeld.co.uk ", "ans@[127.0.0.1]", "jörg@münchen.de"]) expect(wrong({ email })).toEqual([]);
  for (const phone of ["", "06 12345678", "+31 (0)6 12.34.56.78", "0031612345678", "0900/8844", "070-353 50 00", "٠٦ ١٢٣٤٥٦٧٨"]) expect(wrong({ phone })).toEqual([]);
  expect(wrong({ name: "Ans", phone: "0612345678" })).toEqual([]);
});
