/**
 * Personal data in free text, found on the phone itself: `participation/texts/guard.py` in TypeScript.
 *
 * `frontend/tests/melden/guard.json` holds both to the same. No lookbehind: phones of 2022 do not know it.
 */
import { t } from "../i18n";

export type Kind = "email" | "iban" | "phone" | "bsn" | "plate";
/** `text.slice(start, end)` looks like personal data of this kind. */
export type Finding = { kind: Kind; start: number; end: number };

export const DOTS = "••••";

export function names(): Record<Kind, string> {
  return { email: t("e-mail address"), iban: t("bank account"), phone: t("phone number"), bsn: t("BSN"), plate: t("number plate") };
}

/** Characters of an account number by country (the IBAN registry of SWIFT). */
const IBAN_LENGTH: Record<string, number> = {
  NL: 18, BE: 16, DE: 22, FR: 27, LU: 20, GB: 22, IE: 22, ES: 24, PT: 25, IT: 27, AT: 20,
  CH: 21, PL: 28, CZ: 24, SK: 24, HU: 28, RO: 24, BG: 22, GR: 27, TR: 26, UA: 29, HR: 21,
  SI: 19, LT: 20, LV: 21, EE: 20, DK: 18, SE: 24, NO: 15, FI: 18, MT: 31, CY: 28, MA: 28,
};
const NOBODYS = /^0(?:800|90[069]|88)/;
/** Dutch plates since 1978, and after which characters they may be parted. */
const SERIES: Record<string, [number, number]> = {
  "99XXXX": [2, 4], XX99XX: [2, 4], XXXX99: [2, 4], "99XXX9": [2, 5], "9XXX99": [1, 4], XX999X: [2, 5],
  X999XX: [1, 4], XXX99X: [3, 5], X99XXX: [1, 3], "9XX999": [1, 3], "999XX9": [3, 5],
};
const OLD_SERIES = ["XX9999", "9999XX", "99XX99"];
const ABOUT_A_PLATE = /(?:kenteken|nummerbord|nummerplaat|number plate|plate|plaka)[^.!?]{0,30}$/i;
const ABOUT_A_BSN = /(?:bsn|burgerservice|sofi)[^.!?0-9]{0,25}$/i;
const DATE = /^[0-9]{1,2}[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:19|20)[0-9]{2}/;
const DATE_LENGTH = 10;
/** Characters before a number in which one of the words above may stand. */
const SEEN_BEFORE = 60;
const DIGIT = /[0-9]/;
const BETWEEN = " .-/()\u00a0";

type Judge = (plain: string, start: number, found: string) => number;

const KINDS: Array<[Kind, RegExp, Judge]> = [
  ["email", /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/g, email],
  ["iban", /[A-Za-z]{2}[0-9]{2}/g, iban],
  ["phone", /\+|00|\(?0/g, phone],
  ["bsn", /[0-9]{9}|[0-9]{3}([ .-])[0-9]{3}\1[0-9]{3}|[0-9]{4}([ .-])[0-9]{2}\2[0-9]{3}|[0-9]{8}/g, bsn],
  ["plate", /[0-9A-Za-z]{1,3}[- ]?[0-9A-Za-z]{2,3}[- ]?[0-9A-Za-z]{1,3}/g, plate],
];

/** What looks like personal data, in the order of the text; no two overlap. */
export function find(text: string): Finding[] {
  const plain = text.replace(/[٠-٩۰-۹]/g, (digit) => String((digit.charCodeAt(0) - 0x30) & 0xf));
  const found: Finding[] = [];
  for (const [kind, pattern, endOf] of KINDS) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(plain); match; match = pattern.exec(plain)) {
      const start = match.index;
      const end = endOf(plain, start, match[0]);
      const free = end > 0 && !found.some((one) => one.start < end && start < one.end);
      if (free && !isWord(plain[start - 1]) && !isWord(plain[end])) {
        found.push({ kind, start, end });
        pattern.lastIndex = end;
      } else {
        pattern.lastIndex = start + 1;
      }
    }
  }
  return found.sort((one, other) => one.start - other.start);
}

/** The text with each finding replaced by its name and dots: "BSN ••••". */
export function mask(text: string, findings: Finding[], called: Record<Kind, string> = names()): string {
  let masked = "";
  let at = 0;
  for (const one of findings) {
    masked += `${text.slice(at, one.start)}${called[one.kind]} ${DOTS}`;
    at = one.end;
  }
  return masked + text.slice(at);
}

function isWord(letter: string | undefined): boolean {
  return letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
}

function email(_plain: string, start: number, found: string): number {
  return /\.[A-Za-z]{2,}$/.test(found) ? start + found.length : -1;
}

function iban(plain: string, start: number): number {
  const length = IBAN_LENGTH[plain.slice(start, start + 2).toUpperCase()];
  if (!length) return -1;
  const [account, end] = walk(plain, start, length, /[A-Za-z0-9]/, " .-", 1);
  if (account.length !== length) return -1;
  let rest = 0;
  for (const letter of account.slice(4) + account.slice(0, 4)) {
    const value = parseInt(letter, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1 ? end : -1;
}

function phone(plain: string, start: number, lead: string): number {
  if (start > 0 && "+-.".includes(plain[start - 1] ?? "") && isWord(plain[start - 2])) return -1;
  if (lead === "+" || lead === "00") return foreign(plain, start, start + lead.length);
  const [number, end] = walk(plain, start + lead.length - 1, 10, DIGIT, BETWEEN, 3);
  const groups = plain.slice(start, end).match(/[0-9]+/g) ?? [];
  if (number.length !== 10 || number[1] === "0" || NOBODYS.test(number) || groups.some((one) => one.length < 2)) return -1;
  return DATE.test(plain.slice(start, start + DATE_LENGTH)) ? -1 : end;
}

/** +31 takes nine digits more, (0) not counted; of others E.164 says 8 to 15 and a space may end them from 11. */
function foreign(plain: string, start: number, at: number): number {
  if (walk(plain, at, 2, DIGIT, BETWEEN, 3)[0] === "31") {
    const need = walk(plain, at, 3, DIGIT, BETWEEN, 3)[0] === "310" ? 12 : 11;
    const [number, end] = walk(plain, at, need, DIGIT, BETWEEN, 3);
    return number.length === need ? end : -1;
  }
  const [number, end] = walk(plain, at, 15, DIGIT, BETWEEN, 3, 11);
  return number.length >= (plain[start] === "+" ? 8 : 10) && number[0] !== "0" ? end : -1;
}

/** What may say what follows: to read the whole text for each match takes too long on a phone. */
function justBefore(plain: string, start: number): string {
  return plain.slice(Math.max(0, start - SEEN_BEFORE), start);
}

function bsn(plain: string, start: number, found: string): number {
  const end = start + found.length;
  let number = found.replace(/[^0-9]/g, "");
  if (/[0-9][ .,-]?$|[+€]/.test(plain.slice(Math.max(0, start - 2), start)) || /^[.,-][0-9]/.test(plain.slice(end, end + 2))) return -1;
  if (number.length === 8) {
    if (!ABOUT_A_BSN.test(justBefore(plain, start))) return -1;
    number = `0${number}`;
  }
  const weighed = [9, 8, 7, 6, 5, 4, 3, 2, -1].reduce((sum, weight, place) => sum + weight * Number(number[place]), 0);
  return weighed % 11 === 0 && Number(number) > 9_999_999 ? end : -1;
}

function plate(plain: string, start: number, found: string): number {
  const end = start + found.length;
  const parts = found.split(/[- ]/);
  const joined = parts.join("");
  const shape = joined.replace(/[0-9]/g, "9").replace(/[A-Za-z]/g, "X");
  const before = justBefore(plain, start);
  if (/[0-9A-Za-z][-/]$/.test(before) || /^[-/][0-9A-Za-z]/.test(plain.slice(end, end + 2))) return -1;
  const capitals = found === found.toUpperCase();
  const dashes = found.split("-").length - 1;
  if (OLD_SERIES.includes(shape)) return capitals && dashes === 2 && parts.every((one) => one.length === 2) ? end : -1;
  const cuts = SERIES[shape];
  if (!cuts || /[AEIOUQ]/i.test(joined)) return -1;
  if (parts.length > 1) {
    const first = parts[0]?.length ?? 0;
    const fits = parts.length === 3 && first === cuts[0] && first + (parts[1]?.length ?? 0) === cuts[1];
    return fits && (capitals || dashes > 0) ? end : -1;
  }
  return ABOUT_A_PLATE.test(before) || (capitals && shape !== "X99XXX") ? end : -1;
}

/** Up to `most` characters of this kind with at most `gap` between; from `partFrom` read, something between ends it. */
function walk(plain: string, from: number, most: number, kind: RegExp, between: string, gap: number, partFrom = 0): [string, number] {
  let read = "";
  let end = from;
  let skipped = 0;
  for (let at = from; at < plain.length && read.length < most; at += 1) {
    const letter = plain[at] ?? "";
    if (kind.test(letter)) {
      if (skipped && partFrom && read.length >= partFrom) break;
      read += letter;
      skipped = 0;
      end = at + 1;
    } else if (between.includes(letter) && read && skipped < gap) {
      skipped += 1;
    } else {
      break;
    }
  }
  return [read, end];
}
