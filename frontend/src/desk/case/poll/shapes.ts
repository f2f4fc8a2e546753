/** What the desk knows of a poll beside its case. */

export type PollStage = "proposed" | "preparing" | "ideas" | "checking" | "ready" | "open" | "closed" | "answered" | "declined" | "stopped";
export type PollStep = "accept" | "decline" | "collect" | "check" | "plan" | "back" | "open" | "close" | "stop";
export type PollPage = "overview" | "about" | "questions" | "projects" | "preview" | "codes" | "enter" | "words" | "watch" | "answer";

export interface PollStepOption {
  step: PollStep;
  to: PollStage;
  toLabel: string;
  reasoned: boolean;
}

/** One question so far; `share`: 0 to 100. `scored`: an order or points, not votes. */
export interface Total {
  id: number;
  title: string;
  kind: string;
  answered: number;
  scored: boolean;
  rows: { id: string; label: string; count: number; share: number }[];
}

export interface Poll {
  slug: string;
  version: number;
  title: string;
  stage: PollStage;
  stageLabel: string;
  stageSince: string;
  isPublic: boolean;
  /** Of the public page. */
  url: string | null;
  /** What a resident wrote when they proposed it. */
  proposal: string;
  intro: string;
  purpose: string;
  outcomeUse: string;
  whoMay: string;
  reason: string;
  area: string;
  theme: string;
  level: string;
  levelLabel: string;
  opensAt: string | null;
  closesAt: string | null;
  answerBy: string | null;
  answeredAt: string | null;
  questions: { id: number; title: string; kindLabel: string }[];
  /** What is missing before it can open (`blocks`), and advice; each with where it is mended. */
  findings: { code: string; text: string; blocks: boolean; address: string }[];
  standing: { ballots: number; entered: number; aside: number; countedAt: string | null; questions: Total[] } | null;
  projects: { all: number; waiting: number } | null;
  answer: { about: string; do: string; doLabel: string }[];
  steps: PollStepOption[];
  /** Pages of their own for what is filled in now and then. */
  pages: Partial<Record<PollPage, string>>;
  deeds: string[];
}
