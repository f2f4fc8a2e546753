/** Small pieces that stand in several places: faces, statuses, promises, the groups. */
import { html, nothing, type TemplateResult } from "lit";
import { ago } from "../format";
import { icon } from "../icon";
import { t } from "../i18n";
import { type View, type VIEWS } from "./address";
import { type Promised } from "./promise";
import { type Colleague, type Row, type Status } from "./shapes";

/** "just now", "3 minutes ago". */
export function age(iso: string, now: Date): string {
  return now.getTime() - new Date(iso).getTime() < 60_000 ? t("just now") : ago(iso, now);
}

export function avatar(person: Colleague, size = "small"): TemplateResult {
  return html`<span class="avatar ${size}" aria-hidden="true"
    >${person.photoUrl ? html`<img src=${person.photoUrl} alt="" width="96" height="96" loading="lazy" />` : initials(person.name)}</span
  >`;
}

export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => [...(word ?? "")][0]?.toUpperCase() ?? "").join("");
}

export function status(code: Status, label: string): TemplateResult {
  return html`<span class="status" data-status=${code}>${icon(`status-${code}`)}<span>${label}</span></span>`;
}

export function promiseLabel(promised: Promised): TemplateResult {
  return html`<span class="promise" data-tone=${promised.tone}>${icon(promised.icon)}<span>${promised.words}</span></span>`;
}

/** "Confidential" stands out; "limited" is said; public is the rule and needs no mark in a list. */
export function visibility(row: Pick<Row, "visibility">, always = false): TemplateResult | typeof nothing {
  switch (row.visibility) {
    case "confidential":
      return html`<span class="badge danger">${icon("lock")}${t("Confidential")}</span>`;
    case "limited":
      return html`<span class="badge">${icon("shield")}${t("Not public")}</span>`;
    default:
      return always ? html`<span class="badge is-public">${icon("globe")}${t("Public")}</span>` : nothing;
  }
}

export function priority(row: Pick<Row, "priority">): TemplateResult | typeof nothing {
  if (row.priority === "high") return html`<span class="badge warn">${icon("flag")}${t("High priority")}</span>`;
  if (row.priority === "low") return html`<span class="badge">${icon("arrow-down")}${t("Low priority")}</span>`;
  return nothing;
}

export interface Group<V extends View = (typeof VIEWS)[number]> {
  view: V;
  icon: string;
  name: string;
  /** What an empty group means. */
  empty: string;
}

/** The group of that name; "all" is not in the rail. */
export function groupOf(view: View): Group<View> {
  const all: Group<View> = { view: "all", icon: "search", name: t("All cases"), empty: t("There is not one case yet.") };
  return groups().find((one) => one.view === view) ?? all;
}

export function groups(): Group[] {
  return [
    { view: "new", icon: "inbox", name: t("New"), empty: t("Nothing new. Everything has been picked up.") },
    { view: "mine", icon: "user", name: t("Mine"), empty: t("You have no open cases. Look at what is new for your team.") },
    { view: "team", icon: "users", name: t("Team"), empty: t("Your teams have no open cases.") },
    { view: "waiting", icon: "status-waiting", name: t("Waiting for resident"), empty: t("No case waits for an answer of a resident.") },
    { view: "late", icon: "alert", name: t("Late"), empty: t("Nothing is late. Every promise is kept so far.") },
    { view: "handovers", icon: "handover", name: t("Offered to us"), empty: t("Nobody asks your team to take a case over.") },
    { view: "mentions", icon: "mention", name: t("Mentions"), empty: t("Nobody named you in a note of an open case.") },
    { view: "closed", icon: "archive", name: t("Handled"), empty: t("Nothing has been handled yet.") },
  ];
}
