/** Every page of the residents' site: looks, and the few things that are nicer with a script. */
import "../styles/site.css";

document.documentElement.classList.add("js");

// A form is sent once: the button says so, and a page from the back-forward cache starts afresh.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented || form.method === "get") return;
  const button = event.submitter ?? form.querySelector("button[type=submit], button:not([type])");
  if (form.dataset["sending"] !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset["sending"] = "";
  button?.setAttribute("aria-busy", "true");
});

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sending]")) {
    delete form.dataset["sending"];
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

// Under our own button for files stands what was chosen, as under the browser's.
document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.type !== "file") return;
  const place = document.getElementById(`${target.id}_chosen`);
  place?.replaceChildren(...[...(target.files ?? [])].map(({ name }) => Object.assign(document.createElement("bdi"), { textContent: name })));
});

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLElement>("[data-copy]") : null;
  const text = button && document.getElementById(button.dataset["copy"] ?? "")?.textContent.trim();
  if (!button || !text) return;
  // Not over https, or not allowed: then the link is selected, to be copied by hand.
  const byHand = (): void => document.getSelection()?.selectAllChildren(document.getElementById(button.dataset["copy"] ?? "")!);
  if (!("clipboard" in navigator)) return byHand();
  navigator.clipboard.writeText(text).then(() => (button.querySelector("[role=status]")!.textContent = button.dataset["done"] ?? ""), byHand);
});

// The device's own way of passing on, where it has one.
for (const button of document.querySelectorAll<HTMLElement>("[data-share]")) {
  if (!("share" in navigator)) break;
  button.parentElement!.hidden = false;
  button.addEventListener("click", () => void navigator.share({ url: button.dataset["share"] ?? "", title: button.dataset["title"] ?? "" }).catch(() => undefined)); // They thought better of it.
}

// What went wrong is read out and in view; the summary links to each field.
document.querySelector<HTMLElement>(".error-summary")?.focus();

// Reporting stays possible without a network, and what waits on this device is sent; not in the professionals' parts.
if (!/^\/(werk|beheer|account)\//.test(location.pathname)) {
  const begin = (): void => {
    if (ballotsWait()) void import("./polls/waiting").then(({ sendWaiting }) => sendWaiting()).catch(() => undefined);
    void import("./outbox/start").then(async ({ keepReporting, tellWhatWaits }) => {
      void keepReporting();
      if (!document.querySelector("#report-form, #my-reports")) await tellWhatWaits();
    }).catch(() => undefined); // Private browsing that keeps nothing.
  };
  if (document.readyState === "complete") setTimeout(begin, 0);
  else window.addEventListener("load", () => setTimeout(begin, 0));
}

/** A vote that was made without a network; the key is that of `polls/box.ts`. */
function ballotsWait(): boolean {
  try {
    return localStorage.getItem("ballots-wait") !== null && !document.querySelector("[data-vote], [data-waiting]");
  } catch {
    return false;
  }
}
