/** The wijk page: remembers the wijk on this device, and draws the list of reports on a map as well. */
import { drawWhenNear } from "./area-map";
import { rememberWijk } from "./wijken";

const wijk = document.querySelector<HTMLElement>("[data-wijk][data-name]")?.dataset["wijk"];
if (wijk) rememberWijk(wijk);

document.querySelectorAll<HTMLElement>("[data-wijk-map]").forEach(drawWhenNear);
