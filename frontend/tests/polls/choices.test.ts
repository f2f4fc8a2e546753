import { expect, test } from "vitest";
import { askedOf, choicesOf, unanswered, type Asked, type Entry } from "../../src/polls/choices";

const asked = (id: string, control: Asked["control"], more: Partial<Asked> = {}): Asked => ({ id, name: `q${id}`, control, required: true, ifName: "", ifValues: [], ...more });

const QUESTIONS = [
  asked("1", "radio"),
  asked("2", "checks", { ifName: "q1", ifValues: ["11"] }),
  asked("3", "rank"),
  asked("4", "points"),
  asked("5", "scale"),
  asked("6", "text", { required: false }),
];

test("choices are said as the API wants them", () => {
  const entries: Entry[] = [["q1", "11"], ["q2", "22"], ["q2", "21"], ["q3-32", "1"], ["q3-31", "2"], ["q3-33", ""], ["q4-41", "3"], ["q4-42", ""], ["q5", "4"], ["q6", "Meer bomen"]];
  expect(choicesOf(QUESTIONS, entries)).toEqual({ 1: 11, 2: [22, 21], 3: [32, 31], 4: { 41: 3 }, 5: 4, 6: "Meer bomen" });
  expect(unanswered(QUESTIONS, entries)).toEqual([]);
});

test("what is not asked is neither sent nor missed", () => {
  const entries: Entry[] = [["q1", "12"], ["q2", "21"], ["q5", "1"], ["q6", " "]];
  expect(askedOf(QUESTIONS, entries).has("q2")).toBe(false);
  expect(choicesOf(QUESTIONS, entries)).toEqual({ 1: 12, 5: 1 });
  expect(unanswered(QUESTIONS, entries)).toEqual(["q3", "q4"]);
});

test("a question behind one that is not asked is not asked either", () => {
  const chain = [asked("1", "radio"), asked("2", "radio", { ifName: "q1", ifValues: ["11"] }), asked("3", "radio", { ifName: "q2", ifValues: ["21"] })];
  expect([...askedOf(chain, [["q1", "12"], ["q2", "21"]])]).toEqual(["q1"]);
  expect([...askedOf(chain, [["q1", "11"], ["q2", "21"]])]).toEqual(["q1", "q2", "q3"]);
});
