/** What the desk knows of an initiative beside its case. */
import { type Colleague } from "../../shapes";

export type Stage = "idea" | "talking" | "gathering" | "plan" | "doing" | "done" | "stopped" | "resting";
export type StepName = "accept" | "refuse" | "gather" | "plan" | "begin" | "finish" | "rest" | "wake" | "stop" | "resume";
export type Role = "stimulate" | "facilitate" | "co-produce";
export type Question = "energy" | "contacts" | "equipment" | "embedding" | "empathy";

export interface StepOption {
  step: StepName;
  to: Stage;
  toLabel: string;
  /** It asks why, and what was learned. */
  reasoned: boolean;
}

export interface Coaching {
  by: Colleague | null;
  role: Role;
  roleLabel: string;
  since: string;
  until: string | null;
  givenBy: Colleague | null;
  insteadOf: Colleague | null;
}

/** How the group stood, 1 to 5 for each question that could be answered. */
export interface Check {
  id: number;
  stage: Stage;
  stageLabel: string;
  scores: Record<Question, number | null>;
  remark: string;
  by: Colleague | null;
  at: string;
}

export type Answer = "granted" | "partly" | "refused";

export interface Criterion {
  key: string;
  label: string;
  met: boolean | null;
  reason: string;
}

/** What a group asks of others; all money in cents. */
export interface HelpRequest {
  reference: string;
  kind: string;
  kindLabel: string;
  what: string;
  by: string;
  /** The decision, else the status of its case. */
  state: string;
  stateLabel: string;
  seenBy: "group" | "everybody";
  neededOn: string | null;
  cents: number | null;
  lines: { id: number; label: string; cents: number; grantedCents: number | null }[];
  answerBy: string | null;
  team: { name: string; organisation: string };
  decision: Answer | "withdrawn" | "";
  decidedAt: string | null;
  reasons: string;
  conditions: string;
  grantedCents: number | null;
  promisedOn: string | null;
  followUpOn: string | null;
  went: string;
  challenge: { task: string; better: string; able: string; costs: string; judged: Criterion[]; decideBy: string; extended: string } | null;
  createdAt: string;
  /** In the list beside an initiative: this person sees its case too. */
  mayOpen?: boolean;
}

/** The same on the page of its own case. */
export interface HelpCase extends HelpRequest {
  mayDecide: boolean;
  mayExtend: boolean;
  longerWeeks: number;
  initiative: { slug: string; title: string; what: string; stage: Stage; stageLabel: string; url: string | null; reference: string | null };
}

export interface Initiative {
  slug: string;
  version: number;
  title: string;
  stage: Stage;
  stageLabel: string;
  stageSince: string;
  way: { stage: Stage; label: string; state: "done" | "now" | "next" }[];
  isPublic: boolean;
  url: string | null;
  why: string;
  who: string;
  wanted: string;
  when: string;
  theme: string;
  submittedAt: string | null;
  photos: { url: string; thumbnailUrl: string; alt: string }[];
  members: { id: number; name: string; role: string; roleLabel: string }[];
  role: Role | null;
  /** Days between two signs of life. */
  rhythm: number;
  signBy: string | null;
  stalledAt: string | null;
  coachings: Coaching[];
  /** The latest first. */
  checks: Check[];
  support: { count: number; paper: number; needed: number };
  followers: number;
  comments: number;
  /** Why it rests or stopped, if it does. */
  lastStep: { step: string; byGroup: boolean; reason: string; learned: string; answer: string; at: string } | null;
  /** What this person may do next. */
  steps: StepOption[];
  deeds: string[];
  helpRequests: HelpRequest[];
  waitingComments: number;
}
