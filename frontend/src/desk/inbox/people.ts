/** A colleague or a team, chosen by typing: a combobox over the teams one may give work to. Fires `person-chosen`. */
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { icon } from "../../icon";
import { t } from "../../i18n";
import { DeskElement } from "../element";
import { avatar } from "../parts";
import { type Colleague, type TeamWithPeople } from "../shapes";
import { plain } from "./filters";

export interface Chosen {
  team: TeamWithPeople;
  person: Colleague | null;
}

export class DeskPeople extends DeskElement {
  private wanted = "";
  private active = 0;

  static override properties = { wanted: { state: true }, active: { state: true } };

  private choices(): Chosen[] {
    const { me } = this.desk;
    const mine = new Set(me?.myTeams);
    const teams = [...(me?.teams ?? [])].sort((one, other) => Number(mine.has(other.id)) - Number(mine.has(one.id)));
    const sought = plain(this.wanted);
    return teams.flatMap((team) => {
      const whole = plain(`${team.name} ${team.organisation}`).includes(sought);
      const people = team.people.filter((person) => whole || plain(`${person.name} ${person.role}`).includes(sought));
      return [...(whole ? [{ team, person: null }] : []), ...people.map((person) => ({ team, person }))];
    });
  }

  protected override render(): TemplateResult {
    const choices = this.choices();
    const active = Math.min(this.active, choices.length - 1);
    return html`<label class="search">${icon("search")}<span class="visually-hidden">${t("Search a colleague or team")}</span>
        <input data-first type="text" role="combobox" aria-expanded="true" aria-autocomplete="list" aria-controls="people-list" aria-activedescendant=${active >= 0 ? `people-${active}` : nothing} autocomplete="off" placeholder=${t("Search a colleague or team")} .value=${live(this.wanted)} @input=${this.seek} @keydown=${this.key} /></label>
      <ul id="people-list" class="choices" role="listbox" aria-label=${t("Colleagues and teams")}>
        ${choices.map(
          ({ team, person }, place) => html`<li id="people-${place}" role="option" class=${person ? "person-choice" : "team-choice"} aria-selected=${place === active ? "true" : "false"} @click=${() => this.choose(choices[place])}>
            ${person ? avatar(person) : html`<span class="avatar small team" aria-hidden="true">${icon("users")}</span>`}
            <span><strong>${person ? person.name : team.name}</strong><span class="soft small">${person ? person.role : team.organisation}</span></span>
            ${person && person.id === this.desk.me?.me.id ? html`<span class="badge accent">${t("you")}</span>` : nothing}</li>`,
        )}
      </ul>
      <p class="soft" role="status">${choices.length === 0 ? t("Nobody found") : ""}</p>`;
  }

  private readonly seek = (event: Event): void => {
    this.wanted = (event.target as HTMLInputElement).value;
    this.active = 0;
  };

  private readonly key = (event: KeyboardEvent): void => {
    const choices = this.choices();
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (steps !== undefined && choices.length) {
      event.preventDefault();
      this.active = (Math.min(this.active, choices.length - 1) + steps + choices.length) % choices.length;
      void this.updateComplete.then(() => this.querySelector(`#people-${this.active}`)?.scrollIntoView({ block: "nearest" }));
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.choose(choices[Math.min(this.active, choices.length - 1)]);
    }
  };

  private choose(chosen: Chosen | undefined): void {
    if (chosen) this.dispatchEvent(new CustomEvent<Chosen>("person-chosen", { detail: chosen, bubbles: true }));
  }
}

customElements.define("desk-people", DeskPeople);
