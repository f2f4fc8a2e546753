/** Forwarding: the offer that waits, for sender and receiver, and the way back. */
import { html, nothing, type TemplateResult } from "lit";
import { ago, dayAndTime } from "../../format";
import { icon } from "../../icon";
import { t } from "../../i18n";
import { type Desk } from "../desk";
import { type Case, type Hop } from "../shapes";
import { type Show } from "./sheets";

/** On top of a case that is offered: to the receiver a question, to the sender that it is still theirs. */
export function offerBanner(desk: Desk, found: Case, show: Show): TemplateResult | typeof nothing {
  const { offer } = found;
  if (!offer) return nothing;
  const asked = found.deeds.includes("accept");
  const busy = desk.open?.busy != null;
  const mine = asked && desk.me?.myTeams.includes(offer.to.id);
  return html`<section class="notice ${offer.stuck ? "danger" : "warn"} offer" aria-labelledby="offer-title">${icon("handover")}
    <h3 id="offer-title">${asked ? t("{team} asks you to take this over", { team: offer.from.name }) : t("Offered to {team}", { team: offer.to.name })}</h3>
    <div><p class="soft small">${asked ? `${offer.from.name} · ${offer.from.organisation}` : `${offer.to.name} · ${offer.to.organisation}`}${offer.by ? html` · ${offer.by.name}` : nothing} · ${ago(offer.at, desk.now)}</p>
      <blockquote class="prose" dir="auto">${offer.reason}</blockquote>
      <p class="small">${offer.stuck ? t("The answer was due {when}. Both teams were reminded.", { when: dayAndTime(offer.answerBy, desk.now) }) : t("Answer before {when}.", { when: dayAndTime(offer.answerBy, desk.now) })}
        ${asked ? t("Until you accept, {team} stays responsible.", { team: offer.from.name }) : t("Until they accept, you stay responsible.")}</p>
      <div class="row">
        ${asked
          ? html`<button type="button" class="button primary small" ?disabled=${busy} @click=${() => accept(desk, null)}>${icon("check")}${t("Accept for the team")}</button>
              ${mine ? html`<button type="button" class="button small" ?disabled=${busy} @click=${() => accept(desk, desk.me?.me.id ?? null)}>${icon("hand")}${t("Accept and take it")}</button>` : nothing}
              <button type="button" class="button small" ?disabled=${busy} @click=${() => show("return")}>${icon("undo")}${t("Give back")}…</button>`
          : nothing}
        ${found.deeds.includes("forward") ? html`<button type="button" class="button small" ?disabled=${busy} @click=${() => withdraw(desk)}>${icon("close")}${t("Withdraw the offer")}</button>` : nothing}
      </div></div></section>`;
}

function accept(desk: Desk, professional: number | null): void {
  void desk.deeds.together("forwardings/_accept", professional === null ? {} : { professional }, t("Accepted"));
}

function withdraw(desk: Desk): void {
  void desk.deeds.together("forwardings/_withdraw", {}, t("The offer is withdrawn"));
}

/** Where it has been, when it went further than one offer that still waits. */
export function hops(found: Case, desk: Desk): TemplateResult | typeof nothing {
  const past = found.forwardings.filter((hop) => hop.outcome !== "pending");
  if (past.length === 0) return nothing;
  return html`<details class="why"><summary>${icon("route")}${t("Where has it been?")}</summary>
    <ul class="hops">${past.map((hop) => html`<li><strong>${hop.from.name} → ${hop.to.name}</strong> <span class="soft">${outcome(hop)}</span><br /><span dir="auto">${hop.reason}</span>${hop.answer ? html`<br /><span class="soft" dir="auto">“${hop.answer}”</span>` : nothing}<br /><time class="soft" datetime=${hop.at}>${ago(hop.at, desk.now)}</time></li>`)}</ul></details>`;
}

function outcome(hop: Hop): string {
  return { accepted: t("accepted"), returned: t("given back"), withdrawn: t("withdrawn"), pending: t("waits for an answer") }[hop.outcome];
}
