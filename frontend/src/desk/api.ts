/** Talking to `/api/v1`: answers, refusals in the person's words, and doing a deed once on a bad network. */

export interface FieldProblem {
  field: string;
  code: string;
  detail: string;
}

/** A refusal (problem+json). `message` is for people, in their language. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly errors: readonly FieldProblem[] = [],
  ) {
    super(message);
  }

  /** Everything that is wrong, in one text. */
  get words(): string {
    return this.errors.length ? this.errors.map((error) => error.detail).join(" ") : this.message;
  }
}

/** No answer came: no network, a time-out, or a server that is restarting. */
export class Unreachable extends Error {}

export interface Sending {
  method: "POST" | "PATCH" | "DELETE";
  path: string;
  body: unknown;
  /** For If-Match: refuse when the case is no longer this version. */
  version?: number | undefined;
  /** Idempotency-Key: the same for every attempt at one deed. */
  key?: string | undefined;
}

export interface Api {
  get<T>(path: string): Promise<T>;
  /** The answer's body, or null when there is nothing more to see (204). */
  send<T>(sending: Sending): Promise<T | null>;
}

const TIME_OUT = 20_000;
const AGAIN_AFTER = [600, 2_500];
const PREFIX = "urn:problem-type:wijkplatform:";

/** The API of the host this page came from, with the session's cookies. */
export class HttpApi implements Api {
  constructor(
    private readonly fetching: typeof fetch = (input, init) => fetch(input, init),
    private readonly token: () => string = csrfToken,
    private readonly wait: (milliseconds: number) => Promise<void> = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
  ) {}

  async get<T>(path: string): Promise<T> {
    return (await this.ask<T>(path, { method: "GET" })) as T;
  }

  async send<T>({ method, path, body, version, key }: Sending): Promise<T | null> {
    const headers: Record<string, string> = { "Content-Type": "application/json", "X-CSRFToken": this.token() };
    if (version !== undefined) headers["If-Match"] = `"${version}"`;
    if (key !== undefined) headers["Idempotency-Key"] = key;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.ask<T>(path, { method, headers, body: JSON.stringify(body) });
      } catch (error) {
        const pause = AGAIN_AFTER[attempt];
        // With a key a repeat is harmless; a PATCH carries its version, which a first success has used up.
        if (!(error instanceof Unreachable) || key === undefined || pause === undefined) throw error;
        await this.wait(pause);
      }
    }
  }

  private async ask<T>(path: string, init: RequestInit): Promise<T | null> {
    let answer: Response;
    try {
      answer = await this.fetching(path.startsWith("http") || path.startsWith("/api/") ? path : `/api/v1/${path}`, {
        credentials: "same-origin",
        cache: "no-store",
        ...init,
        headers: { Accept: "application/json", ...init.headers },
        signal: AbortSignal.timeout(TIME_OUT),
      });
    } catch {
      throw new Unreachable();
    }
    if (answer.status === 204) return null;
    let body: unknown;
    try {
      body = await answer.json();
    } catch {
      throw answer.ok || answer.status >= 500 ? new Unreachable() : new Problem(answer.status, "failure", answer.statusText);
    }
    if (answer.ok) return body as T;
    if ([502, 503, 504].includes(answer.status)) throw new Unreachable();
    const { type = "", detail = "", errors = [] } = body as { type?: string; detail?: string; errors?: FieldProblem[] };
    throw new Problem(answer.status, type.replace(PREFIX, ""), detail, errors);
  }
}

function csrfToken(): string {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}
