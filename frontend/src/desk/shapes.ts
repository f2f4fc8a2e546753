/** What the API answers (see `/api/v1/openapi.json`); only what the desk uses. */

import { type HelpCase, type Initiative } from "./case/initiative/shapes";
import { type Poll } from "./case/poll/shapes";

export type Status = "received" | "assigned" | "in-progress" | "planned" | "waiting" | "resolved" | "unresolved" | "reopened" | "merged";
export type { Initiative };
export type Move = "accept" | "start" | "plan" | "ask" | "resolve" | "decline" | "reopen";
export type Priority = "low" | "normal" | "high";
export type Visibility = "public" | "limited" | "confidential";

export interface Colleague {
  id: number;
  name: string;
  role: string;
  photoUrl: string | null;
}

export interface Team {
  id: number;
  slug: string;
  name: string;
  organisation: string;
  organisationSlug?: string;
}

export interface TeamWithPeople extends Team {
  people: Colleague[];
}

export interface Row {
  reference: string;
  kind: "report" | "initiative" | "help-request" | "poll";
  status: Status;
  statusLabel: string;
  visibility: Visibility;
  priority: Priority;
  subject: string;
  address: string;
  location: { type: "Point"; coordinates: [number, number] } | null;
  area: { code: string; name: string; level: string };
  category: { slug: string; name: string } | null;
  team: Team;
  assignee: Colleague | null;
  language: string;
  photoCount: number;
  late: boolean;
  firstResponseBy: string | null;
  respondedAt: string | null;
  resolveBy: string | null;
  createdAt: string;
  updatedAt: string;
  version: number;
  /** Changed since this person saw it, or never seen. */
  unread: boolean;
  /** The next moment at which it becomes late. */
  dueAt: string | null;
  waitingSince?: string | null;
  supporters: number;
  parent: string | null;
  parts?: number;
  duplicateOf: string | null;
  /** The team that was asked to take it over and has not answered. */
  offeredTo?: Team | null;
  /** In one short sentence, why it came to this team. */
  reason?: string;
  /** Of an initiative: where it stands. */
  stage?: string | null;
  stageLabel?: string;
  /** Nothing was heard in the days that were agreed. */
  stalled?: boolean;
}

export interface Photo {
  /** Reference of the linked case, or of the whole, that it comes from. */
  duplicate: string | null;
  id: string;
  width: number;
  height: number;
  fromResident: boolean;
  /** Sent by somebody who saw it too. */
  fromSupporter: boolean;
  /** The reporter sees it too; else only colleagues do. */
  forResident: boolean;
  stage: "before" | "after" | "";
  by: Colleague | null;
  thumbnailUrl: string;
  url: string;
}

export interface Message {
  /** Reference of the linked case whose reporter wrote it or was written to. */
  duplicate: string | null;
  id: number;
  text: string;
  fromResident: boolean;
  /** Why to be careful with it: a blocked word, or very many links. */
  marks?: ("word" | "links")[];
  by: Colleague | null;
  /** Who of a group wrote it. */
  name?: string;
  at: string;
  /** Ids of the photos that were sent with it. */
  photos: string[];
}

export interface Note {
  /** Reference of the part whose team has to say this. */
  part: string | null;
  id: number;
  text: string;
  by: Colleague | null;
  at: string;
  mentions: Colleague[];
}

export interface HistoryLine {
  type: string;
  version: number;
  at: string;
  by: string;
  text: string;
  from: Status | null;
  to: Status | null;
}

export interface MoveOption {
  move: Move;
  to: Status;
  needsMessage: boolean;
}

/** Another case that hangs together with this one. */
export interface OtherCase {
  reference: string;
  team: Team;
  status: Status;
  statusLabel: string;
  mayOpen: boolean;
}

export interface Part extends OtherCase {
  assignee: Colleague | null;
  instruction: string;
  late: boolean;
  resolveBy: string | null;
  closedAt: string | null;
  open: boolean;
}

export interface Duplicate extends OtherCase {
  subject: string;
  address: string;
  createdAt: string;
  supporters: number;
}

/** The case was offered to another team. */
export interface Hop {
  from: Team;
  to: Team;
  by: Colleague | null;
  reason: string;
  at: string;
  answerBy: string;
  outcome: "pending" | "accepted" | "returned" | "withdrawn";
  answer: string;
  answeredBy: Colleague | null;
  answeredAt: string | null;
  stuck: boolean;
}

/** How cases and teams hang together. */
export interface Together {
  /** What this person may do with it. */
  deeds: string[];
  instruction: string;
  whole: OtherCase | null;
  main: OtherCase | null;
  parts: Part[];
  duplicates: Duplicate[];
  supporters: number;
  offer: Hop | null;
  forwardings: Hop[];
}

export interface Case extends Omit<Row, "parts">, Together {
  text: string;
  answers: { key: string; question: string; answer: string }[];
  reachableBy: { email: boolean; phone: boolean; sms: boolean };
  photos: Photo[];
  messages: Message[];
  notes: Note[];
  history: HistoryLine[];
  moves: MoveOption[];
  why: string[];
  /** Why it could be a small win; empty when it was not proposed. */
  smallWin?: string[];
  closedAt: string | null;
  /** What the resident answered to "is it solved?", last. */
  feedback: { solved: boolean; text: string; at: string } | null;
  /** Of the supporters, how many showed that their e-mail address or number is theirs. */
  supportersConfirmed?: number;
  /** The category was proposed by us, not chosen by the resident. */
  proposed: boolean;
  /** Everything this person may do with it. */
  deeds: string[];
  /** The initiative behind it, or behind the case it is a part of. */
  initiative?: Initiative | null;
  /** The request for help behind it, or behind the case it is a part of. */
  helpRequest?: HelpCase | null;
  /** The poll behind it, or behind the case it is a part of. */
  poll?: Poll | null;
}

/** Whether it is a group that one speaks with, not one resident. */
export function ofGroup(found: Case | null | undefined): boolean {
  return Boolean(found?.initiative ?? found?.helpRequest);
}

export interface Page {
  results: Row[];
  next: string | null;
}

export interface Counts {
  new: number;
  mine: number;
  team: number;
  waiting: number;
  late: number;
  handovers: number;
  mentions: number;
  unread: number;
}

export interface Me {
  me: Colleague;
  myTeams: number[];
  teams: TeamWithPeople[];
  /** Days on which nobody works, as "2026-12-25". */
  closedDays: string[];
  gemeente: { code: string; name: string; bbox: [number, number, number, number] };
  may?: { export: boolean };
}

export interface Category {
  slug: string;
  name: string;
  visibility?: Visibility;
  children?: Category[];
}


export const CLOSED: ReadonlySet<Status> = new Set(["resolved", "unresolved", "merged"]);
