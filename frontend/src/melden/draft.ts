/** What was typed survives a reload: in this tab only, until it is sent. */

const KEY = "melden";
const PHOTOS = "melden-photos";
const NEVER = new Set(["csrfmiddlewaretoken", "key", "photos", "photo"]);

export function keepDraft(form: HTMLFormElement): void {
  const fresh = !form.querySelector("[aria-invalid]") && !document.querySelector(".error-summary");
  if (fresh) restore(form);
  form.addEventListener("input", () => save(form));
  form.addEventListener("submit", () => {
    sessionStorage.removeItem(KEY);
    sessionStorage.removeItem(PHOTOS);
  });
}

/** The photos that were sent already, by id and thumbnail. */
export function keepPhotos(list: HTMLElement): void {
  const kept = [...list.querySelectorAll<HTMLInputElement>("input[name=photo]")].map((field) => ({
    id: field.value,
    src: field.parentElement?.querySelector("img")?.getAttribute("src") ?? "",
  }));
  try {
    sessionStorage.setItem(PHOTOS, JSON.stringify(kept));
  } catch {
    // No storage: the photos are chosen again after a reload.
  }
}

export function keptPhotos(): Array<{ id: string; src: string }> {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(PHOTOS) ?? "[]");
    return Array.isArray(kept) ? (kept as Array<{ id: string; src: string }>) : [];
  } catch {
    return [];
  }
}

export function save(form: HTMLFormElement): void {
  const kept = [...new FormData(form)].filter(([name, value]) => !NEVER.has(name) && typeof value === "string" && value !== "");
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // No storage: nothing is kept, everything still works.
  }
}

function restore(form: HTMLFormElement): void {
  let kept: unknown;
  try {
    kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  } catch {
    return;
  }
  if (!Array.isArray(kept)) return;
  for (const [name, value] of kept as Array<[string, string]>) {
    const field = form.elements.namedItem(name);
    if (
      (field instanceof HTMLInputElement && field.type !== "checkbox") ||
      field instanceof HTMLTextAreaElement ||
      field instanceof HTMLSelectElement
    ) {
      if (!field.value) field.value = value;
    }
  }
}
