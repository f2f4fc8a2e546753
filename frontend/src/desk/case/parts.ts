/** Parts: what other teams do for this case, and what this case is a part of. */
import { html, nothing, type TemplateResult } from "lit";
import { dayAndTime } from "../../format";
import { icon } from "../../icon";
import { t } from "../../i18n";
import { writeAddress } from "../address";
import { type Desk } from "../desk";
import { avatar, status } from "../parts";
import { type Case, type OtherCase } from "../shapes";

/** Opens another case in this desk; a plain reference where there is nothing more to see of it. */
export function caseLink(desk: Desk, other: Pick<OtherCase, "reference" | "mayOpen">): TemplateResult {
  if (!other.mayOpen) return html`<span class="reference">${other.reference}</span>`;
  const address = { ...desk.address, reference: other.reference };
  const go = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    desk.goTo(address);
  };
  return html`<a class="reference" href=${writeAddress(address)} @click=${go}>${other.reference}</a>`;
}

/** On top of a part: whose it is, and what is asked. */
export function wholeBanner(desk: Desk, found: Case): TemplateResult | typeof nothing {
  const { whole } = found;
  if (!whole) return nothing;
  return html`<section class="notice info part-of" aria-labelledby="part-title">${icon("users")}
    <h3 id="part-title">${t("{team} asks you to do a part", { team: whole.team.name })}</h3>
    <div><blockquote class="prose" dir="auto">${found.instruction}</blockquote>
      <p class="soft small">${t("Part of")} ${caseLink(desk, whole)} · ${whole.team.name} · ${whole.team.organisation}. ${t("They speak with the resident. What you write when you are done is a note to them.")}</p></div></section>`;
}

/** The parts with how they stand, live. */
export function partsSection(desk: Desk, found: Case): TemplateResult | typeof nothing {
  if (found.parts.length === 0) return nothing;
  const open = found.parts.filter((part) => part.open).length;
  const may = found.deeds.includes("forward");
  const withdraw = (reference: string) => desk.deeds.together("parts/_withdraw", { part: reference }, t("Part {reference} is withdrawn", { reference }));
  return html`<section aria-labelledby="parts-title">
    <h3 id="parts-title" class="section-title">${t("Parts for other teams")}${open ? html` <span class="badge">${t("{n} open", { n: open })}</span>` : nothing}</h3>
    <ul class="together-list" role="list">${found.parts.map(
      (part) => html`<li class="together-row" data-part=${part.reference}>
        <div class="together-head">${status(part.status, part.statusLabel)}<strong>${part.team.name}</strong><span class="soft small">${part.team.organisation}</span></div>
        <p class="prose" dir="auto">${part.instruction}</p>
        <p class="soft small together-foot">${caseLink(desk, part)}${part.assignee ? html`<span class="with">${avatar(part.assignee)}${part.assignee.name}</span>` : nothing}
          ${part.open && part.resolveBy ? html`<span class=${part.late ? "late-word" : ""}>${part.late ? icon("alert") : icon("calendar")}${t("before {when}", { when: dayAndTime(part.resolveBy, desk.now) })}</span>` : nothing}
          ${may && part.open ? html`<button type="button" class="button quiet small" ?disabled=${desk.open?.busy != null} aria-label=${t("Withdraw part {reference}", { reference: part.reference })} @click=${() => void withdraw(part.reference)}>${t("Withdraw")}</button>` : nothing}</p>
      </li>`,
    )}</ul></section>`;
}
