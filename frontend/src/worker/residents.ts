/**
 * The residents' site without a network: reporting opens and works, every other page leads to it.
 *
 * What is kept: the page `/melden/` in each language that was chosen, as it is for somebody we know nothing of (asked
 * without cookies, so that no draft, form token or name is in it); the files of this build and of the one before, so
 * that a page that is open finds its parts; the categories per language and the outlines of the areas. The network
 * always goes first: what was kept is never shown when there is something newer.
 */
import { answerOffline, type Outlines } from "./answers";
import { within, worker, type Fetching, type Part } from "./shapes";

/** Filled in by the build: the files that reporting needs, and a name for just these. */
declare const __SHELL__: { version: string; files: string[] };

const PREFIX = "melden-";
const FILES = `${PREFIX}files-${__SHELL__.version}`;
/** Pages and data: of all builds, renewed when they are seen. */
const PAGES = `${PREFIX}pages-1`;
const MELDEN = "/melden/";
/** "I see this too" and what follows from it: no report of one's own. */
const JOINING = "/melden/ook/";
const CATEGORIES = "/api/v1/categories";
const OUTLINES = "/api/v1/areas/_outlines";
const PATIENCE = 6_000;
const RENEW_AFTER = 30 * 60_000;
/** Not ours: these have their own ways, or must fail visibly. */
const ELSEWHERE = /^\/(werk|beheer|account|api|static|photos|taal|ws|django-admin|documents)(\/|$)/;
const KEPT_AT = "X-Kept-At";
/** An address with a hash in it has one content, whatever its Vary says of cookies and languages. */
const ANYHOW: CacheQueryOptions = { ignoreVary: true };

export const residents: Part = {
  home: "/",
  owns: (path) => !ELSEWHERE.test(path),
  // Somebody may be writing on any other page.
  givesWay: (path) => path === "/volgen/meldingen/",
  routes: [
    { fits: ({ method, mode }, { pathname }) => method === "GET" && mode === "navigate" && pathname.startsWith(MELDEN) && !pathname.startsWith(JOINING), answer: reporting },
    { fits: ({ method, mode }, { pathname }) => method === "GET" && mode === "navigate" && !ELSEWHERE.test(pathname), answer: otherPage },
    { fits: ({ method, mode }, { pathname }) => method === "POST" && mode === "navigate" && pathname === "/taal", answer: switchLanguage },
    { fits: ({ method }, { pathname }) => method === "GET" && (pathname.startsWith("/static/app/") || pathname.startsWith("/taal/")), answer: file },
    { fits: ({ method }, { pathname }) => method === "GET" && (pathname === CATEGORIES || pathname === "/api/v1/areas" || pathname.startsWith("/api/v1/areas/")), answer: data },
  ],
  async install() {
    await (await caches.open(FILES)).addAll(__SHELL__.files);
    // The pages name files of the build before; where the network lets us, they come along now.
    for (const language of await languages()) await keep(language).catch(() => undefined);
  },
  async activate() {
    const files = (await caches.keys()).filter((name) => name.startsWith(`${PREFIX}files-`));
    // `keys` lists in the order of making: ours last, the build before it stays for pages that are open.
    await Promise.all(files.filter((name) => name !== FILES).slice(0, -1).map((name) => caches.delete(name)));
    await worker.registration.navigationPreload?.enable();
  },
  told(data) {
    const { seen } = data as { seen?: unknown };
    return typeof seen === "string" && /^[a-z]{2,3}(-[A-Za-z]{2,4})?$/.test(seen) ? see(seen) : null;
  },
};

// --- keeping ----------------------------------------------------------------------------------

/** A page in this language is on screen: from now on reporting works in it, also without a network. */
async function see(language: string): Promise<void> {
  const pages = await caches.open(PAGES);
  await pages.put(current(), new Response(language));
  const kept = await pages.match(pageOf(language), ANYHOW);
  if (kept && Date.now() - Number(kept.headers.get(KEPT_AT)) < RENEW_AFTER) return;
  await keep(language);
}

/** The page last: it is never kept without the files it names. */
async function keep(language: string): Promise<void> {
  const headers = { "Accept-Language": language };
  const [page, categories, outlines] = await Promise.all([
    fetch(MELDEN, { headers: { ...headers, Accept: "text/html" }, credentials: "omit", cache: "no-store" }),
    fetch(CATEGORIES, { headers: { ...headers, Accept: "application/json" }, credentials: "omit", cache: "no-store" }),
    fetch(OUTLINES, { headers: { Accept: "application/json" }, credentials: "omit" }),
  ]);
  if (!page.ok || page.redirected) return;
  const html = await page.text();
  if (/<html[^>]*\slang="([^"]+)"/.exec(html)?.[1] !== language) return;
  const files = await caches.open(FILES);
  for (const address of filesIn(html)) if (!(await files.match(address, ANYHOW))) await files.add(address);
  const pages = await caches.open(PAGES);
  if (outlines.ok) await pages.put(OUTLINES, outlines);
  if (categories.ok) await pages.put(`${CATEGORIES}?taal=${language}`, categories);
  const kept = new Headers(page.headers);
  kept.set(KEPT_AT, String(Date.now()));
  await pages.put(pageOf(language), new Response(html, { headers: kept }));
}

/** Scripts, styles, fonts and texts that the page names; all our own. */
export function filesIn(html: string): string[] {
  const named = [...html.matchAll(/(?:src|href|data-catalogue)="(\/(?:static\/app|taal)\/[^"]+)"/g)].map(([, address]) => (address ?? "").replaceAll("&amp;", "&"));
  return [...new Set(named)];
}

function pageOf(language: string): string {
  return `${MELDEN}?taal=${language}`;
}

function current(): string {
  return `${MELDEN}?taal`;
}

async function languages(): Promise<string[]> {
  const kept = await (await caches.open(PAGES)).keys();
  return kept.flatMap(({ url }) => {
    const { pathname, searchParams } = new URL(url);
    return pathname === MELDEN && searchParams.get("taal") ? [searchParams.get("taal")!] : [];
  });
}

/** The language of the page that was last on screen. */
async function language(): Promise<string> {
  const said = await (await caches.open(PAGES)).match(current());
  return said ? said.text() : "nl";
}

/** The page to report with: in the language that was last on screen, else in one that was kept. */
async function shell(): Promise<Response | undefined> {
  const pages = await caches.open(PAGES);
  for (const one of [await language(), ...(await languages())]) {
    const kept = await pages.match(pageOf(one), ANYHOW);
    if (kept) return kept;
  }
  return undefined;
}

// --- answering --------------------------------------------------------------------------------

async function fromNetwork(request: Request, event: Fetching): Promise<Response> {
  return (await event.preloadResponse) ?? fetch(request);
}

async function reporting(request: Request, _address: URL, event: Fetching): Promise<Response> {
  const kept = await shell();
  const fresh = fromNetwork(request, event);
  if (!kept) return fresh;
  try {
    const answer = await within(fresh, PATIENCE);
    // A server that is being restarted answers through its proxy; reporting goes on.
    return answer.status === 502 || answer.status === 503 || answer.status === 504 ? kept : answer;
  } catch {
    return kept;
  }
}

/** Without a network, to the page that works. */
async function otherPage(request: Request, { origin, pathname, search }: URL, event: Fetching): Promise<Response> {
  try {
    return await fromNetwork(request, event);
  } catch (error) {
    // What was asked goes behind a #: it may open a report, and is of no concern to a server.
    if (await shell()) return Response.redirect(`${origin}${MELDEN}?offline#${encodeURIComponent(pathname + search)}`, 302);
    throw error;
  }
}

/** The language switch without a network: to the page in that language, when it was chosen before. */
async function switchLanguage(request: Request): Promise<Response> {
  const form = request.clone();
  try {
    return await fetch(request);
  } catch (error) {
    const wanted = new URLSearchParams(await form.text()).get("language") ?? "";
    const pages = await caches.open(PAGES);
    if (!(await pages.match(pageOf(wanted), ANYHOW))) throw error;
    await pages.put(current(), new Response(wanted));
    return Response.redirect(`${MELDEN}?offline`, 303);
  }
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request, ANYHOW)) ?? fetch(request);
}

async function data(request: Request, address: URL): Promise<Response> {
  try {
    return await within(fetch(request), PATIENCE);
  } catch (error) {
    const pages = await caches.open(PAGES);
    if (address.pathname === CATEGORIES) {
      const kept = await pages.match(`${CATEGORIES}?taal=${await language()}`, ANYHOW);
      if (kept) return kept;
      throw error;
    }
    const outlines = await pages.match(OUTLINES, ANYHOW);
    const answer = outlines && answerOffline((await outlines.json()) as Outlines, address.pathname, address.searchParams);
    if (!answer) throw error;
    return new Response(JSON.stringify(answer.body), { status: answer.status, headers: { "Content-Type": "application/json" } });
  }
}
