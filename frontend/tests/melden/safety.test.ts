import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Signals, safetyAdvice, stem, wordsOf } from "../../src/melden/safety";

const PLACE = new URL("../../../participation/routing/proposals/safety.toml", import.meta.url);
const vectors = JSON.parse(readFileSync(new URL("safety.json", import.meta.url), "utf8")) as { text: string; kinds: string[] }[];

/** The words as `/categories` brings them (`safety_signals`), from the file that they are written in. */
function signals(): Signals[] {
  const written = readFileSync(PLACE, "utf8").replace(/^#.*$/gm, "");
  return written
    .split(/^\[(?=[a-z-]+\]$)/m)
    .slice(1)
    .map((section) => {
      const list = (name: string): string[] => JSON.parse(`[${new RegExp(`^${name} = \\[([^\\]]*)\\]`, "m").exec(section)?.[1] ?? ""}]`.replace(/,\s*\]$/, "]")) as string[];
      const byStem = (name: string): string[] => list(name).map((phrase) => phrase.replace(/…/g, " … ").split(/\s+/).map((one) => (one === "…" ? one : wordsOf(one).map(stem).join(" "))).join(" ").trim()).sort((one, other) => other.length - one.length);
      return { kind: section.slice(0, section.indexOf("]")), phone: "", text: "", words: list("words").flatMap(wordsOf), phrases: byStem("phrases"), unless: byStem("unless") };
    });
}

describe("words of danger, on the phone", () => {
  const known = signals();
  test("are all there", () => {
    expect(known.map(({ kind }) => kind)).toEqual(["emergency", "suicide", "domestic-violence", "gas", "police", "crime-anonymous", "animal"]);
    expect(known.every(({ words, phrases }) => words.length > 3 && phrases.length > 2)).toBe(true);
  });

  test.each(vectors)("$text", ({ text, kinds }) => {
    expect(safetyAdvice(text, known).map(({ kind }) => kind)).toEqual(kinds);
  });

  test("stems are those of the server", () => {
    expect(["palen", "paal", "brieven", "hondjes", "messing", "будинками", "والبيوت"].map(stem)).toEqual(["pal", "pal", "brief", "hond", "mesing", "будинк", "بيوت"]);
    expect(wordsOf("Foto's, ÉÉN İSTANBUL_1 Straße")).toEqual(["fotos", "een", "istanbul", "1", "strasse"]);
  });

  test("a long text takes no time", () => {
    const began = performance.now();
    safetyAdvice("er ligt een bank en kind auto hond ".repeat(90), known);
    expect(performance.now() - began).toBeLessThan(250);
  });
});
