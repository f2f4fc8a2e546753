/** The home page: the wijk of last time, and the wijk where you are now. */
import { loadCatalogue, t } from "./i18n";
import { lastWijk } from "./wijken";

interface Chain {
  areas: Array<{ code: string; level: string }>;
}

const TIMEOUT = 10_000;

/** The link to a wijk page, if that wijk has one here. */
const links = new Map([...document.querySelectorAll<HTMLAnchorElement>("a[data-wijk]")].map((link) => [link.dataset["wijk"], link]));
const button = document.querySelector<HTMLButtonElement>("#locate");
const said = document.querySelector<HTMLElement>("#locate-said");

function say(words: string): void {
  if (!said) return;
  said.hidden = false;
  said.querySelector("span")!.textContent = words;
}

function position(): Promise<GeolocationPosition> {
  return new Promise((resolve, reject) =>
    navigator.geolocation.getCurrentPosition(resolve, reject, { enableHighAccuracy: true, timeout: TIMEOUT, maximumAge: 5_000 }),
  );
}

/** Why there is no position, and what to do then. */
function reason(problem: unknown): string {
  switch ((problem as GeolocationPositionError | undefined)?.code) {
    case 1:
      return t("Your browser may not use your location. Search by name, or choose from the list.");
    case 3:
      return t("Finding your location takes too long. Try again, or choose from the list.");
    default:
      return t("We could not find your location. Search by name, or choose from the list.");
  }
}

async function locate(): Promise<void> {
  if (!("geolocation" in navigator)) return say(reason(undefined));
  let where: GeolocationPosition;
  try {
    where = await position();
  } catch (problem) {
    return say(reason(problem));
  }
  const { latitude, longitude } = where.coords;
  const elsewhere = t("You are outside the neighbourhoods of this site. Search by name, or choose from the list.");
  try {
    const answer = await fetch(`/api/v1/areas/_locate?lat=${latitude.toFixed(5)}&lon=${longitude.toFixed(5)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return say(elsewhere);
    const wijk = ((await answer.json()) as Chain).areas.find((area) => area.level === "wijk");
    const link = links.get(wijk?.code);
    if (link) window.location.assign(link.href);
    else say(elsewhere);
  } catch {
    say(t("There is no connection. Try again in a moment, or choose from the list."));
  }
}

button?.addEventListener("click", () => {
  button.setAttribute("aria-busy", "true");
  void loadCatalogue()
    .then(locate)
    .finally(() => button.removeAttribute("aria-busy"));
});

const last = lastWijk();
const known = last && links.get(last.code);
const offer = document.querySelector<HTMLElement>("#last-wijk");
if (known && offer) {
  const go = offer.querySelector("a")!;
  go.href = known.href;
  go.querySelector("span")!.textContent = known.textContent;
  offer.hidden = false;
}
