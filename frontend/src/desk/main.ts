/** The workplace: one page over the API and the live channel. */
import "../../styles/desk.css";
import { loadCatalogue } from "../i18n";
import { channel, LiveClient } from "../live";
import { readAddress, writeAddress } from "./address";
import { HttpApi } from "./api";
import { DeskApp } from "./app";
import { Desk } from "./desk";
import { tendMenus } from "./frame";
import { chime } from "./inbox/chime";
import { newKey } from "./new-key";

const TICK = 30_000;

async function begin(place: HTMLElement): Promise<void> {
  await loadCatalogue();
  let app: DeskApp | null = null;
  const desk: Desk = new Desk({
    api: new HttpApi(),
    tell: (frame) => void live.send(frame),
    session: sessionStorage,
    local: localStorage,
    now: () => new Date(),
    after: (milliseconds, run) => window.setTimeout(run, milliseconds),
    cancel: (timer) => window.clearTimeout(timer as number | undefined),
    newKey,
    isReading: () => app?.isReading ?? false,
    chime,
    showAddress: (address, replace) => {
      const where = writeAddress(address);
      if (replace) history.replaceState(null, "", where);
      else history.pushState(null, "", where);
    },
  });
  const live = new LiveClient(channel("/ws/inbox"), desk.hears);
  app = new DeskApp();
  app.desk = desk;
  app.className = "desk-app";
  place.replaceChildren(app);
  // On a phone the list and the case are two screens.
  desk.watch(() => {
    const screen = desk.address.reference ? "case" : "list";
    app?.setAttribute("data-screen", screen);
    document.body.dataset["screen"] = screen;
  });
  tendMenus();
  window.setInterval(() => {
    if (document.visibilityState === "visible") desk.changed();
  }, TICK);
  void desk.start(readAddress(location.pathname, location.search));
  live.start();
}

const place = document.getElementById("desk");
if (place) void begin(place);
