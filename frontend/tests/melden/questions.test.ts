import { describe, expect, test } from "vitest";
import { proposed } from "../../src/melden/category";
import { answersOf, asked, given, type Question } from "../../src/melden/questions";
import { fieldNamed, fieldsOf, queuedReport } from "../../src/melden/report";

function question(key: string, more: Partial<Question> = {}): Question {
  return { key, label: key, help: "", type: "text", choices: [], required: false, showIf: null, ...more };
}

const questions = [
  question("what", { type: "choice" }),
  question("size", { showIf: { key: "what", values: ["sofa", "bed"] } }),
  question("why", { showIf: { key: "size", values: ["large"] }, type: "multi" }),
  question("photo", { type: "photo" }),
];
const keys = (...pairs: [string, string][]): string[] => asked(questions, given(pairs.map(([key, value]) => [`answer_${key}`, value]))).map(({ key }) => key);

describe("questions", () => {
  test("come when the answer before brings them up, as on the server", () => {
    expect(keys()).toEqual(["what", "photo"]);
    expect(keys(["what", "sofa"])).toEqual(["what", "size", "photo"]);
    expect(keys(["what", "sofa"], ["size", "large"])).toEqual(["what", "size", "why", "photo"]);
    expect(keys(["what", "bin"], ["size", "large"])).toEqual(["what", "photo"]);
  });

  test("answers to what is not asked are left out, and several stay several", () => {
    const answers = given([["answer_what", "bed"], ["answer_size", " large "], ["answer_why", "a"], ["answer_why", "b"], ["text", "x"]]);
    expect(answersOf(questions, answers)).toEqual({ what: "bed", size: "large" });
    expect(answersOf(questions, given([["answer_what", "bed"], ["answer_size", "large"], ["answer_why", "a"], ["answer_why", "b"]]))).toEqual({ what: "bed", size: "large", why: ["a", "b"] });
    expect(answersOf(questions, given([["answer_what", "bin"], ["answer_size", "large"]]))).toEqual({ what: "bin" });
  });
});

describe("a report from the form", () => {
  test("holds what was filled in, and nothing else", () => {
    const filled = { values: [["text", " Een bank "], ["email", "a@b.nl"], ["language", "tr"], ["lon", "4"], ["area", "WK1"]] as [string, string][], answers: {}, language: "nl", point: [4, 52] as [number, number] };
    expect(fieldsOf(filled)).toEqual({ text: "Een bank", location: { type: "Point", coordinates: [4, 52] }, language: "tr", contact: { email: "a@b.nl" } });
    expect(fieldsOf({ ...filled, values: [["text", "x"], ["category", "bank"]], answers: { what: "sofa" } })).toEqual({
      text: "x",
      location: { type: "Point", coordinates: [4, 52] },
      language: "nl",
      category: "bank",
      answers: { what: "sofa" },
    });
  });

  test("has a title of a line", () => {
    const fields = { text: `${"woord ".repeat(30)}`, location: { type: "Point" as const, coordinates: [4, 52] as [number, number] }, language: "nl" };
    const report = queuedReport("k", fields, [], null, 1);
    expect(report.title.length).toBe(60);
    expect([report.state, report.fixed, report.unsureSince]).toEqual(["waiting", false, null]);
  });

  test("what the server says leads back to the field", () => {
    const name = (field: string): string => fieldNamed({ field, code: "", detail: "" });
    expect(["text", "answers.what", "contact.email", "location.coordinates", "photos.2", "unheard-of"].map(name)).toEqual(["text", "answer_what", "email", "area", "photos", ""]);
  });
});

describe("a category that nobody chose", () => {
  test("follows the text, and stays what a person chose", () => {
    expect(proposed("", "", "grofvuil")).toEqual({ category: "grofvuil", proposed: "grofvuil" });
    expect(proposed("grofvuil", "grofvuil", "licht")).toEqual({ category: "licht", proposed: "licht" });
    expect(proposed("grofvuil", "grofvuil", "")).toEqual({ category: "", proposed: "" });
    expect(proposed("bomen", "grofvuil", "licht")).toEqual({ category: "bomen", proposed: "" });
    expect(proposed("bomen", "", "licht")).toEqual({ category: "bomen", proposed: "" });
  });

  test("is sent as such", () => {
    const filled = { answers: {}, language: "nl", point: [4, 52] as [number, number] };
    expect(fieldsOf({ ...filled, values: [["text", "x"], ["category", "bank"], ["proposed", "bank"]] })).toMatchObject({ category: "bank", proposed: true });
    expect(fieldsOf({ ...filled, values: [["text", "x"], ["category", "bank"], ["proposed", ""]] })).not.toHaveProperty("proposed");
    expect(fieldsOf({ ...filled, values: [["text", "x"], ["proposed", "bank"]] })).not.toHaveProperty("proposed");
  });
});
