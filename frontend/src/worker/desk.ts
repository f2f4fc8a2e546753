/**
 * The workplace without a network: the page of the walking rounds stays readable. What a page may keep it decides
 * itself (`desk/round/kept.ts`); nothing of the API is kept here.
 */
import { within, type Part } from "./shapes";

/** The page of the rounds and the files it needs; another version throws the old one away. */
const SHELL = "desk-shell-1";
/** Photos on the round; filled and emptied by the page. */
const PHOTOS = "desk-photos-1";
const OURS = /^desk-/;
const ROUND = "/werk/ronde/";
const PATIENCE = 6_000;

export const desk: Part = {
  home: "/werk/",
  owns: (path) => path.startsWith("/werk/"),
  givesWay: () => true,
  routes: [
    { fits: ({ mode }, { pathname }) => mode === "navigate" && pathname.startsWith(ROUND), answer: roundPage },
    { fits: ({ mode }, { pathname }) => mode === "navigate" && pathname.startsWith("/werk/"), answer: otherPage },
    { fits: (_request, { pathname }) => pathname.startsWith("/static/app/") || pathname.startsWith("/taal/"), answer: file },
    { fits: (_request, { pathname }) => /^\/photos\/[^/]+\/thumb$/.test(pathname), answer: photo },
  ],
  install: () => Promise.resolve(),
  async activate() {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => OURS.test(name) && name !== SHELL && name !== PHOTOS).map((name) => caches.delete(name)));
  },
  told(data) {
    const { keep } = data as { keep?: unknown };
    return Array.isArray(keep) ? keepRound(keep.filter((one): one is string => typeof one === "string")) : null;
  },
};

/** The round's page with exactly these files, taken together: a page never gets files of another build. */
async function keepRound(files: string[]): Promise<void> {
  const shell = await caches.open(SHELL);
  const page = await fetch(ROUND, { credentials: "same-origin", cache: "no-store" });
  if (!page.ok || page.redirected) return;
  for (const address of files) if (!(await shell.match(address))) await shell.add(address);
  await shell.put(ROUND, page);
  const wanted = new Set([ROUND, ...files].map((one) => new URL(one, location.origin).href));
  for (const { url } of await shell.keys()) if (!wanted.has(url)) await shell.delete(url);
}

async function roundPage(request: Request): Promise<Response> {
  try {
    return await within(fetch(request), PATIENCE);
  } catch {
    const kept = await (await caches.open(SHELL)).match(ROUND);
    return kept ?? Response.error();
  }
}

/** Another page of the workplace: without a network, to the one that works. */
async function otherPage(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    const kept = await (await caches.open(SHELL)).match(ROUND);
    return kept ? Response.redirect(`${ROUND}?offline`, 302) : Response.error();
  }
}

async function file(request: Request): Promise<Response> {
  const kept = await (await caches.open(SHELL)).match(request);
  return kept ?? fetch(request);
}

/** The network decides who still may see it; what was kept is for when there is none. */
async function photo(request: Request): Promise<Response> {
  try {
    return await within(fetch(request), PATIENCE);
  } catch {
    return (await (await caches.open(PHOTOS)).match(request.url)) ?? Response.error();
  }
}
