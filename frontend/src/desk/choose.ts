/** Tick all or none in a list of cases; without a script the list works all the same. */
export function tendChoices(page: ParentNode = document): void {
  for (const form of page.querySelectorAll<HTMLElement>("[data-choose]")) {
    const bar = form.querySelector<HTMLElement>("[data-choose-all]");
    if (!bar) continue;
    bar.hidden = false;
    for (const button of bar.querySelectorAll<HTMLButtonElement>("button[data-all]")) {
      button.addEventListener("click", () => {
        for (const box of form.querySelectorAll<HTMLInputElement>('input[type="checkbox"][name="case"]')) box.checked = button.dataset["all"] === "on";
      });
    }
  }
}
