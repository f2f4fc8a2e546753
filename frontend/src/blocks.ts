/** Pages with a body: their looks, and a script for the few blocks that have one, fetched only where one stands. */
import "../styles/blocks.css";

const pairs = document.querySelectorAll<HTMLElement>("[data-before-after]");
if (pairs.length) void import("./blocks/before-after").then(({ slide }) => pairs.forEach(slide));
