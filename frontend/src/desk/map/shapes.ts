/** What the map's API answers. */
import { type Row } from "../shapes";

export interface Cluster {
  count: number;
  late: number;
  point: [number, number];
  bbox: [number, number, number, number];
  area: string;
}

export interface OnMap {
  total: number;
  capped: boolean;
  clusters: Cluster[];
  rows: Row[];
}

export interface AreaChoice {
  code: string;
  name: string;
  level: string;
  bbox: [number, number, number, number];
}
