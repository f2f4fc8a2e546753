/** What can be reported, with its questions, and the words of danger: kept by the service worker for when there is no network. */
import type { Question } from "./questions";
import type { Signals } from "./safety";

export interface Tree {
  results: { children: { slug: string; questions: Question[] }[] }[];
  /** Absent in one that was kept by a version before. */
  safety?: Signals[];
}

let asked: Promise<Tree | null> | null = null;

/** Fetched once; null when nobody answers, and then it is asked again next time. */
export function categoryTree(): Promise<Tree | null> {
  return (asked ??= load().then((tree) => {
    if (!tree) asked = null;
    return tree;
  }));
}

async function load(): Promise<Tree | null> {
  try {
    const answer = await fetch("/api/v1/categories", { headers: { Accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as Tree) : null;
  } catch {
    return null;
  }
}
