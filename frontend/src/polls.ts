/** What everybody sees of polls: the ballot, what waits on this device, the receipt, and results as they are now. */
import "../styles/polls.css";
import { keepFresh } from "./fresh";
import { loadCatalogue, t } from "./i18n";
import { enhance } from "./polls/form";
import { sendWaiting, showWaiting } from "./polls/waiting";

function begin(fresh: boolean): void {
  const form = document.querySelector<HTMLFormElement>("form[data-vote]");
  if (form) enhance(form, () => begin(true));
  const all = document.querySelector<HTMLElement>('[data-waiting="all"]');
  if (all) {
    void showWaiting(all, "", null, () => undefined)
      .then(sendWaiting)
      .catch(() => undefined); // Private browsing that keeps nothing.
  }
  receipt();
  if (!fresh) return;
  window.scrollTo({ top: 0, behavior: "instant" });
  (document.querySelector<HTMLElement>(".error-summary") ?? document.querySelector<HTMLElement>("[data-focus]") ?? document.querySelector<HTMLElement>("#id_code") ?? document.querySelector<HTMLElement>("main"))?.focus();
}

function receipt(): void {
  const words = document.querySelector<HTMLElement>("[data-receipt]");
  const said = document.querySelector<HTMLElement>("[data-copied]");
  document.querySelector("main [data-print]")?.addEventListener("click", () => window.print());
  document.querySelector("main [data-copy-receipt]")?.addEventListener("click", () => {
    const byHand = (): void => {
      if (words) document.getSelection()?.selectAllChildren(words);
    };
    if (!("clipboard" in navigator)) return byHand();
    navigator.clipboard.writeText(words?.textContent.trim() ?? "").then(() => said && (said.textContent = t("Copied")), byHand);
  });
}

const page = document.querySelector<HTMLElement>("[data-poll][data-streams]");
// A ballot that is being filled in is never put in another's place: those parts are not live.
if (page) keepFresh(page, () => undefined);
void loadCatalogue().then(() => begin(false));
