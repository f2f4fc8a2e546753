/** The last wijk somebody looked at, remembered on their own device only. */

const KEY = "wijk";

export interface LastWijk {
  code: string;
}

/** Null when there is none, or when the browser keeps nothing. */
export function lastWijk(): LastWijk | null {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "null") as unknown;
    const code = (found as LastWijk | null)?.code;
    return typeof code === "string" ? { code } : null;
  } catch {
    return null;
  }
}

export function rememberWijk(code: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ code }));
  } catch {
    // Private mode or a full disk: the list is there as well.
  }
}
