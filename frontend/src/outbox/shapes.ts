/** A report that waits on this device until the server has confirmed it. */

/** What goes to `POST /reports`, but for the photos: their ids are known once they are sent. */
export interface ReportFields {
  text: string;
  location: { type: "Point"; coordinates: [number, number] };
  language: string;
  address?: string;
  category?: string;
  /** The category is our proposal, and nobody chose another. */
  proposed?: boolean;
  answers?: Record<string, unknown>;
  contact?: { name?: string; email?: string; phone?: string };
  [more: string]: unknown;
}

/** Everything of a photo but its bytes, which lie in a store of their own until the report is in. */
export interface QueuedPhoto {
  id: string;
  name: string;
  type: string;
  size: number;
  /** Of the bytes as queued, in hexadecimal; null where the browser cannot count it. */
  sha256: string | null;
  /** The id that the server gave it, and when: it forgets uploads after a day. */
  upload: string | null;
  uploadedAt: number | null;
  /** Where the server shows it; of one that was sent without a script, whose bytes are not on this device. */
  thumbnail?: string;
}

/** Why the server refused; `code` "unsure" is our own. */
export interface Problem {
  status: number;
  code: string;
  detail: string;
  errors: { field: string; code: string; detail: string }[];
}

export interface QueuedReport {
  /** The Idempotency-Key: under it the server makes one report at most. */
  key: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** A few words to know it by. */
  title: string;
  fields: ReportFields;
  photos: QueuedPhoto[];
  /** As the form was, to open it again for correction. */
  form: unknown;
  /** "refused" stays until somebody corrects or deletes it. */
  state: "waiting" | "refused";
  problem: Problem | null;
  /** What was posted under the key, to the letter; the last is what is repeated. */
  bodies: string[];
  /** The last of `bodies` is to be repeated; else a new one is made first. */
  fixed: boolean;
  /** Since when a post may have arrived without us having heard so. */
  unsureSince: number | null;
  /** The device's clock is wrong: do not say when it was seen. */
  momentless: boolean;
  tries: number;
  /** Not tried before this moment, and because of what: the network's absence ends with an event, a busy server not. */
  notBefore: number;
  waitsFor: "network" | "server" | null;
  /** Since when the server, or something on the way, fails on just this one. */
  failingSince: number | null;
}

/** What an answer comes down to; null stands for no answer at all. */
export interface Answer {
  status: number;
  /** Parsed JSON, or null when it was none: then it is not from our server. */
  body: unknown;
  /** Seconds. */
  retryAfter: number | null;
}

export interface Transport {
  upload(bytes: ArrayBuffer, photo: QueuedPhoto, language: string, progress: (part: number) => void): Promise<Answer | null>;
  post(body: string, key: string, language: string): Promise<Answer | null>;
  /** Whether a request can leave the device; false only when that is sure. */
  reachable(): Promise<boolean>;
}

/** Told while sending goes on, between tabs and the service worker. */
export type News =
  | { kind: "changed" }
  | { kind: "sending"; key: string; photo: number; photos: number; part: number }
  | { kind: "sent"; key: string; reference: string }
  | { kind: "refused"; key: string }
  | { kind: "later"; key: string };
