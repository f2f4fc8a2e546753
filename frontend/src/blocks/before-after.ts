/**
 * Two pictures on top of each other; a slider over them says how much of the first is seen. It is an ordinary
 * `<input type=range>`, so that keys, touch, screen readers and right-to-left come with the browser.
 */
export function slide(pair: HTMLElement): void {
  const range = pair.querySelector<HTMLInputElement>("input[type=range]");
  if (!range) return;
  const show = (): void => {
    pair.style.setProperty("--seen", `${range.value}%`);
    range.setAttribute("aria-valuetext", `${range.dataset["label"] ?? ""} ${range.value}%`);
  };
  pair.classList.toggle("mirrored", getComputedStyle(pair).direction === "rtl");
  range.addEventListener("input", show);
  range.hidden = false;
  show();
}
