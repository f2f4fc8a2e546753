/** Dots on a map that lie near each other, as one. */

/** From so many dots on, those within so many pixels become one with a number in it. */
export const MANY = 80;
export const TOGETHER = 34;

/** What lies near each other at this zoom, in groups; each dot is in one. */
export function grouped<T>(points: Array<{ x: number; y: number; one: T }>, within = TOGETHER): Array<{ x: number; y: number; all: T[] }> {
  const cells = new Map<string, { x: number; y: number; all: T[] }>();
  for (const { x, y, one } of points) {
    const key = `${Math.floor(x / within)}:${Math.floor(y / within)}`;
    const cell = cells.get(key);
    if (cell) {
      cell.x += (x - cell.x) / (cell.all.length + 1);
      cell.y += (y - cell.y) / (cell.all.length + 1);
      cell.all.push(one);
    } else {
      cells.set(key, { x, y, all: [one] });
    }
  }
  return [...cells.values()];
}
