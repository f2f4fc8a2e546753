/** What the API would say about areas, from the outlines that were kept; for when there is no network. */

type Ring = [number, number][];

export interface Outline {
  properties: { code: string; name: string; level: string; parent: string | null; bbox: [number, number, number, number]; point: [number, number] };
  geometry: { type: "MultiPolygon"; coordinates: Ring[][] };
}

export interface Outlines {
  features: Outline[];
}

/** Body and status for `GET {path}{query}`; null for what we cannot answer. */
export function answerOffline(outlines: Outlines, path: string, query: URLSearchParams): { status: number; body: unknown } | null {
  const { features } = outlines;
  if (path === "/api/v1/areas") {
    const parent = query.get("parent");
    if (!parent) return null;
    return { status: 200, body: { results: features.filter(({ properties }) => properties.parent === parent).map(({ properties }) => properties), next: null } };
  }
  if (path === "/api/v1/areas/_locate") {
    const [lon, lat] = [Number(query.get("lon")), Number(query.get("lat"))];
    const chain = chainAt(features, lon, lat);
    return chain.length ? { status: 200, body: { areas: chain.map(({ properties }) => properties), people: [] } } : { status: 404, body: { status: 404 } };
  }
  const code = /^\/api\/v1\/areas\/([A-Za-z0-9-]+)$/.exec(path)?.[1];
  const found = features.find(({ properties }) => properties.code === code);
  return found ? { status: 200, body: { ...found.properties, geometry: found.geometry } } : null;
}

/** The areas at a point, the smallest first, each with those above it. */
export function chainAt(features: readonly Outline[], lon: number, lat: number): Outline[] {
  const by = new Map(features.map((one) => [one.properties.code, one]));
  const depth = (one: Outline): number => (one.properties.parent && by.has(one.properties.parent) ? 1 + depth(by.get(one.properties.parent)!) : 0);
  const inside = features.filter(({ properties: { bbox }, geometry }) => lon >= bbox[0] && lon <= bbox[2] && lat >= bbox[1] && lat <= bbox[3] && isInside(geometry.coordinates, lon, lat));
  const chain: Outline[] = [];
  let next: Outline | undefined = inside.sort((one, other) => depth(other) - depth(one))[0];
  while (next) {
    chain.push(next);
    next = next.properties.parent === null ? undefined : by.get(next.properties.parent);
  }
  return chain;
}

/** Even-odd over every ring, so that a hole counts as outside. */
function isInside(polygons: Ring[][], lon: number, lat: number): boolean {
  let inside = false;
  for (const ring of polygons.flat()) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [x1, y1] = ring[i]!;
      const [x2, y2] = ring[j]!;
      if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside;
    }
  }
  return inside;
}
