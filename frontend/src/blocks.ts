/** Pages with a body: their looks, and a script for the few blocks that have one, fetched only where one stands. */
import "../styles/blocks.css";

const all = (which: string): NodeListOf<HTMLElement> => document.querySelectorAll<HTMLElement>(which);

const pairs = all("[data-before-after]");
if (pairs.length) void import("./blocks/before-after").then(({ slide }) => pairs.forEach(slide));

const films = all("[data-film]");
if (films.length) void import("./blocks/film").then(({ playOnRequest }) => films.forEach(playOnRequest));

const maps = all("[data-area-map]");
if (maps.length) void import("./area-map").then(({ drawWhenNear }) => maps.forEach(drawWhenNear));
