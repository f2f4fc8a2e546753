/** Points, boxes and drawn areas; degrees, [lon, lat]. Pure. */

export type Point = readonly [number, number];
/** West, south, east, north. */
export type Box = readonly [number, number, number, number];

/** The box around these points; null without any. */
export function boxAround(points: readonly Point[]): Box | null {
  if (!points.length) return null;
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** Whether a point lies in the drawn area: a ray to the east crosses its border an odd number of times. */
export function contains(corners: readonly Point[], [lon, lat]: Point): boolean {
  let inside = false;
  corners.forEach(([x, y], place) => {
    const [px, py] = corners.at(place - 1) as Point;
    if (y > lat !== py > lat && lon < ((px - x) * (lat - y)) / (py - y) + x) inside = !inside;
  });
  return inside;
}

export function corners([west, south, east, north]: Box): Point[] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
}

/** Places that lie within `near` of the first of their group, together: on a map their markers would hide each other. */
export function gathered<T>(all: readonly T[], at: (one: T) => Point, near: number): T[][] {
  const groups: { first: Point; members: T[] }[] = [];
  for (const one of all) {
    const [x, y] = at(one);
    const group = groups.find(({ first }) => Math.hypot(first[0] - x, first[1] - y) <= near);
    if (group) group.members.push(one);
    else groups.push({ first: [x, y], members: [one] });
  }
  return groups.map(({ members }) => members);
}

/** For the API: six decimals are ten centimetres. */
export function written(box: Box): string {
  return box.map((one) => one.toFixed(6)).join(",");
}
