/** Rounds as the API gives them. */
import { type Photo, type Row } from "../shapes";

export type StopState = "open" | "done" | "skipped";

export interface Stop {
  reference: string;
  state: StopState;
  at: string | null;
  /** Null when it is no longer this person's to see. */
  case: Row | null;
  photos: Photo[];
  /** On this device only: a confidential case, of which nothing is kept. */
  withheld?: boolean;
}

export interface RoundRow {
  id: number;
  name: string;
  createdAt: string;
  finishedAt: string | null;
  total: number;
  marked: number;
}

export interface Round extends RoundRow {
  metres: number;
  stops: Stop[];
}
