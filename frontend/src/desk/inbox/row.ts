/** One row of the inbox: what it is about, where, how it stands against the promise, who has it and why it came here. */
import { html, nothing, type TemplateResult } from "lit";
import { classMap } from "lit/directives/class-map.js";
import { dayAndTime } from "../../format";
import { icon } from "../../icon";
import { t, tn } from "../../i18n";
import { age, avatar, priority, promiseLabel, status, visibility } from "../parts";
import { promiseOf } from "../promise";
import { type Row } from "../shapes";
import { stage } from "../case/initiative/stage";
import { kindWords, marked } from "./filters";

/** What a row is drawn from besides its case; all that may change how it looks. */
export interface RowLook {
  href: string;
  leaving: string | undefined;
  arrived: boolean;
  open: boolean;
  /** The one row of the list that Tab comes to. */
  reachable: boolean;
  selected: boolean;
  mine: boolean;
  q: string;
  place: number;
  many: number;
}

const KINDS: Record<Row["kind"], string> = { report: "megaphone", initiative: "leaf", "help-request": "hand", poll: "list" };

export function drawRow(row: Row, look: RowLook, now: Date, closedDays: ReadonlySet<string>): TemplateResult {
  const { reference } = row;
  const promised = promiseOf(row, now, closedDays);
  const { leaving } = look;
  return html`<div
    role="listitem"
    class=${classMap({ "case-row": true, unread: row.unread, open: look.open, selected: look.selected, leaving: leaving !== undefined, arrived: look.arrived })}
    data-reference=${reference}
    aria-posinset=${look.place + 1}
    aria-setsize=${look.many}
  >
    <label class="row-check"><input type="checkbox" tabindex=${look.reachable ? 0 : -1} .checked=${look.selected} data-check=${reference} aria-label=${t("Select {reference}", { reference })} /></label>
    <a class="row-link" href=${look.href} tabindex=${look.reachable ? 0 : -1} aria-current=${look.open ? "true" : nothing}>
      <span class="row-top">
        <span class="row-category">${row.unread ? html`<span class="unread-dot"></span><span class="visually-hidden">${t("Unread")}: </span>` : nothing}<span class="row-kind" title=${kindWords()[row.kind] ?? ""}>${icon(KINDS[row.kind])}<span class="visually-hidden">${kindWords()[row.kind]}: </span></span>${row.category?.name ?? t("No category")}</span>
        <time class="row-age" datetime=${row.createdAt} title=${dayAndTime(row.createdAt, now)}>${age(row.createdAt, now)}</time>
      </span>
      <span class="row-subject" dir="auto">${row.subject ? hits(row.subject, look.q) : t("(no text)")}</span>
      <span class="row-place">${icon("map-pin")}<span>${row.address ? html`${hits(row.address, look.q)} · ` : nothing}${row.area.name}</span>
        <span class="row-signs">${sign("image", row.photoCount, tn("{n} photo", "{n} photos", row.photoCount))}${sign("users", row.supporters ?? 0, tn("{n} supporter", "{n} supporters", row.supporters ?? 0))}<span class="row-reference">${hits(reference, look.q)}</span></span></span>
      <span class="row-foot">
        <span class="row-tags">${row.stage ? stage(row.stage, row.stageLabel ?? "") : status(row.status, row.statusLabel)} ${promised.tone === "done" || promised.tone === "paused" || (row.stage && promised.about !== "reaction") ? nothing : promiseLabel(promised)} ${row.stalled ? html`<span class="badge warn">${icon("clock")}${t("No sign of life")}</span>` : nothing} ${row.kind === "report" ? visibility(row) : nothing} ${priority(row)} ${ties(row)}</span>
        <span class="row-why">${row.reason ? html`${icon("handover")}<span><span class="visually-hidden">${t("Why it came here:")} </span>${row.reason}</span>` : nothing}</span>
        <span class="row-who">${row.assignee
          ? html`<span class="row-name" title=${row.assignee.name}>${row.assignee.name}</span>${avatar(row.assignee)}`
          : html`<span class="visually-hidden">${t("With nobody yet")}</span><span class="avatar small nobody" aria-hidden="true">${icon("user")}</span>`}</span>
      </span>
    </a>
    ${leaving === undefined ? nothing : html`<p class="row-leaving">${icon("arrow-right")}<span><strong>${reference}</strong> ${leaving}</span></p>`}
  </div>`;
}

/** What ties it to other cases and teams. */
function ties(row: Row): (TemplateResult | typeof nothing)[] {
  return [
    row.offeredTo ? html`<span class="badge">${icon("handover")}${t("Offered to {team}", { team: row.offeredTo.name })}</span>` : nothing,
    row.parent ? html`<span class="badge">${icon("link")}${t("Part of {reference}", { reference: row.parent })}</span>` : nothing,
    row.parts ? html`<span class="badge">${icon("link")}${tn("{n} part", "{n} parts", row.parts)}</span>` : nothing,
    row.duplicateOf ? html`<span class="badge">${icon("copy")}${t("Same as {reference}", { reference: row.duplicateOf })}</span>` : nothing,
  ];
}

function sign(name: string, n: number, words: string): TemplateResult | typeof nothing {
  return n ? html`<span class="row-sign" title=${words}>${icon(name)}<span aria-hidden="true">${n}</span><span class="visually-hidden">${words}</span></span>` : nothing;
}

/** The text with what was searched marked in it. */
function hits(text: string, q: string): TemplateResult | string {
  if (!q) return text;
  const pieces = marked(text, q);
  return pieces.some((piece) => piece.hit) ? html`${pieces.map((piece) => (piece.hit ? html`<mark>${piece.text}</mark>` : piece.text))}` : text;
}
