/** How long there is left of what we promised, in working days and in words. */
import { clock, day, weekday } from "../format";
import { t, tn } from "../i18n";
import { CLOSED, type Row } from "./shapes";

export type Tone = "late" | "today" | "soon" | "fine" | "paused" | "done";

export interface Promised {
  tone: Tone;
  icon: string;
  words: string;
  /** Which promise counts now: the first reaction, or the handling. */
  about: "reaction" | "handling" | null;
  due: string | null;
}

type Timed = Pick<Row, "status" | "firstResponseBy" | "respondedAt" | "resolveBy">;

const ICONS: Record<Tone, string> = { late: "alert", today: "clock", soon: "clock", fine: "clock", paused: "status-waiting", done: "check" };

export function promiseOf(row: Timed, now: Date, closed: ReadonlySet<string>): Promised {
  if (CLOSED.has(row.status)) return say("done", t("closed"), null, null);
  const { about, due } = nextPromise(row);
  if (row.status === "waiting") return say("paused", t("waits for the resident"), about, due);
  if (due === null) return say("fine", t("no date promised"), null, null);
  const moment = new Date(due);
  if (moment < now) {
    const days = workingDaysBetween(moment, now, closed);
    return say("late", lateWords(about, days, due, now), about, due);
  }
  const days = workingDaysBetween(now, moment, closed);
  if (dateOf(now) === dateOf(moment)) return say("today", about === "reaction" ? t("first reaction today before {time}", { time: clock(due) }) : t("to solve today before {time}", { time: clock(due) }), about, due);
  return say(days <= 1 ? "soon" : "fine", leftWords(about, Math.max(1, days)), about, due);
}

function lateWords(about: Promised["about"], days: number, due: string, now: Date): string {
  const time = clock(due);
  // After Friday no working day has passed on Sunday: the time alone would say today.
  if (days === 0 && dateOf(new Date(due)) !== dateOf(now)) {
    const values = { day: weekday(due), time };
    return about === "reaction" ? t("first reaction late since {day} {time}", values) : t("late since {day} {time}", values);
  }
  if (about === "reaction") return days === 0 ? t("first reaction late since {time}", { time }) : tn("first reaction {n} working day late", "first reaction {n} working days late", days);
  return days === 0 ? t("late since {time}", { time }) : tn("{n} working day late", "{n} working days late", days);
}

function leftWords(about: Promised["about"], days: number): string {
  return about === "reaction" ? tn("{n} working day to first reaction", "{n} working days to first reaction", days) : tn("{n} working day to solve it", "{n} working days to solve it", days);
}

/** "React before the end of Tuesday 24 November". */
export function promiseSentence(promised: Promised, now: Date): string {
  if (!promised.due) return "";
  const values = { day: day(promised.due, now), time: clock(promised.due) };
  return promised.about === "reaction" ? t("First reaction before {day}, {time}", values) : t("Handled before {day}, {time}", values);
}

/** Working days after the day of `from` up to and including the day of `to`; 0 on the same day. */
export function workingDaysBetween(from: Date, to: Date, closed: ReadonlySet<string>): number {
  let days = 0;
  const last = dateOf(to);
  // Noon UTC is the same date in Amsterdam, summer and winter.
  for (let moment = new Date(`${dateOf(from)}T12:00:00Z`); iso(moment) < last; ) {
    moment = new Date(moment.getTime() + 86_400_000);
    const weekday = moment.getUTCDay();
    if (weekday !== 0 && weekday !== 6 && !closed.has(iso(moment))) days += 1;
  }
  return days;
}

function nextPromise(row: Timed): { about: "reaction" | "handling" | null; due: string | null } {
  if (row.firstResponseBy && !row.respondedAt && (!row.resolveBy || row.firstResponseBy <= row.resolveBy)) {
    return { about: "reaction", due: row.firstResponseBy };
  }
  return row.resolveBy ? { about: "handling", due: row.resolveBy } : { about: null, due: null };
}

function say(tone: Tone, words: string, about: Promised["about"], due: string | null): Promised {
  return { tone, icon: ICONS[tone], words, about, due };
}

const amsterdam = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Amsterdam", year: "numeric", month: "2-digit", day: "2-digit" });

function dateOf(moment: Date): string {
  return amsterdam.format(moment);
}

function iso(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
