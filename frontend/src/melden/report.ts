/** From what is in the form to a report in the outbox, and from a refusal back to the fields it is about. */
import type { Problem, QueuedPhoto, QueuedReport, ReportFields } from "../outbox/shapes";
import type { Values } from "./draft";

const TITLE = 60;

export interface Filled {
  values: Values;
  answers: Record<string, unknown>;
  language: string;
  /** Longitude and latitude. */
  point: [number, number];
}

/** What `POST /reports` takes, but for the photos; what was not filled in is left out. */
export function fieldsOf({ values, answers, language, point }: Filled): ReportFields {
  const value = (name: string): string => values.find(([one]) => one === name)?.[1].trim() ?? "";
  const contact = Object.fromEntries(["name", "email", "phone"].map((name) => [name, value(name)]).filter(([, words]) => words));
  return {
    text: value("text"),
    location: { type: "Point", coordinates: point },
    language: value("language") || language,
    ...(value("address") ? { address: value("address") } : {}),
    ...(value("category") ? { category: value("category") } : {}),
    ...(value("category") && value("category") === value("proposed") ? { proposed: true } : {}),
    // Nobody sees this field; what fills it in is looked at by a person first.
    ...(value("website") ? { website: value("website") } : {}),
    ...(Object.keys(answers).length ? { answers } : {}),
    ...(Object.keys(contact).length ? { contact } : {}),
  };
}

export function queuedReport(key: string, fields: ReportFields, photos: readonly QueuedPhoto[], form: unknown, now: number): QueuedReport {
  const words = fields.text.replace(/\s+/g, " ");
  return {
    key,
    createdAt: now,
    title: words.length > TITLE ? `${words.slice(0, TITLE - 1)}…` : words,
    fields,
    photos: [...photos],
    form,
    state: "waiting",
    problem: null,
    bodies: [],
    fixed: false,
    unsureSince: null,
    momentless: false,
    tries: 0,
    notBefore: 0,
    waitsFor: null,
    failingSince: null,
  };
}

/** The name of the form's field that an error of the API is about; "" when it is about none. */
export function fieldNamed(error: Problem["errors"][number]): string {
  const { field } = error;
  if (field.startsWith("answers.")) return `answer_${field.slice("answers.".length)}`;
  if (field.startsWith("contact.")) return field.slice("contact.".length);
  if (field.startsWith("location")) return "area";
  if (field.startsWith("photos")) return "photos";
  return ["text", "address", "category", "language"].includes(field) ? field : "";
}
