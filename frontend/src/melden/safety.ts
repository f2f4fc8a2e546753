/**
 * Words of danger, found on the phone itself: `participation/routing/proposals/safety.py` and `words.py` in TypeScript,
 * for when there is no network. The words come with the categories; `frontend/tests/melden/safety.json` holds both to
 * the same. No lookbehind: phones of 2022 do not know it.
 */

/** Of one kind: words as they are written; phrases and what takes away the alarm by stem, each as it is tried. */
export interface Signals {
  kind: string;
  phone: string;
  text: string;
  words: string[];
  phrases: string[];
  unless: string[];
}

export interface Advice {
  kind: string;
  phone: string;
  text: string;
}

const MOST_WORDS = 400;
const GAP = "…";
const WIDEST_GAP = 5;
const FOLD: Record<string, string> = { ı: "i", ß: "ss", ø: "o", æ: "ae", ł: "l", ё: "е", ة: "ه", ى: "ي", "'": "", "’": "", "ʼ": "" };
const DUTCH_ENDINGS = ["etjes", "etje", "tjes", "tje", "jes", "je", "en", "s", "e"];
const CYRILLIC_ENDINGS = ["ами", "ями", "ого", "ому", "ові", "ів", "ах", "ям", "ам", "ом", "ою", "ий", "ю", "а", "я", "и", "і", "у", "о", "е", "ь"];
const ARABIC_STARTS = ["وال", "بال", "لل", "ال"];
const ARABIC_ENDINGS = ["ات", "ون", "ين", "ها", "ه"];

/** Lower-case words without accents. */
export function wordsOf(text: string): string[] {
  const folded = text.toLowerCase().replace(/[ıßøæłёةى'’ʼ]/g, (letter) => FOLD[letter] ?? letter);
  return (folded.normalize("NFKD").replace(/\p{Mn}/gu, "").match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, MOST_WORDS);
}

export function stem(word: string): string {
  if (word[0]! > "\u0370") return otherStem(word);
  let root = word;
  if (root.length > 4) {
    const ending = DUTCH_ENDINGS.find((one) => root.endsWith(one) && root.length - one.length >= 3);
    if (ending) root = root.slice(0, -ending.length);
  }
  if (root.length > 3) root = root.replace(/v$/, "f").replace(/z$/, "s");
  return root.replace(/([a-z])\1/g, "$1");
}

function otherStem(word: string): string {
  const [starts, endings] = word[0]! > "\u05ff" ? [ARABIC_STARTS, ARABIC_ENDINGS] : [[], CYRILLIC_ENDINGS];
  const start = starts.find((one) => word.startsWith(one) && word.length - one.length >= 3);
  const root = start ? word.slice(start.length) : word;
  const ending = endings.find((one) => root.endsWith(one) && root.length - one.length >= 3);
  return ending ? root.slice(0, -ending.length) : root;
}

/** Who to call for words that point to danger, most urgent first. */
export function safetyAdvice(text: string, signals: readonly Signals[]): Advice[] {
  const words = wordsOf(text);
  const roots = words.map(stem);
  return signals
    .filter(({ words: alarming, phrases, unless }) => {
      const left = without(roots, unless);
      const present = words.filter((_word, place) => left[place] !== "-");
      return present.some((word) => alarming.includes(word)) || left.some((_root, at) => meets(left, at, phrases) > 0);
    })
    .map(({ kind, phone, text: said }) => ({ kind, phone, text: said }));
}

/** The stems with those of the phrases taken out, from the start on, the first phrase that fits. */
function without(roots: readonly string[], phrases: readonly string[]): string[] {
  const left = [...roots];
  for (let at = 0; at < left.length; at += 1) {
    const end = meets(left, at, phrases);
    if (end) {
      left.fill("-", at, end);
      at = end - 1;
    }
  }
  return left;
}

/** Where the first of the phrases that begins here ends; 0 when none does. */
function meets(roots: readonly string[], at: number, phrases: readonly string[]): number {
  const first = roots[at] ?? "";
  for (const phrase of phrases) {
    if (!phrase.startsWith(first)) continue; // most do not, and this is quicker than taking them apart
    const end = match(roots, at, phrase.split(" "), 0);
    if (end > 0) return end;
  }
  return 0;
}

function match(roots: readonly string[], at: number, pieces: readonly string[], from: number): number {
  let place = at;
  for (let piece = from; piece < pieces.length; piece += 1) {
    if (pieces[piece] === GAP) {
      for (let skipped = Math.min(WIDEST_GAP, roots.length - place); skipped >= 0; skipped -= 1) {
        const end = match(roots, place + skipped, pieces, piece + 1);
        if (end >= 0) return end;
      }
      return -1;
    }
    if (roots[place] !== pieces[piece]) return -1;
    place += 1;
  }
  return place;
}
