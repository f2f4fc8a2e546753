/** Texts on screen: English message ids, looked up in the page's language. */

export interface Catalogue {
  /** Message id to its translation; a list holds the plural forms. With context: "context\u0004id". */
  messages: Record<string, string | string[]>;
  /** For n = 0…199 the plural form's number, one digit each; larger n repeat per hundred. */
  plurals: string;
}

type Values = Record<string, string | number>;

const EMPTY: Catalogue = { messages: {}, plurals: "" };
let catalogue = EMPTY;

/** Use these translations from now on. */
export function useCatalogue(next: Catalogue): void {
  catalogue = next;
}

/**
 * Fetch the catalogue named by `<html data-catalogue="/taal/nl.json?v=…">`. Without network or
 * catalogue the message ids themselves are shown; never throws.
 */
export async function loadCatalogue(root: HTMLElement = document.documentElement): Promise<void> {
  const address = root.dataset["catalogue"];
  if (!address) return;
  try {
    const answer = await fetch(address, { credentials: "omit" });
    if (answer.ok) useCatalogue((await answer.json()) as Catalogue);
  } catch {
    // English stays readable; a page must not fail on its translations.
  }
}

/** The page's language, for dates and numbers. */
export function language(): string {
  return (typeof document === "undefined" ? "" : document.documentElement.lang) || "nl";
}

/** The text in the page's language; `{name}` is replaced by `values.name`. Of one with plural forms, the form for 1. */
export function t(id: string, values?: Values): string {
  const found = catalogue.messages[id];
  return fill((Array.isArray(found) ? found[Number(catalogue.plurals[1] ?? 0)] : found) || id, values);
}

/** Singular or plural by `n`, which also fills `{n}`. */
export function tn(singular: string, plural: string, n: number, values?: Values): string {
  const forms = catalogue.messages[singular];
  const whole = Math.abs(Math.trunc(n));
  const place = whole < 200 ? whole : 100 + (whole % 100);
  const form = Array.isArray(forms) ? forms[Number(catalogue.plurals[place] ?? (n === 1 ? 0 : 1))] : undefined;
  return fill(form || (n === 1 ? singular : plural), { n, ...values });
}

function fill(text: string, values?: Values): string {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : text;
}
