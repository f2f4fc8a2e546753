/** Says that there is no network, and that reporting works all the same. */
import { t } from "../i18n";

export function sayOffline(before: Element): void {
  const notice = Object.assign(document.createElement("div"), { className: "notice info offline-line", hidden: true });
  const words = document.createElement("div");
  notice.setAttribute("role", "status");
  notice.append(words);
  before.before(notice);
  // The page that was asked for, when the service worker brought somebody here.
  const asked = new URLSearchParams(location.search).has("offline") ? askedFor(location.hash) : null;
  if (location.search.includes("offline")) history.replaceState(history.state, "", location.pathname);
  let brought = asked !== null;

  const draw = (): void => {
    if (navigator.onLine && !brought) return void (notice.hidden = true);
    const lines = [Object.assign(document.createElement("p"), { textContent: t("You have no connection now. You can report: your report waits on this device until you have one.") })];
    if (asked && brought) {
      const line = document.createElement("p");
      line.append(Object.assign(document.createElement("a"), { href: asked, textContent: t("Try the page that you asked for again") }));
      lines.push(line);
    }
    words.replaceChildren(...lines);
    notice.hidden = false;
  };
  window.addEventListener("offline", draw);
  window.addEventListener("online", draw);
  draw();
  // Who goes on reporting no longer looks for the other page.
  document.addEventListener("input", () => {
    if (!brought) return;
    brought = false;
    draw();
  });
}

/** A path of this site, from what stands behind the #; null when there is none. */
export function askedFor(hash: string): string | null {
  try {
    const path = decodeURIComponent(hash.slice(1));
    return /^\/(?![/\\])/.test(path) ? path : null;
  } catch {
    return null;
  }
}
