/** What a ballot says, from the fields of its form: as the API wants it, and what is asked of whom. Knows no browser. */

export type Entry = [name: string, value: string];
export type Control = "radio" | "checks" | "rank" | "points" | "scale" | "text";

/** One question, as the page tells it in `data-`. `ifName`, `ifValues`: asked only of who chose one of these there. */
export interface Asked {
  id: string;
  name: string;
  control: Control;
  required: boolean;
  ifName: string;
  ifValues: string[];
}

export type Choices = Record<string, unknown>;

function valuesOf(name: string, entries: Entry[]): string[] {
  return entries.filter(([one, value]) => one === name && value.trim() !== "").map(([, value]) => value);
}

/** Fields that each option has for itself: option and what was filled in. */
function ownFields(name: string, entries: Entry[]): Array<[string, string]> {
  return entries
    .filter(([one, value]) => one.startsWith(`${name}-`) && value.trim() !== "")
    .map(([one, value]) => [one.slice(name.length + 1), value.trim()]);
}

/** Which options somebody named at a question. */
function named(question: Asked, entries: Entry[]): string[] {
  if (question.control !== "rank" && question.control !== "points") return valuesOf(question.name, entries);
  return ownFields(question.name, entries)
    .filter(([, value]) => question.control === "rank" || Number(value) > 0)
    .map(([option]) => option);
}

/** The names of the questions that are asked of who filled this in; one that depends on another comes after it. */
export function askedOf(questions: readonly Asked[], entries: Entry[]): Set<string> {
  const found = new Set<string>();
  for (const one of questions) {
    if (one.ifName) {
      const before = questions.find(({ name }) => name === one.ifName);
      if (!before || !found.has(before.name) || !named(before, entries).some((option) => one.ifValues.includes(option))) continue;
    }
    found.add(one.name);
  }
  return found;
}

/** The names of questions that must still be answered. */
export function unanswered(questions: readonly Asked[], entries: Entry[]): string[] {
  const asked = askedOf(questions, entries);
  return questions.filter((one) => one.required && asked.has(one.name) && named(one, entries).length === 0).map(({ name }) => name);
}

/** For `POST /polls/{slug}/ballots`. */
export function choicesOf(questions: readonly Asked[], entries: Entry[]): Choices {
  const asked = askedOf(questions, entries);
  const choices: Choices = {};
  for (const one of questions) {
    if (!asked.has(one.name)) continue;
    const values = valuesOf(one.name, entries);
    const own = ownFields(one.name, entries);
    if (one.control === "text" && values[0]) choices[one.id] = values[0];
    else if (one.control === "checks" && values.length) choices[one.id] = values.map(Number);
    else if (one.control === "rank" && own.length) choices[one.id] = own.sort((first, second) => Number(first[1]) - Number(second[1])).map(([option]) => Number(option));
    else if (one.control === "points" && own.length) choices[one.id] = Object.fromEntries(own.map(([option, points]) => [option, Number(points)]));
    else if ((one.control === "radio" || one.control === "scale") && values[0]) choices[one.id] = Number(values[0]);
  }
  return choices;
}
