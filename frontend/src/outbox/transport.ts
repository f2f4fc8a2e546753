/** How it goes over the line: by `fetch` in the service worker, by XMLHttpRequest in a page, which tells how far it is. */
import { challengeIn, solve } from "./proof";
import type { Answer, QueuedPhoto, Transport } from "./shapes";

const UPLOADS = "/api/v1/uploads";
const REPORTS = "/api/v1/reports";
/** Milliseconds without anything moving before we give up on a request. */
const STALLED = 45_000;
/** Where nothing tells whether it moves: 500 kB at 20 kbit/s. */
const WHOLE = 240_000;

function form(bytes: ArrayBuffer, photo: QueuedPhoto): FormData {
  const body = new FormData();
  body.append("file", new Blob([bytes], { type: photo.type }), photo.name);
  return body;
}

function seconds(header: string | null): number | null {
  if (!header) return null;
  const counted = Number(header);
  if (Number.isFinite(counted)) return Math.max(0, counted);
  const moment = Date.parse(header);
  return Number.isNaN(moment) ? null : Math.max(0, (moment - Date.now()) / 1000);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

async function ask(address: string, init: RequestInit): Promise<Answer | null> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), WHOLE);
  try {
    const answer = await fetch(address, { ...init, method: "POST", credentials: "same-origin", cache: "no-store", redirect: "error", signal: stop.signal });
    return { status: answer.status, body: parsed(await answer.text()), retryAfter: seconds(answer.headers.get("Retry-After")) };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** When very much comes in the server first asks for a proof of work: then the same goes once more, with the proof. */
async function post(body: string, key: string, language: string): Promise<Answer | null> {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "Accept-Language": language, "Idempotency-Key": key };
  const answer = await ask(REPORTS, { body, headers });
  const challenge = answer?.status === 429 ? challengeIn(answer.body) : null;
  const proof = challenge && (await solve(challenge).catch(() => null));
  return proof ? ask(REPORTS, { body, headers: { ...headers, Proof: proof } }) : answer;
}

/** Browsers say "offline" only when they are sure, but some are so wrongly: then a small question decides. */
async function reachable(): Promise<boolean> {
  if (navigator.onLine) return true;
  const answer = await fetch("/service-worker.js", { method: "HEAD", cache: "no-store" }).catch(() => null);
  return answer !== null;
}

export const byFetch: Transport = {
  upload: (bytes, photo, language) => ask(UPLOADS, { body: form(bytes, photo), headers: { Accept: "application/json", "Accept-Language": language } }),
  post,
  reachable,
};

export const byPage: Transport = {
  upload: (bytes, photo, language, progress) =>
    new Promise((done) => {
      const request = new XMLHttpRequest();
      let watch = setTimeout(() => request.abort(), STALLED);
      const moved = (): void => {
        clearTimeout(watch);
        watch = setTimeout(() => request.abort(), STALLED);
      };
      const end = (answer: Answer | null): void => {
        clearTimeout(watch);
        done(answer);
      };
      request.upload.onprogress = ({ loaded, total }) => {
        moved();
        progress(total ? loaded / total : 0);
      };
      request.onprogress = moved;
      request.onload = () => end({ status: request.status, body: parsed(request.responseText), retryAfter: seconds(request.getResponseHeader("Retry-After")) });
      request.onerror = request.onabort = () => end(null);
      request.open("POST", UPLOADS);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("Accept-Language", language);
      request.send(form(bytes, photo));
    }),
  post,
  reachable,
};
