import { describe, expect, test } from "vitest";
import { placeOf } from "../../src/melden/exif";
import { fit, isPhoto } from "../../src/melden/shrink";

/** Camera data with only a place in it: degrees, minutes and seconds as a camera writes them. */
function tiff(little: boolean, lat: [number, number, number], latLetter: string, lon: [number, number, number], lonLetter: string): number[] {
  const view = new DataView(new ArrayBuffer(8 + 18 + 54 + 48));
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  const entry = (at: number, tag: number, type: number, count: number, value: number): void => {
    view.setUint16(at, tag, little);
    view.setUint16(at + 2, type, little);
    view.setUint32(at + 4, count, little);
    if (type === 2) view.setUint8(at + 8, value);
    else view.setUint32(at + 8, value, little);
  };
  view.setUint16(8, 1, little);
  entry(10, 0x8825, 4, 1, 26);
  view.setUint16(26, 4, little);
  entry(28, 1, 2, 2, latLetter.charCodeAt(0));
  entry(40, 2, 5, 3, 80);
  entry(52, 3, 2, 2, lonLetter.charCodeAt(0));
  entry(64, 4, 5, 3, 104);
  for (const [place, part] of [...lat, ...lon].entries()) {
    view.setUint32(80 + place * 8, Math.round(part * 1000), little);
    view.setUint32(84 + place * 8, 1000, little);
  }
  return [...new Uint8Array(view.buffer)];
}

const letters = (words: string): number[] => [...words].map((letter) => letter.charCodeAt(0));
const file = (...parts: number[][]): ArrayBuffer => new Uint8Array(parts.flat()).buffer;
const jpeg = (data: number[]): ArrayBuffer => file([0xff, 0xd8, 0xff, 0xe1, 0, 0], letters("Exif\0\0"), data, [0xff, 0xd9], Array<number>(40).fill(7));

describe("where a photo was made", () => {
  test.each([true, false])("is read from a JPEG, little-endian %s", (little) => {
    const [lon, lat] = placeOf(jpeg(tiff(little, [52, 3, 1.08], "N", [4, 17, 52.8], "E"))) ?? [0, 0];
    expect(lat).toBeCloseTo(52.0503, 5);
    expect(lon).toBeCloseTo(4.298, 5);
  });

  test("south and west are below zero", () => {
    expect(placeOf(jpeg(tiff(true, [10, 30, 0], "S", [70, 0, 0], "W")))).toEqual([-70, -10.5]);
  });

  test("is read from HEIC, WebP and PNG too", () => {
    const data = tiff(true, [52, 0, 0], "N", [4, 0, 0], "E");
    const room = Array<number>(40).fill(0);
    expect(placeOf(file([0, 0, 0, 24], letters("ftypheic"), room, [0, 0, 0, 6], letters("Exif\0\0"), data, room))).toEqual([4, 52]);
    expect(placeOf(file(letters("RIFF....WEBPEXIF"), [90, 0, 0, 0], data, room))).toEqual([4, 52]);
    expect(placeOf(file([0x89], letters("PNG"), room, letters("eXIf"), data, room))).toEqual([4, 52]);
  });

  test("is unknown when the file does not say, breaks off or says nonsense", () => {
    const data = tiff(true, [52, 0, 0], "N", [4, 0, 0], "E");
    expect(placeOf(new ArrayBuffer(0))).toBeNull();
    expect(placeOf(file(letters("Exif"), Array<number>(100).fill(1)))).toBeNull();
    for (const length of [20, 30, 60, 90, 100]) expect(placeOf(file(letters("Exif\0\0"), data.slice(0, length), Array<number>(16).fill(0).slice(0, 4)))).toBeNull();
    expect(placeOf(jpeg(tiff(true, [0, 0, 0], "N", [0, 0, 0], "E")))).toBeNull();
    expect(placeOf(jpeg(tiff(true, [95, 0, 0], "N", [4, 0, 0], "E")))).toBeNull();
  });
});

test("a photo fits in a square and is never made larger", () => {
  expect(fit(4000, 3000, 2048)).toEqual([2048, 1536]);
  expect(fit(3000, 4000, 2048)).toEqual([1536, 2048]);
  expect(fit(640, 480, 2048)).toEqual([640, 480]);
  expect(fit(10_000, 2, 2048)).toEqual([2048, 1]);
});

test("a file that is no photo is known by how it begins", () => {
  const bytes = (text: string): ArrayBuffer => Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer;
  for (const photo of ["\xff\xd8\xff\xe0..JFIF..", "\x89PNG\r\n\x1a\n....", "RIFF\n\x00\x00\x01WEBPVP8 ", "\0\0\0\x18ftypheic", "\0\0\0\x1cftypmif1", "\0\0\0\x1cftypavif"]) expect(isPhoto(bytes(photo))).toBe(true);
  for (const other of ["", "hello", "%PDF-1.7", "<svg xmlns=", "\0\0\0\x18ftypmp42", "RIFF\0\0\0\0WAVE"]) expect(isPhoto(bytes(other))).toBe(false);
});
