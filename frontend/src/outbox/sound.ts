/**
 * What is read from the device is judged first: a row of another version of the site, or half written, must not stop
 * reporting. What is missing and can be thought of is filled in; the rest stays where it lies and is passed by.
 */
import type { QueuedPhoto, QueuedReport } from "./shapes";

type Row = Record<string, unknown>;

export function isRow(found: unknown): found is Row {
  return typeof found === "object" && found !== null && !Array.isArray(found);
}

export function soundPhotos(found: unknown): QueuedPhoto[] {
  if (!Array.isArray(found)) return [];
  return found.flatMap((one: unknown) => {
    if (!isRow(one) || typeof one["id"] !== "string") return [];
    const { id, name, type, size, sha256, upload, uploadedAt, thumbnail } = one;
    return [
      {
        id,
        name: words(name, "photo"),
        type: words(type, "image/jpeg"),
        size: amount(size),
        sha256: typeof sha256 === "string" ? sha256 : null,
        upload: typeof upload === "string" ? upload : null,
        uploadedAt: typeof uploadedAt === "number" ? uploadedAt : null,
        ...(typeof thumbnail === "string" ? { thumbnail } : {}),
      },
    ];
  });
}

/** A report that can be sent; null for a row that is none. */
export function soundReport(found: unknown): QueuedReport | null {
  if (!isRow(found)) return null;
  const { key, fields } = found;
  if (typeof key !== "string" || !isRow(fields) || typeof fields["text"] !== "string" || !isRow(fields["location"])) return null;
  const refused = found["state"] === "refused";
  const { bodies, fixed, unsureSince, waitsFor, failingSince } = found;
  return {
    ...found,
    key,
    createdAt: amount(found["createdAt"]),
    title: words(found["title"], fields["text"].slice(0, 60)),
    fields: fields as QueuedReport["fields"],
    photos: soundPhotos(found["photos"]),
    form: found["form"] ?? null,
    state: refused ? "refused" : "waiting",
    problem: refused ? problemIn(found["problem"]) : null,
    bodies: Array.isArray(bodies) ? bodies.filter((one) => typeof one === "string") : [],
    fixed: fixed === true && Array.isArray(bodies) && bodies.length > 0,
    unsureSince: typeof unsureSince === "number" ? unsureSince : null,
    momentless: found["momentless"] === true,
    tries: amount(found["tries"]),
    notBefore: amount(found["notBefore"]),
    waitsFor: waitsFor === "network" || waitsFor === "server" ? waitsFor : null,
    failingSince: typeof failingSince === "number" ? failingSince : null,
  };
}

function problemIn(found: unknown): QueuedReport["problem"] {
  if (!isRow(found)) return null;
  const errors = Array.isArray(found["errors"]) ? found["errors"].filter(isRow) : [];
  return {
    status: amount(found["status"]),
    code: words(found["code"], ""),
    detail: words(found["detail"], ""),
    errors: errors.map((one) => ({ field: words(one["field"], ""), code: words(one["code"], ""), detail: words(one["detail"], "") })),
  };
}

/** The photos that any row names, sound or not: their bytes stay. */
export function photosNamed(row: unknown): string[] {
  return isRow(row) ? soundPhotos(row["photos"]).map(({ id }) => id) : [];
}

function words(found: unknown, otherwise: string): string {
  return typeof found === "string" ? found : otherwise;
}

function amount(found: unknown): number {
  return typeof found === "number" && Number.isFinite(found) ? found : 0;
}
