import { expect, test } from "vitest";
import { looksNamed, typedName, withNames } from "../../src/desk/case/mentions";
import { Drafts } from "../../src/desk/drafts";
import { Shelf } from "./world";

const field = (value: string, at = value.length) => ({ value, selectionStart: at, selectionEnd: at });

test("a name is being typed after an @ at the start of a word, and nowhere else", () => {
  expect(typedName(field("@"))).toBe("");
  expect(typedName(field("Vraag aan @Fa"))).toBe("Fa");
  expect(typedName(field("@Anna de Vr"))).toBe("Anna de Vr");
  expect(typedName(field("anna@voorbeeld"))).toBeNull();
  expect(typedName(field("@Fatima weet jij of dit kan"))).toBeNull();
  expect(typedName(field("@Fatima", 0))).toBeNull();
});

test("a message that names a colleague is noticed, an e-mail address is not", () => {
  expect(looksNamed("Kun jij dit doen @Nadia?")).toBe("Nadia");
  expect(looksNamed("@Émile kijk")).toBe("Émile");
  expect(looksNamed("Mail naar info@Voorbeeld.nl")).toBe("");
  expect(looksNamed("Morgen @ 10 uur")).toBe("");
});

test("the names in a note are marked, the longest first", () => {
  const parts = withNames("Hallo @Anna de Vries en @Anna", ["Anna", "Anna de Vries"]);
  expect(parts.map((part) => (typeof part === "string" ? part : part.values[0]))).toEqual(["Hallo ", "@Anna de Vries", " en ", "@Anna", ""]);
});

test("photos wait with the message of their case", () => {
  const drafts = new Drafts(new Shelf(), 1);
  drafts.setPhotos("M-1", [{ id: "a", src: "/a" }]);
  expect(drafts.photos("M-1").map((one) => one.id)).toEqual(["a"]);
  expect(drafts.photos("M-2")).toEqual([]);
});
