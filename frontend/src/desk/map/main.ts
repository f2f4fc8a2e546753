/** The page of the map of cases. Leaflet comes later, in a chunk of its own. */
import "../../../styles/desk-page.css";
import "../../../styles/desk/map.css";
import { loadCatalogue } from "../../i18n";
import { channel, LiveClient } from "../../live";
import { HttpApi } from "../api";
import { newKey } from "../new-key";
import { DeskAtlas } from "./app";
import { Atlas } from "./atlas";

const GATHER = 1_500;

async function begin(place: HTMLElement): Promise<void> {
  await loadCatalogue();
  const atlas = new Atlas({ api: new HttpApi(), newKey, showAddress: (address) => history.replaceState(null, "", address) });
  const app = new DeskAtlas();
  app.atlas = atlas;
  app.signIn = place.dataset["signIn"] ?? "";
  app.className = "desk-atlas";
  place.replaceChildren(app);
  await atlas.begin(location.search);
  let soon: number | undefined;
  const again = () => {
    clearTimeout(soon);
    soon = window.setTimeout(() => void atlas.load(), GATHER);
  };
  new LiveClient(channel("/ws/inbox"), { event: again, reset: again }).start();
}

const place = document.getElementById("atlas");
if (place) void begin(place);
