/** Photos are made small on the device: few bytes over a slow line, and what the camera knows stays at home. */
import { placeOf } from "./exif";

export interface SmallPhoto {
  bytes: ArrayBuffer;
  type: string;
  name: string;
  /** Where it was made, read before it was made small. */
  place: [lon: number, lat: number] | null;
}

const LONGEST_SIDE = 2048;
const SMALLER_SIDE = 1600;
export const AT_MOST = 500_000;
const QUALITIES = [0.82, 0.74, 0.66, 0.58, 0.5];

/** A photo that this browser cannot read (HEIC, mostly) goes as it is; the server reads it. */
export async function makeSmall(file: File): Promise<SmallPhoto> {
  const original = await file.arrayBuffer();
  const place = placeOf(original);
  const small = await encode(file).catch(() => null);
  const name = file.name || "photo";
  if (!small) return { bytes: original, type: file.type || "application/octet-stream", name, place };
  return { bytes: await small.arrayBuffer(), type: "image/jpeg", name: `${name.replace(/\.[A-Za-z0-9]{1,5}$/, "")}.jpg`, place };
}

async function encode(file: File): Promise<Blob | null> {
  // Upright as the camera was held.
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    let best: Blob | null = null;
    for (const side of [LONGEST_SIDE, SMALLER_SIDE]) {
      const [width, height] = fit(picture.width, picture.height, side);
      const canvas = blank(width, height);
      const brush = canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;
      if (!brush) return null;
      brush.fillStyle = "#fff"; // What is transparent would turn black.
      brush.fillRect(0, 0, width, height);
      brush.imageSmoothingQuality = "high";
      brush.drawImage(picture, 0, 0, width, height);
      for (const quality of QUALITIES) {
        best = await jpeg(canvas, quality);
        if (best?.type !== "image/jpeg") return null;
        if (best.size <= AT_MOST) return best;
      }
    }
    return best;
  } finally {
    picture.close();
  }
}

/** Width and height within a square of this side; never larger than they are. */
export function fit(width: number, height: number, side: number): [number, number] {
  const scale = Math.min(1, side / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

function blank(width: number, height: number): HTMLCanvasElement | OffscreenCanvas {
  if (typeof OffscreenCanvas !== "undefined") {
    const canvas = new OffscreenCanvas(width, height);
    if (canvas.getContext("2d", { alpha: false })) return canvas;
  }
  return Object.assign(document.createElement("canvas"), { width, height });
}

function jpeg(canvas: HTMLCanvasElement | OffscreenCanvas, quality: number): Promise<Blob | null> {
  if ("convertToBlob" in canvas) return canvas.convertToBlob({ type: "image/jpeg", quality });
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
}

/** Whether this begins as a photo that the server reads: JPEG, PNG, WebP, HEIC, AVIF. */
export function isPhoto(bytes: ArrayBuffer): boolean {
  const head = String.fromCharCode(...new Uint8Array(bytes.slice(0, 12)));
  return head.startsWith("\xff\xd8\xff") || head.startsWith("\x89PNG") || /^RIFF.{4}WEBP/s.test(head) || /^.{4}ftyp(hei|hev|mif|msf|avi)/s.test(head);
}

/** In hexadecimal; null where the browser counts none (not over HTTPS). */
export async function sha256(bytes: ArrayBuffer): Promise<string | null> {
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (!subtle) return null;
  return [...new Uint8Array(await subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
