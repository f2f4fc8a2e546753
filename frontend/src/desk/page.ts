/** Every page of the workplace that the server renders: its looks, its menu, and `g` with a letter to go elsewhere. */
import "../../styles/desk-page.css";
import { loadCatalogue } from "../i18n";
import { tendChoices } from "./choose";
import { onPlaceKeys, tendMenus } from "./frame";

tendMenus();
onPlaceKeys();
tendChoices();

const live = document.querySelector<HTMLElement>("[data-refresh]");
if (live) {
  live.addEventListener("renewed", () => tendChoices(live));
  void Promise.all([import("./refresh"), loadCatalogue()]).then(([{ refresh }]) => refresh(live));
}
