/** Duplicates: others who reported the same, and what this case is linked to. */
import { html, nothing, type TemplateResult } from "lit";
import { ago } from "../../format";
import { icon } from "../../icon";
import { t, tn } from "../../i18n";
import { type Desk } from "../desk";
import { type Case } from "../shapes";
import { caseLink } from "./parts";

/** On top of a case that is linked to another: where it is worked on, and the way back. */
export function mainBanner(desk: Desk, found: Case): TemplateResult | typeof nothing {
  const { main } = found;
  if (!main) return nothing;
  const undo = () => desk.deeds.together("duplicates/_undo", {}, t("{reference} is a case of its own again", { reference: found.reference }));
  return html`<section class="notice info linked" aria-labelledby="linked-title">${icon("link")}
    <h3 id="linked-title">${t("This was reported before")}</h3>
    <div><p>${t("It is linked to")} ${caseLink(desk, main)} (${main.team.name}: ${main.statusLabel}). ${t("Write there: everyone who reported it reads along.")}</p>
      ${found.deeds.includes("merge") ? html`<div class="row"><button type="button" class="button small" ?disabled=${desk.open?.busy != null} @click=${() => void undo()}>${icon("undo")}${t("Undo the link")}</button></div>` : nothing}</div></section>`;
}

/** Who reported the same; their photos and words stand with those of this case. */
export function duplicatesSection(desk: Desk, found: Case): TemplateResult | typeof nothing {
  if (found.duplicates.length === 0) return nothing;
  return html`<section aria-labelledby="duplicates-title">
    <h3 id="duplicates-title" class="section-title">${tn("{n} more report of this", "{n} more reports of this", found.duplicates.length)}</h3>
    <ul class="together-list" role="list">${found.duplicates.map(
      (one) => html`<li class="together-row"><p class="prose" dir="auto">${one.subject}</p>
        <p class="soft small together-foot">${caseLink(desk, one)}${one.address ? html`<span dir="auto">${icon("map-pin")}${one.address}</span>` : nothing}<span>${ago(one.createdAt, desk.now)}</span>${one.supporters ? html`<span>${icon("users")}${tn("{n} supporter", "{n} supporters", one.supporters)}</span>` : nothing}</p></li>`,
    )}</ul>
    <p class="soft small">${t("What you write to the resident goes to all of them.")}</p></section>`;
}
