/** The frame that the server renders around every page of the workplace (`desk/nav.html`): menus and going elsewhere by key. */

/** A menu closes by Esc, by a click elsewhere, and when the focus goes on. */
export function tendMenus(page: Document = document): void {
  const menus = () => page.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]");
  page.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target as Node)) menu.open = false;
  });
  page.addEventListener("focusin", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target as Node)) menu.open = false;
  });
  page.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") return;
      for (const menu of menus()) {
        menu.open = false;
        menu.querySelector("summary")?.focus();
        event.preventDefault();
      }
    },
    true,
  );
}

/** The link that `g` and this letter lead to; null when there is none. */
export function placeFor(key: string, page: ParentNode = document): HTMLAnchorElement | null {
  return /^[a-z]$/.test(key) ? page.querySelector<HTMLAnchorElement>(`a[data-place="${key}"]`) : null;
}

/** Whether a key pressed here is text, and never a shortcut. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

const SWITCH = "desk.shortcuts";

/** Single keys as shortcuts get in the way of speech control; everyone can switch them off, per device. */
export function shortcutsOn(keep: Pick<Storage, "getItem"> = localStorage): boolean {
  try {
    return keep.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
}

/** `g` and a letter, on pages without the desk's own keys. */
export function onPlaceKeys(page: Document = document): void {
  let going = false;
  page.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !shortcutsOn()) return;
    const place = going ? placeFor(event.key, page) : null;
    going = !going && event.key === "g";
    if (!place) return;
    event.preventDefault();
    place.click();
  });
}
