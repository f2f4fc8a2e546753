/** The page of the walking rounds; works without a network once it was open. */
import "../../../styles/desk-page.css";
import "../../../styles/desk/round.css";
import { loadCatalogue } from "../../i18n";
import { HttpApi } from "../api";
import { newKey } from "../new-key";
import { keepPhotos, keepThisPage } from "../offline";
import { DeskRounds } from "./app";
import { DeviceShelf, PHOTOS } from "./kept";
import { Walk } from "./walk";

async function begin(place: HTMLElement): Promise<void> {
  await loadCatalogue();
  const walk = new Walk({
    api: new HttpApi(),
    shelf: new DeviceShelf(),
    owner: Number(place.dataset["owner"]),
    now: () => Date.now(),
    newKey,
    keepPhotos: (addresses) => keepPhotos(PHOTOS, addresses),
  });
  const app = new DeskRounds();
  app.walk = walk;
  app.signIn = place.dataset["signIn"] ?? "";
  place.replaceChildren(app);
  window.addEventListener("online", () => void walk.refresh());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void walk.refresh();
  });
  await app.begin();
  await keepThisPage();
}

const place = document.getElementById("rounds");
if (place) void begin(place);
