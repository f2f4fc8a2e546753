/** The streets around the place, to choose one without a map. */
import { t, tn } from "../i18n";
import { type Street, roundMetres } from "./place-words";

export class PlaceStreets {
  readonly element = document.createElement("details");
  private readonly group = document.createElement("fieldset");

  constructor(private readonly chosen: (street: Street) => void) {
    this.element.className = "fold place-streets";
    this.element.hidden = true;
    const summary = document.createElement("summary");
    summary.textContent = t("Choose a street nearby");
    const arrow = document.querySelector("details.fold > summary > .icon-chevron-down");
    if (arrow) summary.append(arrow.cloneNode(true));
    const legend = document.createElement("legend");
    legend.textContent = t("Streets nearby");
    this.group.append(legend);
    this.element.append(summary, this.group);
  }

  /** None: there is nothing to choose from, and then no list. What was chosen stays as long as it is near. */
  show(streets: Street[]): void {
    const was = this.group.querySelector<HTMLInputElement>("input:checked")?.value;
    const had = document.activeElement instanceof HTMLInputElement && this.group.contains(document.activeElement);
    // While somebody walks through the list it does not change under them.
    if (had && streets.some(({ name }) => name === was)) return;
    this.element.hidden = !streets.length;
    const legend = this.group.querySelector("legend")!;
    this.group.replaceChildren(
      legend,
      ...streets.map((street) => {
        const label = document.createElement("label");
        label.className = "choice";
        const radio = Object.assign(document.createElement("input"), { type: "radio", name: "street-nearby", value: street.name, checked: street.name === was });
        radio.setAttribute("form", ""); // the point is what is sent
        radio.addEventListener("change", () => this.chosen(street));
        const name = document.createElement("bdi");
        name.textContent = street.name;
        const far = document.createElement("span");
        far.className = "soft";
        far.textContent = street.distance < 10 ? t("here") : tn("{n} metre", "{n} metres", roundMetres(street.distance));
        label.append(radio, name, far);
        return label;
      }),
    );
  }
}
