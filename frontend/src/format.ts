/** Dates as people say them, in the page's language and the municipality's time. */
import { language } from "./i18n";

const TIME_ZONE = "Europe/Amsterdam";
const formats = new Map<string, Intl.DateTimeFormat>();

function format(moment: Date, options: Intl.DateTimeFormatOptions): string {
  const key = language() + JSON.stringify(options);
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat(language(), { timeZone: TIME_ZONE, ...options })));
  return made.format(moment);
}

/** "dinsdag 3 maart", with the year when it is not this year. */
export function day(iso: string, now: Date = new Date()): string {
  const moment = new Date(iso);
  const sameYear = format(moment, { year: "numeric" }) === format(now, { year: "numeric" });
  return format(moment, { weekday: "long", day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }) });
}

/** "dinsdag", for a day less than a week away. */
export function weekday(iso: string): string {
  return format(new Date(iso), { weekday: "long" });
}

/** "10:05". */
export function clock(iso: string): string {
  return format(new Date(iso), { hour: "2-digit", minute: "2-digit" });
}

/** "dinsdag 3 maart 10:05". */
export function dayAndTime(iso: string, now: Date = new Date()): string {
  return `${day(iso, now)} ${clock(iso)}`;
}

/** "3 minuten geleden", "over 2 dagen": the largest whole unit. */
export function ago(iso: string, now: Date = new Date()): string {
  const seconds = Math.round((new Date(iso).getTime() - now.getTime()) / 1000);
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  for (const [unit, size] of [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ] as const) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(0, "second");
}
