/** Where a photo was made, from the file itself: the camera's EXIF in JPEG, HEIC, WebP and PNG. */

type Point = [lon: number, lat: number];

/** Longer is not looked through: the data of a camera stands in front, also in HEIC. */
const FAR_ENOUGH = 2 * 1024 * 1024;
const GPS_IFD = 0x8825;
const MARKS = ["Exif\0\0", "eXIf", "EXIF"].map((words) => [...words].map((letter) => letter.charCodeAt(0)));

/** Longitude and latitude in degrees; null when it does not say, or says nonsense. */
export function placeOf(file: ArrayBuffer): Point | null {
  const bytes = new Uint8Array(file, 0, Math.min(file.byteLength, FAR_ENOUGH));
  for (const start of candidates(bytes)) {
    const found = readTiff(new DataView(file, start));
    if (found) return found;
  }
  return null;
}

/** Where a block of camera data may begin: behind one of its marks, "II*\0" or "MM\0*" within a few bytes. */
function* candidates(bytes: Uint8Array): Generator<number> {
  for (let at = 0; at < bytes.length - 16; at += 1) {
    const first = bytes[at];
    if (first !== 0x45 && first !== 0x65) continue;
    const mark = MARKS.find((one) => one.every((byte, place) => bytes[at + place] === byte));
    if (!mark) continue;
    for (let tiff = at + mark.length; tiff < at + mark.length + 12; tiff += 1) {
      const [a, b, c, d] = [bytes[tiff], bytes[tiff + 1], bytes[tiff + 2], bytes[tiff + 3]];
      if ((a === 0x49 && b === 0x49 && c === 42 && d === 0) || (a === 0x4d && b === 0x4d && c === 0 && d === 42)) yield tiff;
    }
  }
}

function readTiff(view: DataView): Point | null {
  try {
    const little = view.getUint16(0) === 0x4949;
    const entry = (ifd: number, tag: number): number | null => {
      const many = view.getUint16(ifd, little);
      for (let place = 0; place < many; place += 1) {
        const at = ifd + 2 + place * 12;
        if (view.getUint16(at, little) === tag) return at;
      }
      return null;
    };
    const pointer = entry(view.getUint32(4, little), GPS_IFD);
    if (pointer === null) return null;
    const gps = view.getUint32(pointer + 8, little);
    const degrees = (tag: number): number | null => {
      const at = entry(gps, tag);
      if (at === null || view.getUint32(at + 4, little) !== 3) return null;
      const values = view.getUint32(at + 8, little);
      const part = (place: number): number => {
        const [over, under] = [view.getUint32(values + place * 8, little), view.getUint32(values + place * 8 + 4, little)];
        return under === 0 ? (over === 0 ? 0 : Number.NaN) : over / under;
      };
      return part(0) + part(1) / 60 + part(2) / 3600;
    };
    const letter = (tag: number): string => {
      const at = entry(gps, tag);
      return at === null ? "" : String.fromCharCode(view.getUint8(at + 8)).toUpperCase();
    };
    const [lat, lon] = [degrees(2), degrees(4)];
    if (lat === null || lon === null) return null;
    const point: Point = [letter(3) === "W" ? -lon : lon, letter(1) === "S" ? -lat : lat];
    const sound = Math.abs(point[0]) <= 180 && Math.abs(point[1]) <= 90 && (point[0] !== 0 || point[1] !== 0);
    return sound ? point : null;
  } catch {
    return null; // It ends in the middle, or points outside itself.
  }
}
