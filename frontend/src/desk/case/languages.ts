/** The name of a language, in the language of the page. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([document.documentElement.lang || "nl"], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
