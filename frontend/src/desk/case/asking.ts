/** What the case's own elements ask of the API, and what is kept of it while the case is open. */
import { t } from "../../i18n";
import { Problem, Unreachable } from "../api";
import { type Desk, type World } from "../desk";
import { type Case, type Colleague, type Move, type Row } from "../shapes";

export interface Answer {
  id: number;
  title: string;
  text: string;
  language: string;
  /** Not in the resident's language, but in Dutch. */
  fallback: boolean;
  category: string;
}

export interface Preview {
  willBeSent: boolean;
  whyNot: "no-address" | "not-told" | null;
  to: string;
  subject: string;
  html: string;
  text: string;
  language: string;
  /** To their mobile phone, instead of the e-mail or beside it. */
  textMessage: string;
}

export interface Person {
  name: string;
  email: string;
  phone: string;
}

export interface SimilarCase extends Row {
  metres: number;
  whySimilar: string;
}

export interface Named extends Colleague {
  organisation: string;
}

export interface SmallWin {
  title: string;
  editUrl: string | null;
  made: boolean;
  warnings: string[];
}

export type Reason = "call" | "visit" | "safety" | "check" | "other";

/** A photo that was sent before the message it goes with. */
export interface Upload {
  id: string;
  src: string;
}

export class Asking {
  private readonly colleaguesOf = new Map<string, Promise<Named[]>>();

  constructor(
    private readonly desk: Desk,
    private readonly world: World,
  ) {}

  async answers(reference: string, move: Move | null): Promise<{ language: string; results: Answer[] }> {
    return this.world.api.get(`cases/${reference}/answers${move ? `?move=${move}` : ""}`);
  }

  async preview(reference: string, body: { message: string; move?: Move | ""; day?: string; photos?: string[] }): Promise<Preview> {
    return (await this.world.api.send<Preview>({ method: "POST", path: `cases/${reference}/preview`, body })) as Preview;
  }

  /** Who may see the case; asked once while it is open. */
  colleagues(reference: string): Promise<Named[]> {
    let asked = this.colleaguesOf.get(reference);
    if (!asked) {
      asked = this.world.api.get<{ results: Named[] }>(`cases/${reference}/colleagues`).then((found) => found.results);
      asked.catch(() => this.colleaguesOf.delete(reference));
      this.colleaguesOf.clear();
      this.colleaguesOf.set(reference, asked);
    }
    return asked;
  }

  async similar(reference: string): Promise<SimilarCase[]> {
    return (await this.world.api.get<{ results: SimilarCase[] }>(`cases/${reference}/similar`)).results;
  }

  async samePerson(reference: string): Promise<Row[]> {
    return (await this.world.api.get<{ results: Row[] }>(`cases/${reference}/same-person`)).results;
  }

  async contact(reference: string, why: Reason, remark: string): Promise<Person> {
    return (await this.world.api.send<Person>({ method: "POST", path: `cases/${reference}/contact`, body: { why, remark } })) as Person;
  }

  async smallWin(reference: string): Promise<SmallWin> {
    return (await this.world.api.send<SmallWin>({ method: "POST", path: `cases/${reference}/small-win`, body: {} })) as SmallWin;
  }

  /** A deed of this file's elements; the case as it is now is shown. Throws what the API refuses. */
  async change(method: "POST" | "PATCH", path: string, body: unknown): Promise<void> {
    const open = this.desk.open;
    if (!open) return;
    const key = this.world.newKey();
    const found = await this.world.api.send<Case>({ method, path: `cases/${open.reference}/${path}`, body, ...(method === "POST" ? { key } : {}) });
    if (found && open === this.desk.open) {
      open.show(found, true);
      this.desk.saw(found);
    }
    this.desk.changed();
  }

  /** Send a photo; it waits for the message it goes with. */
  async upload(file: File): Promise<Upload> {
    const body = new FormData();
    body.append("file", file);
    for (let attempt = 1; ; attempt += 1) {
      let answer: Response;
      try {
        answer = await fetch("/api/v1/uploads", { method: "POST", body, headers: { Accept: "application/json" } });
      } catch {
        throw new Unreachable();
      }
      // Many photos at once wait for their turn.
      if (answer.status === 503 && attempt < 6) {
        await new Promise((go) => setTimeout(go, (Number(answer.headers.get("Retry-After")) || 2) * 1000));
        continue;
      }
      const told = (await answer.json().catch(() => ({}))) as { id: string; thumbnailUrl: string; detail?: string; errors?: { field: string; code: string; detail: string }[] };
      if (!answer.ok) throw new Problem(answer.status, "upload", told.detail ?? t("The photo could not be sent."), told.errors ?? []);
      const { pathname, search } = new URL(told.thumbnailUrl, location.href);
      return { id: told.id, src: pathname + search };
    }
  }
}
